package jtorch.op;

import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;
import static jtorch.op.Elementwise.binary;
import static jtorch.op.Elementwise.unary;

/// Circular and hyperbolic functions and their inverses.
public final class Trigonometry {
  public static final Operator SIN = unary("sin", FLOATING, X.sin()).inPlace();
  public static final Operator COS = unary("cos", FLOATING, X.cos()).inPlace();
  public static final Operator TAN = unary("tan", FLOATING, X.tan()).inPlace();
  public static final Operator ASIN = unary("asin", FLOATING, X.asin()).inPlace();
  public static final Operator ACOS = unary("acos", FLOATING, X.acos()).inPlace();
  public static final Operator ATAN = unary("atan", FLOATING, X.atan()).inPlace();
  public static final Operator SINH = unary("sinh", FLOATING, X.sinh()).inPlace();
  public static final Operator COSH = unary("cosh", FLOATING, X.cosh()).inPlace();
  public static final Operator TANH = unary("tanh", FLOATING, X.tanh()).inPlace();
  public static final Operator ASINH = unary("asinh", FLOATING, X.asinh()).inPlace();
  public static final Operator ACOSH = unary("acosh", FLOATING, X.acosh()).inPlace();
  public static final Operator ATANH = unary("atanh", FLOATING, X.atanh()).inPlace();

  /// The angle of the point `(other, self)`
  public static final Operator ATAN2 = binary("atan2", FLOATING, X.atan2(Y)).inPlace();
  /// `sqrt(self^2 + other^2)` without overflow
  public static final Operator HYPOT = binary("hypot", PROMOTED, X.hypot(Y)).inPlace();
  /// `sin(pi self) / (pi self)`, 1 at 0
  public static final Operator SINC = unary("sinc", FLOATING, X.sinc()).inPlace();
  public static final Operator DEG2RAD = unary("deg2rad", FLOATING, X.mul(Math.PI / 180)).inPlace();
  public static final Operator RAD2DEG = unary("rad2deg", FLOATING, X.mul(180 / Math.PI)).inPlace();

  private Trigonometry() {}
}
