package jtorch.expr;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// A scalar expression: what happens to one element, as data.
///
/// An expression is a number or a truth ([#isTruth]). The fluent methods take either where the other is meant: a truth
/// counts as 1 or 0, a number is true when it is not 0. Which kind of number (double, float, long, complex) is decided
/// where the expression is compiled.
///
/// Expressions are immutable, and equal ones made by the methods here are the same object, so shared subterms are
/// computed once and an expression is a good key.
///
/// ```java
/// Expr silu = X.mul(X.sigmoid());
/// Expr slope = Derivative.of(silu, 0);
/// ```
// The constants below are nodes, whose classes initialize this interface in turn; so nodes are made by its methods.
@SuppressWarnings("ClassInitializationDeadlock")
public sealed interface Expr {
  /// The first input.
  Expr X = input(0);
  /// The second input.
  Expr Y = input(1);
  /// The third input.
  Expr Z = input(2);
  /// The first run-time scalar.
  Expr P = parameter(0);
  /// The second run-time scalar.
  Expr Q = parameter(1);

  /// The element of the tensor argument with that number.
  record Input(int index) implements Expr {
    @Override
    public String toString() {
      return "x" + index;
    }
  }

  /// A scalar given when the loop runs.
  record Parameter(int index) implements Expr {
    @Override
    public String toString() {
      return "p" + index;
    }
  }

  /// A number known when the loop is made. In integer loops its fraction is dropped.
  record Constant(double value) implements Expr {
    @Override
    public String toString() {
      String text = Double.toString(value);
      return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
  }

  /// A function of one number.
  record Unary(UnaryOp op, Expr x) implements Expr {
    public Unary {
      x = Canonical.number(op, x);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Unary u && op == u.op && x == u.x;
    }

    @Override
    public int hashCode() {
      return Canonical.hash(op, x);
    }

    @Override
    public String toString() {
      return op + "(" + x + ")";
    }
  }

  /// A function of two numbers.
  record Binary(BinaryOp op, Expr a, Expr b) implements Expr {
    public Binary {
      a = Canonical.number(op, a);
      b = Canonical.number(op, b);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Binary n && op == n.op && a == n.a && b == n.b;
    }

    @Override
    public int hashCode() {
      return Canonical.hash(op, a, b);
    }

    @Override
    public String toString() {
      return op + "(" + a + ", " + b + ")";
    }
  }

  /// A truth: how two numbers compare.
  record Compare(Comparison op, Expr a, Expr b) implements Expr {
    public Compare {
      a = Canonical.number(op, a);
      b = Canonical.number(op, b);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Compare n && op == n.op && a == n.a && b == n.b;
    }

    @Override
    public int hashCode() {
      return Canonical.hash(op, a, b);
    }

    @Override
    public String toString() {
      return "(" + a + " " + op.symbol() + " " + b + ")";
    }
  }

  /// A truth made of two.
  record Logical(Connective op, Expr a, Expr b) implements Expr {
    public Logical {
      a = Canonical.truth(op, a);
      b = Canonical.truth(op, b);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Logical n && op == n.op && a == n.a && b == n.b;
    }

    @Override
    public int hashCode() {
      return Canonical.hash(op, a, b);
    }

    @Override
    public String toString() {
      return "(" + a + " " + op.symbol() + " " + b + ")";
    }
  }

  /// The opposite truth.
  record Not(Expr x) implements Expr {
    public Not {
      x = Canonical.truth("not", x);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Not n && x == n.x;
    }

    @Override
    public int hashCode() {
      return Canonical.hash("not", x);
    }

    @Override
    public String toString() {
      return "!" + x;
    }
  }

  /// One of two numbers. Both are computed; an integer division by zero throws even where it is not chosen.
  record Select(Expr condition, Expr then, Expr otherwise) implements Expr {
    public Select {
      condition = Canonical.truth("select", condition);
      then = Canonical.number("select", then);
      otherwise = Canonical.number("select", otherwise);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Select s && condition == s.condition && then == s.then && otherwise == s.otherwise;
    }

    @Override
    public int hashCode() {
      return Canonical.hash("select", condition, then, otherwise);
    }

    @Override
    public String toString() {
      return "select(" + condition + ", " + then + ", " + otherwise + ")";
    }
  }

  // Leaves and nodes

  static Expr input(int index) {
    return Canonical.of(new Input(index));
  }

  static Expr parameter(int index) {
    return Canonical.of(new Parameter(index));
  }

  static Expr constant(double value) {
    return Canonical.of(new Constant(value));
  }

  static Expr unary(UnaryOp op, Expr x) {
    return Canonical.of(new Unary(op, x.number()));
  }

  static Expr binary(BinaryOp op, Expr a, Expr b) {
    return Canonical.of(new Binary(op, a.number(), b.number()));
  }

  static Expr compare(Comparison op, Expr a, Expr b) {
    return Canonical.of(new Compare(op, a.number(), b.number()));
  }

  static Expr logical(Connective op, Expr a, Expr b) {
    return Canonical.of(new Logical(op, a.truth(), b.truth()));
  }

  /// `then` where the condition holds, else `otherwise`.
  static Expr select(Expr condition, Expr then, Expr otherwise) {
    return Canonical.of(new Select(condition.truth(), then.number(), otherwise.number()));
  }

  static Expr select(Expr condition, Expr then, double otherwise) {
    return select(condition, then, constant(otherwise));
  }

  static Expr select(Expr condition, double then, Expr otherwise) {
    return select(condition, constant(then), otherwise);
  }

  static Expr select(Expr condition, double then, double otherwise) {
    return select(condition, constant(then), constant(otherwise));
  }

  // Structure

  /// Whether this is a truth rather than a number.
  default boolean isTruth() {
    return switch (this) {
      case Compare _, Logical _, Not _ -> true;
      case Unary u -> u.op.isPredicate();
      default -> false;
    };
  }

  /// This as a number: a truth is 1 or 0.
  default Expr number() {
    return isTruth() ? select(this, constant(1), constant(0)) : this;
  }

  /// This as a truth: a number is true when it is not 0.
  default Expr truth() {
    return isTruth() ? this : ne(constant(0));
  }

  /// The expressions this one is directly made of.
  default List<Expr> operands() {
    return switch (this) {
      case Input _, Parameter _, Constant _ -> List.of();
      case Unary(_, Expr x) -> List.of(x);
      case Binary(_, Expr a, Expr b) -> List.of(a, b);
      case Compare(_, Expr a, Expr b) -> List.of(a, b);
      case Logical(_, Expr a, Expr b) -> List.of(a, b);
      case Not(Expr x) -> List.of(x);
      case Select(Expr condition, Expr then, Expr otherwise) -> List.of(condition, then, otherwise);
    };
  }

  /// All distinct subterms and this, each after its operands.
  default List<Expr> subterms() {
    List<Expr> order = new ArrayList<>();
    Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    record Visit(Expr node, boolean operandsDone) {}
    Deque<Visit> stack = new ArrayDeque<>();
    stack.push(new Visit(Canonical.of(this), false));
    while (!stack.isEmpty()) {
      Visit visit = stack.pop();
      if (visit.operandsDone) {
        order.add(visit.node);
      } else if (seen.add(visit.node)) {
        stack.push(new Visit(visit.node, true));
        for (Expr operand : visit.node.operands().reversed()) stack.push(new Visit(operand, false));
      }
    }
    return order;
  }

  /// Calls the visitor with every distinct subterm and this, each after its operands.
  default void visit(Consumer<Expr> visitor) {
    subterms().forEach(visitor);
  }

  /// Whether this reads the input with that number.
  default boolean reads(int input) {
    return contains(input(input));
  }

  /// Whether that expression is a subterm of this, or this itself.
  default boolean contains(Expr subterm) {
    return subterms().contains(subterm);
  }

  /// This with subterms replaced, the largest first: `(X + 1).exp()` under `{X + 1: Y}` is `Y.exp()`.
  default Expr replace(Map<Expr, Expr> replacements) {
    Map<Expr, Expr> done = new IdentityHashMap<>();
    for (Expr e : subterms()) {
      Expr replacement = replacements.get(e);
      done.put(e, replacement != null ? Canonical.of(replacement) : e.withOperands(done));
    }
    return done.getOrDefault(Canonical.of(this), this);
  }

  private Expr withOperands(Map<Expr, Expr> map) {
    return switch (this) {
      case Input _, Parameter _, Constant _ -> this;
      case Unary(UnaryOp op, Expr x) -> unary(op, of(map, x));
      case Binary(BinaryOp op, Expr a, Expr b) -> binary(op, of(map, a), of(map, b));
      case Compare(Comparison op, Expr a, Expr b) -> compare(op, of(map, a), of(map, b));
      case Logical(Connective op, Expr a, Expr b) -> logical(op, of(map, a), of(map, b));
      case Not(Expr x) -> of(map, x).not();
      case Select(Expr c, Expr a, Expr b) -> select(of(map, c), of(map, a), of(map, b));
    };
  }

  private static Expr of(Map<Expr, Expr> map, Expr key) {
    return map.getOrDefault(key, key);
  }

  // Arithmetic

  default Expr add(Expr b) {
    return binary(BinaryOp.ADD, this, b);
  }

  default Expr add(double b) {
    return add(constant(b));
  }

  default Expr sub(Expr b) {
    return binary(BinaryOp.SUB, this, b);
  }

  default Expr sub(double b) {
    return sub(constant(b));
  }

  default Expr mul(Expr b) {
    return binary(BinaryOp.MUL, this, b);
  }

  default Expr mul(double b) {
    return mul(constant(b));
  }

  default Expr div(Expr b) {
    return binary(BinaryOp.DIV, this, b);
  }

  default Expr div(double b) {
    return div(constant(b));
  }

  default Expr pow(Expr b) {
    return binary(BinaryOp.POW, this, b);
  }

  default Expr pow(double b) {
    return pow(constant(b));
  }

  /// The smaller one; NaN if one of them is NaN.
  default Expr min(Expr b) {
    return binary(BinaryOp.MIN, this, b);
  }

  default Expr min(double b) {
    return min(constant(b));
  }

  /// The larger one; NaN if one of them is NaN.
  default Expr max(Expr b) {
    return binary(BinaryOp.MAX, this, b);
  }

  default Expr max(double b) {
    return max(constant(b));
  }

  /// The smaller one; NaN only if both are NaN.
  default Expr fmin(Expr b) {
    return binary(BinaryOp.FMIN, this, b);
  }

  /// The larger one; NaN only if both are NaN.
  default Expr fmax(Expr b) {
    return binary(BinaryOp.FMAX, this, b);
  }

  default Expr atan2(Expr b) {
    return binary(BinaryOp.ATAN2, this, b);
  }

  default Expr hypot(Expr b) {
    return binary(BinaryOp.HYPOT, this, b);
  }

  /// The remainder with the sign of this, as C's `fmod`.
  default Expr fmod(Expr b) {
    return binary(BinaryOp.FMOD, this, b);
  }

  /// The remainder with the sign of the divisor, as Python's `%`.
  default Expr remainder(Expr b) {
    return binary(BinaryOp.REMAINDER, this, b);
  }

  default Expr floorDivide(Expr b) {
    return binary(BinaryOp.FLOOR_DIVIDE, this, b);
  }

  default Expr truncDivide(Expr b) {
    return binary(BinaryOp.TRUNC_DIVIDE, this, b);
  }

  default Expr copysign(Expr b) {
    return binary(BinaryOp.COPYSIGN, this, b);
  }

  default Expr nextafter(Expr b) {
    return binary(BinaryOp.NEXTAFTER, this, b);
  }

  default Expr neg() {
    return unary(UnaryOp.NEG, this);
  }

  default Expr abs() {
    return unary(UnaryOp.ABS, this);
  }

  default Expr sign() {
    return unary(UnaryOp.SIGN, this);
  }

  default Expr sgn() {
    return unary(UnaryOp.SGN, this);
  }

  default Expr floor() {
    return unary(UnaryOp.FLOOR, this);
  }

  default Expr ceil() {
    return unary(UnaryOp.CEIL, this);
  }

  /// The nearest integer, halves to the even one.
  default Expr round() {
    return unary(UnaryOp.ROUND, this);
  }

  default Expr trunc() {
    return unary(UnaryOp.TRUNC, this);
  }

  default Expr frac() {
    return unary(UnaryOp.FRAC, this);
  }

  default Expr square() {
    return unary(UnaryOp.SQUARE, this);
  }

  default Expr sqrt() {
    return unary(UnaryOp.SQRT, this);
  }

  default Expr rsqrt() {
    return unary(UnaryOp.RSQRT, this);
  }

  default Expr reciprocal() {
    return unary(UnaryOp.RECIPROCAL, this);
  }

  // Transcendental functions

  default Expr exp() {
    return unary(UnaryOp.EXP, this);
  }

  default Expr exp2() {
    return unary(UnaryOp.EXP2, this);
  }

  default Expr expm1() {
    return unary(UnaryOp.EXPM1, this);
  }

  default Expr log() {
    return unary(UnaryOp.LOG, this);
  }

  default Expr log2() {
    return unary(UnaryOp.LOG2, this);
  }

  default Expr log10() {
    return unary(UnaryOp.LOG10, this);
  }

  default Expr log1p() {
    return unary(UnaryOp.LOG1P, this);
  }

  default Expr sin() {
    return unary(UnaryOp.SIN, this);
  }

  default Expr cos() {
    return unary(UnaryOp.COS, this);
  }

  default Expr tan() {
    return unary(UnaryOp.TAN, this);
  }

  default Expr asin() {
    return unary(UnaryOp.ASIN, this);
  }

  default Expr acos() {
    return unary(UnaryOp.ACOS, this);
  }

  default Expr atan() {
    return unary(UnaryOp.ATAN, this);
  }

  default Expr sinh() {
    return unary(UnaryOp.SINH, this);
  }

  default Expr cosh() {
    return unary(UnaryOp.COSH, this);
  }

  default Expr tanh() {
    return unary(UnaryOp.TANH, this);
  }

  default Expr asinh() {
    return unary(UnaryOp.ASINH, this);
  }

  default Expr acosh() {
    return unary(UnaryOp.ACOSH, this);
  }

  default Expr atanh() {
    return unary(UnaryOp.ATANH, this);
  }

  default Expr sigmoid() {
    return unary(UnaryOp.SIGMOID, this);
  }

  default Expr erf() {
    return unary(UnaryOp.ERF, this);
  }

  default Expr erfc() {
    return unary(UnaryOp.ERFC, this);
  }

  default Expr erfinv() {
    return unary(UnaryOp.ERFINV, this);
  }

  /// `exp(x * x) * erfc(x)`.
  default Expr erfcx() {
    return unary(UnaryOp.ERFCX, this);
  }

  default Expr lgamma() {
    return unary(UnaryOp.LGAMMA, this);
  }

  default Expr digamma() {
    return unary(UnaryOp.DIGAMMA, this);
  }

  default Expr trigamma() {
    return unary(UnaryOp.TRIGAMMA, this);
  }

  /// The n-th derivative of digamma at this.
  default Expr polygamma(Expr n) {
    return binary(BinaryOp.POLYGAMMA, n, this);
  }

  default Expr i0() {
    return unary(UnaryOp.I0, this);
  }

  default Expr i0e() {
    return unary(UnaryOp.I0E, this);
  }

  default Expr i1() {
    return unary(UnaryOp.I1, this);
  }

  default Expr i1e() {
    return unary(UnaryOp.I1E, this);
  }

  default Expr ndtri() {
    return unary(UnaryOp.NDTRI, this);
  }

  /// Hurwitz' zeta function, `zeta(this, q)`.
  default Expr zeta(Expr q) {
    return binary(BinaryOp.ZETA, this, q);
  }

  /// The regularized lower incomplete gamma function, `igamma(this, x)`.
  default Expr igamma(Expr x) {
    return binary(BinaryOp.IGAMMA, this, x);
  }

  /// The regularized upper incomplete gamma function, `igammac(this, x)`.
  default Expr igammac(Expr x) {
    return binary(BinaryOp.IGAMMAC, this, x);
  }

  // Compositions that PyTorch has under one name

  /// `max(x, 0)`, with NaN kept and slope 0 at 0.
  default Expr relu() {
    return select(le(0), 0, this);
  }

  /// `log(x / (1 - x))`.
  default Expr logit() {
    return div(constant(1).sub(this)).log();
  }

  /// `sin(pi x) / (pi x)`, 1 at 0.
  default Expr sinc() {
    Expr angle = mul(Math.PI);
    return select(eq(0), 1, angle.sin().div(angle));
  }

  /// `log(exp(a) + exp(b))` without overflow.
  default Expr logaddexp(Expr b) {
    Expr larger = max(b);
    Expr sum = larger.add(sub(b).abs().neg().exp().log1p());
    return select(isInf().and(eq(b)), this, sum);
  }

  /// `log2(2^a + 2^b)` without overflow.
  default Expr logaddexp2(Expr b) {
    Expr larger = max(b);
    Expr sum = larger.add(sub(b).abs().neg().exp2().log1p().mul(1 / Math.log(2)));
    return select(isInf().and(eq(b)), this, sum);
  }

  /// `x log(y)`, 0 where x is 0 and y is not NaN.
  default Expr xlogy(Expr y) {
    return select(y.isNan().not().and(eq(0)), 0, mul(y.log()));
  }

  /// `x log(1 + y)`, 0 where x is 0 and y is not NaN.
  default Expr xlog1py(Expr y) {
    return binary(BinaryOp.XLOG1PY, this, y);
  }

  /// The distribution function of the normal distribution.
  default Expr ndtr() {
    Expr t = mul(Math.sqrt(0.5));
    Expr tail = t.abs().erfc().mul(0.5);
    return select(t.abs().lt(1), t.erf().mul(0.5).add(0.5), select(t.gt(0), constant(1).sub(tail), tail));
  }

  /// The logarithm of [#ndtr].
  default Expr logNdtr() {
    return unary(UnaryOp.LOG_NDTR, this);
  }

  /// `-x log(x)`, 0 at 0 and -inf below.
  default Expr entr() {
    return select(isNan(), this, select(gt(0), neg().mul(log()), select(eq(0), 0, Double.NEGATIVE_INFINITY)));
  }

  // Integers

  default Expr bitAnd(Expr b) {
    return binary(BinaryOp.BIT_AND, this, b);
  }

  default Expr bitOr(Expr b) {
    return binary(BinaryOp.BIT_OR, this, b);
  }

  default Expr bitXor(Expr b) {
    return binary(BinaryOp.BIT_XOR, this, b);
  }

  default Expr bitNot() {
    return unary(UnaryOp.BIT_NOT, this);
  }

  default Expr shiftLeft(Expr b) {
    return binary(BinaryOp.SHIFT_LEFT, this, b);
  }

  default Expr shiftRight(Expr b) {
    return binary(BinaryOp.SHIFT_RIGHT, this, b);
  }

  default Expr gcd(Expr b) {
    return binary(BinaryOp.GCD, this, b);
  }

  default Expr lcm(Expr b) {
    return binary(BinaryOp.LCM, this, b);
  }

  // Complex numbers

  default Expr conj() {
    return unary(UnaryOp.CONJ, this);
  }

  default Expr real() {
    return unary(UnaryOp.REAL, this);
  }

  default Expr imag() {
    return unary(UnaryOp.IMAG, this);
  }

  default Expr angle() {
    return unary(UnaryOp.ANGLE, this);
  }

  /// The complex number with this as its real part.
  default Expr complex(Expr imaginary) {
    return binary(BinaryOp.COMPLEX, this, imaginary);
  }

  // Truths

  default Expr isNan() {
    return unary(UnaryOp.IS_NAN, this);
  }

  default Expr isInf() {
    return unary(UnaryOp.IS_INF, this);
  }

  default Expr isFinite() {
    return unary(UnaryOp.IS_FINITE, this);
  }

  default Expr signbit() {
    return unary(UnaryOp.SIGNBIT, this);
  }

  default Expr lt(Expr b) {
    return compare(Comparison.LT, this, b);
  }

  default Expr lt(double b) {
    return lt(constant(b));
  }

  default Expr le(Expr b) {
    return compare(Comparison.LE, this, b);
  }

  default Expr le(double b) {
    return le(constant(b));
  }

  default Expr gt(Expr b) {
    return compare(Comparison.GT, this, b);
  }

  default Expr gt(double b) {
    return gt(constant(b));
  }

  default Expr ge(Expr b) {
    return compare(Comparison.GE, this, b);
  }

  default Expr ge(double b) {
    return ge(constant(b));
  }

  default Expr eq(Expr b) {
    return compare(Comparison.EQ, this, b);
  }

  default Expr eq(double b) {
    return eq(constant(b));
  }

  default Expr ne(Expr b) {
    return compare(Comparison.NE, this, b);
  }

  default Expr ne(double b) {
    return ne(constant(b));
  }

  default Expr and(Expr b) {
    return logical(Connective.AND, this, b);
  }

  default Expr or(Expr b) {
    return logical(Connective.OR, this, b);
  }

  default Expr xor(Expr b) {
    return logical(Connective.XOR, this, b);
  }

  default Expr not() {
    return Canonical.of(new Not(truth()));
  }
}
