package jtorch.expr;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jtorch.expr.Expr.Binary;
import jtorch.expr.Expr.Compare;
import jtorch.expr.Expr.Constant;
import jtorch.expr.Expr.Input;
import jtorch.expr.Expr.Logical;
import jtorch.expr.Expr.Not;
import jtorch.expr.Expr.Parameter;
import jtorch.expr.Expr.Select;
import jtorch.expr.Expr.Unary;

/// Computes an expression for one element by walking over it: the slow, plain twin of compiled loops and of
/// [ComplexLowering], and their specification.
///
/// @param <T> the numbers: `Double`, `Long`, `Boolean` or [Complex]
public final class ReferenceEvaluator<T> {
  /// In double precision; also what float loops are measured by.
  public static final ReferenceEvaluator<Double> DOUBLES = new ReferenceEvaluator<>(new Doubles());
  /// In integers that wrap at 64 bits.
  public static final ReferenceEvaluator<Long> LONGS = new ReferenceEvaluator<>(new Longs());
  /// In truth values, where sums are "or" and products "and".
  public static final ReferenceEvaluator<Boolean> BOOLEANS = new ReferenceEvaluator<>(new Booleans());
  /// In complex numbers of double precision.
  public static final ReferenceEvaluator<Complex> COMPLEX = new ReferenceEvaluator<>(new Complexes());

  private final Arithmetic<T> arithmetic;

  private ReferenceEvaluator(Arithmetic<T> arithmetic) {
    this.arithmetic = arithmetic;
  }

  /// What operators mean for one kind of number.
  private interface Arithmetic<T> {
    T constant(double value);

    T unary(UnaryOp op, T x);

    boolean predicate(UnaryOp op, T x);

    T binary(BinaryOp op, T a, T b);

    boolean compare(Comparison op, T a, T b);
  }

  /// The value; of a truth 1 or 0.
  ///
  /// @throws UnsupportedOperationException naming an operator that these numbers do not have
  public T evaluate(Expr e, List<T> inputs, List<T> parameters) {
    return new Run(inputs, parameters).number(e.number());
  }

  /// The truth; of a number whether it is not 0.
  public boolean test(Expr e, List<T> inputs, List<T> parameters) {
    return new Run(inputs, parameters).truth(e.truth());
  }

  private final class Run {
    private final List<T> inputs;
    private final List<T> parameters;
    private final Map<Expr, T> known = new IdentityHashMap<>();

    Run(List<T> inputs, List<T> parameters) {
      this.inputs = inputs;
      this.parameters = parameters;
    }

    T number(Expr e) {
      T value = known.get(e);
      if (value == null) {
        value = compute(e);
        known.put(e, value);
      }
      return value;
    }

    private T compute(Expr e) {
      return switch (e) {
        case Input(int i) -> inputs.get(i);
        case Parameter(int i) -> parameters.get(i);
        case Constant(double value) -> arithmetic.constant(value);
        case Unary(UnaryOp op, Expr x) -> arithmetic.unary(op, number(x));
        case Binary(BinaryOp op, Expr a, Expr b) -> arithmetic.binary(op, number(a), number(b));
        case Select(Expr c, Expr a, Expr b) -> truth(c) ? number(a) : number(b);
        case Compare _, Logical _, Not _ -> throw new IllegalArgumentException("not a number: " + e);
      };
    }

    boolean truth(Expr e) {
      return switch (e) {
        case Unary(UnaryOp op, Expr x) -> arithmetic.predicate(op, number(x));
        case Compare(Comparison op, Expr a, Expr b) -> arithmetic.compare(op, number(a), number(b));
        case Logical(Connective op, Expr a, Expr b) -> switch (op) {
          case AND -> truth(a) && truth(b);
          case OR -> truth(a) || truth(b);
          case XOR -> truth(a) != truth(b);
        };
        case Not(Expr x) -> !truth(x);
        case Input _, Parameter _, Constant _, Binary _, Select _ ->
          throw new IllegalArgumentException("not a truth: " + e);
      };
    }
  }

  private static UnsupportedOperationException missing(Object op, String numbers) {
    return new UnsupportedOperationException(op + " does not exist for " + numbers);
  }

  private static boolean compared(Comparison op, int order) {
    return switch (op) {
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
      case EQ -> order == 0;
      case NE -> order != 0;
    };
  }

  private static final class Doubles implements Arithmetic<Double> {
    @Override
    public Double constant(double value) {
      return value;
    }

    @Override
    public Double unary(UnaryOp op, Double x) {
      return switch (op) {
        case NEG -> -x;
        case ABS -> Math.abs(x);
        case SIGN, SGN -> x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
        case FLOOR -> Math.floor(x);
        case CEIL -> Math.ceil(x);
        case ROUND -> Math.rint(x);
        case TRUNC -> truncated(x);
        case FRAC -> x - truncated(x);
        case SQUARE -> x * x;
        case SQRT -> Math.sqrt(x);
        case RSQRT -> 1 / Math.sqrt(x);
        case RECIPROCAL -> 1 / x;
        case EXP -> Math.exp(x);
        case EXP2 -> Math.pow(2, x);
        case EXPM1 -> Math.expm1(x);
        case LOG -> Math.log(x);
        case LOG2 -> SpecialFunctions.log2(x);
        case LOG10 -> Math.log10(x);
        case LOG1P -> Math.log1p(x);
        case SIN -> Math.sin(x);
        case COS -> Math.cos(x);
        case TAN -> Math.tan(x);
        case ASIN -> Math.asin(x);
        case ACOS -> Math.acos(x);
        case ATAN -> Math.atan(x);
        case SINH -> Math.sinh(x);
        case COSH -> Math.cosh(x);
        case TANH -> Math.tanh(x);
        case ASINH -> SpecialFunctions.asinh(x);
        case ACOSH -> SpecialFunctions.acosh(x);
        case ATANH -> SpecialFunctions.atanh(x);
        case SIGMOID -> SpecialFunctions.sigmoid(x);
        case ERF -> SpecialFunctions.erf(x);
        case ERFC -> SpecialFunctions.erfc(x);
        case ERFINV -> SpecialFunctions.erfinv(x);
        case ERFCX -> SpecialFunctions.erfcx(x);
        case LGAMMA -> SpecialFunctions.lgamma(x);
        case DIGAMMA -> SpecialFunctions.digamma(x);
        case TRIGAMMA -> SpecialFunctions.trigamma(x);
        case I0 -> SpecialFunctions.i0(x);
        case I0E -> SpecialFunctions.i0e(x);
        case I1 -> SpecialFunctions.i1(x);
        case I1E -> SpecialFunctions.i1e(x);
        case NDTRI -> SpecialFunctions.ndtri(x);
        case LOG_NDTR -> SpecialFunctions.logNdtr(x);
        case AIRY_AI -> BesselFunctions.airyAi(x.doubleValue());
        case BESSEL_J0 -> BesselFunctions.besselJ0(x.doubleValue());
        case BESSEL_J1 -> BesselFunctions.besselJ1(x.doubleValue());
        case BESSEL_Y0 -> BesselFunctions.besselY0(x.doubleValue());
        case BESSEL_Y1 -> BesselFunctions.besselY1(x.doubleValue());
        case MODIFIED_BESSEL_I0 -> BesselFunctions.modifiedBesselI0(x.doubleValue());
        case MODIFIED_BESSEL_I1 -> BesselFunctions.modifiedBesselI1(x.doubleValue());
        case MODIFIED_BESSEL_K0 -> BesselFunctions.modifiedBesselK0(x.doubleValue());
        case MODIFIED_BESSEL_K1 -> BesselFunctions.modifiedBesselK1(x.doubleValue());
        case SCALED_MODIFIED_BESSEL_K0 -> BesselFunctions.scaledModifiedBesselK0(x.doubleValue());
        case SCALED_MODIFIED_BESSEL_K1 -> BesselFunctions.scaledModifiedBesselK1(x.doubleValue());
        case SPHERICAL_BESSEL_J0 -> BesselFunctions.sphericalBesselJ0(x.doubleValue());
        case CONJ, REAL -> x;
        case IMAG -> 0.0;
        case ANGLE -> x.isNaN() ? x : x < 0 ? Math.PI : 0.0;
        case BIT_NOT, IS_NAN, IS_INF, IS_FINITE, SIGNBIT -> throw missing(op, "floating-point numbers");
      };
    }

    private static double truncated(double x) {
      return Math.copySign(Math.floor(Math.abs(x)), x);
    }

    @Override
    public boolean predicate(UnaryOp op, Double x) {
      return switch (op) {
        case IS_NAN -> x.isNaN();
        case IS_INF -> x.isInfinite();
        case IS_FINITE -> Double.isFinite(x);
        case SIGNBIT -> Math.copySign(1, x) < 0;
        default -> throw missing(op, "truths");
      };
    }

    @Override
    public Double binary(BinaryOp op, Double a, Double b) {
      return switch (op) {
        case ADD -> a + b;
        case SUB -> a - b;
        case MUL -> a * b;
        case DIV -> a / b;
        case POW -> SpecialFunctions.pow(a.doubleValue(), b.doubleValue());
        case MIN -> Math.min(a, b);
        case MAX -> Math.max(a, b);
        case FMIN -> a.isNaN() ? b : b.isNaN() ? a : Double.valueOf(Math.min(a, b));
        case FMAX -> a.isNaN() ? b : b.isNaN() ? a : Double.valueOf(Math.max(a, b));
        case ATAN2 -> Math.atan2(a, b);
        case HYPOT -> Math.hypot(a, b);
        case FMOD -> a % b;
        case REMAINDER -> a % b != 0 && a % b < 0 != b < 0 ? a % b + b : a % b;
        case FLOOR_DIVIDE -> floorDivided(a, b);
        case TRUNC_DIVIDE -> truncated(a / b);
        case COPYSIGN -> Math.copySign(a, b);
        case NEXTAFTER -> a.doubleValue() == b ? b : Double.valueOf(Math.nextAfter(a, b));
        case XLOG1PY -> SpecialFunctions.xlog1py(a, b);
        case POLYGAMMA -> SpecialFunctions.polygamma(a, b);
        case ZETA -> SpecialFunctions.zeta(a, b);
        case IGAMMA -> SpecialFunctions.igamma(a, b);
        case IGAMMAC -> SpecialFunctions.igammac(a, b);
        case CHEBYSHEV_POLYNOMIAL_T -> OrthogonalPolynomials.chebyshevPolynomialT(a.doubleValue(), b.doubleValue());
        case CHEBYSHEV_POLYNOMIAL_U -> OrthogonalPolynomials.chebyshevPolynomialU(a.doubleValue(), b.doubleValue());
        case CHEBYSHEV_POLYNOMIAL_V -> OrthogonalPolynomials.chebyshevPolynomialV(a.doubleValue(), b.doubleValue());
        case CHEBYSHEV_POLYNOMIAL_W -> OrthogonalPolynomials.chebyshevPolynomialW(a.doubleValue(), b.doubleValue());
        case HERMITE_POLYNOMIAL_H -> OrthogonalPolynomials.hermitePolynomialH(a.doubleValue(), b.doubleValue());
        case HERMITE_POLYNOMIAL_HE -> OrthogonalPolynomials.hermitePolynomialHe(a.doubleValue(), b.doubleValue());
        case LAGUERRE_POLYNOMIAL_L -> OrthogonalPolynomials.laguerrePolynomialL(a.doubleValue(), b.doubleValue());
        case LEGENDRE_POLYNOMIAL_P -> OrthogonalPolynomials.legendrePolynomialP(a.doubleValue(), b.doubleValue());
        case SHIFTED_CHEBYSHEV_POLYNOMIAL_T ->
          OrthogonalPolynomials.shiftedChebyshevPolynomialT(a.doubleValue(), b.doubleValue());
        case SHIFTED_CHEBYSHEV_POLYNOMIAL_U ->
          OrthogonalPolynomials.shiftedChebyshevPolynomialU(a.doubleValue(), b.doubleValue());
        case SHIFTED_CHEBYSHEV_POLYNOMIAL_V ->
          OrthogonalPolynomials.shiftedChebyshevPolynomialV(a.doubleValue(), b.doubleValue());
        case SHIFTED_CHEBYSHEV_POLYNOMIAL_W ->
          OrthogonalPolynomials.shiftedChebyshevPolynomialW(a.doubleValue(), b.doubleValue());
        case BIT_AND, BIT_OR, BIT_XOR, SHIFT_LEFT, SHIFT_RIGHT, GCD, LCM, COMPLEX ->
          throw missing(op, "floating-point numbers");
      };
    }

    /// Python's `//`: the quotient that goes with the remainder, a whole number again after rounding.
    private static double floorDivided(double a, double b) {
      if (b == 0) return a / b;
      double quotient = (a - a % b) / b;
      if (a % b != 0 && a % b < 0 != b < 0) quotient -= 1;
      return quotient == 0 ? Math.copySign(0, a / b) : Math.rint(quotient);
    }

    @Override
    public boolean compare(Comparison op, Double a, Double b) {
      if (a.isNaN() || b.isNaN()) return op == Comparison.NE;
      return compared(op, a < b ? -1 : a > b ? 1 : 0);
    }
  }

  private static final class Longs implements Arithmetic<Long> {
    @Override
    public Long constant(double value) {
      return (long) value;
    }

    @Override
    public Long unary(UnaryOp op, Long x) {
      return switch (op) {
        case NEG -> -x;
        case ABS -> Math.abs(x);
        case SIGN, SGN -> (long) Long.signum(x);
        case SQUARE -> x * x;
        case BIT_NOT -> ~x;
        case FLOOR, CEIL, ROUND, TRUNC, CONJ, REAL -> x;
        default -> throw missing(op, "integers");
      };
    }

    @Override
    public boolean predicate(UnaryOp op, Long x) {
      return op == UnaryOp.IS_FINITE || op == UnaryOp.SIGNBIT && x < 0;
    }

    @Override
    public Long binary(BinaryOp op, Long a, Long b) {
      return switch (op) {
        case ADD -> a + b;
        case SUB -> a - b;
        case MUL -> a * b;
        case DIV, TRUNC_DIVIDE -> a / b;
        case FLOOR_DIVIDE -> Math.floorDiv(a, b);
        case FMOD -> a % b;
        case REMAINDER -> Math.floorMod(a, b);
        case POW -> SpecialFunctions.pow(a.longValue(), b.longValue());
        case MIN, FMIN -> Math.min(a, b);
        case MAX, FMAX -> Math.max(a, b);
        case BIT_AND -> a & b;
        case BIT_OR -> a | b;
        case BIT_XOR -> a ^ b;
        case SHIFT_LEFT -> b < 0 || b > 63 ? 0 : a << b;
        case SHIFT_RIGHT -> b < 0 || b > 63 ? a >> 63 : a >> b;
        case GCD -> SpecialFunctions.gcd(a, b);
        case LCM -> SpecialFunctions.lcm(a, b);
        default -> throw missing(op, "integers");
      };
    }

    @Override
    public boolean compare(Comparison op, Long a, Long b) {
      return compared(op, Long.compare(a, b));
    }
  }

  private static final class Booleans implements Arithmetic<Boolean> {
    @Override
    public Boolean constant(double value) {
      return value != 0;
    }

    @Override
    public Boolean unary(UnaryOp op, Boolean x) {
      return switch (op) {
        case ABS, SIGN, SGN, SQUARE, CONJ, REAL -> x;
        case BIT_NOT -> !x;
        default -> throw missing(op, "bools");
      };
    }

    @Override
    public boolean predicate(UnaryOp op, Boolean x) {
      return op == UnaryOp.IS_FINITE;
    }

    @Override
    public Boolean binary(BinaryOp op, Boolean a, Boolean b) {
      return switch (op) {
        case ADD, BIT_OR, MAX, FMAX -> a || b;
        case MUL, BIT_AND, MIN, FMIN -> a && b;
        case BIT_XOR -> a ^ b;
        case POW -> a || !b;
        default -> throw missing(op, "bools");
      };
    }

    @Override
    public boolean compare(Comparison op, Boolean a, Boolean b) {
      return compared(op, Boolean.compare(a, b));
    }
  }

  private static final class Complexes implements Arithmetic<Complex> {
    @Override
    public Complex constant(double value) {
      return new Complex(value, 0);
    }

    @Override
    public Complex unary(UnaryOp op, Complex z) {
      return switch (op) {
        case NEG -> z.times(-1);
        case ABS -> new Complex(z.abs(), 0);
        case SGN -> z.abs() == 0 ? z : z.times(1 / z.abs());
        case SQUARE -> z.times(z);
        case SQRT -> z.sqrt();
        case RSQRT -> Complex.ONE.over(z.sqrt());
        case RECIPROCAL -> Complex.ONE.over(z);
        case EXP -> z.exp();
        case EXP2 -> z.times(Math.log(2)).exp();
        case EXPM1 -> z.exp().minus(Complex.ONE);
        case LOG -> z.log();
        case LOG2 -> z.log().times(1 / Math.log(2));
        case LOG10 -> z.log().times(1 / Math.log(10));
        case LOG1P -> z.plus(Complex.ONE).log();
        case SIN -> z.times(Complex.I).sinh().times(Complex.MINUS_I);
        case COS -> z.times(Complex.I).cosh();
        case TAN -> z.times(Complex.I).tanh().times(Complex.MINUS_I);
        case SINH -> z.sinh();
        case COSH -> z.cosh();
        case TANH -> z.tanh();
        case ASIN -> z.asin();
        case ACOS -> new Complex(Math.PI / 2, 0).minus(z.asin());
        case ATAN -> z.times(Complex.I).atanh().times(Complex.MINUS_I);
        case ASINH -> z.times(Complex.I).asin().times(Complex.MINUS_I);
        case ACOSH -> z.plus(z.plus(Complex.ONE).sqrt().times(z.minus(Complex.ONE).sqrt())).log();
        case ATANH -> z.atanh();
        case SIGMOID -> Complex.ONE.over(Complex.ONE.plus(z.times(-1).exp()));
        case CONJ -> new Complex(z.re(), -z.im());
        case REAL -> new Complex(z.re(), 0);
        case IMAG -> new Complex(z.im(), 0);
        case ANGLE -> new Complex(Math.atan2(z.im(), z.re()), 0);
        default -> throw missing(op, "complex numbers");
      };
    }

    @Override
    public boolean predicate(UnaryOp op, Complex z) {
      return switch (op) {
        case IS_NAN -> Double.isNaN(z.re()) || Double.isNaN(z.im());
        case IS_INF -> Double.isInfinite(z.re()) || Double.isInfinite(z.im());
        case IS_FINITE -> Double.isFinite(z.re()) && Double.isFinite(z.im());
        default -> throw missing(op, "complex numbers");
      };
    }

    @Override
    public Complex binary(BinaryOp op, Complex a, Complex b) {
      return switch (op) {
        case ADD -> a.plus(b);
        case SUB -> a.minus(b);
        case MUL -> a.times(b);
        case DIV -> a.over(b);
        case POW -> b.abs() == 0 ? Complex.ONE : a.abs() == 0 && b.re() > 0 ? a : b.times(a.log()).exp();
        case COMPLEX -> new Complex(a.re(), b.re());
        default -> throw missing(op, "complex numbers");
      };
    }

    @Override
    public boolean compare(Comparison op, Complex a, Complex b) {
      return switch (op) {
        case EQ -> a.re() == b.re() && a.im() == b.im();
        case NE -> a.re() != b.re() || a.im() != b.im();
        case LT, LE, GT, GE -> throw missing(op, "complex numbers");
      };
    }
  }
}
