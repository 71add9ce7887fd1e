package jtorch.op;

import jtorch.DType;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;

/// Operators over many tensors at once, which a GPU does in one launch: what clipping gradients, counting steps and
/// scaling losses need.
public final class Foreach {
  private static final Operator FUSED_MUL =
      Operator.declare("jtorch::foreach_mul_(Tensor(a!)[] self, Tensor other) -> ()").kernel("foreach_mul")
          .composition(c -> each(c, (call, i) -> call.tensors("self")[i].mul_(call.tensor("other"))))
          .notDifferentiable();

  private static final Operator FUSED_ADD =
      Operator.declare("jtorch::foreach_add_(Tensor(a!)[] self, Tensor other) -> ()").kernel("foreach_add")
          .composition(c -> each(c, (call, i) -> call.tensors("self")[i].add_(call.tensor("other"))))
          .notDifferentiable();

  /// `self[i] *= other`, a number in memory.
  public static final Operator MUL = Operator
      .declare("aten::_foreach_mul_.Tensor(Tensor(a!)[] self, Tensor other) -> ()")
      .composition(c -> TensorLists.split(c, FUSED_MUL, 1, 1,
          (call, i) -> call.tensors("self")[i].mul_(call.tensor("other"))))
      .notDifferentiable();

  /// `self[i] += alpha * other`, a number in memory.
  public static final Operator ADD = Operator
      .declare("aten::_foreach_add_.Tensor(Tensor(a!)[] self, Tensor other, *, Scalar alpha=1) -> ()")
      .composition(c -> {
        Tensor other = c.tensor("other");
        Tensor scaled = c.number("alpha") == 1 ? other : other.mul(c.number("alpha"));
        return TensorLists.split(new Call(FUSED_ADD, new Object[] {c.tensors("self"), scaled}), FUSED_ADD, 1, 1,
            (call, i) -> call.tensors("self")[i].add_(scaled));
      }).notDifferentiable();

  /// The norms of all tensors in one vector, as their dtype; for orders 1, 2 and infinity.
  private static final Operator FUSED_NORMS = Operator
      .declare("jtorch::foreach_norms(Tensor[] self, Scalar ord) -> Tensor")
      .shape(c -> c.result(new long[] {c.tensors("self").length}, c.tensors("self")[0].dtype()))
      .kernel("foreach_norms")
      .composition(c -> stacked(c.tensors("self"), c.number("ord"))).notDifferentiable();

  /// The norms of all tensors in one vector. What cannot be read by one kernel is computed one by one.
  public static final Operator NORMS = Operator
      .declare("jtorch::norms(Tensor[] self, Scalar ord) -> Tensor")
      .composition(c -> {
        Tensor[] self = c.tensors("self");
        double ord = c.number("ord");
        boolean fuses = ord == 1 || ord == 2 || ord == Double.POSITIVE_INFINITY;
        for (Tensor t : self) {
          fuses &= t.isDense() && t.dtype() == self[0].dtype() && t.device() == self[0].device()
              && t.dtype().isFloatingPoint() && !t.isSparse() && !t.device().isHost();
        }
        return fuses ? FUSED_NORMS.tensor(self, ord) : stacked(self, ord);
      }).notDifferentiable();

  public static final Operator NORM = Operator
      .declare("aten::_foreach_norm.Scalar(Tensor[] self, Scalar ord=2, ScalarType? dtype=None) -> Tensor[]")
      .composition(c -> {
        Tensor[] norms = NORMS.tensor(c.tensors("self"), c.scalar("ord")).unbind(0);
        DType dtype = c.dtype("dtype");
        if (dtype != null) for (int i = 0; i < norms.length; i++) norms[i] = norms[i].to(dtype);
        return norms;
      }).notDifferentiable();

  private static final Operator FUSED_UNSCALE = Operator
      .declare("jtorch::foreach_unscale_(Tensor(a!)[] self, Tensor(b!) found_inf, Tensor inv_scale) -> ()")
      .kernel("foreach_unscale").composition(c -> each(c, Foreach::unscale)).notDifferentiable();

  /// `self[i] *= inv_scale`; `found_inf` becomes 1 where an element is infinite or NaN, and else stays.
  public static final Operator UNSCALE = Operator
      .declare(
          "aten::_amp_foreach_non_finite_check_and_unscale_(Tensor(a!)[] self, Tensor(b!) found_inf, Tensor inv_scale) -> ()")
      .composition(c -> {
        for (String name : new String[] {"found_inf", "inv_scale"}) {
          Tensor t = c.tensor(name);
          if (t.numel() != 1) throw c.check().because("%s must be a 1-element tensor.", name).tensor(name, t).failure();
          if (t.dtype() != DType.FLOAT32)
            throw c.check().because("%s must be a float tensor.", name).tensor(name, t).failure();
        }
        return TensorLists.split(c, FUSED_UNSCALE, 1, 1, Foreach::unscale);
      }).notDifferentiable();

  /// After a step: the scale backs off where an infinity was found, and grows after `growth_interval` steps without.
  public static final Operator UPDATE_SCALE = Operator
      .declare(
          "aten::_amp_update_scale_(Tensor(a!) self, Tensor(b!) growth_tracker, Tensor found_inf, float scale_growth_factor, float scale_backoff_factor, int growth_interval) -> Tensor(a!)")
      .kernel("amp_update_scale")
      .composition(c -> {
        Tensor scale = c.tensor("self");
        Tensor tracker = c.tensor("growth_tracker");
        if (c.tensor("found_inf").itemDouble() != 0) {
          tracker.zero_();
          return scale.fill_((double) (float) (scale.itemDouble() * c.number("scale_backoff_factor")));
        }
        long steps = (long) tracker.itemDouble() + 1;
        if (steps < c.integer("growth_interval")) {
          tracker.fill_(steps);
          return scale;
        }
        tracker.zero_();
        float grown = (float) (scale.itemDouble() * c.number("scale_growth_factor"));
        return Float.isFinite(grown) ? scale.fill_((double) grown) : scale;
      }).notDifferentiable();

  private Foreach() {}

  private static Tensor[] each(Call c, TensorLists.Single single) {
    for (int i = 0; i < c.tensors("self").length; i++) single.apply(c, i);
    return new Tensor[0];
  }

  private static Tensor stacked(Tensor[] self, double ord) {
    var norms = new Tensor[self.length];
    for (int i = 0; i < norms.length; i++) norms[i] = Linalg.vectorNorm(self[i], ord, null, false).to(self[0].device());
    return Torch.stack(norms, 0);
  }

  private static void unscale(Call c, int i) {
    Tensor t = c.tensors("self")[i];
    Tensor found = c.tensor("found_inf");
    found.copy_(found.maximum(t.isfinite().all().logicalNot().to(DType.FLOAT32).to(found.device())));
    t.mul_(c.tensor("inv_scale").to(t.device()));
  }
}
