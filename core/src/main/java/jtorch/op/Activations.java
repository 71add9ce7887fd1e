package jtorch.op;

import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.PROMOTED;

/// Activation functions.
public final class Activations {
  /// `max(self, 0)`; its gradient reads the result, so `relu_` is fine
  public static final Operator RELU =
      Elementwise.declare("aten::relu(Tensor self) -> Tensor", PROMOTED, X.relu())
          .slope(0, select(Y.gt(0), 1, 0))
          .refuse(a -> Arithmetic.isBool(a[0]), "Boolean inputs not supported for relu")
          .inPlace();

  private Activations() {}
}
