package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;

import org.jspecify.annotations.Nullable;

/// The four operations and their kin, element by element with broadcasting.
public final class Arithmetic {
  /// `self + alpha * other`
  public static final Operator ADD = Elementwise.variant(
      Elementwise.declare("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", PROMOTED,
          X.add(P.mul(Y))).inPlace(),
      a -> isOne(a[2]), PROMOTED, X.add(Y))
      .gradient("self", b -> b.grad())
      .gradient("other", b -> isOne(b.scalar("alpha")) ? b.grad() : b.grad().mul((Number) b.scalar("alpha")));

  public static final Operator ADD_SCALAR =
      Elementwise.declare("aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", PROMOTED,
          X.add(P.mul(jtorch.expr.Expr.Q))).inPlace();

  /// `self - alpha * other`
  public static final Operator SUB = Elementwise.variant(
      Elementwise.declare("aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", PROMOTED,
          X.sub(P.mul(Y))).inPlace(),
      a -> isOne(a[2]), PROMOTED, X.sub(Y));

  public static final Operator SUB_SCALAR =
      Elementwise.declare("aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", PROMOTED,
          X.sub(P.mul(jtorch.expr.Expr.Q))).inPlace();

  /// `self * other`
  public static final Operator MUL =
      Elementwise.declare("aten::mul.Tensor(Tensor self, Tensor other) -> Tensor", PROMOTED, X.mul(Y)).inPlace();

  public static final Operator MUL_SCALAR =
      Elementwise.declare("aten::mul.Scalar(Tensor self, Scalar other) -> Tensor", PROMOTED, X.mul(P)).inPlace();

  /// `self / other`, floating for integers too
  public static final Operator DIV =
      Elementwise.declare("aten::div.Tensor(Tensor self, Tensor other) -> Tensor", FLOATING, X.div(Y)).inPlace();

  public static final Operator DIV_SCALAR =
      Elementwise.declare("aten::div.Scalar(Tensor self, Scalar other) -> Tensor", FLOATING, X.div(P)).inPlace();

  /// `-self`
  public static final Operator NEG =
      Elementwise.declare("aten::neg(Tensor self) -> Tensor", PROMOTED, X.neg()).inPlace();

  /// `max(self, 0)`; its gradient reads the result, so `relu_` is fine
  public static final Operator RELU = Elementwise.derivative(
      Elementwise.declare("aten::relu(Tensor self) -> Tensor", PROMOTED, X.relu()).inPlace(),
      0, jtorch.expr.Expr.select(Y.gt(jtorch.expr.Expr.constant(0)), 1, 0));

  /// The complex conjugate
  public static final Operator CONJ = Operator.declare("aten::conj(Tensor(a) self) -> Tensor(a)")
      .composition(c -> c.tensor("self").dtype().isComplex() ? Arithmetic.CONJ_PHYSICAL.call(c.tensor("self"))
          : c.tensor("self"));

  public static final Operator CONJ_PHYSICAL =
      Elementwise.declare("aten::conj_physical(Tensor self) -> Tensor", PROMOTED, X.conj()).inPlace();

  private Arithmetic() {}

  static boolean isOne(@Nullable Object scalar) {
    return scalar instanceof Long v && v == 1 || scalar instanceof Double d && d == 1;
  }

}
