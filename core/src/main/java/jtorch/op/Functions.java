package jtorch.op;

import static jtorch.expr.Expr.X;
import static jtorch.op.Elementwise.Types.PROMOTED;

/// Functions of one or two numbers, element by element.
public final class Functions {
  /// The number without its fraction
  public static final Operator TRUNC =
      Elementwise.declare("aten::trunc(Tensor self) -> Tensor", PROMOTED, X.trunc()).inPlace();

  private Functions() {}
}
