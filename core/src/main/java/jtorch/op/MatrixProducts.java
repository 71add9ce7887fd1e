package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;

/// Products of matrices and vectors, batched or not.
public final class MatrixProducts {
  /// `[n, k] x [k, m] -> [n, m]`
  public static final Operator MM = Operator.declare("aten::mm(Tensor self, Tensor mat2) -> Tensor")
      .shape(c -> {
        Tensor a = c.tensor("self");
        Tensor b = c.tensor("mat2");
        if (a.dim() != 2)
          throw c.check().because("self must be a matrix").tensor("self", a).tensor("mat2", b).shapeFailure();
        if (b.dim() != 2)
          throw c.check().because("mat2 must be a matrix").tensor("self", a).tensor("mat2", b).shapeFailure();
        checkInner(c, a, b);
        c.result(new long[] {a.size(0), b.size(1)}, a.dtype());
      })
      .kernel("mm")
      .gradient("self", b -> b.grad().mm(b.tensor("mat2").t().conj()), "mat2")
      .gradient("mat2", b -> b.tensor("self").t().conj().mm(b.grad()), "self");

  /// `[b, n, k] x [b, k, m] -> [b, n, m]`
  public static final Operator BMM = Operator.declare("aten::bmm(Tensor self, Tensor mat2) -> Tensor")
      .shape(c -> {
        Tensor a = c.tensor("self");
        Tensor b = c.tensor("mat2");
        if (a.dim() != 3 || b.dim() != 3) throw c.check().because("batch1 and batch2 must be 3D tensors")
            .tensor("self", a).tensor("mat2", b).shapeFailure();
        if (a.size(0) != b.size(0) || a.size(2) != b.size(1)) throw c.check()
            .because("Expected size for first two dimensions of batch2 tensor to be: [%d, %d] but got: [%d, %d].",
                a.size(0), a.size(2), b.size(0), b.size(1))
            .tensor("self", a).tensor("mat2", b).shapeFailure();
        checkDTypes(c, a, b);
        c.result(new long[] {a.size(0), a.size(1), b.size(2)}, a.dtype());
      })
      .kernel("bmm")
      .gradient("self", b -> b.grad().bmm(b.tensor("mat2").transpose(1, 2).conj()), "mat2")
      .gradient("mat2", b -> b.tensor("self").transpose(1, 2).conj().bmm(b.grad()), "self");

  /// `beta * self + alpha * mat1 @ mat2`
  public static final Operator ADDMM =
      Operator.declare("aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
          .shape(c -> {
            Tensor a = c.tensor("mat1");
            Tensor b = c.tensor("mat2");
            if (a.dim() != 2 || b.dim() != 2)
              throw c.check().because("mat1 and mat2 must be matrices, got %d-D and %d-D", a.dim(), b.dim())
                  .tensor("mat1", a).tensor("mat2", b).shapeFailure();
            checkInner(c, a, b);
            Tensor self = c.tensor("self");
            if (self.dtype() != a.dtype()) throw c.check()
                .because("self and mat2 must have the same dtype, but got %s and %s", self.dtype(), b.dtype())
                .failure();
            long[] sizes = {a.size(0), b.size(1)};
            long[] joined = Elementwise.broadcastShapes(self.sizes(), sizes);
            if (joined == null || !Arrays.equals(joined, sizes))
              throw c
                  .check().because("The expanded size of the tensor must match: %s and %s",
                      Arrays.toString(self.sizes()), Arrays.toString(sizes))
                  .tensor("self", self).tensor("mat1", a).tensor("mat2", b).shapeFailure();
            c.result(sizes, a.dtype());
          })
          .kernel("addmm")
          .gradient("self", b -> scaled(b.grad(), b.scalar("beta")))
          .gradient("mat1", b -> scaled(b.grad().mm(b.tensor("mat2").t().conj()), b.scalar("alpha")), "mat2")
          .gradient("mat2", b -> scaled(b.tensor("mat1").t().conj().mm(b.grad()), b.scalar("alpha")), "mat1")
          .inPlace();

  /// `input @ weight.T + bias` over the last dimension: `[*, in] x [out, in] -> [*, out]`.
  public static final Operator LINEAR =
      Operator.declare("aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor")
          .composition(c -> {
            Tensor input = c.tensor("input");
            Tensor weight = c.tensor("weight");
            Tensor bias = c.tensorOrNull("bias");
            if (weight.dim() == 2 && input.dim() >= 1 && input.size(-1) != weight.size(1)) {
              throw c.check()
                  .because("mat1 and mat2 shapes cannot be multiplied (%dx%d and %dx%d)",
                      input.numel() / Math.max(1, input.size(-1)), input.size(-1), weight.size(1), weight.size(0))
                  .tensor("input", input).tensor("weight", weight)
                  .hint("the input's last dimension must be " + weight.size(1)).shapeFailure();
            }
            if (weight.dim() == 1) {
              Tensor y = input.matmul(weight);
              return bias == null ? y : y.add(bias);
            }
            Tensor flat = input.dim() == 2 ? input : input.reshape(-1, input.size(-1));
            Tensor y = bias == null ? flat.mm(weight.t()) : ADDMM.tensor(bias, flat, weight.t(), 1L, 1L);
            if (input.dim() == 2) return y;
            long[] sizes = input.sizes().clone();
            sizes[sizes.length - 1] = weight.size(0);
            return y.view(sizes);
          });

  /// NumPy's `matmul`: vectors, matrices and broadcast batches.
  public static final Operator MATMUL = Operator.declare("aten::matmul(Tensor self, Tensor other) -> Tensor")
      .composition(c -> matmul(c, c.tensor("self"), c.tensor("other")));

  private static final Operator ORDERED =
      Operator.declare("jtorch::ordered_product(Tensor self, Tensor mat2) -> Tensor")
          .shape(c -> {
            long[] sizes = c.tensor("self").sizes().clone();
            sizes[sizes.length - 1] = c.tensor("mat2").size(-1);
            c.result(sizes, c.tensor("self").dtype());
          })
          .kernel("ordered_product")
          .gradient("self", b -> b.grad().matmul(b.tensor("mat2").mT()), "mat2")
          .gradient("mat2", b -> b.tensor("self").mT().matmul(b.grad()), "self");

  /// The product of matrices of the same batch, small ones of float32 and float64 summed in order without fused steps. That is
  /// how PyTorch and MKL sum them; where differences or chains of products magnify the rounding, only the same order gives the
  /// same digits.
  static Tensor inOrder(Tensor a, Tensor b) {
    long work = a.size(-2) * a.size(-1) * b.size(-1);
    if (a.dtype() != DType.FLOAT32 && a.dtype() != DType.FLOAT64 || work >= 1024 || a.numel() == 0 || b.numel() == 0)
      return a.matmul(b);
    if (a.dim() <= 3) return ORDERED.tensor(a, b);
    long[] sizes = a.sizes().clone();
    sizes[sizes.length - 1] = b.size(-1);
    return ORDERED.tensor(a.reshape(-1, a.size(-2), a.size(-1)), b.reshape(-1, b.size(-2), b.size(-1))).reshape(sizes);
  }

  private MatrixProducts() {}

  private static Tensor matmul(Call c, Tensor a, Tensor b) {
    if (a.dim() == 0 || b.dim() == 0) throw c.check()
        .because("both arguments to matmul need to be at least 1D, but they are %dD and %dD", a.dim(), b.dim())
        .tensor("self", a).tensor("other", b).shapeFailure();
    long inner = a.size(-1);
    long other = b.dim() == 1 ? b.size(0) : b.size(-2);
    if (inner != other) {
      Check check =
          c.check().because("mat1 and mat2 shapes cannot be multiplied: inner sizes differ: %d and %d", inner, other)
              .tensor("self", a).tensor("other", b);
      if (b.dim() >= 2 && inner == b.size(-1)) check.hint("other.mT() would fit");
      throw check.shapeFailure();
    }
    if (a.dim() == 2 && b.dim() == 2) return a.mm(b);
    if (a.dim() == 1 && b.dim() == 1) return a.unsqueeze(0).mm(b.unsqueeze(1)).reshape();
    if (b.dim() == 1) return matmul(c, a, b.unsqueeze(1)).squeeze(-1);
    if (a.dim() == 1) return matmul(c, a.unsqueeze(0), b).squeeze(-2);
    if (b.dim() == 2) {
      // One tall matrix rather than a batch of small ones.
      long[] sizes = a.sizes().clone();
      sizes[sizes.length - 1] = b.size(1);
      return a.reshape(-1, inner).mm(b).view(sizes);
    }
    long[] batch =
        Elementwise.broadcastShapes(Arrays.copyOf(a.sizes(), a.dim() - 2), Arrays.copyOf(b.sizes(), b.dim() - 2));
    if (batch == null) throw c.check()
        .because(Elementwise.mismatch(Arrays.copyOf(a.sizes(), a.dim() - 2), Arrays.copyOf(b.sizes(), b.dim() - 2)))
        .tensor("self", a).tensor("other", b).hint("all dimensions but the last two are batches, and broadcast")
        .shapeFailure();
    long n = a.size(-2);
    long m = b.size(-1);
    Tensor left = a.expand(joined(batch, n, inner)).reshape(batchSize(batch), n, inner);
    Tensor right = b.expand(joined(batch, inner, m)).reshape(batchSize(batch), inner, m);
    return left.bmm(right).view(joined(batch, n, m));
  }

  private static long batchSize(long[] batch) {
    long n = 1;
    for (long b : batch) n *= b;
    return n;
  }

  private static long[] joined(long[] batch, long rows, long columns) {
    long[] sizes = Arrays.copyOf(batch, batch.length + 2);
    sizes[batch.length] = rows;
    sizes[batch.length + 1] = columns;
    return sizes;
  }

  static Tensor scaled(Tensor t, Object factor) {
    return Arithmetic.isOne(factor) ? t : t.mul((Number) factor);
  }

  private static void checkInner(Call c, Tensor a, Tensor b) {
    if (a.size(1) != b.size(0)) {
      Check check = c.check().because("mat1 and mat2 shapes cannot be multiplied (%dx%d and %dx%d)", a.size(0),
          a.size(1), b.size(0), b.size(1)).tensor("self", a).tensor("mat2", b);
      if (a.size(1) == b.size(1)) check.hint("mat2.t() would fit");
      throw check.shapeFailure();
    }
    checkDTypes(c, a, b);
  }

  private static void checkDTypes(Call c, Tensor a, Tensor b) {
    if (a.dtype() != b.dtype())
      throw c.check().because("expected m1 and m2 to have the same dtype, but got: %s != %s", a.dtype(), b.dtype())
          .tensor("self", a).tensor("mat2", b).failure();
    if (a.dtype() == DType.BOOL) throw c.check().because("not implemented for bool").failure();
  }
}
