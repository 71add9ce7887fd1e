package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.kernel.GridSample;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The kernels of sampling at the points of a grid.
final class SamplingKernels {
  private SamplingKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("grid_sampler", SamplingKernels::forward);
    table.accept("grid_sampler_backward", SamplingKernels::backward);
  }

  private static DType stored(DType dtype) {
    return dtype.isHalf() ? DType.FLOAT32 : dtype;
  }

  private static GridSample plan(Call c) {
    Tensor input = c.tensor("input");
    Tensor grid = c.tensor("grid");
    int n = grid.dim() - 2;
    int[] sizes = new int[n];
    for (int i = 0; i < n; i++) sizes[i] = Math.toIntExact(input.size(input.dim() - 1 - i));
    long points = 1;
    for (int i = 1; i <= n; i++) points *= grid.size(i);
    return new GridSample(input.dtype(), input.dtype() == DType.FLOAT64, mode(c.integer("interpolation_mode"), n),
        (int) c.integer("padding_mode"), c.bool("align_corners"), sizes, input.size(0), input.size(1), points);
  }

  /// PyTorch takes what it does not know for the last mode it does.
  private static int mode(long mode, int n) {
    return n == 3 ? mode == 0 ? 0 : 1 : (int) mode;
  }

  private static void forward(Call c) {
    if (c.out().numel() == 0) return;
    DType dtype = stored(c.out().dtype());
    Tensor x = c.tensor("input").to(dtype).contiguous();
    Tensor grid = c.tensor("grid").to(dtype).contiguous();
    Tensor y = c.out().dtype() == dtype ? c.out() : Torch.empty(c.out().sizes(), dtype);
    plan(c).forward(x.address(), grid.address(), y.address());
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(grid);
    if (y != c.out()) c.out().copy_(y);
  }

  private static void backward(Call c) {
    Tensor input = c.tensor("input");
    DType dtype = stored(input.dtype());
    Tensor g = c.tensor("grad_output").to(dtype).contiguous();
    Tensor x = input.to(dtype).contiguous();
    Tensor grid = c.tensor("grid").to(dtype).contiguous();
    boolean[] mask = c.bools("output_mask");
    Tensor dx = Torch.zeros(mask[0] ? input.sizes() : new long[] {0}, dtype);
    Tensor dgrid = Torch.zeros(mask[1] ? grid.sizes() : new long[] {0}, dtype);
    GridSample plan = plan(c);
    if (g.numel() > 0) {
      if (mask[0]) plan.backwardInput(g.address(), grid.address(), dx.address());
      if (mask[1]) plan.backwardGrid(g.address(), x.address(), grid.address(), dgrid.address());
    }
    Reference.reachabilityFence(x);
    c.give(new Tensor[] {dx.to(input.dtype()), dgrid.to(input.dtype())});
  }
}
