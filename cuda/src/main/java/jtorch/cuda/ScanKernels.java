package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Running sums, products, extremes and logarithms of sums along a dimension.
///
/// Numbers of up to 32 bits add up in float32, as on PyTorch's GPUs, but as a tree. Complex logarithms are added one after
/// the other, because their order decides about multiples of 2 pi.
final class ScanKernels {
  static final KernelSet KERNELS = new KernelSet("scan", "functions");
  private static final int THREADS = 256;
  /// Bytes of what is carried from one element to the next, at most.
  private static final int STATE = 16;
  /// A line of fewer elements is a single thread's.
  private static final long SHORT = 64;
  /// A piece of a line has at least so many elements.
  private static final long LEAST_IN_ROW = 4096;
  private static final long LEAST_IN_COLUMN = 64;
  private static final long MOST_PIECES = 512;

  /// What is computed, by its number in the source.
  enum Kind {
    SUM, PRODUCT, EXTREME, LOGARITHM
  }

  private final CudaBackend backend;

  ScanKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new ScanKernels(backend);
    table.accept("cumsum", c -> kernels.total(c, Kind.SUM));
    table.accept("cumprod", c -> kernels.total(c, Kind.PRODUCT));
    table.accept("cummax", c -> kernels.extreme(c, true));
    table.accept("cummin", c -> kernels.extreme(c, false));
    table.accept("logcumsumexp", c -> kernels.run("logcumsumexp", c.tensor("self").contiguous(),
        c.dim("dim", c.tensor("self")), c.out(), null, Kind.LOGARITHM, false));
  }

  private void total(Call c, Kind kind) {
    Tensor self = c.tensor("self");
    int dim = c.dim("dim", self);
    if (c.out().dtype().isComplex() || self.dtype().isComplex()) self = self.to(c.out().dtype());
    run(c.operator().schema().bareName(), self.contiguous(), dim, c.out(), null, kind, false);
  }

  private void extreme(Call c, boolean greatest) {
    Tensor self = c.tensor("self");
    run(c.operator().schema().bareName(), self.contiguous(), c.dim("dim", self), c.out(0), c.out(1), Kind.EXTREME,
        greatest);
  }

  static String definitions(Kind kind, DType in, DType out, boolean greatest) {
    DType number = out == DType.BOOL ? DType.INT64 : out.computeType().toReal();
    // Its gradient is made of differences of such logarithms.
    if (kind == Kind.LOGARITHM && out == DType.FLOAT32) number = DType.FLOAT64;
    return type("In", Sources.type(in)) + type("Out", Sources.type(out)) + type("Number", Sources.type(number))
        + type("Part", Sources.type(out.toReal())) + define("KIND", kind.ordinal()) + define("GREATEST", greatest)
        + define("FLOATING", number.isFloatingPoint() ? 1 : 0) + define("COMPLEX", out.isComplex() ? 1 : 0);
  }

  /// Along a dimension of a contiguous tensor, into contiguous results.
  void run(String name, Tensor self, int dim, Tensor out, @Nullable Tensor places, Kind kind, boolean greatest) {
    if (self.numel() == 0) return;
    CudaDevice device = backend.device(self.device());
    long length = self.dim() == 0 ? 1 : self.size(dim);
    long inner = 1;
    for (int d = dim + 1; d < self.dim(); d++) inner *= self.size(d);
    long lines = self.numel() / length;
    boolean rows = inner == 1 && length >= SHORT && !(kind == Kind.LOGARITHM && out.dtype().isComplex());
    long busy = 8L * device.properties().multiProcessorCount();
    long most = rows ? Math.min(busy / lines, length / LEAST_IN_ROW)
        : kind == Kind.LOGARITHM && out.dtype().isComplex() ? 1
        : Math.min(busy * THREADS / lines, length / LEAST_IN_COLUMN);
    long pieces = Math.clamp(most, 1, MOST_PIECES);
    long piece = (length + pieces - 1) / pieces;
    if (rows) piece = (piece + 4 * THREADS - 1) / (4 * THREADS) * (4 * THREADS);
    pieces = (length + piece - 1) / piece;
    String definitions = definitions(kind, self.dtype(), out.dtype(), greatest);
    Tensor starts =
        pieces == 1 ? null : Torch.empty(new long[] {lines * pieces * STATE}, DType.UINT8, self.device());
    String kernel = rows ? "scan_rows" : "scan_columns";
    Grid grid = rows ? Grid.of(lines * pieces, THREADS) : device.grid(lines * pieces, 1, THREADS);
    for (int pass = pieces == 1 ? 2 : 0; pass < 3; pass++) {
      Arguments arguments = Arguments.begin().number(self.pointer()).number(out.pointer())
          .number(places == null ? 0 : places.pointer()).number(starts == null ? 0 : starts.pointer()).number(lines)
          .number(length).number(inner).number(pieces).number(piece).number(pass == 2 ? 1 : 0);
      boolean between = pass == 1;
      device.launch(name, KERNELS.function(device, definitions, between ? "scan_starts" : kernel),
          between ? device.grid(lines, 1, THREADS) : grid, arguments);
    }
  }
}
