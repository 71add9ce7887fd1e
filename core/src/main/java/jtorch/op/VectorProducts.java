package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.Q;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.Z;
import static jtorch.op.Elementwise.Types.PROMOTED;

import java.util.Arrays;
import java.util.stream.IntStream;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Expr;
import org.jspecify.annotations.Nullable;

/// Products with vectors, sums of products, and products over chosen dimensions.
///
/// In `addmv` and its kin a beta of 0 means that `self` is not read: its NaNs do not come through.
public final class VectorProducts {
  private static final String FACTORS = ", *, Scalar beta=1, Scalar alpha=1) -> Tensor";

  // ---- with vectors ----------------------------------------------------------------------------------------------

  /// `[n] x [n] -> []`, without conjugation.
  public static final Operator DOT = Operator.declare("aten::dot(Tensor self, Tensor tensor) -> Tensor")
      .shape(c -> dotShape(c, c.tensor("self"), c.tensor("tensor")))
      .kernel("dot")
      .gradient("self", b -> b.grad().mul(b.tensor("tensor").conj()), "tensor")
      .gradient("tensor", b -> b.grad().mul(b.tensor("self").conj()), "self");

  /// `[n] x [n] -> []`, the first vector conjugated.
  public static final Operator VDOT = Operator.declare("aten::vdot(Tensor self, Tensor other) -> Tensor")
      .composition(c -> {
        dotShape(c, c.tensor("self"), c.tensor("other"));
        return DOT.tensor(c.tensor("self").conj(), c.tensor("other"));
      })
      .gradient("self", b -> b.grad().conj().mul(b.tensor("other")), "other")
      .gradient("other", b -> b.grad().mul(b.tensor("self")), "self");

  /// `[n, m] x [m] -> [n]`
  public static final Operator MV = Operator.declare("aten::mv(Tensor self, Tensor vec) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor vec = c.tensor("vec");
        checkMatrixVector(c, self, vec, "self");
        return self.mm(vec.unsqueeze(1)).squeeze(1);
      });

  /// `beta * self + alpha * mat @ vec`
  public static final Operator ADDMV =
      Operator.declare("aten::addmv(Tensor self, Tensor mat, Tensor vec" + FACTORS)
          .composition(c -> {
            Tensor mat = c.tensor("mat");
            Tensor vec = c.tensor("vec");
            checkMatrixVector(c, mat, vec, "mat");
            Tensor self = expanded(c, mat.size(0));
            return MatrixProducts.ADDMM.tensor(self.unsqueeze(1), mat, vec.unsqueeze(1),
                factor(c, "beta", mat.dtype()), factor(c, "alpha", mat.dtype())).squeeze(1);
          })
          .gradient("self", b -> scaled(b.grad(), b.scalar("beta")))
          .gradient("mat", b -> scaled(outer(b.grad(), b.tensor("vec").conj()), b.scalar("alpha")), "vec")
          .gradient("vec", b -> scaled(mv(b.tensor("mat").t().conj(), b.grad()), b.scalar("alpha")), "mat")
          .inPlace();

  private static final Expr OUTER = Q.mul(Y).mul(Z);

  /// `beta x + alpha y z`, all broadcast.
  private static final Operator SCALED_PRODUCT = Elementwise
      .declare("jtorch::scaled_product(Tensor self, Tensor y, Tensor z, Scalar beta, Scalar alpha) -> Tensor", PROMOTED,
          P.mul(X).add(OUTER))
      .when(a -> isZero(a[3]), PROMOTED, OUTER);

  /// `beta * self + alpha * outer(vec1, vec2)`; of bools: or, and.
  public static final Operator ADDR =
      Operator.declare("aten::addr(Tensor self, Tensor vec1, Tensor vec2" + FACTORS)
          .composition(c -> {
            Tensor left = c.tensor("vec1");
            Tensor right = c.tensor("vec2");
            if (left.dim() != 1 || right.dim() != 1) throw c.check()
                .because("addr: Expected 1-D argument vec1 and vec2, but got %d-D and %d-D", left.dim(), right.dim())
                .tensor("vec1", left).tensor("vec2", right).shapeFailure();
            DType dtype = Promotion.promote(c.tensor("self").dtype(), Promotion.promote(left.dtype(), right.dtype()));
            checkFactors(c, dtype);
            Tensor self = expanded(c, left.size(0), right.size(0));
            Object beta = c.scalar("beta");
            Object alpha = c.scalar("alpha");
            if (dtype == DType.BOOL) {
              Tensor product = left.unsqueeze(1).logicalAnd(right);
              Tensor added = isZero(alpha) ? product.zerosLike() : product;
              return isZero(beta) ? added : self.logicalOr(added);
            }
            if (dtype.isHalf()) {
              // Rounded after each operation, as PyTorch's are.
              Tensor product = left.unsqueeze(1).mul(Torch.full(new long[0], alpha, dtype)).mul(right);
              return isZero(beta) ? product : self.mul(Torch.full(new long[0], beta, dtype)).add(product);
            }
            return SCALED_PRODUCT.tensor(self, left.unsqueeze(1), right, number(beta), number(alpha));
          })
          .gradient("self", b -> scaled(b.grad(), b.scalar("beta")))
          .gradient("vec1", b -> scaled(mv(b.grad(), b.tensor("vec2").conj()), b.scalar("alpha")), "vec2")
          .gradient("vec2", b -> scaled(mv(b.grad().t(), b.tensor("vec1").conj()), b.scalar("alpha")), "vec1")
          .inPlace();

  /// Each element of one vector times each of the other: `[n] x [m] -> [n, m]`.
  public static final Operator OUTER_PRODUCT = outerProduct("outer");
  public static final Operator GER = outerProduct("ger");

  // ---- batches ---------------------------------------------------------------------------------------------------

  /// `beta * self + alpha * batch1 @ batch2` for each pair: `[b, n, k] x [b, k, m] -> [b, n, m]`.
  public static final Operator BADDBMM =
      Operator.declare("aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2" + FACTORS)
          .shape(c -> {
            Tensor a = c.tensor("batch1");
            Tensor b = c.tensor("batch2");
            checkBatches(c, a, b);
            expanded(c, a.size(0), a.size(1), b.size(2));
            c.result(new long[] {a.size(0), a.size(1), b.size(2)}, a.dtype());
          })
          .kernel("baddbmm")
          .gradient("self", b -> scaled(b.grad(), b.scalar("beta")))
          .gradient("batch1", b -> scaled(b.grad().bmm(b.tensor("batch2").transpose(1, 2).conj()), b.scalar("alpha")),
              "batch2")
          .gradient("batch2", b -> scaled(b.tensor("batch1").transpose(1, 2).conj().bmm(b.grad()), b.scalar("alpha")),
              "batch1")
          .inPlace();

  /// `beta * self + alpha * sum of batch1 @ batch2`, in one product: `[b, n, k] x [b, k, m] -> [n, m]`.
  public static final Operator ADDBMM =
      Operator.declare("aten::addbmm(Tensor self, Tensor batch1, Tensor batch2" + FACTORS)
          .composition(c -> {
            Tensor a = c.tensor("batch1");
            Tensor b = c.tensor("batch2");
            checkBatches(c, a, b);
            Tensor self = expanded(c, a.size(1), b.size(2));
            Number beta = factor(c, "beta", a.dtype());
            Number alpha = factor(c, "alpha", a.dtype());
            if (a.dtype().isHalf()) return addedOneByOne(self, a, b, beta, alpha);
            long inner = a.size(0) * a.size(2);
            return MatrixProducts.ADDMM.tensor(self, a.transpose(0, 1).reshape(a.size(1), inner),
                b.reshape(inner, b.size(2)), beta, alpha);
          })
          .gradient("self", b -> scaled(b.grad(), b.scalar("beta")))
          .gradient("batch1", b -> {
            Tensor other = b.tensor("batch2");
            return scaled(repeated(b.grad(), other.size(0)).bmm(other.transpose(1, 2).conj()), b.scalar("alpha"));
          }, "batch2")
          .gradient("batch2", b -> {
            Tensor other = b.tensor("batch1");
            return scaled(other.transpose(1, 2).conj().bmm(repeated(b.grad(), other.size(0))), b.scalar("alpha"));
          }, "batch1")
          .inPlace();

  // ---- over chosen dimensions ------------------------------------------------------------------------------------

  /// The sum of products over pairs of dimensions; what is left of `self` comes first.
  public static final Operator TENSORDOT = Operator
      .declare("aten::tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor")
      .composition(c -> tensordot(c, c.tensor("self"), c.tensor("other"), c.longs("dims_self"),
          c.longs("dims_other")));

  /// The sum of products over the last dimensions; with numbers, the product.
  public static final Operator INNER = Operator.declare("aten::inner(Tensor self, Tensor other) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor other = c.tensor("other");
        if (self.dim() == 0 || other.dim() == 0) return self.mul(other);
        if (self.size(-1) != other.size(-1)) throw c.check().because(
            "the last dimension must match on both input tensors but got shapes %s and %s",
            Arrays.toString(self.sizes()), Arrays.toString(other.sizes())).shapeFailure();
        return tensordot(c, self, other, new long[] {-1}, new long[] {-1});
      });

  /// `y[.., k] = input1[..] @ weight[k] @ input2[..] + bias[k]`: `[*, i], [*, j], [k, i, j] -> [*, k]`.
  public static final Operator BILINEAR = Operator
      .declare("aten::bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor")
      .composition(VectorProducts::bilinear);

  private VectorProducts() {}

  private static Operator outerProduct(String name) {
    return Operator.declare("aten::" + name + "(Tensor self, Tensor vec2) -> Tensor").composition(c -> {
      Tensor self = c.tensor("self");
      Tensor other = c.tensor("vec2");
      if (self.dim() != 1)
        throw c.check().because("outer: Expected 1-D argument self, but got %d-D", self.dim()).tensor("self", self)
            .shapeFailure();
      if (other.dim() != 1)
        throw c.check().because("outer: Expected 1-D argument vec2, but got %d-D", other.dim()).tensor("vec2", other)
            .shapeFailure();
      return outer(self, other);
    });
  }

  private static Tensor outer(Tensor left, Tensor right) {
    return left.unsqueeze(1).mul(right);
  }

  private static Tensor mv(Tensor matrix, Tensor vector) {
    return matrix.mm(vector.unsqueeze(1)).squeeze(1);
  }

  /// Halves are rounded after each product, as PyTorch's are.
  private static Tensor addedOneByOne(Tensor self, Tensor a, Tensor b, Number beta, Number alpha) {
    Tensor sum = a.size(0) == 0 ? scaled(self, beta) : self;
    for (long i = 0; i < a.size(0); i++)
      sum = MatrixProducts.ADDMM.tensor(sum, a.select(0, i), b.select(0, i), i == 0 ? beta : 1L, alpha);
    return sum;
  }

  private static Tensor repeated(Tensor matrix, long batch) {
    return matrix.unsqueeze(0).expand(batch, matrix.size(0), matrix.size(1));
  }

  private static Tensor bilinear(Call c) {
    Tensor left = c.tensor("input1");
    Tensor right = c.tensor("input2");
    Tensor weight = c.tensor("weight");
    Tensor bias = c.tensorOrNull("bias");
    if (left.dim() != right.dim())
      throw c.check().because("input dimensions do not match: got %d and %d", left.dim(), right.dim()).shapeFailure();
    for (int d = 0; d < left.dim() - 1; d++) {
      if (left.size(d) != right.size(d)) throw c.check()
          .because("input batch dimensions do not match at dim %d: got %d and %d", d, left.size(d), right.size(d))
          .tensor("input1", left).tensor("input2", right).shapeFailure();
    }
    checkWidth(c, "input1", left, weight, 1);
    checkWidth(c, "input2", right, weight, 2);
    long k = weight.size(0);
    if (bias != null && bias.size(0) != k) throw c.check()
        .because("bias size does not match weight size: got %d but expected %d", bias.size(0), k).shapeFailure();
    long i = weight.size(1);
    long j = weight.size(2);
    long[] sizes = left.sizes().clone();
    sizes[sizes.length - 1] = k;
    long rows = 1;
    for (int d = 0; d < sizes.length - 1; d++) rows *= sizes[d];
    Tensor inner = left.reshape(rows, i).mm(weight.transpose(0, 1).reshape(i, k * j)).view(rows, k, j);
    Tensor y = inner.bmm(right.reshape(rows, j, 1)).reshape(sizes);
    return bias == null ? y : y.add(bias);
  }

  private static void checkWidth(Call c, String name, Tensor input, Tensor weight, int dim) {
    if (weight.dim() != 3 || input.dim() == 0 || input.size(-1) != weight.size(dim)) throw c.check()
        .because("%s size does not match weight size", name).tensor(name, input).tensor("weight", weight)
        .hint("the weight is [out, " + "in1, in2]").shapeFailure();
  }

  private static Tensor tensordot(Call c, Tensor self, Tensor other, long[] dimsSelf, long[] dimsOther) {
    if (dimsSelf.length != dimsOther.length)
      throw c.check().because("both dimension lists should have same length").shapeFailure();
    if (self.dtype() != other.dtype())
      throw c.check().because("both inputs should have same dtype").tensor("self", self).tensor("other", other)
          .failure();
    int[] left = Check.dims(c.operator(), dimsSelf, self.dim());
    int[] right = Check.dims(c.operator(), dimsOther, other.dim());
    if (dimsSelf.length == 0) left = right = new int[0];
    long inner = 1;
    for (int k = 0; k < left.length; k++) {
      long a = self.size(left[k]);
      long b = other.size(right[k]);
      // A dimension of one is broadcast: the other's sum counts.
      if (b == 1 && a != 1) self = self.sum(left[k], true);
      else if (a == 1 && b != 1) other = other.sum(right[k], true);
      else if (a != b) throw c.check().because(
          "contracted dimensions need to match, but first has size %d in dim %d and second has size %d in dim %d", a,
          dimsSelf[k], b, dimsOther[k]).tensor("self", self).tensor("other", other).shapeFailure();
      else inner *= a;
    }
    int[] freeLeft = others(self.dim(), left);
    int[] freeRight = others(other.dim(), right);
    long[] sizes = IntStream.concat(IntStream.of(freeLeft), IntStream.of(freeRight)).asLongStream().toArray();
    long rows = 1;
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = d < freeLeft.length ? self.size(freeLeft[d]) : other.size(freeRight[d - freeLeft.length]);
      if (d < freeLeft.length) rows *= sizes[d];
    }
    long columns = 1;
    for (int d = freeLeft.length; d < sizes.length; d++) columns *= sizes[d];
    Tensor a = self.permute(joined(freeLeft, left)).reshape(rows, inner);
    Tensor b = other.permute(joined(right, freeRight)).reshape(inner, columns);
    return a.mm(b).reshape(sizes);
  }

  private static int[] others(int dims, int[] without) {
    return IntStream.range(0, dims).filter(d -> IntStream.of(without).noneMatch(w -> w == d)).toArray();
  }

  private static long[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).asLongStream().toArray();
  }

  // ---- checks ----------------------------------------------------------------------------------------------------

  private static void dotShape(Call c, Tensor a, Tensor b) {
    if (a.dim() != 1 || b.dim() != 1)
      throw c.check().because("1D tensors expected, but got %dD and %dD tensors", a.dim(), b.dim()).tensor("self", a)
          .tensor("other", b).shapeFailure();
    if (a.dtype() != b.dtype()) throw c.check()
        .because("expected both vectors to have same dtype, but found %s and %s", a.dtype(), b.dtype()).failure();
    if (a.size(0) != b.size(0)) throw c.check().because(
        "inconsistent tensor size, expected tensor [%d] and src [%d] to have the same number of elements, but got %d and %d elements respectively",
        a.size(0), b.size(0), a.size(0), b.size(0)).shapeFailure();
    if (a.dtype() == DType.BOOL) throw c.check().because("\"dot\" not implemented for 'Bool'").failure();
    c.result(new long[0], a.dtype());
  }

  private static void checkMatrixVector(Call c, Tensor mat, Tensor vec, String name) {
    if (mat.dim() != 2 || vec.dim() != 1) throw c.check()
        .because("vector + matrix @ vector expected, got %d, %d", mat.dim(), vec.dim()).tensor(name, mat)
        .tensor("vec", vec).shapeFailure();
    if (mat.size(1) != vec.size(0)) throw c.check()
        .because("size mismatch, got %s (%dx%d), vec (%d)", name, mat.size(0), mat.size(1), vec.size(0)).shapeFailure();
  }

  private static void checkBatches(Call c, Tensor a, Tensor b) {
    if (a.dim() != 3) throw c.check().because("batch1 must be a 3D tensor").tensor("batch1", a).shapeFailure();
    if (b.dim() != 3) throw c.check().because("batch2 must be a 3D tensor").tensor("batch2", b).shapeFailure();
    if (a.size(0) != b.size(0) || a.size(2) != b.size(1)) throw c.check()
        .because("Expected size for first two dimensions of batch2 tensor to be: [%d, %d] but got: [%d, %d].",
            a.size(0), a.size(2), b.size(0), b.size(1))
        .tensor("batch1", a).tensor("batch2", b).shapeFailure();
    if (a.dtype() != b.dtype())
      throw c.check().because("expected scalar type %s but found %s", a.dtype(), b.dtype()).failure();
    if (a.dtype() == DType.BOOL) throw c.check().because("not implemented for 'Bool'").failure();
  }

  /// `self` in the shape of the result.
  private static Tensor expanded(Call c, long... sizes) {
    Tensor self = c.tensor("self");
    long[] joined = Elementwise.broadcastShapes(self.sizes(), sizes);
    if (joined == null || !Arrays.equals(joined, sizes)) throw c.check()
        .because("The expanded size of the tensor %s must match the existing size %s", Arrays.toString(sizes),
            Arrays.toString(self.sizes()))
        .tensor("self", self).shapeFailure();
    return self.expand(sizes);
  }

  private static void checkFactors(Call c, DType dtype) {
    for (String name : new String[] {"beta", "alpha"}) {
      Object factor = c.scalar(name);
      if (factor instanceof Boolean && dtype != DType.BOOL)
        throw c.check().because("Boolean %s only supported for Boolean results.", name).failure();
      if (!dtype.isDifferentiable() && Arithmetic.isFraction(factor)) throw c.check()
          .because("For integral input tensors, argument %s must not be a floating point number.", name).failure();
      if (!dtype.isComplex() && factor instanceof Complex) throw c.check()
          .because("For non-complex input tensors, argument %s must not be a complex number.", name).failure();
    }
  }

  private static boolean isZero(@Nullable Object factor) {
    return factor instanceof Boolean b ? !b : factor instanceof Number n && n.doubleValue() == 0
        && !(n instanceof Complex z && z.imaginary() != 0);
  }

  private static Number number(Object factor) {
    return factor instanceof Boolean b ? (Number) (b ? 1L : 0L) : (Number) factor;
  }

  /// A factor of a matrix product: integers are multiplied by its whole part.
  private static Number factor(Call c, String name, DType dtype) {
    Number factor = number(c.scalar(name));
    return dtype.isDifferentiable() ? factor : (Number) factor.longValue();
  }

  /// A gradient times a factor of the forward pass.
  private static Tensor scaled(Tensor grad, Object factor) {
    Number number = number(factor);
    return MatrixProducts.scaled(grad, number instanceof Complex z ? Complex.of(z.real(), -z.imaginary()) : number);
  }
}
