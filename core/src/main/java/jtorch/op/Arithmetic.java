package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.Q;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.Z;
import static jtorch.expr.Expr.constant;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;
import static jtorch.op.Elementwise.Types.REAL;

import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.expr.Expr;
import org.jspecify.annotations.Nullable;

/// The four operations and their kin, element by element with broadcasting.
public final class Arithmetic {
  private static final String NO_BOOL_SUB =
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.";
  private static final String NO_BOOL_SUB_SCALAR =
      "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.";
  private static final String INTEGRAL_ALPHA =
      "For integral input tensors, argument alpha must not be a floating point number.";

  /// `self + alpha * other`
  public static final Operator ADD =
      Elementwise.declare("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", PROMOTED,
          X.add(P.mul(Y)))
          .when(a -> isOne(a[2]), PROMOTED, X.add(Y))
          .refuse(a -> isFraction(a[2]) && isWhole(a[0]) && isWhole(a[1]), INTEGRAL_ALPHA)
          .inPlace();

  public static final Operator ADD_SCALAR =
      Elementwise.declare("aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", PROMOTED,
          X.add(P.mul(Q)))
          .when(a -> isOne(a[2]), PROMOTED, X.add(P))
          .refuse(a -> isFraction(a[2]) && isWhole(a[0]) && isWhole(a[1]), INTEGRAL_ALPHA)
          .exactNumbers()
          .inPlace();

  /// `self - alpha * other`
  public static final Operator SUB =
      Elementwise.declare("aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", PROMOTED,
          X.sub(P.mul(Y)))
          .refuse(a -> isBool(a[0]) && isBool(a[1]), NO_BOOL_SUB)
          .refuse(a -> isBool(a[0]) || isBool(a[1]), NO_BOOL_SUB_SCALAR)
          .when(a -> isOne(a[2]), PROMOTED, X.sub(Y))
          .refuse(a -> isFraction(a[2]) && isWhole(a[0]) && isWhole(a[1]), INTEGRAL_ALPHA)
          .inPlace();

  public static final Operator SUB_SCALAR =
      Elementwise.declare("aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", PROMOTED,
          X.sub(P.mul(Q)))
          .refuse(a -> isBool(a[0]) || a[1] instanceof Boolean, NO_BOOL_SUB_SCALAR)
          .when(a -> isOne(a[2]), PROMOTED, X.sub(P))
          .refuse(a -> isFraction(a[2]) && isWhole(a[0]) && isWhole(a[1]), INTEGRAL_ALPHA)
          .exactNumbers()
          .inPlace();

  /// `other - alpha * self`
  public static final Operator RSUB =
      Elementwise.declare("aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", PROMOTED,
          Y.sub(P.mul(X)))
          .refuse(a -> isBool(a[0]) && isBool(a[1]), NO_BOOL_SUB)
          .refuse(a -> isBool(a[0]) || isBool(a[1]), NO_BOOL_SUB_SCALAR)
          .when(a -> isOne(a[2]), PROMOTED, Y.sub(X))
          .refuse(a -> isFraction(a[2]) && isWhole(a[0]) && isWhole(a[1]), INTEGRAL_ALPHA);

  public static final Operator RSUB_SCALAR =
      Elementwise.declare("aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", PROMOTED,
          P.sub(Q.mul(X)))
          .refuse(a -> isBool(a[0]) || a[1] instanceof Boolean, NO_BOOL_SUB_SCALAR)
          .when(a -> isOne(a[2]), PROMOTED, P.sub(X))
          .refuse(a -> isFraction(a[2]) && isWhole(a[0]) && isWhole(a[1]), INTEGRAL_ALPHA);

  /// `self * other`
  public static final Operator MUL =
      Elementwise.declare("aten::mul.Tensor(Tensor self, Tensor other) -> Tensor", PROMOTED, X.mul(Y)).inPlace();

  public static final Operator MUL_SCALAR =
      Elementwise.declare("aten::mul.Scalar(Tensor self, Scalar other) -> Tensor", PROMOTED, X.mul(P))
          .exactNumbers()
          .inPlace();

  /// `self / other`, floating for integers too
  public static final Operator DIV =
      Elementwise.declare("aten::div.Tensor(Tensor self, Tensor other) -> Tensor", FLOATING, X.div(Y)).inPlace();

  public static final Operator DIV_SCALAR =
      Elementwise.declare("aten::div.Scalar(Tensor self, Scalar other) -> Tensor", FLOATING, X.div(P))
          .exactNumbers()
          .inPlace();

  /// The quotient rounded down, as Python's `//`
  public static final Operator FLOOR_DIVIDE =
      Elementwise.declare("aten::floor_divide(Tensor self, Tensor other) -> Tensor", PROMOTED, X.floorDivide(Y));

  public static final Operator FLOOR_DIVIDE_ =
      Operator.declare("aten::floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)")
          .inPlaceOf(FLOOR_DIVIDE);

  public static final Operator FLOOR_DIVIDE_SCALAR =
      Elementwise
          .declare("aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor", PROMOTED, X.floorDivide(P))
          .inPlace();

  private static final Operator TRUNC_DIVIDE =
      Elementwise.declare("jtorch::trunc_divide(Tensor self, Tensor other) -> Tensor", PROMOTED, X.truncDivide(Y))
          .inPlace();
  private static final Operator TRUNC_DIVIDE_SCALAR =
      Elementwise
          .declare("jtorch::trunc_divide.Scalar(Tensor self, Scalar other) -> Tensor", PROMOTED, X.truncDivide(P))
          .inPlace();

  /// `self / other`, rounded: down by "floor", towards zero by "trunc", not at all by null
  public static final Operator DIV_MODE =
      Operator.declare("aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor")
          .composition(c -> rounded(c, DIV, FLOOR_DIVIDE, TRUNC_DIVIDE, false));
  public static final Operator DIV_MODE_ =
      Operator.declare("aten::div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)")
          .composition(c -> rounded(c, DIV, FLOOR_DIVIDE, TRUNC_DIVIDE, true));
  public static final Operator DIV_SCALAR_MODE =
      Operator.declare("aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor")
          .composition(c -> rounded(c, DIV_SCALAR, FLOOR_DIVIDE_SCALAR, TRUNC_DIVIDE_SCALAR, false));
  public static final Operator DIV_SCALAR_MODE_ =
      Operator.declare("aten::div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)")
          .composition(c -> rounded(c, DIV_SCALAR, FLOOR_DIVIDE_SCALAR, TRUNC_DIVIDE_SCALAR, true));

  private static Object rounded(Call c, Operator exact, Operator floor, Operator trunc, boolean inPlace) {
    Object other = c.scalar("other");
    String rounding = (String) c.value("rounding_mode");
    Operator rule = switch (rounding) {
      case null -> exact;
      case "floor" -> floor;
      // The quotient of halves is rounded to a half before its fraction goes, as PyTorch does.
      case "trunc" -> Promotion.resultType(c.value("self"), other).isHalf() ? exact : trunc;
      default -> throw c.check()
          .because("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '%s'", rounding)
          .failure();
    };
    boolean afterwards = rule == exact && rounding != null;
    Tensor quotient = (inPlace ? rule.mutating() : rule).tensor(c.tensor("self"), other);
    return !afterwards ? quotient : (inPlace ? Rounding.TRUNC.mutating() : Rounding.TRUNC).tensor(quotient);
  }

  /// The remainder with the sign of the divisor, as Python's `%`
  public static final Operator REMAINDER =
      Elementwise.declare("aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor", PROMOTED, X.remainder(Y))
          .inPlace();

  public static final Operator REMAINDER_SCALAR =
      Elementwise.declare("aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor", PROMOTED, X.remainder(P))
          .inPlace();

  public static final Operator REMAINDER_OF_SCALAR = Elementwise
      .declare("aten::remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor", PROMOTED, P.remainder(X));

  /// The remainder with the sign of the dividend, as C's `fmod`
  public static final Operator FMOD =
      Elementwise.declare("aten::fmod.Tensor(Tensor self, Tensor other) -> Tensor", PROMOTED, X.fmod(Y)).inPlace();

  public static final Operator FMOD_SCALAR =
      Elementwise.declare("aten::fmod.Scalar(Tensor self, Scalar other) -> Tensor", PROMOTED, X.fmod(P)).inPlace();

  // ---- powers and roots ------------------------------------------------------------------------------------------

  /// `self ^ exponent`; integers stay integers
  public static final Operator POW =
      Elementwise.declare("aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor", PROMOTED, X.pow(Y));

  public static final Operator POW_ =
      Operator.declare("aten::pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)")
          .inPlaceOf(POW);

  /// `self ^ exponent` for a number, with the usual ones made of products and roots
  public static final Operator POW_SCALAR =
      Elementwise.declare("aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor", PROMOTED, X.pow(P))
          .refuse(a -> !isFraction(a[1]) && a[1] instanceof Number e && e.longValue() < 0 && isWhole(a[0]),
              "Integers to negative integer powers are not allowed.")
          .when(a -> isNumber(a[1], 2), PROMOTED, X.square())
          .when(a -> isNumber(a[1], 3), PROMOTED, X.square().mul(X))
          .when(a -> isNumber(a[1], 0.5), PROMOTED, X.sqrt())
          .when(a -> isNumber(a[1], 1), PROMOTED, X)
          .when(a -> isNumber(a[1], -1), PROMOTED, X.reciprocal())
          .when(a -> isNumber(a[1], -0.5), PROMOTED, X.rsqrt());

  public static final Operator POW_SCALAR_ =
      Operator.declare("aten::pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)").inPlaceOf(POW_SCALAR);

  public static final Operator POW_OF_SCALAR =
      Elementwise.declare("aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor", PROMOTED, P.pow(X));

  public static final Operator SQUARE = Elementwise.declare("aten::square(Tensor self) -> Tensor", PROMOTED, X.square())
      .when(a -> isBool(a[0]), Elementwise.Types.INTEGRAL, X)
      .inPlace();

  public static final Operator SQRT =
      Elementwise.declare("aten::sqrt(Tensor self) -> Tensor", FLOATING, X.sqrt())
          .inPlace();

  public static final Operator RSQRT = Elementwise.declare("aten::rsqrt(Tensor self) -> Tensor", FLOATING, X.rsqrt())
      .inPlace();

  public static final Operator RECIPROCAL =
      Elementwise.declare("aten::reciprocal(Tensor self) -> Tensor", FLOATING, X.reciprocal())
          .inPlace();

  // ---- signs -----------------------------------------------------------------------------------------------------

  /// `-self`
  public static final Operator NEG = Elementwise.declare("aten::neg(Tensor self) -> Tensor", PROMOTED, X.neg())
      .refuse(a -> isBool(a[0]),
          "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.")
      .inPlace();

  public static final Operator POSITIVE = Operator.declare("aten::positive(Tensor(a) self) -> Tensor(a)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dtype() == DType.BOOL)
          throw c.check().because("The `+` operator, on a bool tensor is not supported.").failure();
        return self;
      });

  /// The absolute value, real for complex numbers
  public static final Operator ABS =
      Elementwise.unary("abs", REAL, X.abs()).refuse(a -> isBool(a[0]), "not implemented for 'bool'").inPlace();

  /// -1, 0 or 1
  public static final Operator SIGN = Elementwise.declare("aten::sign(Tensor self) -> Tensor", PROMOTED, X.sign())
      .refuse(a -> isComplex(a[0]),
          "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.")
      .inPlace();

  /// `self / abs(self)`, 0 at 0
  public static final Operator SGN =
      Elementwise.declare("aten::sgn(Tensor self) -> Tensor", PROMOTED, X.sgn()).inPlace();

  // ---- combinations ----------------------------------------------------------------------------------------------

  /// `self + value * tensor1 * tensor2`
  public static final Operator ADDCMUL = Elementwise
      .declare("aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", PROMOTED,
          X.add(P.mul(Y).mul(Z)))
      .when(a -> isOne(a[3]), PROMOTED, X.add(Y.mul(Z)))
      .inPlace();

  /// `self + value * tensor1 / tensor2`
  public static final Operator ADDCDIV = Elementwise
      .declare("aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", PROMOTED,
          X.add(P.mul(Y).div(Z)))
      .refuse(a -> isWhole(a[1]) && isWhole(a[2]),
          "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 and tensor2.")
      .when(a -> isOne(a[3]), PROMOTED, X.add(Y.div(Z)))
      .inPlace();

  private static final String END = "expected the dtype of self for `end`, but got another one";
  private static final String WEIGHT = "expected the dtype of self for `weight`, but got another one";

  private static boolean differ(@Nullable Object a, @Nullable Object b) {
    return a instanceof Tensor x && b instanceof Tensor y && x.dtype() != y.dtype();
  }

  static final String NO_WHOLE = "not implemented for integers and bools";

  /// `self + weight * (end - self)`, exact at both ends
  public static final Operator LERP = Elementwise
      .declare("aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor", PROMOTED, between(X, Y, Z))
      .refuse(a -> isWhole(a[0]), NO_WHOLE)
      .refuse(a -> differ(a[0], a[1]), END)
      .refuse(a -> a[2] instanceof Tensor weight && weight.dim() > 0 && differ(a[0], weight), WEIGHT)
      .slope(0, constant(1).sub(Z))
      .slope(1, Z)
      .slope(2, Y.sub(X))
      .inPlace();

  public static final Operator LERP_SCALAR = Elementwise
      .declare("aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor", PROMOTED, between(X, Y, P))
      .refuse(a -> isWhole(a[0]), NO_WHOLE)
      .refuse(a -> differ(a[0], a[1]), END)
      .slope(0, constant(1).sub(P))
      .slope(1, P)
      .inPlace();

  private static Expr between(Expr start, Expr end, Expr weight) {
    Expr distance = end.sub(start);
    return select(weight.abs().real().lt(0.5), start.add(weight.mul(distance)),
        end.sub(distance.mul(constant(1).sub(weight))));
  }

  private Arithmetic() {}

  // ---- what conditions ask of arguments --------------------------------------------------------------------------

  static boolean isOne(@Nullable Object scalar) {
    return scalar instanceof Long v && v == 1 || scalar instanceof Double d && d == 1;
  }

  private static boolean isNumber(@Nullable Object scalar, double value) {
    return scalar instanceof Number n && !(n instanceof Complex) && n.doubleValue() == value;
  }

  /// A number that is no integer.
  static boolean isFraction(@Nullable Object scalar) {
    return scalar instanceof Double || scalar instanceof Float || scalar instanceof Complex;
  }

  static boolean isBool(@Nullable Object argument) {
    return argument instanceof Tensor t && t.dtype() == DType.BOOL;
  }

  static boolean isComplex(@Nullable Object argument) {
    return argument instanceof Tensor t && t.dtype().isComplex();
  }

  /// A tensor of integers or bools, or such a number.
  static boolean isWhole(@Nullable Object argument) {
    return argument instanceof Tensor t ? !t.dtype().isDifferentiable() : !isFraction(argument);
  }
}
