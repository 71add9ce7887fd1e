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

/// What masks choose: the coordinates of elements that are not zero, and elements written where a mask is true.
///
/// Tiles count, counts are added up, tiles write: elements stay in order.
final class SelectionKernels {
  static final KernelSet KERNELS = new KernelSet("select");
  private static final int MOST_DIMS = 12;
  private static final int THREADS = 256;
  private static final int TILE = 8 * THREADS;

  private final CudaBackend backend;
  private final ScanKernels scans;

  SelectionKernels(CudaBackend backend) {
    this.backend = backend;
    scans = new ScanKernels(backend);
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SelectionKernels(backend);
    table.accept("nonzero", kernels::nonzero);
    table.accept("masked_scatter", kernels::maskedScatter);
  }

  static String definitions(DType flag, DType element, boolean writes) {
    return type("Flag", Sources.type(flag)) + type("Element", Sources.type(element))
        + define("COMPLEX", flag.isComplex() ? 1 : 0) + define("ACTION", writes ? 1 : 0);
  }

  private void nonzero(Call c) {
    Tensor self = c.tensor("self");
    Tensor flags = self.contiguous();
    Tensor upTo = counts(flags, "nonzero");
    long count = upTo.numel() == 0 ? 0 : upTo.select(0, upTo.numel() - 1).itemLong();
    Tensor out = c.result(new long[] {count, self.dim()}, DType.INT64);
    if (out.numel() > 0) write(flags, upTo, out, null, "nonzero");
  }

  /// The places of what is true in a contiguous vector of bools.
  Tensor places(Tensor flags) {
    Tensor upTo = counts(flags, "nonzero");
    long count = upTo.numel() == 0 ? 0 : upTo.select(0, upTo.numel() - 1).itemLong();
    Tensor out = Torch.empty(new long[] {count}, DType.INT64, flags.device());
    if (count > 0) write(flags, upTo, out, null, "nonzero");
    return out;
  }

  private void maskedScatter(Call c) {
    Tensor out = c.out();
    Tensor mask = c.tensor("mask").contiguous();
    Tensor given = c.tensor("source");
    Tensor source = given.overlaps(out) ? given.clone().contiguous() : given.contiguous();
    Tensor upTo = counts(mask, "masked_scatter");
    long wanted = upTo.numel() == 0 ? 0 : upTo.select(0, upTo.numel() - 1).itemLong();
    if (wanted > source.numel()) throw c.check()
        .because(
            "masked_scatter: expected source to have at least as many elements as the mask has true ones: %d and %d",
            source.numel(), wanted)
        .shapeFailure();
    if (wanted > 0) write(mask, upTo, out, source, "masked_scatter");
  }

  /// How many are chosen up to the end of each tile.
  private Tensor counts(Tensor flags, String name) {
    long tiles = (flags.numel() + TILE - 1) / TILE;
    Tensor counts = Torch.empty(new long[] {tiles}, DType.INT64, flags.device());
    if (tiles == 0) return counts;
    launch(flags, counts, counts, null, "count_chosen", name);
    Tensor upTo = Torch.empty(new long[] {tiles}, DType.INT64, flags.device());
    scans.run(name, counts, 0, upTo, null, ScanKernels.Kind.SUM, false);
    return upTo;
  }

  private void write(Tensor flags, Tensor upTo, Tensor out, @Nullable Tensor source, String name) {
    launch(flags, upTo, out, source, "take_chosen", name);
  }

  private void launch(Tensor flags, Tensor counts, Tensor out, @Nullable Tensor source, String kernel, String name) {
    CudaDevice device = backend.device(flags.device());
    int n = flags.dim();
    if (n > MOST_DIMS) throw new UnsupportedOperationException("more than " + MOST_DIMS + " dimensions on a GPU");
    Arguments arguments = Arguments.begin().number(flags.pointer()).number(counts.pointer()).number(out.pointer())
        .number(source == null ? 0 : source.pointer()).number(flags.numel()).number(n);
    for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < n ? flags.size(n - 1 - d) : 1);
    for (int d = 0; d < MOST_DIMS; d++) arguments.number(source != null && d < n ? out.strides()[n - 1 - d] : 0);
    String definitions = definitions(flags.dtype(), source == null ? DType.INT64 : out.dtype(), source != null);
    device.launch(name, KERNELS.function(device, definitions, kernel), Grid.of(counts.numel(), THREADS), arguments);
  }
}
