package jtorch.nn.functional;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.Reduction;
import jtorch.op.Losses;
import org.jspecify.annotations.Nullable;

/// Losses and distances, for [F] to inherit. Each has a form with PyTorch's defaults: the mean over all elements.
public abstract class LossFunctions {
  LossFunctions() {}

  // ---- distances -------------------------------------------------------------------------------------------------

  /// The cosine of the angle between vectors along a dimension.
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2, long dim, double eps) {
    return Torch.cosineSimilarity(x1, x2, dim, eps);
  }

  public static Tensor cosineSimilarity(Tensor x1, Tensor x2) {
    return cosineSimilarity(x1, x2, 1, 1e-8);
  }

  /// The p-norm of `x1 - x2 + eps` along the last dimension.
  public static Tensor pairwiseDistance(Tensor x1, Tensor x2, double p, double eps, boolean keepdim) {
    return Torch.pairwiseDistance(x1, x2, p, eps, keepdim);
  }

  /// `[n, m] -> [n (n - 1) / 2]`: the p-norms of the differences of all pairs of rows, (0, 1), (0, 2), ...
  public static Tensor pdist(Tensor input, double p) {
    return Torch.pdist(input, p);
  }

  public static Tensor pdist(Tensor input) {
    return pdist(input, 2);
  }

  public static Tensor pairwiseDistance(Tensor x1, Tensor x2) {
    return pairwiseDistance(x1, x2, 2, 1e-6, false);
  }

  /// Divided by the p-norm along a dimension, which is at least `eps`.
  public static Tensor normalize(Tensor input, double p, long dim, double eps) {
    return input.div(input.norm(p, new long[] {dim}, true).clampMin(eps).expandAs(input));
  }

  public static Tensor normalize(Tensor input) {
    return normalize(input, 2, 1, 1e-12);
  }

  // ---- of numbers ------------------------------------------------------------------------------------------------

  private static Tensor reduced(Tensor loss, Reduction reduction) {
    return switch (reduction) {
      case NONE -> loss;
      case MEAN -> loss.mean();
      case SUM -> loss.sum();
      case BATCHMEAN -> throw new IllegalArgumentException("batchmean is not a valid value for reduction");
    };
  }

  /// Squares below `beta`, distances above: `d^2 / (2 beta)` or `d - beta / 2`.
  public static Tensor smoothL1Loss(Tensor input, Tensor target, Reduction reduction, double beta) {
    return Losses.SMOOTH_L1_LOSS.tensor(input, target, reduction.code(), beta);
  }

  public static Tensor smoothL1Loss(Tensor input, Tensor target) {
    return smoothL1Loss(input, target, Reduction.MEAN, 1);
  }

  /// Squares below `delta`, distances above: `d^2 / 2` or `delta (d - delta / 2)`; with a weight for each element.
  public static Tensor huberLoss(Tensor input, Tensor target, Reduction reduction, double delta,
      @Nullable Tensor weight) {
    if (weight == null) return Losses.HUBER_LOSS.tensor(input, target, reduction.code(), delta);
    Tensor each = Losses.HUBER_LOSS.tensor(input, target, Reduction.NONE.code(), delta).mul(weight);
    return reduction == Reduction.MEAN ? each.sum().div(weight.sum()) : reduced(each, reduction);
  }

  public static Tensor huberLoss(Tensor input, Tensor target) {
    return huberLoss(input, target, Reduction.MEAN, 1, null);
  }

  /// `target (log(target) - input)`, with `logTarget` for targets that are logarithms. The mean is over all elements;
  /// `BATCHMEAN`, the sum divided by the batch's size, is the divergence.
  public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction, boolean logTarget) {
    if (reduction != Reduction.BATCHMEAN) return Losses.KL_DIV.tensor(input, target, reduction.code(), logTarget);
    Tensor sum = Losses.KL_DIV.tensor(input, target, Reduction.SUM.code(), logTarget);
    return input.dim() == 0 ? sum : sum.div(input.size(0));
  }

  public static Tensor klDiv(Tensor input, Tensor target) {
    return klDiv(input, target, Reduction.MEAN, false);
  }

  /// `exp(input) - target input` for logarithms of rates, `input - target log(input + eps)` for rates; with `full`
  /// Stirling's approximation of `log(target!)` is added.
  public static Tensor poissonNllLoss(Tensor input, Tensor target, boolean logInput, boolean full, double eps,
      Reduction reduction) {
    return Losses.POISSON_NLL_LOSS.tensor(input, target, logInput, full, eps, reduction.code());
  }

  public static Tensor poissonNllLoss(Tensor input, Tensor target) {
    return poissonNllLoss(input, target, true, false, 1e-8, Reduction.MEAN);
  }

  /// `(log(var) + (input - target)^2 / var) / 2`, with var at least `eps`; with `full` `log(2 pi) / 2` is added.
  ///
  /// @param var of the input's shape, or with one dimension of size 1 instead, or without the last one
  /// @throws IllegalArgumentException if a variance is negative or the shapes do not fit
  public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor var, boolean full, double eps,
      Reduction reduction) {
    if (!Arrays.equals(var.sizes(), input.sizes())) {
      long[] sizes = input.sizes();
      if (Arrays.equals(var.sizes(), Arrays.copyOf(sizes, Math.max(sizes.length - 1, 0)))) var = var.unsqueeze(-1);
      else if (!oneDiffers(var.sizes(), sizes))
        throw new IllegalArgumentException("gaussianNllLoss: var is of incorrect size: " + var.describe()
            + " for an input " + input.describe());
    }
    if (var.lt(0).any().itemBoolean())
      throw new IllegalArgumentException("gaussianNllLoss: var has negative entry/entries");
    // The lower bound changes values, but the gradient passes it by.
    Tensor bounded = var.clone();
    try (var off = Torch.noGrad()) {
      bounded.clampMin_(eps);
    }
    Tensor loss = bounded.log().add(input.sub(target).square().div(bounded)).mul(0.5);
    return reduced(full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss, reduction);
  }

  private static boolean oneDiffers(long[] var, long[] sizes) {
    if (var.length != sizes.length) return false;
    long sum = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (var[i] != sizes[i]) sum += var[i];
    }
    return sum == 1;
  }

  public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor var) {
    return gaussianNllLoss(input, target, var, false, 1e-6, Reduction.MEAN);
  }

  // ---- of pairs and triples --------------------------------------------------------------------------------------

  /// `1 - cos(input1, input2)` for target 1, `max(0, cos - margin)` for target -1.
  public static Tensor cosineEmbeddingLoss(Tensor input1, Tensor input2, Tensor target, double margin,
      Reduction reduction) {
    return Losses.COSINE_EMBEDDING_LOSS.tensor(input1, input2, target, margin, reduction.code());
  }

  public static Tensor cosineEmbeddingLoss(Tensor input1, Tensor input2, Tensor target) {
    return cosineEmbeddingLoss(input1, input2, target, 0, Reduction.MEAN);
  }

  /// The input for target 1, `max(0, margin - input)` for target -1.
  public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target, double margin, Reduction reduction) {
    return Losses.HINGE_EMBEDDING_LOSS.tensor(input, target, margin, reduction.code());
  }

  public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target) {
    return hingeEmbeddingLoss(input, target, 1, Reduction.MEAN);
  }

  /// `max(0, -target (input1 - input2) + margin)`
  public static Tensor marginRankingLoss(Tensor input1, Tensor input2, Tensor target, double margin,
      Reduction reduction) {
    return Losses.MARGIN_RANKING_LOSS.tensor(input1, input2, target, margin, reduction.code());
  }

  public static Tensor marginRankingLoss(Tensor input1, Tensor input2, Tensor target) {
    return marginRankingLoss(input1, input2, target, 0, Reduction.MEAN);
  }

  /// `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with the p-norm as distance; with `swap` the distance
  /// from the positive to the negative one counts where it is smaller.
  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative, double margin, double p,
      double eps, boolean swap, Reduction reduction) {
    return Losses.TRIPLET_MARGIN_LOSS.tensor(anchor, positive, negative, margin, p, eps, swap, reduction.code());
  }

  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative) {
    return tripletMarginLoss(anchor, positive, negative, 1, 2, 1e-6, false, Reduction.MEAN);
  }

  /// [#tripletMarginLoss] with a distance of one's own.
  public static Tensor tripletMarginWithDistanceLoss(Tensor anchor, Tensor positive, Tensor negative,
      BinaryOperator<Tensor> distance, double margin, boolean swap, Reduction reduction) {
    Tensor near = distance.apply(anchor, positive);
    Tensor far = distance.apply(anchor, negative);
    if (swap) far = far.minimum(distance.apply(positive, negative));
    return reduced(near.sub(far).add(margin).clampMin(0), reduction);
  }

  public static Tensor tripletMarginWithDistanceLoss(Tensor anchor, Tensor positive, Tensor negative) {
    return tripletMarginWithDistanceLoss(anchor, positive, negative, LossFunctions::pairwiseDistance, 1, false,
        Reduction.MEAN);
  }

  // ---- of labels -------------------------------------------------------------------------------------------------

  /// `log(1 + exp(-target input))` for targets 1 and -1.
  public static Tensor softMarginLoss(Tensor input, Tensor target, Reduction reduction) {
    return Losses.SOFT_MARGIN_LOSS.tensor(input, target, reduction.code());
  }

  public static Tensor softMarginLoss(Tensor input, Tensor target) {
    return softMarginLoss(input, target, Reduction.MEAN);
  }

  /// The mean over the other classes of `max(0, margin - input[target] + input[i])^p`.
  public static Tensor multiMarginLoss(Tensor input, Tensor target, Number p, Number margin, @Nullable Tensor weight,
      Reduction reduction) {
    return Losses.MULTI_MARGIN_LOSS.tensor(input, target, p, margin, weight, reduction.code());
  }

  public static Tensor multiMarginLoss(Tensor input, Tensor target) {
    return multiMarginLoss(input, target, 1, 1.0, null, Reduction.MEAN);
  }

  /// The mean over classes of the binary cross entropy of logits.
  public static Tensor multilabelSoftMarginLoss(Tensor input, Tensor target, @Nullable Tensor weight,
      Reduction reduction) {
    Tensor loss = target.mul(F.logsigmoid(input)).add(target.rsub(1).mul(F.logsigmoid(input.neg()))).neg();
    if (weight != null) loss = loss.mul(weight);
    return reduced(loss.sum(input.dim() - 1, false).div(input.size(-1)), reduction);
  }

  public static Tensor multilabelSoftMarginLoss(Tensor input, Tensor target) {
    return multilabelSoftMarginLoss(input, target, null, Reduction.MEAN);
  }
}
