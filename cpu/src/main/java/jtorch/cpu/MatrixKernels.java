package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.matrix.Gemm;
import jtorch.cpu.matrix.GemmShape;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The kernels of matrix products: transposed and sliced operands are read where they lie.
final class MatrixKernels {
  /// Multiply-adds of halves for which oneDNN's call, made ready for each shape anew, costs less than conversions.
  private static final long SEVERAL = 1 << 16;
  /// Multiply-adds of a matrix below which a batch is multiplied in order.
  private static final long FEW = 400;

  private MatrixKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("mm", c -> product(c.tensor("self"), c.tensor("mat2"), c.out(), 1, 0));
    table.accept("bmm", MatrixKernels::bmm);
    table.accept("addmm", MatrixKernels::addmm);
    table.accept("ordered_product", MatrixKernels::orderedProduct);
    table.accept("baddbmm", MatrixKernels::baddbmm);
  }

  private static void addmm(Call c) {
    Tensor self = c.tensor("self");
    Tensor a = c.tensor("mat1");
    Tensor b = c.tensor("mat2");
    Tensor out = c.out();
    Object alpha = c.scalar("alpha");
    Object beta = c.scalar("beta");
    boolean plain = isOne(alpha) && isOne(beta);
    DType dtype = out.dtype();
    if (plain && (dtype == DType.FLOAT32 || dtype == DType.FLOAT64) && self.dim() == 1 && self.isContiguous()
        && self.size(0) == out.size(1) && a.size(1) > 0) {
      // A bias is added while the product is stored.
      Gemm.run(PooledScratch.INSTANCE, dtype, shape(a, b, out), 1, a.address(), b.address(), out.address(),
          Gemm.Bias.COLUMN, self.address());
      return;
    }
    combine(self, a, b, out, alpha, beta);
  }

  private static void bmm(Call c) {
    Tensor a = c.tensor("self");
    Tensor b = c.tensor("mat2");
    DType dtype = c.out().dtype();
    // What PyTorch does not give to MKL it sums in order, every step rounded; there is no faster way for so little.
    boolean few = a.size(1) * a.size(2) * b.size(2) < FEW && a.size(2) > 0;
    if (few && (dtype == DType.FLOAT32 || dtype == DType.FLOAT64)) orderedProduct(c);
    else product(a, b, c.out(), 1, 0);
  }

  private static void baddbmm(Call c) {
    Object alpha = c.scalar("alpha");
    Object beta = c.scalar("beta");
    // Integers are multiplied by whole numbers.
    boolean whole = !c.out().dtype().isDifferentiable();
    combine(c.tensor("self"), c.tensor("batch1"), c.tensor("batch2"), c.out(), whole ? (long) number(alpha) : alpha,
        whole ? (long) number(beta) : beta);
  }

  /// `beta * self + alpha * a b`; where beta is 0, self is not read.
  private static void combine(Tensor self, Tensor a, Tensor b, Tensor out, Object alpha, Object beta) {
    DType dtype = out.dtype();
    boolean ignored =
        beta instanceof Number n && n.doubleValue() == 0 && !(n instanceof jtorch.Complex z && z.imaginary() != 0);
    boolean real = !(alpha instanceof jtorch.Complex) && !(beta instanceof jtorch.Complex);
    if (real && (dtype == DType.FLOAT32 || dtype == DType.FLOAT64) && a.size(-1) > 0) {
      if (!ignored) out.copy_(self);
      product(a, b, out, number(alpha), ignored ? 0 : number(beta));
      return;
    }
    // Halves keep the sum in float32 and round once.
    DType wide = dtype.isHalf() ? DType.FLOAT32 : dtype;
    Tensor made = Torch.empty(out.sizes(), wide);
    product(a.to(wide), b.to(wide), made, 1, 0);
    if (!isOne(alpha)) made.mul_((Number) scalar(alpha));
    if (!ignored) made.add_(isOne(beta) ? self.to(wide) : self.to(wide).mul((Number) scalar(beta)));
    out.copy_(made);
  }

  private static boolean isOne(Object v) {
    return v instanceof Long l && l == 1 || v instanceof Double d && d == 1;
  }

  private static Object scalar(Object v) {
    return v instanceof Boolean b ? (Object) (b ? 1L : 0L) : v;
  }

  private static double number(Object v) {
    return ((Number) scalar(v)).doubleValue();
  }

  private static GemmShape shape(Tensor a, Tensor b, Tensor c) {
    int d = a.dim() - 2;
    long batch = d == 0 ? 1 : a.size(0);
    return new GemmShape(batch, a.size(d), b.size(d + 1), a.size(d + 1), d == 0 ? 0 : a.stride(0), a.stride(d),
        a.stride(d + 1), d == 0 ? 0 : b.stride(0), b.stride(d), b.stride(d + 1), d == 0 ? 0 : c.stride(0), c.stride(d),
        c.stride(d + 1));
  }

  /// `out = alpha a b + beta out` for two or three dimensions, any strides.
  private static void product(Tensor a, Tensor b, Tensor out, double alpha, double beta) {
    DType dtype = out.dtype();
    switch (dtype) {
      case FLOAT32, FLOAT64, INT32, INT64 -> {
        if (a.size(-1) == 0) {
          if (beta == 0) out.zero_();
          return;
        }
        Gemm.run(PooledScratch.INSTANCE, dtype, shape(a, b, out), alpha, a.address(), b.address(), beta, out.address());
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(b);
      }
      case COMPLEX64, COMPLEX128 -> {
        DType part = dtype.toReal();
        Tensor ar = a.real().contiguous();
        Tensor ai = a.imag().contiguous();
        Tensor br = b.real().contiguous();
        Tensor bi = b.imag().contiguous();
        Tensor re = Torch.empty(out.sizes(), part);
        Tensor im = Torch.empty(out.sizes(), part);
        product(ar, br, re, 1, 0);
        product(ai, bi, re, -1, 1);
        product(ar, bi, im, 1, 0);
        product(ai, br, im, 1, 1);
        out.copy_(Torch.complex(re, im));
      }
      default -> {
        if (dtype.isHalf() && alpha == 1 && beta == 0 && a.numel() * out.size(-1) >= SEVERAL
            && Gemm.supports(dtype, shape(a, b, out))) {
          Gemm.run(PooledScratch.INSTANCE, dtype, shape(a, b, out), 1, a.address(), b.address(), 0, out.address());
          java.lang.ref.Reference.reachabilityFence(a);
          java.lang.ref.Reference.reachabilityFence(b);
          return;
        }
        DType wide = dtype.isHalf() ? DType.FLOAT32 : DType.INT64;
        Tensor made = Torch.empty(out.sizes(), wide);
        product(a.to(wide), b.to(wide), made, alpha, 0);
        out.copy_(made);
      }
    }
  }

  /// A product of small float32 or float64 matrices, each element summed in order and every step rounded.
  private static void orderedProduct(Call c) {
    Tensor a = c.tensor("self");
    Tensor b = c.tensor("mat2");
    GemmShape shape = shape(a, b, c.out());
    long to = c.out().address();
    Parallel.run(shape.batch(), 64, c.out().dtype() == DType.FLOAT32 //
        ? (begin, end) -> smallFloats(shape, a.address(), b.address(), to, begin, end)
        : (begin, end) -> smallDoubles(shape, a.address(), b.address(), to, begin, end));
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
  }

  private static void smallFloats(GemmShape s, long a, long b, long c, long begin, long end) {
    int rows = (int) s.m();
    int inner = (int) s.k();
    int columns = (int) s.n();
    float[] right = new float[inner * columns];
    float[] sums = new float[columns];
    for (long batch = begin; batch < end; batch++) {
      long from = b + 4 * batch * s.bBatch();
      for (int k = 0; k < inner; k++) {
        for (int j = 0; j < columns; j++)
          right[k * columns + j] = Memory.getFloat(from + 4 * (k * s.bRow() + j * s.bColumn()));
      }
      for (int i = 0; i < rows; i++) {
        long row = a + 4 * (batch * s.aBatch() + i * s.aRow());
        Arrays.fill(sums, 0);
        for (int k = 0; k < inner; k++) {
          float factor = Memory.getFloat(row + 4 * k * s.aColumn());
          for (int j = 0; j < columns; j++) sums[j] += factor * right[k * columns + j];
        }
        long to = c + 4 * (batch * s.cBatch() + i * s.cRow());
        for (int j = 0; j < columns; j++) Memory.putFloat(to + 4 * j * s.cColumn(), sums[j]);
      }
    }
  }

  private static void smallDoubles(GemmShape s, long a, long b, long c, long begin, long end) {
    int rows = (int) s.m();
    int inner = (int) s.k();
    int columns = (int) s.n();
    double[] right = new double[inner * columns];
    double[] sums = new double[columns];
    for (long batch = begin; batch < end; batch++) {
      long from = b + 8 * batch * s.bBatch();
      for (int k = 0; k < inner; k++) {
        for (int j = 0; j < columns; j++)
          right[k * columns + j] = Memory.getDouble(from + 8 * (k * s.bRow() + j * s.bColumn()));
      }
      for (int i = 0; i < rows; i++) {
        long row = a + 8 * (batch * s.aBatch() + i * s.aRow());
        Arrays.fill(sums, 0);
        for (int k = 0; k < inner; k++) {
          double factor = Memory.getDouble(row + 8 * k * s.aColumn());
          for (int j = 0; j < columns; j++) sums[j] += factor * right[k * columns + j];
        }
        long to = c + 8 * (batch * s.cBatch() + i * s.cRow());
        for (int j = 0; j < columns; j++) Memory.putDouble(to + 8 * j * s.cColumn(), sums[j]);
      }
    }
  }
}
