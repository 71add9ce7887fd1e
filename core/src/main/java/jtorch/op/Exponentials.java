package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.constant;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;
import static jtorch.op.Elementwise.binary;
import static jtorch.op.Elementwise.ofScalar;
import static jtorch.op.Elementwise.unary;
import static jtorch.op.Elementwise.withScalar;

import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Expr;
import org.jspecify.annotations.Nullable;

/// Exponential functions, logarithms, and what is made of them.
public final class Exponentials {
  public static final Operator EXP = unary("exp", FLOATING, X.exp()).inPlace();
  /// `2^self`
  public static final Operator EXP2 = unary("exp2", FLOATING, X.exp2()).inPlace();
  /// `exp(self) - 1`, exact near 0
  public static final Operator EXPM1 = unary("expm1", FLOATING, X.expm1()).inPlace();
  public static final Operator LOG = unary("log", FLOATING, X.log()).inPlace();
  public static final Operator LOG2 = unary("log2", FLOATING, X.log2()).inPlace();
  public static final Operator LOG10 = unary("log10", FLOATING, X.log10()).inPlace();
  /// `log(1 + self)`, exact near 0
  public static final Operator LOG1P = unary("log1p", FLOATING, X.log1p()).inPlace();

  /// `1 / (1 + exp(-self))`
  public static final Operator SIGMOID = unary("sigmoid", FLOATING, X.sigmoid()).inPlace();

  private static final Expr LOGIT_SLOPE = X.mul(constant(1).sub(X)).reciprocal();

  /// `log(self / (1 - self))`, with `self` clamped to `[eps, 1 - eps]` if eps is given
  public static final Operator LOGIT =
      Elementwise.declare("aten::logit(Tensor self, float? eps=None) -> Tensor", FLOATING,
          X.max(P).min(constant(1).sub(P)).logit())
          .slope(0, select(X.lt(P).or(X.gt(constant(1).sub(P))), 0, LOGIT_SLOPE))
          .when(a -> a[1] == null, FLOATING, X.logit(), select(X.lt(0).or(X.gt(1)), Double.NaN, LOGIT_SLOPE))
          .inPlace();

  // ---- two numbers -----------------------------------------------------------------------------------------------

  /// `log(exp(self) + exp(other))` without overflow
  public static final Operator LOGADDEXP = binary("logaddexp", PROMOTED, X.logaddexp(Y))
      .when(a -> Arithmetic.isComplex(a[0]) || Arithmetic.isComplex(a[1]), PROMOTED,
          select(X.real().lt(Y.real()), joined(Y, X), joined(X, Y)));

  /// `log2(2^self + 2^other)` without overflow
  public static final Operator LOGADDEXP2 = binary("logaddexp2", PROMOTED, X.logaddexp2(Y));

  private static Expr joined(Expr larger, Expr smaller) {
    return larger.add(smaller.sub(larger).exp().log1p());
  }

  /// `self * log(other)`, 0 where `self` is 0
  public static final Operator XLOGY = binary("xlogy.Tensor", FLOATING, X.xlogy(Y)).inPlace();
  public static final Operator XLOGY_SCALAR = withScalar("xlogy.Scalar_Other", FLOATING, X.xlogy(P)).inPlace();
  public static final Operator XLOGY_OF_SCALAR = ofScalar("xlogy.Scalar_Self", FLOATING, P.xlogy(X));

  /// `self * log(1 + other)`, 0 where `self` is 0
  public static final Operator XLOG1PY = binary("special_xlog1py", FLOATING, X.xlog1py(Y));
  public static final Operator XLOG1PY_SCALAR = withScalar("special_xlog1py.other_scalar", FLOATING, X.xlog1py(P));
  public static final Operator XLOG1PY_OF_SCALAR = ofScalar("special_xlog1py.self_scalar", FLOATING, P.xlog1py(X));

  /// `self * 2^other`
  public static final Operator LDEXP = Operator.declare("aten::ldexp.Tensor(Tensor self, Tensor other) -> Tensor")
      .composition(c -> c.tensor("self").mul(powerOfTwo(c)));
  public static final Operator LDEXP_ =
      Operator.declare("aten::ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)")
          .composition(c -> c.tensor("self").mul_(powerOfTwo(c)));

  private static Tensor powerOfTwo(Call c) {
    return Arithmetic.POW_OF_SCALAR.tensor(2.0, c.tensor("other"));
  }

  // ---- powers in double precision --------------------------------------------------------------------------------

  /// `self ^ exponent` in float64, or complex128
  public static final Operator FLOAT_POWER =
      Operator.declare("aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor")
          .composition(c -> wide(c, "self").pow(wide(c, "exponent")));
  public static final Operator FLOAT_POWER_SCALAR =
      Operator.declare("aten::float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor")
          .composition(c -> wide(c, "self").pow(wideScalar(c.scalar("exponent"))));
  public static final Operator FLOAT_POWER_OF_SCALAR =
      Operator.declare("aten::float_power.Scalar(Scalar self, Tensor exponent) -> Tensor")
          .composition(c -> Arithmetic.POW_OF_SCALAR.tensor(wideScalar(c.scalar("self")), wide(c, "exponent")));
  public static final Operator FLOAT_POWER_ =
      Operator.declare("aten::float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)")
          .composition(c -> wideSelf(c).pow_(wide(c, "exponent")));
  public static final Operator FLOAT_POWER_SCALAR_ =
      Operator.declare("aten::float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)")
          .composition(c -> wideSelf(c).pow_(wideScalar(c.scalar("exponent"))));

  private static DType wideType(Call c) {
    return isComplex(c.value("self")) || isComplex(c.value("exponent")) ? DType.COMPLEX128 : DType.FLOAT64;
  }

  private static boolean isComplex(@Nullable Object argument) {
    return argument instanceof Complex || Arithmetic.isComplex(argument);
  }

  private static Tensor wide(Call c, String argument) {
    return c.tensor(argument).to(wideType(c));
  }

  private static Number wideScalar(Object scalar) {
    return scalar instanceof Complex z ? z : scalar instanceof Boolean b ? (b ? 1.0 : 0.0)
        : ((Number) scalar).doubleValue();
  }

  private static Tensor wideSelf(Call c) {
    Tensor self = c.tensor("self");
    if (self.dtype() != wideType(c)) throw c.check()
        .because("the base given to float_power_ has dtype %s but the operation's result requires dtype %s",
            self.dtype(), wideType(c))
        .failure();
    return self;
  }

  private Exponentials() {}
}
