package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.matrix.Convolution;
import jtorch.cpu.matrix.ConvolutionShape;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of convolutions: float32 and float64 as they lie, halves through float32, integers through float64.
final class ConvolutionKernels {
  private ConvolutionKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("convolution", ConvolutionKernels::forward);
    table.accept("convolution_input", ConvolutionKernels::input);
    table.accept("convolution_weight", ConvolutionKernels::weight);
    table.accept("convolution_backward", ConvolutionKernels::backward);
  }

  private static DType compute(DType dtype) {
    return dtype.isHalf() ? DType.FLOAT32 : dtype.isFloatingPoint() ? dtype : DType.FLOAT64;
  }

  private static Tensor result(Tensor out, DType compute) {
    return out.dtype() == compute ? out : Torch.emptyLike(out, compute);
  }

  private static void finish(Tensor computed, Tensor out) {
    if (computed != out) out.copy_(computed);
  }

  private static ConvolutionShape shape(Call c, Tensor x, Tensor w, Tensor y) {
    return new ConvolutionShape(x.sizes(), w.sizes(), y.sizes(), c.longs("stride"), c.longs("padding"),
        c.longs("dilation"), c.integer("groups"), x.strides(), w.strides(), y.strides());
  }

  private static long address(@Nullable Tensor t) {
    return t == null ? 0 : t.address();
  }

  private static void forward(Call c) {
    DType compute = compute(c.out().dtype());
    Tensor x = c.tensor("input").to(compute);
    Tensor w = c.tensor("weight").to(compute);
    Tensor bias = c.tensorOrNull("bias");
    if (bias != null) bias = bias.to(compute).contiguous();
    Tensor y = result(c.out(), compute);
    Convolution.forward(PooledScratch.INSTANCE, compute, shape(c, x, w, y), x.address(), w.address(), address(bias),
        y.address());
    java.lang.ref.Reference.reachabilityFence(bias);
    finish(y, c.out());
  }

  private static void input(Call c) {
    DType compute = compute(c.out().dtype());
    Tensor dy = c.tensor("grad").to(compute);
    Tensor w = c.tensor("weight").to(compute);
    Tensor dx = result(c.out(), compute);
    if (dx.numel() == 0) return;
    Convolution.backward(PooledScratch.INSTANCE, compute, shape(c, dx, w, dy), 0, w.address(), dy.address(),
        dx.address(), 0, 0);
    finish(dx, c.out());
  }

  private static void weight(Call c) {
    DType compute = compute(c.out().dtype());
    Tensor x = c.tensor("input").to(compute);
    Tensor dy = c.tensor("grad").to(compute);
    Tensor dw = result(c.out(), compute);
    if (dw.numel() == 0) return;
    Convolution.backward(PooledScratch.INSTANCE, compute, shape(c, x, dw, dy), x.address(), 0, dy.address(), 0,
        dw.address(), 0);
    finish(dw, c.out());
  }

  /// All wanted gradients in one pass over the result's; unwanted results are empty.
  private static void backward(Call c) {
    DType dtype = c.tensor("grad").dtype();
    DType compute = compute(dtype);
    Tensor dy = c.tensor("grad").to(compute);
    // Gradients are written with the strides of what they belong to, which they have where it is dense.
    Tensor x = dense(c.tensor("input").to(compute));
    Tensor w = dense(c.tensor("weight").to(compute));
    boolean[] mask = c.bools("output_mask");
    Tensor dx = result(c.out(0), compute);
    Tensor dw = result(c.out(1), compute);
    Tensor db = result(c.out(2), compute);
    Convolution.backward(PooledScratch.INSTANCE, compute, shape(c, x, w, dy), x.address(), w.address(), dy.address(),
        mask[0] ? dx.address() : 0, mask[1] ? dw.address() : 0, mask[2] ? db.address() : 0);
    finish(dx, c.out(0));
    finish(dw, c.out(1));
    finish(db, c.out(2));
    java.lang.ref.Reference.reachabilityFence(x);
    java.lang.ref.Reference.reachabilityFence(w);
  }

  private static Tensor dense(Tensor t) {
    return t.isDense() ? t : t.contiguous();
  }
}
