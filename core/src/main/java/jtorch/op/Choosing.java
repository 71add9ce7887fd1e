package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.Q;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.Z;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.CHOSEN;
import static jtorch.op.Elementwise.Types.FIRST;
import static jtorch.op.Elementwise.Types.PROMOTED;

import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Choosing one of several numbers, element by element: the larger, the smaller, within bounds, by a condition.
public final class Choosing {
  /// The larger one; NaN if one of them is NaN. Of equal ones each has half the gradient
  public static final Operator MAXIMUM =
      Elementwise.declare("aten::maximum(Tensor self, Tensor other) -> Tensor", PROMOTED, X.max(Y));
  public static final Operator MINIMUM =
      Elementwise.declare("aten::minimum(Tensor self, Tensor other) -> Tensor", PROMOTED, X.min(Y));
  /// The larger one; NaN only if both are NaN
  public static final Operator FMAX =
      Elementwise.declare("aten::fmax(Tensor self, Tensor other) -> Tensor", PROMOTED, X.fmax(Y));
  public static final Operator FMIN =
      Elementwise.declare("aten::fmin(Tensor self, Tensor other) -> Tensor", PROMOTED, X.fmin(Y));

  // ---- bounds ----------------------------------------------------------------------------------------------------

  private static final String NO_BOUND = "At least one of 'min' or 'max' must not be None";

  /// `min(max(self, min), max)`; one bound may be missing
  public static final Operator CLAMP =
      Elementwise.declare("aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor", PROMOTED,
          X.max(P).min(Q))
          .refuse(a -> a[1] == null && a[2] == null, NO_BOUND)
          .when(a -> a[1] == null, PROMOTED, X.min(Q))
          .when(a -> a[2] == null, PROMOTED, X.max(P))
          .inPlace();

  public static final Operator CLAMP_MIN =
      Elementwise.declare("aten::clamp_min(Tensor self, Scalar min) -> Tensor", PROMOTED, X.max(P)).inPlace();
  public static final Operator CLAMP_MAX =
      Elementwise.declare("aten::clamp_max(Tensor self, Scalar max) -> Tensor", PROMOTED, X.min(P)).inPlace();

  /// At the bound the gradient is the tensor's
  public static final Operator CLAMP_MIN_TENSOR =
      Elementwise.declare("aten::clamp_min.Tensor(Tensor self, Tensor min) -> Tensor", PROMOTED, X.max(Y))
          .slope(0, select(X.ge(Y), 1, 0))
          .slope(1, select(X.lt(Y), 1, 0))
          .inPlace();
  public static final Operator CLAMP_MAX_TENSOR =
      Elementwise.declare("aten::clamp_max.Tensor(Tensor self, Tensor max) -> Tensor", PROMOTED, X.min(Y))
          .slope(0, select(X.le(Y), 1, 0))
          .slope(1, select(X.gt(Y), 1, 0))
          .inPlace();

  private static final Operator CLAMP_BOTH =
      Elementwise
          .declare("jtorch::clamp_both(Tensor self, Tensor min, Tensor max) -> Tensor", PROMOTED, X.max(Y).min(Z))
          .slope(0, select(X.ge(Y).and(X.le(Z)), 1, 0))
          .slope(1, select(X.lt(Y).and(Y.lt(Z)), 1, 0))
          .slope(2, select(X.gt(Z).or(Z.lt(Y)), 1, 0))
          .inPlace();

  public static final Operator CLAMP_TENSOR =
      Operator.declare("aten::clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor")
          .composition(c -> clamped(c, false));
  public static final Operator CLAMP_TENSOR_ =
      Operator.declare("aten::clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)")
          .composition(c -> clamped(c, true));

  private static Object clamped(Call c, boolean inPlace) {
    Tensor self = c.tensor("self");
    Tensor min = c.tensorOrNull("min");
    Tensor max = c.tensorOrNull("max");
    if (min != null && max != null) return form(CLAMP_BOTH, inPlace).call(self, min, max);
    if (min != null) return form(CLAMP_MIN_TENSOR, inPlace).call(self, min);
    if (max != null) return form(CLAMP_MAX_TENSOR, inPlace).call(self, max);
    throw c.check().because(NO_BOUND).failure();
  }

  private static Operator form(Operator operator, boolean inPlace) {
    return inPlace ? operator.mutating() : operator;
  }

  // ---- conditions ------------------------------------------------------------------------------------------------

  private static final String CONDITION = "where expected condition to be a boolean tensor, but got another dtype";

  /// `self` where the condition holds, else `other`
  public static final Operator WHERE = Elementwise
      .declare("aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor", CHOSEN,
          select(X.truth(), Y, Z))
      .refuse(a -> !isMask(a[0]), CONDITION);
  public static final Operator WHERE_OTHER_SCALAR = Elementwise
      .declare("aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor", CHOSEN,
          select(X.truth(), Y, P))
      .refuse(a -> !isMask(a[0]), CONDITION);
  public static final Operator WHERE_SELF_SCALAR = Elementwise
      .declare("aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor", CHOSEN,
          select(X.truth(), P, Y))
      .refuse(a -> !isMask(a[0]), CONDITION);
  public static final Operator WHERE_SCALARS = Elementwise
      .declare("aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor", CHOSEN,
          select(X.truth(), P, Q))
      .refuse(a -> !isMask(a[0]), CONDITION);

  private static final String MASK = "masked_fill_ only supports boolean masks";

  /// `value` where the mask holds, else `self`, whose dtype stays
  public static final Operator MASKED_FILL = Elementwise
      .declare("aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor", FIRST,
          select(Y.truth(), P, X))
      .refuse(a -> !Arithmetic.isBool(a[1]), MASK)
      .refuse(a -> a[0] instanceof Tensor self && Creation.overflows(a[2], self.dtype()),
          "value cannot be converted to the tensor's dtype without overflow")
      .inPlace();
  public static final Operator MASKED_FILL_TENSOR = Elementwise
      .declare("aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor", FIRST,
          select(Y.truth(), Z, X))
      .refuse(a -> !Arithmetic.isBool(a[1]), MASK)
      .refuse(a -> a[2] instanceof Tensor value && value.dim() > 0,
          "masked_fill_ only supports a 0-dimensional value tensor")
      .inPlace();

  private Choosing() {}

  private static boolean isMask(@Nullable Object condition) {
    return condition instanceof Tensor t
        && (t.dtype() == DType.BOOL || t.dtype() == DType.UINT8);
  }
}
