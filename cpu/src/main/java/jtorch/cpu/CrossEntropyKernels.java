package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.Tensor;
import jtorch.cpu.kernel.CrossEntropy;
import jtorch.cpu.kernel.Rows;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Brings tensors to [CrossEntropy]: float32 and float64, contiguous.
final class CrossEntropyKernels {
  private CrossEntropyKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("cross_entropy", CrossEntropyKernels::forward);
    table.accept("cross_entropy_backward", CrossEntropyKernels::backward);
  }

  /// Classes are the second of `[N, C, *]`, or the only dimension.
  private static long outer(Tensor x) {
    return x.dim() == 1 ? 1 : x.size(0);
  }

  private static long classes(Tensor x) {
    return x.dim() == 1 ? x.size(0) : x.size(1);
  }

  private static long inner(Tensor x) {
    return x.dim() <= 2 ? 1 : Folded.product(x.sizes(), 2, x.dim());
  }

  private static long address(@Nullable Tensor t) {
    return t == null ? 0 : t.address();
  }

  private static void forward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor target = c.tensor("target").contiguous();
    Tensor given = c.tensorOrNull("weight");
    Tensor weight = given == null ? null : given.contiguous();
    if (x.numel() == 0) return;
    CrossEntropy.crossEntropy(Rows.of(x.dtype()), x.address(), target.address(), address(weight), c.out(0).address(),
        c.out(1).address(), outer(x), classes(x), inner(x), c.integer("ignore_index"));
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(target);
    Reference.reachabilityFence(weight);
  }

  private static void backward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor g = c.tensor("grad").to(x.dtype()).contiguous();
    Tensor target = c.tensor("target").contiguous();
    Tensor sums = c.tensor("log_sums").contiguous();
    Tensor given = c.tensorOrNull("weight");
    Tensor weight = given == null ? null : given.contiguous();
    if (x.numel() == 0) return;
    CrossEntropy.crossEntropyBackward(Rows.of(x.dtype()), g.address(), x.address(), target.address(), address(weight),
        sums.address(), c.out().address(), outer(x), classes(x), inner(x), c.integer("ignore_index"));
    for (Tensor t : new @Nullable Tensor[] {x, g, target, sums, weight}) Reference.reachabilityFence(t);
  }
}
