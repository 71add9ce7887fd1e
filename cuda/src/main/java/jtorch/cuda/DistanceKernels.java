package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.op.Distances;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Distances between rows of float32 or float64 in any p-norm, and their gradients.
final class DistanceKernels {
  static final KernelSet KERNELS = new KernelSet("distance", "functions");
  private static final int TILE = 16;
  private static final int THREADS = 256;
  private static final int MOST_BATCHES = 1 << 15;

  private final CudaBackend backend;

  private DistanceKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new DistanceKernels(backend);
    table.accept("cdist", c -> kernels.all(c, null));
    table.accept("cdist_backward", c -> kernels.all(c, c.tensor("cdist")));
    table.accept("pdist", c -> kernels.pairs(c, null));
    table.accept("pdist_backward", c -> kernels.pairs(c, c.tensor("pdist")));
  }

  static String definitions(DType dtype, double p, boolean pairs) {
    int norm = p == 0 ? 0 : p == 1 ? 1 : p == 2 ? 2 : Double.isInfinite(p) ? 3 : 4;
    return type("Element", Sources.type(dtype)) + define("NORM", norm) + define("PAIRS", pairs);
  }

  private void all(Call c, @Nullable Tensor distances) {
    run(c, Distances.batched(c.tensor("x1"), c.out()), Distances.batched(c.tensor("x2"), c.out()), distances, false);
  }

  private void pairs(Call c, @Nullable Tensor distances) {
    Tensor self = c.tensor("self").contiguous();
    run(c, self, self, distances, true);
  }

  private void run(Call c, Tensor left, Tensor right, @Nullable Tensor known, boolean pairs) {
    Tensor out = c.out();
    if (out.numel() == 0) return;
    DType dtype = out.dtype();
    double p = c.number("p");
    long rows = left.size(-2);
    long columns = right.size(-2);
    long width = left.size(-1);
    long batch = pairs ? 1 : out.numel() / (rows * (known == null ? columns : width));
    Tensor distances = known == null ? out : known.contiguous();
    Tensor grads = known == null ? out : c.tensor("grad").contiguous();
    Arguments arguments = Arguments.begin().number(left.pointer()).number(right.pointer()).number(out.pointer())
        .number(distances.pointer()).number(grads.pointer()).number(batch).number(rows).number(columns).number(width);
    if (dtype == DType.FLOAT64) arguments.number(p);
    else arguments.small(Float.floatToRawIntBits((float) p));
    long tiles = (rows + TILE - 1) / TILE * ((columns + TILE - 1) / TILE);
    CudaDevice device = backend.device(out.device());
    Grid grid = known == null
        ? new Grid(Math.toIntExact(tiles), (int) Math.min(batch, MOST_BATCHES), 1, TILE, TILE, 0)
        : device.grid(out.numel(), 1, THREADS);
    device.launch(c.operator().schema().bareName(),
        KERNELS.function(device, definitions(dtype, p, pairs), known == null ? "distances" : "slopes"), grid,
        arguments);
  }
}
