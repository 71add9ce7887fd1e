package jtorch.cuda;

import java.util.function.BiConsumer;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.TiledProduct.Extent;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of matrix products: operands are read where they lie, transposed or repeated, and halves are rounded once.
final class ProductKernels {
  private static final long[] NOWHERE = new long[3];
  private static final double[] ONE = {1, 0};

  private final CudaBackend backend;

  private ProductKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new ProductKernels(backend);
    table.accept("mm", c -> kernels.product("mm", c.tensor("self"), c.tensor("mat2"), c.out()));
    table.accept("bmm", c -> kernels.product("bmm", c.tensor("self"), c.tensor("mat2"), c.out()));
    table.accept("ordered_product",
        c -> kernels.product("ordered_product", c.tensor("self"), c.tensor("mat2"), c.out()));
    table.accept("addmm", c -> kernels.sum(c, c.tensor("mat1"), c.tensor("mat2")));
    table.accept("baddbmm", c -> kernels.sum(c, c.tensor("batch1"), c.tensor("batch2")));
    table.accept("dot", c -> kernels.product("dot", c.tensor("self").unsqueeze(0), c.tensor("tensor").unsqueeze(1),
        c.out().view(1, 1)));
  }

  /// `beta * self + alpha * a b`; where beta is 0, self is not read.
  private void sum(Call c, Tensor a, Tensor b) {
    Tensor out = c.out();
    double[] alpha = number(c.scalar("alpha"));
    double[] beta = number(c.scalar("beta"));
    Tensor added = beta[0] == 0 && beta[1] == 0 ? null : c.tensor("self").expand(out.sizes());
    String name = c.operator().schema().name();
    if (out.dtype().isDifferentiable()) {
      run(name, a, b, out, alpha, added, beta);
      return;
    }
    // Integers are multiplied by whole numbers, of up to 64 bits.
    product(name, a, b, out);
    if (alpha[0] != 1) out.mul_(whole(c.scalar("alpha")));
    if (added != null) out.add_(beta[0] == 1 ? added : added.mul(whole(c.scalar("beta"))));
  }

  private void product(String name, Tensor a, Tensor b, Tensor out) {
    run(name, a, b, out, ONE, null, ONE);
  }

  private static double[] number(Object scalar) {
    if (scalar instanceof Complex z) return new double[] {z.real(), z.imaginary()};
    return new double[] {scalar instanceof Boolean yes ? yes ? 1 : 0 : ((Number) scalar).doubleValue(), 0};
  }

  private static long whole(Object scalar) {
    return scalar instanceof Boolean yes ? yes ? 1 : 0 : ((Number) scalar).longValue();
  }

  private void run(String name, Tensor a, Tensor b, Tensor out, double[] alpha, @Nullable Tensor added,
      double[] beta) {
    CudaDevice gpu = backend.device(out.device());
    int d = out.dim() - 2;
    long batch = d == 0 ? 1 : out.size(0);
    long m = out.size(d);
    long n = out.size(d + 1);
    // Few columns are as good as few rows, of the transposed matrices.
    boolean turned = n <= 8 && m > n;
    Tensor left = turned ? b : a;
    Tensor right = turned ? a : b;
    DType dtype = out.dtype();
    TiledProduct.run(gpu, name, "product", "", dtype, TiledProduct.sums(dtype),
        new Extent(batch, turned ? n : m, turned ? m : n, a.size(-1)),
        arguments -> {
          arguments.number(left.pointer()).number(right.pointer()).number(added == null ? 0 : added.pointer())
              .number(out.pointer());
          for (Tensor t : new @Nullable Tensor[] {left, right, added, out})
            arguments.numbers(t == null ? NOWHERE : strides(t, turned));
          for (double part : new double[] {alpha[0], alpha[1], beta[0], beta[1]}) arguments.number(part);
        });
  }

  private static long[] strides(Tensor t, boolean turned) {
    int d = t.dim() - 2;
    long batch = d == 0 ? 0 : t.stride(0);
    return turned ? new long[] {batch, t.stride(d + 1), t.stride(d)} : new long[] {batch, t.stride(d), t.stride(d + 1)};
  }
}
