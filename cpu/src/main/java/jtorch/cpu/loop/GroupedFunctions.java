package jtorch.cpu.loop;

import jtorch.expr.BinaryOp;
import jtorch.expr.Expr;
import jtorch.expr.SinglePrecision;
import jtorch.expr.UnaryOp;

/// The functions of [RoundedFunctions] and [ScalarFloats] that PyTorch computes in another way for 32 elements at a time
/// than for those that remain.
final class GroupedFunctions {
  /// The elements that go together.
  static final int GROUP = 32;

  private GroupedFunctions() {}

  /// Whether an expression is the result of one of these.
  static boolean computes(Expr e) {
    return switch (e) {
      case Expr.Unary(var op, _) -> op == UnaryOp.SINH || op == UnaryOp.COSH;
      case Expr.Binary(var op, _, _) -> op == BinaryOp.ATAN2;
      default -> false;
    };
  }

  static float sinh(float x) {
    return SinglePrecision.sinh(x);
  }

  static float cosh(float x) {
    return SinglePrecision.cosh(x);
  }

  static float atan2(float a, float b) {
    return SinglePrecision.atan2(a, b);
  }
}
