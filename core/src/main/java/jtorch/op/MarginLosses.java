package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;

/// The margin loss of several labels, and its steps as ATen names them.
public final class MarginLosses {
  static final Operator MULTILABEL_BACKWARD = Operator.declare(
      "aten::multilabel_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction, Tensor is_target) -> Tensor")
      .shape(c -> c.result(c.tensor("self").sizes(), c.tensor("self").dtype()))
      .kernel("multilabel_margin_loss_backward")
      .gradients(new String[] {"grad_output", "self"}, b -> {
        throw new UnsupportedOperationException(
            "the derivative for multilabel_margin_loss_backward is not implemented, in PyTorch neither");
      });

  /// The loss, and which classes are targets.
  public static final Operator MULTILABEL_FORWARD = Operator.declare(
      "aten::multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)")
      .shape(c -> {
        Tensor x = c.tensor("self");
        Tensor target = c.tensor("target");
        boolean empty = x.dim() == 2 && x.size(1) == 0 || x.dim() == 1 && x.size(0) == 0;
        if (x.dim() > 2 || empty) throw c.check()
            .because("Expected non-empty vector or matrix with optional 0-dim batch size, but got: %s",
                Arrays.toString(x.sizes()))
            .shapeFailure();
        if (!Arrays.equals(x.sizes(), target.sizes()) && x.numel() != target.numel()
            || x.dim() == 2 && !Arrays.equals(x.sizes(), target.sizes()))
          throw c.check().because("inconsistent target size: %s for input of size: %s",
              Arrays.toString(target.sizes()), Arrays.toString(x.sizes())).shapeFailure();
        if (x.dtype() != DType.FLOAT32 && x.dtype() != DType.FLOAT64)
          throw c.check().because("not implemented for '%s'", x.dtype()).tensor("self", x).failure();
        if (target.dtype() != DType.INT64)
          throw c.check().because("expected scalar type Long but found %s", target.dtype()).failure();
        c.result(c.integer("reduction") == 0 && x.dim() == 2 ? new long[] {x.size(0)} : new long[0], x.dtype());
        c.result(target.sizes(), x.dtype());
      })
      .kernel("multilabel_margin_loss_forward")
      .gradient("self",
          b -> MULTILABEL_BACKWARD.tensor(b.grad(0), b.tensor("self"), b.tensor("target"), b.integer("reduction"),
              b.result(1)),
          "self", "target", Operator.RESULT)
      .notDifferentiable(1);

  /// `sum over targets t and other classes d of max(0, 1 - self[t] + self[d]) / C`; targets of a row end before the first
  /// negative one. Self and target `[N, C]` or `[C]`.
  public static final Operator MULTILABEL_MARGIN_LOSS =
      Operator.declare("aten::multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor")
          .composition(
              c -> MULTILABEL_FORWARD.tensors(c.tensor("self"), c.tensor("target"), c.integer("reduction"))[0]);

  private MarginLosses() {}
}
