package jtorch.cuda;

import java.util.function.BiConsumer;
import jtorch.Complex;
import jtorch.DType;
import jtorch.SettingFunctions;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.TiledProduct.Extent;
import jtorch.cuda.blas.BlasProducts;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Matrix products: by cuBLASLt where it is there and can, else by a kernel of our own. Operands are read where they lie,
/// transposed or repeated, and halves are rounded once.
final class ProductKernels {
  private static final long[] NOWHERE = new long[3];
  /// Multiply-adds of a matrix, and of all.
  private static final long SMALL = 400;
  private static final long FEW = 1 << 16;
  static final String ROUNDED = "#define ROUNDED\n";
  private static final double[] ONE = {1, 0};
  private static final double[] ZERO = {0, 0};

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
    if (out.numel() == 0) return;
    CudaDevice gpu = backend.device(out.device());
    if (byLibrary(gpu, name, a, b, out, alpha, added, beta)) return;
    tiled(gpu, name, a, b, out, alpha, added, beta);
  }

  /// Whether the sum is made in order with every step rounded: where an operator asks for it, and for a few small matrices, as
  /// PyTorch does.
  private static boolean isRounded(String name, Tensor a, Tensor out) {
    if (out.dtype() != DType.FLOAT32 && out.dtype() != DType.FLOAT64) return false;
    long work = a.size(-2) * a.size(-1) * out.size(-1);
    return name.equals("ordered_product")
        || name.equals("bmm") && work < SMALL && out.size(0) * work < FEW;
  }

  /// Whether cuBLASLt has done it.
  private static boolean byLibrary(CudaDevice gpu, String name, Tensor a, Tensor b, Tensor out, double[] alpha,
      @Nullable Tensor added, double[] beta) {
    if (isRounded(name, a, out) || !out.dtype().isDifferentiable()) return false;
    BlasProducts blas = gpu.blas();
    if (blas == null) return false;
    boolean bias = added != null && isRow(added) && beta[0] == 1 && beta[1] == 0;
    boolean summed = added != null && !bias;
    long row = bias ? java.util.Objects.requireNonNull(added).pointer() : 0;
    int d = out.dim() - 2;
    var shape = new BlasProducts.Shape(out.dtype(), d == 0 ? 1 : out.size(0), out.size(d), out.size(d + 1), a.size(-1),
        distances(a), distances(b), distances(out), bias,
        !SettingFunctions.getFloat32MatmulPrecision().equals("highest"),
        BlasProducts.alignment(a.pointer(), b.pointer(), out.pointer(), row));
    if (summed) out.copy_(java.util.Objects.requireNonNull(added));
    var workspace = new Tensor[1];
    boolean done = blas.run(name, shape, alpha, summed ? beta : ZERO, a.pointer(), b.pointer(),
        row, out.pointer(), bytes -> {
          workspace[0] = Torch.empty(new long[] {bytes}, DType.UINT8, out.device());
          return workspace[0].pointer();
        }, gpu.stream());
    java.lang.ref.Reference.reachabilityFence(workspace);
    return done;
  }

  /// The same row for all of a matrix, its elements side by side.
  private static boolean isRow(Tensor t) {
    return t.dim() == 2 && t.stride(0) == 0 && t.stride(1) == 1 && t.size(0) > 1;
  }

  private static BlasProducts.Strides distances(Tensor t) {
    int d = t.dim() - 2;
    return new BlasProducts.Strides(d == 0 ? 0 : t.stride(0), t.stride(d), t.stride(d + 1));
  }

  private static void tiled(CudaDevice gpu, String name, Tensor a, Tensor b, Tensor out, double[] alpha,
      @Nullable Tensor added, double[] beta) {
    int d = out.dim() - 2;
    long batch = d == 0 ? 1 : out.size(0);
    long m = out.size(d);
    long n = out.size(d + 1);
    // Few columns are as good as few rows, of the transposed matrices.
    boolean turned = n <= 8 && m > n;
    Tensor left = turned ? b : a;
    Tensor right = turned ? a : b;
    DType dtype = out.dtype();
    TiledProduct.run(gpu, name, "product", isRounded(name, a, out) ? ROUNDED : "", dtype, TiledProduct.sums(dtype),
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
