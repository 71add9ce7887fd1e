package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Negative log likelihood and cross entropy, over class indices or class probabilities.
///
/// Reductions are ATen's numbers: 0 none, 1 mean, 2 sum. The mean of class indices is weighted by the classes' weights;
/// targets equal to `ignore_index` count nothing.
public final class ClassificationLosses {
  private static final String NLL_ARGUMENTS =
      "(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor";

  /// `-weight[target] * self[target]`; self `[N, C, *]` of log-probabilities, target `[N, *]`.
  public static final Operator NLL_LOSS_ND =
      Operator.declare("aten::nll_loss_nd" + NLL_ARGUMENTS).composition(ClassificationLosses::negativeLogLikelihood);
  public static final Operator NLL_LOSS =
      Operator.declare("aten::nll_loss" + NLL_ARGUMENTS).composition(ClassificationLosses::negativeLogLikelihood);
  public static final Operator NLL_LOSS2D =
      Operator.declare("aten::nll_loss2d" + NLL_ARGUMENTS).composition(ClassificationLosses::negativeLogLikelihood);

  /// The gradient of the fused loss: `(softmax(self) - onehot(target)) * weight[target] * grad`.
  static final Operator FUSED_BACKWARD = Operator.declare(
      "jtorch::cross_entropy_backward(Tensor grad, Tensor self, Tensor target, Tensor? weight, Tensor log_sums, int ignore_index) -> Tensor")
      .shape(c -> c.result(c.tensor("self").sizes(), c.tensor("self").dtype()))
      .kernel("cross_entropy_backward")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor weight = c.tensorOrNull("weight");
        int dim = self.dim() == 1 ? 0 : 1;
        Tensor skip = c.tensor("target").eq(c.integer("ignore_index"));
        Tensor index = c.tensor("target").maskedFill(skip, 0L);
        Tensor factor = c.tensor("grad").maskedFill(skip, 0L);
        if (weight != null) factor = factor.mul(weight.indexSelect(0, index.reshape(-1)).reshape(index.sizes()));
        Tensor hot = Torch.zeros(self.sizes(), self.dtype(), self.device()).scatter(dim, index.unsqueeze(dim), 1.0);
        return Softmax.SOFTMAX.tensor(self, (long) dim, null).sub(hot).mul(factor.unsqueeze(dim));
      });

  /// The loss of each element from the logits in one go, and the logarithms of the sums of exponentials.
  static final Operator FUSED = Operator.declare(
      "jtorch::cross_entropy(Tensor self, Tensor target, Tensor? weight, int ignore_index) -> (Tensor, Tensor)")
      .shape(c -> {
        c.result(c.tensor("target").sizes(), c.tensor("self").dtype());
        c.result(c.tensor("target").sizes(), DType.FLOAT64);
      })
      .kernel("cross_entropy")
      .gradient("self",
          b -> FUSED_BACKWARD.tensor(b.grad(0), b.tensor("self"), b.tensor("target"), b.tensorOrNull("weight"),
              b.result(1), b.integer("ignore_index")),
          "self", "target", "weight", Operator.RESULT)
      .notDifferentiable(1);

  /// [#NLL_LOSS_ND] of the log-softmax; the target may hold probabilities of the same shape as self instead.
  public static final Operator CROSS_ENTROPY_LOSS = Operator.declare(
      "aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor target = c.tensor("target");
        Tensor weight = c.tensorOrNull("weight");
        double smoothing = c.number("label_smoothing");
        if (smoothing < 0 || smoothing > 1)
          throw c.check().because("label_smoothing must be between 0.0 and 1.0. Got: %s", smoothing).failure();
        if (self.dim() == 0)
          throw c.check().because("expected input of at least one dimension").tensor("self", self).shapeFailure();
        int dim = self.dim() == 1 ? 0 : 1;
        boolean probabilities = Arrays.equals(self.sizes(), target.sizes()) && target.dtype().isFloatingPoint();
        if (!probabilities && smoothing == 0 && isFusible(self, target, weight))
          return negativeLogLikelihood(c, self, target, weight, true);
        Tensor logarithms = Softmax.LOG_SOFTMAX.tensor(self, (long) dim, null);
        if (probabilities) return ofProbabilities(c, logarithms, target, weight, dim, smoothing);
        if (target.dtype().isFloatingPoint()) throw c.check().because(
            "expected target dtype to be Long or Byte, but got %s, or class probabilities of the input's shape",
            target.dtype())
            .tensor("self", self).tensor("target", target).shapeFailure();
        Tensor loss = NLL_LOSS_ND.tensor(logarithms, target, weight, c.integer("reduction"), c.integer("ignore_index"));
        return smoothing == 0 ? loss : smoothed(c, logarithms, target, weight, dim, smoothing, loss);
      });

  private ClassificationLosses() {}

  /// Halves are rounded after each step, and a weight's gradient needs the steps.
  private static boolean isFusible(Tensor self, Tensor target, @Nullable Tensor weight) {
    return (self.dtype() == DType.FLOAT32 || self.dtype() == DType.FLOAT64) && target.dtype() == DType.INT64
        && self.numel() > 0 && (weight == null || weight.dtype() == self.dtype() && !weight.requiresGrad());
  }

  private static Tensor negativeLogLikelihood(Call c) {
    return negativeLogLikelihood(c, c.tensor("self"), c.tensor("target"), c.tensorOrNull("weight"), false);
  }

  /// Of logarithms of probabilities, or fused of logits.
  private static Tensor negativeLogLikelihood(Call c, Tensor self, Tensor target, @Nullable Tensor weight,
      boolean fused) {
    checkTarget(c, self, target, weight);
    int dim = self.dim() == 1 ? 0 : 1;
    long ignored = c.integer("ignore_index");
    Tensor index = target.to(DType.INT64);
    // Another device is not waited for: what lies outside is reported by the kernel that meets it.
    boolean here = self.device().isHost();
    Tensor skip = !here || anyEqual(index, ignored) ? index.eq(ignored) : null;
    if (skip != null) index = index.maskedFill(skip, 0L);
    if (here) checkClasses(c, index, self.size(dim));
    Tensor losses = fused ? FUSED.tensors(self, target, weight, ignored)[0]
        : self.gather(dim, index.unsqueeze(dim)).squeeze(dim).neg();
    Tensor weights = weight == null ? null : weight.indexSelect(0, index.reshape(-1)).reshape(index.sizes());
    if (weights != null && !fused) losses = losses.mul(weights);
    if (skip != null) {
      if (!fused) losses = losses.maskedFill(skip, 0.0);
      if (weights != null) weights = weights.maskedFill(skip, 0.0);
    }
    return switch ((int) c.integer("reduction")) {
      case 0 -> losses;
      case 2 -> losses.sum();
      default -> {
        if (weights != null) yield losses.sum().div(weights.sum());
        if (!here && skip != null) yield losses.sum().div(skip.logicalNot().sum());
        long counted = skip == null ? index.numel() : index.numel() - skip.sum().itemLong();
        yield losses.sum().div(counted);
      }
    };
  }

  private static boolean anyEqual(Tensor index, long value) {
    return index.numel() > 0 && index.eq(value).any().itemBoolean();
  }

  private static void checkTarget(Call c, Tensor self, Tensor target, @Nullable Tensor weight) {
    if (self.dim() == 0) throw c.check().because("input tensor should be 1D or 2D").tensor("self", self).shapeFailure();
    if (target.dtype() != DType.INT64 && target.dtype() != DType.UINT8)
      throw c.check().because("expected target dtype to be Long or Byte, but got %s", target.dtype())
          .tensor("target", target).hint("target.toLong() converts it").failure();
    int dim = self.dim() == 1 ? 0 : 1;
    long[] expected = Views.without(self.sizes(), dim);
    if (!Arrays.equals(expected, target.sizes())) throw c.check()
        .because("Expected target size %s, got %s", Arrays.toString(expected), Arrays.toString(target.sizes()))
        .tensor("self", self).tensor("target", target).shapeFailure();
    if (weight != null && (weight.dim() != 1 || weight.size(0) != self.size(dim))) throw c.check().because(
        "weight tensor should be defined either for all %d classes or no classes but got weight tensor of shape: %s",
        self.size(dim), Arrays.toString(weight.sizes())).shapeFailure();
  }

  private static void checkClasses(Call c, Tensor index, long classes) {
    if (index.numel() == 0) return;
    long least = index.min().itemLong();
    long greatest = index.max().itemLong();
    if (least < 0 || greatest >= classes)
      throw c.check().because("Target %d is out of bounds.", least < 0 ? least : greatest)
          .hint("classes are 0 to " + (classes - 1)).indexFailure();
  }

  private static Tensor ofProbabilities(Call c, Tensor logarithms, Tensor target, @Nullable Tensor weight, int dim,
      double smoothing) {
    long classes = logarithms.size(dim);
    Tensor p = smoothing == 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
    Tensor products = logarithms.mul(p);
    if (weight != null) products = products.mul(perClass(weight, logarithms.dim(), dim));
    return switch ((int) c.integer("reduction")) {
      case 0 -> products.sum(dim).neg();
      case 2 -> products.sum().neg();
      default -> products.sum().neg().div(Math.max(1, logarithms.numel() / Math.max(1, classes)));
    };
  }

  private static Tensor smoothed(Call c, Tensor logarithms, Tensor target, @Nullable Tensor weight, int dim,
      double smoothing, Tensor loss) {
    long classes = logarithms.size(dim);
    Tensor all = logarithms.neg();
    if (weight != null) all = all.mul(perClass(weight, logarithms.dim(), dim));
    Tensor smooth = all.sum(dim);
    Tensor skip = target.eq(c.integer("ignore_index"));
    smooth = smooth.maskedFill(skip, 0.0);
    Tensor reduced = switch ((int) c.integer("reduction")) {
      case 0 -> smooth;
      case 2 -> smooth.sum();
      default -> {
        if (weight == null) yield smooth.sum().div(skip.logicalNot().sum());
        Tensor weights =
            weight.indexSelect(0, target.maskedFill(skip, 0L).reshape(-1)).maskedFill(skip.reshape(-1), 0.0);
        yield smooth.sum().div(weights.sum());
      }
    };
    return loss.mul(1 - smoothing).add(reduced.mul(smoothing / classes));
  }

  private static Tensor perClass(Tensor weight, int dims, int dim) {
    long[] sizes = new long[dims];
    Arrays.fill(sizes, 1);
    sizes[dim] = weight.size(0);
    return weight.reshape(sizes);
  }
}
