package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// The steps of batch normalization over several processes: each finds the statistics of its part, all are brought together,
/// then each normalizes its part. Channels are dimension 1; halves are summed in float32.
/// **Source**: PyTorch's `Normalization.cu`, whose functions these are; here they run on every device.
public final class SynchronizedNormalization {
  /// The means and inverse deviations `1 / sqrt(var + eps)` of channels.
  public static final Operator STATS =
      Operator.declare("aten::batch_norm_stats(Tensor input, float eps) -> (Tensor, Tensor)").composition(c -> {
        Tensor wide = wide(c, c.tensor("input"));
        Tensor mean = wide.mean(others(wide), false);
        return new Tensor[] {mean, variance(wide, mean).add(c.number("eps")).rsqrt()};
      });

  /// `(input - mean) * invstd * weight + bias`
  public static final Operator ELEMT = Operator.declare(
      "aten::batch_norm_elemt(Tensor input, Tensor? weight, Tensor? bias, Tensor mean, Tensor invstd, float eps) -> Tensor")
      .composition(c -> {
        Tensor input = c.tensor("input");
        Tensor wide = wide(c, input);
        Tensor scale = c.tensor("invstd");
        Tensor weight = c.tensorOrNull("weight");
        Tensor bias = c.tensorOrNull("bias");
        if (weight != null) scale = scale.mul(weight);
        Tensor out = wide.sub(channels(c.tensor("mean"), wide)).mul(channels(scale, wide));
        if (bias != null) out = out.add(channels(bias, wide));
        return out.to(input.dtype());
      });

  /// Means and variances (divided by the count) of channels; running ones move towards them, the variance corrected.
  public static final Operator UPDATE_STATS = Operator.declare(
      "aten::batch_norm_update_stats(Tensor input, Tensor? running_mean, Tensor? running_var, float momentum) -> (Tensor, Tensor)")
      .composition(c -> {
        Tensor wide = wide(c, c.tensor("input"));
        Tensor mean = wide.mean(others(wide), false);
        Tensor variance = variance(wide, mean);
        double count = (double) wide.numel() / Math.max(1, wide.size(1));
        move(c, mean, variance.mul(count / (count - 1)));
        return new Tensor[] {mean, variance};
      });

  /// As [#GATHER_STATS_WITH_COUNTS] where all parts have the same count.
  public static final Operator GATHER_STATS = Operator.declare(
      "aten::batch_norm_gather_stats(Tensor input, Tensor mean, Tensor invstd, Tensor? running_mean, Tensor? running_var, "
          + "float momentum, float eps, int count) -> (Tensor, Tensor)")
      .composition(c -> gathered(c, Torch.full(new long[] {c.tensor("mean").size(0)}, (double) c.integer("count"),
          c.tensor("mean").dtype())));

  /// From the means and inverse deviations `[parts, channels]` of all parts those of the whole; running ones move.
  public static final Operator GATHER_STATS_WITH_COUNTS = Operator.declare(
      "aten::batch_norm_gather_stats_with_counts(Tensor input, Tensor mean, Tensor invstd, Tensor? running_mean, "
          + "Tensor? running_var, float momentum, float eps, Tensor counts) -> (Tensor, Tensor)")
      .composition(c -> gathered(c, c.tensor("counts").reshape(-1)));

  /// The sums over this part that the gradient needs: `sum(g)`, `sum(g (x - mean))`, the gradients of weight and bias.
  public static final Operator BACKWARD_REDUCE = Operator.declare(
      "aten::batch_norm_backward_reduce(Tensor grad_out, Tensor input, Tensor mean, Tensor invstd, Tensor? weight, "
          + "bool input_g, bool weight_g, bool bias_g) -> (Tensor, Tensor, Tensor, Tensor)")
      .composition(c -> {
        Tensor grad = wide(c, c.tensor("grad_out"));
        Tensor wide = wide(c, c.tensor("input"));
        Tensor weight = c.tensorOrNull("weight");
        DType dtype = weight == null ? wide.dtype() : weight.dtype();
        Tensor sum = grad.sum(others(wide), false);
        Tensor moment = grad.mul(wide.sub(channels(c.tensor("mean"), wide))).sum(others(wide), false);
        return new @Nullable Tensor[] {c.bool("input_g") ? sum : null, c.bool("input_g") ? moment : null,
          c.bool("weight_g") ? moment.mul(c.tensor("invstd")).to(dtype) : null,
          c.bool("bias_g") ? sum.to(dtype) : null};
      });

  /// The gradient of the input from the sums of all parts:
  /// `(g - sum_dy / N - (x - mean) * invstd^2 * sum_dy_xmu / N) * invstd * weight`, N the sum of the counts.
  public static final Operator BACKWARD_ELEMT = Operator.declare(
      "aten::batch_norm_backward_elemt(Tensor grad_out, Tensor input, Tensor mean, Tensor invstd, Tensor? weight, "
          + "Tensor sum_dy, Tensor sum_dy_xmu, Tensor count) -> Tensor")
      .composition(c -> {
        Tensor input = c.tensor("input");
        Tensor wide = wide(c, input);
        Tensor invstd = c.tensor("invstd");
        Tensor weight = c.tensorOrNull("weight");
        Tensor total = c.tensor("count").sum().to(invstd.dtype());
        Tensor slope = c.tensor("sum_dy_xmu").mul(invstd).mul(invstd).div(total);
        Tensor centred = wide.sub(channels(c.tensor("mean"), wide));
        Tensor rest = wide(c, c.tensor("grad_out")).sub(channels(c.tensor("sum_dy").div(total), wide))
            .sub(centred.mul(channels(slope, wide)));
        return rest.mul(channels(weight == null ? invstd : invstd.mul(weight), wide)).to(input.dtype());
      });

  private SynchronizedNormalization() {}

  private static Tensor wide(Call c, Tensor t) {
    if (t.dim() < 2)
      throw c.check().because("expected at least 2 dimensions, channels second").tensor("input", t).shapeFailure();
    return t.dtype().isHalf() ? t.to(DType.FLOAT32) : t;
  }

  private static long[] others(Tensor t) {
    long[] dims = new long[t.dim() - 1];
    for (int d = 1; d < dims.length; d++) dims[d] = d + 1;
    return dims;
  }

  private static Tensor channels(Tensor perChannel, Tensor like) {
    long[] sizes = new long[like.dim()];
    Arrays.fill(sizes, 1);
    sizes[1] = perChannel.numel();
    return perChannel.reshape(sizes);
  }

  private static Tensor variance(Tensor wide, Tensor mean) {
    Tensor centred = wide.sub(channels(mean, wide));
    return centred.mul(centred).mean(others(wide), false);
  }

  private static Tensor[] gathered(Call c, Tensor counts) {
    double eps = c.number("eps");
    Tensor means = c.tensor("mean");
    Tensor weights = counts.to(means.dtype()).unsqueeze(1);
    Tensor total = weights.sum();
    Tensor mean = means.mul(weights).sum(new long[] {0}, false).div(total);
    Tensor spread = means.sub(mean);
    Tensor squares =
        c.tensor("invstd").pow(-2).sub(eps).add(spread.mul(spread)).mul(weights).sum(new long[] {0}, false);
    move(c, mean, squares.div(total.sub(1)));
    return new Tensor[] {mean, squares.div(total).add(eps).rsqrt()};
  }

  private static void move(Call c, Tensor mean, Tensor variance) {
    double momentum = c.number("momentum");
    Tensor runningMean = c.tensorOrNull("running_mean");
    Tensor runningVar = c.tensorOrNull("running_var");
    if (runningMean != null) runningMean.copy_(runningMean.mul(1 - momentum).add(mean.mul(momentum)));
    if (runningVar != null) runningVar.copy_(runningVar.mul(1 - momentum).add(variance.mul(momentum)));
  }
}
