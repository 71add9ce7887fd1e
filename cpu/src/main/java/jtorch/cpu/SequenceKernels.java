package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.op.Spacing;
import jtorch.spi.Kernel;

/// Kernels that write numbers in order.
final class SequenceKernels {
  private static final long GRAIN = 8 << 10;

  private SequenceKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("arange", SequenceKernels::arange);
    table.accept("linspace", SequenceKernels::linspace);
    table.accept("logspace", SequenceKernels::logspace);
  }

  private static void arange(Call c) {
    Tensor out = c.out();
    DType dtype = out.dtype();
    if (dtype.isIntegral()) {
      long start = whole(c.scalar("start"));
      long step = whole(c.scalar("step"));
      each(out, (address, i) -> Numbers.putLong(dtype, address, start + i * step));
    } else {
      double start = c.number("start");
      double step = c.number("step");
      each(out, (address, i) -> Numbers.putDouble(dtype, address, start + i * step));
    }
  }

  private static void linspace(Call c) {
    Tensor out = c.out();
    DType dtype = out.dtype();
    Spacing real = Spacing.of(c, false);
    Spacing imaginary = Spacing.of(c, true);
    each(out, (address, i) -> {
      Numbers.putDouble(dtype, address, real.at(i));
      if (dtype.isComplex()) Numbers.putImaginary(dtype, address, imaginary.at(i));
    });
  }

  private static void logspace(Call c) {
    Tensor out = c.out();
    DType dtype = out.dtype();
    double base = c.number("base");
    double logarithm = Math.log(base);
    Spacing real = Spacing.of(c, false);
    Spacing imaginary = Spacing.of(c, true);
    each(out, (address, i) -> {
      double magnitude = Math.pow(base, real.at(i));
      double angle = imaginary.at(i) * logarithm;
      Numbers.putDouble(dtype, address, angle == 0 ? magnitude : magnitude * Math.cos(angle));
      if (dtype.isComplex()) Numbers.putImaginary(dtype, address, angle == 0 ? 0 : magnitude * Math.sin(angle));
    });
  }

  private static long whole(Object number) {
    return number instanceof Boolean b ? (b ? 1 : 0) : ((Number) number).longValue();
  }

  private interface Element {
    void write(long address, long index);
  }

  private static void each(Tensor out, Element element) {
    int size = out.dtype().size();
    Parallel.run(out.numel(), GRAIN, (begin, end) -> {
      for (long i = begin; i < end; i++) element.write(out.address() + i * size, i);
    });
  }
}
