package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.random.Uniforms;
import org.jspecify.annotations.Nullable;

/// Leaky ReLU whose slope is drawn for each element: in training uniformly from [lower, upper), else the middle.
///
/// **Source**: Xu et al., *Empirical Evaluation of Rectified Activations in Convolutional Network*, 2015.
public final class RandomizedRelu {
  private static final String RANGE =
      "Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None";

  /// `grad * noise` in training, else the gradient of leaky ReLU
  public static final Operator RRELU_WITH_NOISE_BACKWARD = Operator.declare(
      "aten::rrelu_with_noise_backward(Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar upper, "
          + "bool training, bool self_is_result) -> Tensor")
      .composition(c -> {
        double lower = number(c, "lower");
        double upper = number(c, "upper");
        // With a range this small the slopes do not differ.
        if (c.bool("training") && upper - lower > 1e-6) return c.tensor("grad_output").mul(c.tensor("noise"));
        Tensor grad = c.tensor("grad_output");
        return Torch.where(c.tensor("self").gt(0), grad, grad.mul((lower + upper) / 2));
      });

  /// Writes the slopes into `noise`.
  public static final Operator RRELU_WITH_NOISE = Operator
      .declare("aten::rrelu_with_noise(Tensor self, Tensor(b!) noise, " + RANGE + ") -> Tensor")
      .composition(c -> apply(c, c.tensor("noise")));
  public static final Operator RRELU_WITH_NOISE_ = Operator
      .declare("aten::rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, " + RANGE + ") -> Tensor(a!)")
      .composition(c -> c.tensor("self").copy_(apply(c, c.tensor("noise"))));

  public static final Operator RRELU =
      Operator.declare("aten::rrelu(Tensor self, " + RANGE + ") -> Tensor").composition(c -> apply(c, null));
  public static final Operator RRELU_ = Operator.declare("aten::rrelu_(Tensor(a!) self, " + RANGE + ") -> Tensor(a!)")
      .composition(c -> c.tensor("self").copy_(apply(c, null)));

  private RandomizedRelu() {}

  private static double number(Call c, String name) {
    return ((Number) c.scalar(name)).doubleValue();
  }

  private static Tensor apply(Call c, @Nullable Tensor noise) {
    Tensor self = c.tensor("self");
    double lower = number(c, "lower");
    double upper = number(c, "upper");
    if (!self.dtype().isFloatingPoint())
      throw c.check().because("not implemented for '%s'", self.dtype()).tensor("self", self).failure();
    if (!Double.isFinite(lower) || !Double.isFinite(upper))
      throw c.check().because("rrelu: the bounds must be finite, but got lower=%s, upper=%s", lower, upper).failure();
    if (lower > upper)
      throw c.check().because("Lower bound should be less than or equal to the upper bound").failure();
    if (!c.bool("training")) return Activations.LEAKY_RELU.tensor(self, (lower + upper) / 2);
    Tensor slopes;
    try (var off = Torch.noGrad()) {
      slopes = self.device().isHost() ? slopes(c, self, lower, upper) : DeviceDraws.slopes(c, self, lower, upper);
      if (noise != null) noise.copy_(slopes);
    }
    return self.mul(slopes);
  }

  private static Tensor slopes(Call c, Tensor self, double lower, double upper) {
    Tensor negative = self.le(0);
    Tensor drawn = Torch.empty(new long[] {negative.sum().itemLong()}, DType.FLOAT64);
    if (drawn.numel() > 0) Uniforms.uniform(c.generator("generator"), RandomNumbers.region(drawn), lower, upper);
    return self.onesLike().maskedScatter(negative, drawn.to(self.dtype()));
  }
}
