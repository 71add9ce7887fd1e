package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;

/// Softmax, its logarithm, and their fused gradients.
public final class Softmax {
  /// `exp(self) / sum(exp(self))` along a dimension, without overflow.
  public static final Operator SOFTMAX =
      Operator.declare("aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")
          .composition(c -> Softmax.FUSED.call(converted(c), c.integer("dim"), false));

  /// `self - log(sum(exp(self)))` along a dimension.
  public static final Operator LOG_SOFTMAX =
      Operator.declare("aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")
          .composition(c -> Softmax.LOG_FUSED.call(converted(c), c.integer("dim"), false));

  /// `grad * y - y * sum(grad * y)`
  public static final Operator BACKWARD = Operator
      .declare(
          "aten::_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) -> Tensor")
      .shape(c -> c.result(c.tensor("output").sizes(), c.tensor("output").dtype()))
      .kernel("softmax_backward")
      .composition(c -> {
        Tensor y = c.tensor("output");
        Tensor gy = c.tensor("grad_output").mul(y);
        return gy.sub(y.mul(gy.sum(c.integer("dim"), true)));
      });

  /// `grad - exp(y) * sum(grad)`
  public static final Operator LOG_BACKWARD = Operator.declare(
      "aten::_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim, ScalarType input_dtype) -> Tensor")
      .shape(c -> c.result(c.tensor("output").sizes(), c.tensor("output").dtype()))
      .kernel("log_softmax_backward")
      .composition(c -> {
        Tensor g = c.tensor("grad_output");
        return g.sub(c.tensor("output").exp().mul(g.sum(c.integer("dim"), true)));
      });

  static final Operator FUSED = Operator.declare("aten::_softmax(Tensor self, int dim, bool half_to_float) -> Tensor")
      .shape(c -> result(c))
      .kernel("softmax")
      .gradient("self", b -> BACKWARD.tensor(b.grad(), b.result(), b.integer("dim"), b.dtypeOf("self")),
          Operator.RESULT);

  static final Operator LOG_FUSED =
      Operator.declare("aten::_log_softmax(Tensor self, int dim, bool half_to_float) -> Tensor")
          .shape(c -> result(c))
          .kernel("log_softmax")
          .gradient("self", b -> LOG_BACKWARD.tensor(b.grad(), b.result(), b.integer("dim"), b.dtypeOf("self")),
              Operator.RESULT);

  private Softmax() {}

  private static Tensor converted(Call c) {
    Tensor self = c.tensor("self");
    DType dtype = c.dtype("dtype", self.dtype());
    c.dim("dim", self);
    return self.to(dtype);
  }

  private static void result(Call c) {
    Tensor self = c.tensor("self");
    c.dim("dim", self);
    if (!self.dtype().isFloatingPoint())
      throw c.check().because("softmax kernels are not implemented for '%s'", self.dtype()).tensor("self", self)
          .hint("convert it to a floating dtype, or give dtype").failure();
    c.result(self.sizes(), self.dtype());
  }

}
