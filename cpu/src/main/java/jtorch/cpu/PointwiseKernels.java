package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.spi.Kernel;

/// Element-wise kernels that give more than one result, so that no expression says them.
final class PointwiseKernels {
  private PointwiseKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("frexp", c -> frexp(c.tensor("self"), c.out(0), c.out(1)));
  }

  /// Splits numbers into mantissa and exponent; zeros, infinities and NaN are their own mantissa, with exponent 0.
  private static void frexp(Tensor self, Tensor mantissa, Tensor exponent) {
    Tensor numbers = self.to(DType.FLOAT64).contiguous();
    Tensor mantissas =
        mantissa.dtype() == DType.FLOAT64 ? mantissa : jtorch.Torch.empty(mantissa.sizes(), DType.FLOAT64);
    Parallel.run(self.numel(), 4096, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        double x = Memory.getDouble(numbers.address() + 8 * i);
        boolean plain = x != 0 && Double.isFinite(x);
        // Subnormal numbers are scaled up first, for their exponent does not stand in their bits.
        boolean tiny = plain && Math.abs(x) < Double.MIN_NORMAL;
        int e = !plain ? 0 : tiny ? Math.getExponent(x * 0x1p54) - 53 : Math.getExponent(x) + 1;
        Memory.putDouble(mantissas.address() + 8 * i, tiny ? Math.scalb(x * 0x1p54, -e - 54) : Math.scalb(x, -e));
        Memory.putInt(exponent.address() + 4 * i, e);
      }
    });
    if (mantissas != mantissa) jtorch.op.Copying.write(mantissas, mantissa);
    Reference.reachabilityFence(numbers);
    Reference.reachabilityFence(mantissas);
  }
}
