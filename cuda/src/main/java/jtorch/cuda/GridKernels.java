package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Sampling at the points of a grid, a thread for each point. Gradients of the input are added in no certain order, as
/// PyTorch's are.
final class GridKernels {
  static final KernelSet KERNELS = new KernelSet("grid", "functions");
  private static final int THREADS = 256;
  private static final long[] NONE = {0};

  private final CudaBackend backend;

  private GridKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new GridKernels(backend);
    table.accept("grid_sampler", kernels::forward);
    table.accept("grid_sampler_backward", kernels::backward);
  }

  static String definitions(DType dtype, int dims, int mode) {
    return type("Element", Sources.type(dtype)) + type("Number", Sources.type(dtype.computeType()))
        + define("DIMS", dims) + define("MODE", mode);
  }

  private void forward(Call c) {
    if (c.out().numel() == 0) return;
    Tensor input = c.tensor("input").contiguous();
    Tensor grid = c.tensor("grid").to(input.dtype()).contiguous();
    launch(c, "sample_grid", input, grid, 0, c.out().pointer(), 0, 0);
  }

  private void backward(Call c) {
    Tensor input = c.tensor("input").contiguous();
    DType dtype = input.dtype();
    Tensor grad = c.tensor("grad_output").to(dtype).contiguous();
    Tensor grid = c.tensor("grid").to(dtype).contiguous();
    boolean[] mask = c.bools("output_mask");
    // Sums of halves are float32 until all is added.
    Tensor ofInput = Torch.zeros(mask[0] ? input.sizes() : NONE, dtype.computeType(), input.device());
    Tensor ofGrid = Torch.zeros(mask[1] ? grid.sizes() : NONE, dtype, input.device());
    if (grad.numel() > 0) launch(c, "sample_grid_backward", input, grid, grad.pointer(), 0,
        mask[0] ? ofInput.pointer() : 0, mask[1] ? ofGrid.pointer() : 0);
    c.give(new Tensor[] {ofInput.to(dtype), ofGrid});
  }

  private void launch(Call c, String kernel, Tensor input, Tensor grid, long grad, long out, long ofInput,
      long ofGrid) {
    int n = grid.dim() - 2;
    long points = 1;
    for (int d = 1; d <= n; d++) points *= grid.size(d);
    // PyTorch takes what it does not know for the last mode it does.
    long given = c.integer("interpolation_mode");
    int mode = n == 3 ? given == 0 ? 0 : 1 : (int) given;
    CudaDevice device = backend.device(input.device());
    Arguments arguments = Arguments.begin().number(input.pointer()).number(grid.pointer()).number(grad).number(out)
        .number(ofInput).number(ofGrid).number(input.size(0)).number(input.size(1)).number(points);
    for (int d = 0; d < 3; d++) arguments.number(d < n ? input.size(-1 - d) : 1);
    arguments.number(c.integer("padding_mode")).number(c.bool("align_corners") ? 1 : 0);
    device.launch("grid_sampler", KERNELS.function(device, definitions(input.dtype(), n, mode), kernel),
        device.grid(input.size(0) * points, 1, THREADS), arguments);
  }
}
