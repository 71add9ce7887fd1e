package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.Q;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.constant;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;
import static jtorch.op.Elementwise.binary;
import static jtorch.op.Elementwise.unary;
import static jtorch.op.Elementwise.withScalar;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.expr.Expr;
import org.jspecify.annotations.Nullable;

/// Whole numbers, and the parts that floating numbers are made of.
public final class Rounding {
  public static final Operator FLOOR = toWhole("floor", X.floor());
  public static final Operator CEIL = toWhole("ceil", X.ceil());
  /// To the nearest whole number, halves to the even one
  public static final Operator ROUND = toWhole("round", X.round());
  /// The number without its fraction
  public static final Operator TRUNC = toWhole("trunc", X.trunc());
  /// `self - trunc(self)`
  public static final Operator FRAC = unary("frac", PROMOTED, X.frac()).inPlace();

  private static Operator toWhole(String name, Expr body) {
    return unary(name, PROMOTED, body)
        .refuse(a -> Arithmetic.isBool(a[0]), "not implemented for 'bool'")
        .refuse(a -> Arithmetic.isComplex(a[0]), name + " is not supported for complex inputs")
        .inPlace();
  }

  private static final Expr POWER = constant(10).pow(P.abs());

  /// To that many places behind the point, or before it if negative
  public static final Operator ROUND_DECIMALS =
      Elementwise.declare("aten::round.decimals(Tensor self, *, int decimals) -> Tensor", PROMOTED,
          X.mul(POWER).round().div(POWER))
          .when(a -> decimals(a) == 0, PROMOTED, X.round())
          .when(a -> decimals(a) < 0, PROMOTED, X.div(POWER).round().mul(POWER))
          .inPlace();

  private static long decimals(@Nullable Object[] arguments) {
    return arguments[1] instanceof Long decimals ? decimals : 0;
  }

  // ---- signs and neighbours --------------------------------------------------------------------------------------

  /// The magnitude of `self` with the sign of `other`
  public static final Operator COPYSIGN = binary("copysign.Tensor", FLOATING, X.copysign(Y)).inPlace();
  public static final Operator COPYSIGN_SCALAR = withScalar("copysign.Scalar", FLOATING, X.copysign(P)).inPlace();

  /// 0 below 0, 1 above, `values` at 0
  public static final Operator HEAVISIDE = Elementwise
      .declare("aten::heaviside(Tensor self, Tensor values) -> Tensor", PROMOTED,
          select(X.eq(0), Y, select(X.gt(0), 1, 0)))
      .refuse(a -> Arithmetic.isComplex(a[0]) || Arithmetic.isComplex(a[1]),
          "heaviside is not yet implemented for complex tensors.")
      .refuse(a -> a[0] instanceof Tensor x && a[1] instanceof Tensor y && x.dtype() != y.dtype(),
          "heaviside is not yet implemented for tensors with different dtypes.")
      .notDifferentiable()
      .inPlace();

  private static final Operator NEXTAFTER_WIDE =
      Elementwise.declare("jtorch::nextafter(Tensor self, Tensor other) -> Tensor", PROMOTED, X.nextafter(Y));

  /// On the bits of halves, whose infinity has the bits P.
  private static final Operator NEXTAFTER_BITS = Elementwise
      .declare("jtorch::nextafter_bits(Tensor self, Tensor other, Scalar infinity) -> Tensor", PROMOTED, nextBits());

  /// The next number from `self` towards `other`
  public static final Operator NEXTAFTER =
      Operator.declare("aten::nextafter(Tensor self, Tensor other) -> Tensor")
          .composition(c -> {
            DType dtype = Promotion.resultType(c.tensor("self"), c.tensor("other"));
            if (!dtype.isHalf()) return NEXTAFTER_WIDE.call(c.tensor("self"), c.tensor("other"));
            long infinity = dtype == DType.FLOAT16 ? 0x7c00 : 0x7f80;
            Tensor next = NEXTAFTER_BITS.tensor(as(c.tensor("self").to(dtype), DType.INT16),
                as(c.tensor("other").to(dtype), DType.INT16), infinity);
            return as(next, dtype);
          })
          .gradient("self", b -> b.grad().maskedFill(b.tensor("self").eq(b.tensor("other")), 0L), "self", "other")
          .gradient("other", b -> b.grad().zerosLike())
          .inPlace();

  private static Tensor as(Tensor t, DType dtype) {
    return t.window(dtype, t.sizes(), t.strides(), t.storageOffset());
  }

  /// Numbers in order of size are whole numbers in order once sign and magnitude are one number; the zeros are one.
  private static Expr nextBits() {
    Expr x = select(X.lt(0), constant(-0x8000).sub(X), X);
    Expr y = select(Y.lt(0), constant(-0x8000).sub(Y), Y);
    Expr next = select(x.lt(y), x.add(1), x.sub(1));
    Expr negative = next.lt(0).or(next.eq(0).and(X.lt(0)));
    Expr bits = select(negative, constant(-0x8000).sub(next), next);
    Expr isNan = X.bitAnd(constant(0x7fff)).gt(P);
    return select(isNan, X, select(Y.bitAnd(constant(0x7fff)).gt(P).or(x.eq(y)), Y, bits));
  }

  /// `mantissa * 2^exponent` with a mantissa in [0.5, 1)
  public static final Operator FREXP =
      Operator.declare("aten::frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)")
          .shape(c -> {
            Tensor self = c.tensor("self");
            if (!self.dtype().isFloatingPoint()) throw c.check()
                .because("torch.frexp() only supports floating-point dtypes").tensor("self", self).failure();
            c.result(self.sizes(), self.dtype());
            c.result(self.sizes(), DType.INT32);
          })
          .kernel("frexp")
          .gradient("self", b -> b.grad().div(Arithmetic.POW_OF_SCALAR.tensor(2.0, b.result(1))), Operator.RESULT)
          .notDifferentiable(1);

  // ---- integers --------------------------------------------------------------------------------------------------

  public static final Operator GCD = binary("gcd", PROMOTED, X.gcd(Y)).inPlace();
  public static final Operator LCM = binary("lcm", PROMOTED, X.lcm(Y)).inPlace();

  // ---- replacements ----------------------------------------------------------------------------------------------

  private static final Operator REPLACE = Elementwise
      .declare("jtorch::nan_to_num(Tensor self, Scalar nan, Scalar posinf, Scalar neginf) -> Tensor", PROMOTED,
          select(X.isNan(), P, select(X.isInf(), select(X.gt(0), Q, Expr.parameter(2)), X)))
      .inPlace();

  /// Numbers for NaN (0 if null) and the infinities (the largest and smallest finite ones if null)
  public static final Operator NAN_TO_NUM = Operator
      .declare("aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor")
      .composition(c -> replaced(c, REPLACE));
  public static final Operator NAN_TO_NUM_ = Operator.declare(
      "aten::nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)")
      .composition(c -> replaced(c, REPLACE.mutating()));

  private static Tensor replaced(Call c, Operator replace) {
    Tensor self = c.tensor("self");
    double largest = switch (self.dtype()) {
      case FLOAT16 -> 65504;
      case BFLOAT16 -> 0x1.fep127;
      case FLOAT32 -> Float.MAX_VALUE;
      default -> Double.MAX_VALUE;
    };
    return replace.tensor(self, c.number("nan", 0), c.number("posinf", largest), c.number("neginf", -largest));
  }

  private Rounding() {}
}
