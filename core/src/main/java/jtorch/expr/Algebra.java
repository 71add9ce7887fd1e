package jtorch.expr;

import static jtorch.expr.Expr.constant;

import jtorch.expr.Expr.Binary;
import jtorch.expr.Expr.Constant;
import jtorch.expr.Expr.Not;
import jtorch.expr.Expr.Select;
import jtorch.expr.Expr.Unary;

/// Arithmetic on expressions that folds constants and drops neutral elements.
///
/// A choice with 0 on one side moves out of products and quotients, so that a gradient that is masked at a pole is 0
/// there and not NaN: `select(x == 0, 0, g) * cos(x) / x` becomes `select(x == 0, 0, g * cos(x) / x)`. Products with the
/// constant 0 are 0, although a run-time factor could be infinite; these are derivatives of what does not depend on
/// the variable.
final class Algebra {
  static final Expr ZERO = constant(0);
  static final Expr ONE = constant(1);

  private Algebra() {}

  static Expr add(Expr a, Expr b) {
    if (a == ZERO) return b;
    if (b == ZERO) return a;
    if (a instanceof Constant(double x) && b instanceof Constant(double y)) return constant(x + y);
    if (b instanceof Unary(UnaryOp op, Expr x) && op == UnaryOp.NEG) return sub(a, x);
    if (a instanceof Unary(UnaryOp op, Expr x) && op == UnaryOp.NEG) return sub(b, x);
    if (a instanceof Select s && b instanceof Select t && s.condition() == t.condition()) {
      if (s.then() == ZERO && t.then() == ZERO) return masked(s.condition(), add(s.otherwise(), t.otherwise()));
      if (s.otherwise() == ZERO && t.otherwise() == ZERO) return kept(s.condition(), add(s.then(), t.then()));
    }
    return a.add(b);
  }

  static Expr sub(Expr a, Expr b) {
    if (b == ZERO) return a;
    if (a == ZERO) return neg(b);
    if (a instanceof Constant(double x) && b instanceof Constant(double y)) return constant(x - y);
    if (b instanceof Unary(UnaryOp op, Expr x) && op == UnaryOp.NEG) return add(a, x);
    return a.sub(b);
  }

  static Expr neg(Expr x) {
    return switch (x) {
      case Constant(double v) -> constant(0 - v);
      case Unary(UnaryOp op, Expr y) when op == UnaryOp.NEG -> y;
      case Binary(BinaryOp op, Expr a, Expr b) when op == BinaryOp.SUB -> sub(b, a);
      case Binary(BinaryOp op, Expr a, Constant b) when op == BinaryOp.MUL -> mul(a, neg(b));
      case Select s when s.then() == ZERO -> masked(s.condition(), neg(s.otherwise()));
      case Select s when s.otherwise() == ZERO -> kept(s.condition(), neg(s.then()));
      default -> x.neg();
    };
  }

  static Expr mul(Expr a, Expr b) {
    if (a == ZERO || b == ZERO) return ZERO;
    if (a == ONE) return b;
    if (b == ONE) return a;
    if (a instanceof Constant(double x)) return b instanceof Constant(double y) ? constant(x * y) : mul(b, a);
    if (a instanceof Select s && s.then() == ZERO) return masked(s.condition(), mul(s.otherwise(), b));
    if (a instanceof Select s && s.otherwise() == ZERO) return kept(s.condition(), mul(s.then(), b));
    if (b instanceof Select s && s.then() == ZERO) return masked(s.condition(), mul(a, s.otherwise()));
    if (b instanceof Select s && s.otherwise() == ZERO) return kept(s.condition(), mul(a, s.then()));
    if (a instanceof Unary(UnaryOp op, Expr x) && op == UnaryOp.NEG) return neg(mul(x, b));
    if (b instanceof Unary(UnaryOp op, Expr y) && op == UnaryOp.NEG) return neg(mul(a, y));
    if (a instanceof Binary(BinaryOp op, Expr x, Constant(double k)) && op == BinaryOp.MUL) {
      return b instanceof Constant(double y) ? mul(x, constant(k * y)) : mul(mul(x, b), constant(k));
    }
    if (b instanceof Binary(BinaryOp op, Expr y, Constant k) && op == BinaryOp.MUL) return mul(mul(a, y), k);
    return a == b ? a.square() : a.mul(b);
  }

  static Expr div(Expr a, Expr b) {
    if (a == ZERO) return ZERO;
    if (b == ONE) return a;
    if (a instanceof Constant(double x) && b instanceof Constant(double y)) return constant(x / y);
    if (a instanceof Select s && s.then() == ZERO) return masked(s.condition(), div(s.otherwise(), b));
    if (a instanceof Select s && s.otherwise() == ZERO) return kept(s.condition(), div(s.then(), b));
    if (a instanceof Unary(UnaryOp op, Expr x) && op == UnaryOp.NEG) return neg(div(x, b));
    return a == ONE ? b.reciprocal() : a.div(b);
  }

  /// 0 where the condition holds, else the value.
  static Expr masked(Expr condition, Expr value) {
    if (value == ZERO) return ZERO;
    if (condition instanceof Not(Expr x)) return kept(x, value);
    return Expr.select(condition, ZERO, value);
  }

  /// The value where the condition holds, else 0.
  static Expr kept(Expr condition, Expr value) {
    if (value == ZERO) return ZERO;
    if (condition instanceof Not(Expr x)) return masked(x, value);
    return Expr.select(condition, value, ZERO);
  }

  static Expr conj(Expr x) {
    return switch (x) {
      case Constant c -> c;
      case Unary(UnaryOp op, Expr y) when op == UnaryOp.CONJ -> y;
      default -> x.conj();
    };
  }
}
