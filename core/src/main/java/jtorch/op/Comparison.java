package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.Q;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.FLOATING_TRUTH;
import static jtorch.op.Elementwise.Types.TRUTH;

import java.lang.ref.Reference;
import java.util.Arrays;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.expr.Expr;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// Comparisons, tests and logic, element by element; the results are bools.
public final class Comparison {
  public static final Operator EQ = of("eq", X.eq(Y));
  public static final Operator EQ_SCALAR = ofScalar("eq", X.eq(P));
  public static final Operator NE = of("ne", X.ne(Y));
  public static final Operator NE_SCALAR = ofScalar("ne", X.ne(P));
  public static final Operator LT = of("lt", X.lt(Y));
  public static final Operator LT_SCALAR = ofScalar("lt", X.lt(P));
  public static final Operator LE = of("le", X.le(Y));
  public static final Operator LE_SCALAR = ofScalar("le", X.le(P));
  public static final Operator GT = of("gt", X.gt(Y));
  public static final Operator GT_SCALAR = ofScalar("gt", X.gt(P));
  public static final Operator GE = of("ge", X.ge(Y));
  public static final Operator GE_SCALAR = ofScalar("ge", X.ge(P));

  private static Operator of(String name, Expr body) {
    return Elementwise.declare("aten::" + name + ".Tensor(Tensor self, Tensor other) -> Tensor", TRUTH, body).inPlace();
  }

  private static Operator ofScalar(String name, Expr body) {
    return Elementwise.declare("aten::" + name + ".Scalar(Tensor self, Scalar other) -> Tensor", TRUTH, body).inPlace();
  }

  // ---- tests of one number ---------------------------------------------------------------------------------------

  public static final Operator ISNAN = test("isnan", X.isNan());
  /// Infinite, or of an infinite part
  public static final Operator ISINF = test("isinf", X.isInf());
  public static final Operator ISFINITE = test("isfinite", X.isFinite());
  public static final Operator ISPOSINF = test("isposinf", X.isInf().and(X.gt(0)))
      .refuse(a -> Arithmetic.isComplex(a[0]), "isposinf does not support complex inputs.");
  public static final Operator ISNEGINF = test("isneginf", X.isInf().and(X.lt(0)))
      .refuse(a -> Arithmetic.isComplex(a[0]), "isneginf does not support complex inputs.");
  /// Whether the imaginary part is 0
  public static final Operator ISREAL = test("isreal", X.imag().eq(0))
      .when(a -> !Arithmetic.isComplex(a[0]), TRUTH, Expr.constant(0).eq(0));
  public static final Operator SIGNBIT = test("signbit", X.signbit())
      .refuse(a -> Arithmetic.isComplex(a[0]), "signbit is not implemented for complex tensors.");

  private static Operator test(String name, Expr body) {
    return Elementwise.declare("aten::" + name + "(Tensor self) -> Tensor", TRUTH, body);
  }

  // ---- logic: what is not 0 is true ------------------------------------------------------------------------------

  public static final Operator LOGICAL_AND = logic("and", X.truth().and(Y.truth()));
  public static final Operator LOGICAL_OR = logic("or", X.truth().or(Y.truth()));
  public static final Operator LOGICAL_XOR = logic("xor", X.truth().xor(Y.truth()));
  public static final Operator LOGICAL_NOT = test("logical_not", X.not()).inPlace();

  private static Operator logic(String name, Expr body) {
    return Elementwise.declare("aten::logical_" + name + "(Tensor self, Tensor other) -> Tensor", TRUTH, body)
        .inPlace();
  }

  // ---- closeness -------------------------------------------------------------------------------------------------

  private static final Expr CLOSE = near(X, Y);

  /// `|self - other| <= atol + rtol * |other|`; equal infinities are close, and NaNs if `equal_nan`
  public static final Operator ISCLOSE = Elementwise.declare(
      "aten::isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor",
      FLOATING_TRUTH, CLOSE)
      .refuse(a -> a[0] instanceof Tensor x && a[1] instanceof Tensor y && x.dtype() != y.dtype(),
          "self and other must have the same dtype")
      .refuse(a -> a[2] instanceof Double rtol && rtol < 0, "rtol must be greater than or equal to zero")
      .refuse(a -> a[3] instanceof Double atol && atol < 0, "atol must be greater than or equal to zero")
      .when(a -> isZero(a[2]) && isZero(a[3]) && !isTrue(a[4]), TRUTH, X.eq(Y))
      .when(a -> isTrue(a[4]), FLOATING_TRUTH, CLOSE.or(X.isNan().and(Y.isNan())));

  private static boolean isZero(@Nullable Object number) {
    return number instanceof Double d && d == 0;
  }

  private static boolean isTrue(@Nullable Object flag) {
    return flag instanceof Boolean b && b;
  }

  private static Expr near(Expr x, Expr y) {
    Expr distance = x.sub(y).abs().real();
    return x.eq(y).or(distance.isFinite().and(distance.le(Q.add(P.mul(y).abs()).real())));
  }

  /// Whether all elements are close
  public static final Operator ALLCLOSE = Operator.declare(
      "aten::allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool")
      .composition(c -> allTrue(ISCLOSE.tensor(c.tensor("self"), c.tensor("other"), c.number("rtol"), c.number("atol"),
          c.bool("equal_nan"))));

  /// Whether sizes and all elements are equal
  public static final Operator EQUAL = Operator.declare("aten::equal(Tensor self, Tensor other) -> bool")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor other = c.tensor("other");
        if (self.dtype() != other.dtype()) throw c.check()
            .because("Expected object of data type %s but got data type %s for argument #2 'other'", self.dtype(),
                other.dtype())
            .failure();
        return Arrays.equals(self.sizes(), other.sizes()) && allTrue(EQ.tensor(self, other));
      });

  private Comparison() {}

  private static boolean allTrue(Tensor truths) {
    Tensor flat = truths.contiguous().to(Device.CPU);
    boolean all = true;
    for (long i = 0; all && i < flat.numel(); i++) all = Memory.getByte(flat.address() + i) != 0;
    Reference.reachabilityFence(flat);
    return all;
  }
}
