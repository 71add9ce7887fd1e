package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The kernels of the margin loss of several labels.
final class MarginLossKernels {
  private MarginLossKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("multilabel_margin_loss_forward", MarginLossKernels::forward);
    table.accept("multilabel_margin_loss_backward", MarginLossKernels::backward);
  }

  /// The targets of a row, and which classes they are.
  private static int targets(Call c, long address, int[] targets, boolean[] isTarget) {
    Arrays.fill(isTarget, false);
    int count = 0;
    boolean open = true;
    for (int i = 0; i < targets.length; i++) {
      long target = Memory.getLong(address + i * 8L);
      if (target < -1 || target >= targets.length)
        throw c.check().because("argument #2 'target' is out of range").indexFailure();
      open &= target >= 0;
      if (!open) continue;
      targets[count++] = (int) target;
      isTarget[(int) target] = true;
    }
    return count;
  }

  private static int classes(Tensor x) {
    return x.dim() == 0 ? 1 : (int) x.size(-1);
  }

  private static void forward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor target = c.tensor("target").contiguous();
    DType dtype = x.dtype();
    int size = dtype.size();
    int classes = classes(x);
    int rows = (int) (x.numel() / classes);
    int[] targets = new int[classes];
    boolean[] isTarget = new boolean[classes];
    double all = 0;
    boolean each = c.out().dim() == 1;
    for (int r = 0; r < rows; r++) {
      long row = x.address() + (long) r * classes * size;
      int count = targets(c, target.address() + (long) r * classes * 8, targets, isTarget);
      double sum = 0;
      for (int t = 0; t < count; t++) {
        double edge = 1 - Numbers.getDouble(dtype, row + (long) targets[t] * size);
        for (int d = 0; d < classes; d++) {
          if (!isTarget[d]) sum += Math.max(0, edge + Numbers.getDouble(dtype, row + (long) d * size));
        }
      }
      for (int d = 0; d < classes; d++)
        Numbers.putDouble(dtype, c.out(1).address() + ((long) r * classes + d) * size, isTarget[d] ? 1 : 0);
      sum /= classes;
      all += sum;
      if (each) Numbers.putDouble(dtype, c.out().address() + (long) r * size, sum);
    }
    if (!each) Numbers.putDouble(dtype, c.out().address(), c.integer("reduction") == 1 && rows > 0 ? all / rows : all);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(target);
  }

  private static void backward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor target = c.tensor("target").contiguous();
    Tensor grad = c.tensor("grad_output").contiguous();
    DType dtype = x.dtype();
    int size = dtype.size();
    int classes = classes(x);
    int rows = (int) (x.numel() / classes);
    boolean each = grad.dim() == 1;
    double share = c.integer("reduction") == 1 && rows > 0 ? 1.0 / ((long) rows * classes) : 1.0 / classes;
    int[] targets = new int[classes];
    boolean[] isTarget = new boolean[classes];
    double[] sums = new double[classes];
    for (int r = 0; r < rows; r++) {
      long row = x.address() + (long) r * classes * size;
      int count = targets(c, target.address() + (long) r * classes * 8, targets, isTarget);
      Arrays.fill(sums, 0);
      for (int t = 0; t < count; t++) {
        double edge = 1 - Numbers.getDouble(dtype, row + (long) targets[t] * size);
        for (int d = 0; d < classes; d++) {
          if (isTarget[d] || edge + Numbers.getDouble(dtype, row + (long) d * size) <= 0) continue;
          sums[targets[t]] -= 1;
          sums[d] += 1;
        }
      }
      double g = Numbers.getDouble(dtype, grad.address() + (each ? (long) r * size : 0)) * share;
      for (int d = 0; d < classes; d++)
        Numbers.putDouble(dtype, c.out().address() + ((long) r * classes + d) * size, sums[d] * g);
    }
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(target);
    Reference.reachabilityFence(grad);
  }
}
