package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.Z;
import static jtorch.expr.Expr.constant;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Expr;
import org.jspecify.annotations.Nullable;

/// Losses of regression, of probabilities and of distances. Those of classes are in [ClassificationLosses].
///
/// Reductions are ATen's numbers: 0 none, 1 mean, 2 sum. What PyTorch computes in one kernel is one element-wise operator
/// here; what it computes step by step is a composition of the same steps, so that halves are rounded where its are.
public final class Losses {
  // ---- regression ------------------------------------------------------------------------------------------------

  private static final Operator SQUARED_ERROR = pair("squared_error", X.sub(Y).square());

  /// `(self - target)^2`
  public static final Operator MSE_LOSS =
      Operator.declare("aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor")
          .composition(c -> reduced(c, SQUARED_ERROR.tensor(c.tensor("self"), c.tensor("target"))));

  /// `abs(self - target)`
  public static final Operator L1_LOSS =
      Operator.declare("aten::l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor")
          .composition(c -> reduced(c, c.tensor("self").sub(c.tensor("target")).abs()));

  private static final Expr DIFFERENCE = X.sub(Y);
  private static final Expr DISTANCE = DIFFERENCE.abs();

  private static final Operator SMOOTH_ERROR = Elementwise.declare(
      "jtorch::smooth_error(Tensor self, Tensor target, Scalar beta) -> Tensor", PROMOTED,
      select(DISTANCE.lt(P), DIFFERENCE.square().mul(0.5).div(P), DISTANCE.sub(P.mul(0.5))));

  /// `(self - target)^2 / (2 beta)` where the distance is below beta, `abs(self - target) - beta / 2` elsewhere
  public static final Operator SMOOTH_L1_LOSS =
      Operator.declare("aten::smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor")
          .composition(c -> {
            double beta = c.number("beta");
            if (beta < 0)
              throw c.check().because("smooth_l1_loss does not support negative values for beta.").failure();
            return reduced(c, SMOOTH_ERROR.tensor(c.tensor("self"), c.tensor("target"), beta));
          });

  private static final Operator HUBER_ERROR = Elementwise.declare(
      "jtorch::huber_error(Tensor self, Tensor target, Scalar delta) -> Tensor", PROMOTED,
      select(DISTANCE.le(P), DIFFERENCE.square().mul(0.5), P.mul(DISTANCE.sub(P.mul(0.5)))));

  /// `(self - target)^2 / 2` where the distance is at most delta, `delta * (abs(self - target) - delta / 2)` elsewhere
  public static final Operator HUBER_LOSS =
      Operator.declare("aten::huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor")
          .composition(c -> {
            double delta = c.number("delta");
            if (delta <= 0)
              throw c.check().because("huber_loss does not support non-positive values for delta.").failure();
            return reduced(c, HUBER_ERROR.tensor(c.tensor("self"), c.tensor("target"), delta));
          });

  // ---- probabilities ---------------------------------------------------------------------------------------------

  /// Logarithms are at least -100, so that a certain mistake costs much and not everything.
  private static final Operator BINARY_ENTROPY =
      pair("binary_entropy", Y.sub(1).mul(X.neg().log1p().max(-100)).sub(Y.mul(X.log().max(-100))))
          .slope(0, X.sub(Y).div(constant(1).sub(X).mul(X).max(1e-12)))
          .slope(1, X.neg().log1p().sub(X.log()));
  private static final Operator IS_PROBABILITY =
      Elementwise.declare("jtorch::is_probability(Tensor self) -> Tensor", Elementwise.Types.TRUTH,
          X.ge(0).and(X.le(1)));

  /// `-weight * (target * log(self) + (1 - target) * log(1 - self))`
  public static final Operator BINARY_CROSS_ENTROPY = Operator.declare(
      "aten::binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (!IS_PROBABILITY.tensor(self).all().itemBoolean())
          throw c.check().because("all elements of input should be between 0 and 1").tensor("self", self).failure();
        return reduced(c, weighted(BINARY_ENTROPY.tensor(self, c.tensor("target")), c.tensorOrNull("weight")));
      });

  /// Binary cross entropy of the sigmoid of self; positive targets count `pos_weight` times
  public static final Operator BINARY_CROSS_ENTROPY_WITH_LOGITS = Operator.declare(
      "aten::binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor target = c.tensor("target");
        Tensor positive = c.tensorOrNull("pos_weight");
        Tensor logarithm = Activations.LOG_SIGMOID.tensor(self);
        if (positive != null) logarithm = logarithm.mul(positive.sub(1L).mul(target).add(1L));
        return reduced(c, weighted(target.rsub(1L).mul(self).sub(logarithm), c.tensorOrNull("weight")));
      });

  private static final Operator DIVERGENCE = pair("divergence", Y.xlogy(Y).sub(Y.mul(X)));
  private static final Operator LOG_DIVERGENCE = pair("log_divergence", Y.exp().mul(Y.sub(X)));

  /// `target * (log(target) - self)` for self of log-probabilities; `log_target`: the target is of such too
  public static final Operator KL_DIV = Operator
      .declare("aten::kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor")
      .composition(c -> {
        Operator losses = c.bool("log_target") ? LOG_DIVERGENCE : DIVERGENCE;
        return reduced(c, losses.tensor(c.tensor("self"), c.tensor("target")));
      });

  /// `exp(input) - target * input`, or without `log_input` `input - target * log(input + eps)`; `full` adds
  /// Stirling's approximation of `log(target!)`
  public static final Operator POISSON_NLL_LOSS = Operator.declare(
      "aten::poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor")
      .composition(c -> {
        Tensor input = c.tensor("input");
        Tensor target = c.tensor("target");
        Tensor losses = c.bool("log_input") ? input.exp().sub(target.mul(input))
            : input.sub(target.mul(input.add(c.number("eps")).log()));
        if (c.bool("full")) {
          Tensor stirling = target.mul(target.log()).sub(target).add(target.mul(2 * Math.PI).log().mul(0.5));
          losses = losses.add(stirling.maskedFill(target.le(1L), 0L));
        }
        return reduced(c, losses);
      });

  // ---- margins ---------------------------------------------------------------------------------------------------

  /// `self` where the target is 1, `max(margin - self, 0)` where it is -1
  public static final Operator HINGE_EMBEDDING_LOSS = Operator
      .declare("aten::hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor target = c.tensor("target");
        Tensor missing = self.rsub(c.number("margin")).clampMin(0L);
        return reduced(c, Torch.where(target.ne(1L), missing, 0L).add(Torch.where(target.ne(-1L), self, 0L)));
      });

  /// `max(margin - target * (input1 - input2), 0)`
  public static final Operator MARGIN_RANKING_LOSS = Operator.declare(
      "aten::margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor first = c.tensor("input1");
        Tensor second = c.tensor("input2");
        Tensor target = c.tensor("target");
        if (first.dim() != target.dim() || second.dim() != target.dim()) throw c.check()
            .because("margin_ranking_loss : All input tensors should have same dimension")
            .tensor("input1", first).tensor("input2", second).tensor("target", target).shapeFailure();
        return reduced(c, target.neg().mul(first.sub(second)).add(c.number("margin")).clampMin(0L));
      });

  private static final Operator SOFT_MARGIN = pair("soft_margin", Y.neg().mul(X).exp().log1p());

  /// `log(1 + exp(-target * self))`
  public static final Operator SOFT_MARGIN_LOSS =
      Operator.declare("aten::soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor")
          .composition(c -> reduced(c, SOFT_MARGIN.tensor(c.tensor("self"), c.tensor("target"))));

  private static final Operator MARGIN = Elementwise
      .declare("jtorch::margin(Tensor self, Tensor right, Scalar margin) -> Tensor", PROMOTED, P.sub(Y).add(X).max(0));

  /// The mean over classes of `max(margin - self[target] + self, 0)^p`, the target's own left out; weighted by the
  /// target's weight. Self `[N, C]`, target `[N]`, or without N
  public static final Operator MULTI_MARGIN_LOSS = Operator.declare(
      "aten::multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        double p = c.number("p");
        if (p != 1 && p != 2) throw c.check().because("only p == 1 and p == 2 supported").failure();
        Tensor rows = self.dim() == 2 ? self : self.reshape(1, -1);
        Tensor index = c.tensor("target").reshape(-1, 1);
        if (self.dim() > 2 || index.size(0) != rows.size(0)) throw c.check()
            .because("inconsistent target size, expected %d but got %s", rows.size(0),
                java.util.Arrays.toString(c.tensor("target").sizes()))
            .tensor("self", self).shapeFailure();
        checkClasses(c, index, rows.size(1));
        Tensor distances = MARGIN.tensor(rows, rows.gather(1, index), c.number("margin"));
        if (p == 2) distances = distances.square();
        Tensor weight = c.tensorOrNull("weight");
        if (weight != null) distances = distances.mul(weight.indexSelect(0, index.reshape(-1)).reshape(-1, 1));
        Tensor own = Torch.arange(rows.size(1)).eq(index);
        Tensor losses = distances.maskedFill(own, 0L).sum(1).div(rows.size(1));
        return reduced(c, self.dim() == 2 ? losses : losses.reshape());
      });

  private static void checkClasses(Call c, Tensor index, long classes) {
    if (index.numel() > 0 && index.lt(0).logicalOr(index.ge(classes)).any().itemBoolean())
      throw c.check().because("target out of range: classes are 0 to %d", classes - 1).indexFailure();
  }

  // ---- distances -------------------------------------------------------------------------------------------------

  /// The norm of `x1 - x2 + eps` over the last dimension
  public static final Operator PAIRWISE_DISTANCE = Operator.declare(
      "aten::pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False) -> Tensor")
      .composition(
          c -> distance(c.tensor("x1"), c.tensor("x2"), c.number("p"), c.number("eps"), c.bool("keepdim")));

  private static Tensor distance(Tensor x1, Tensor x2, double p, double eps, boolean keepdim) {
    long innermost = Math.max(x1.dim(), x2.dim()) - 1;
    return Reductions.NORM_DIM.tensor(x1.sub(x2).add(eps), p, new long[] {innermost}, keepdim);
  }

  /// `x1 · x2 / (max(|x1|, eps) max(|x2|, eps))` over a dimension
  public static final Operator COSINE_SIMILARITY = Operator
      .declare("aten::cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor")
      .composition(c -> {
        DType dtype = Promotion.resultType(c.tensor("x1"), c.tensor("x2"));
        if (!dtype.isDifferentiable()) throw c.check()
            .because("expected common dtype to be floating point, yet common dtype is %s", dtype).failure();
        Tensor x1 = c.tensor("x1").to(dtype);
        Tensor x2 = c.tensor("x2").to(dtype);
        long[] dim = {c.integer("dim")};
        double eps = c.number("eps");
        return x1.div(length(x1, dim, eps)).mul(x2.div(length(x2, dim, eps))).sum(dim);
      });

  /// The norm, at least eps; gradients pass as if it were not bounded.
  private static Tensor length(Tensor x, long[] dim, double eps) {
    Tensor norm = Reductions.VECTOR_NORM.tensor(x, 2L, dim, true, null);
    Tensor bounded = norm.clone();
    Torch.noGrad(() -> {
      bounded.clampMin_(eps);
    });
    return bounded;
  }

  /// The cosine of two vectors from their product and their squares.
  private static final Operator COSINE =
      Elementwise.declare("jtorch::cosine(Tensor self, Tensor square1, Tensor square2) -> Tensor", FLOATING,
          X.div(Y.add(1e-12).mul(Z.add(1e-12)).sqrt()));

  /// `1 - cos` where the target is 1, `max(cos - margin, 0)` where it is -1, cos being that of the last dimension
  public static final Operator COSINE_EMBEDDING_LOSS = Operator.declare(
      "aten::cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor x1 = c.tensor("input1");
        Tensor x2 = c.tensor("input2");
        Tensor target = c.tensor("target");
        if (target.dim() > 1 || target.dim() + 1 != x1.dim() || target.dim() + 1 != x2.dim()) throw c.check().because(
            "%dD target tensor expects %dD input tensors, but found inputs with sizes %s and %s.", target.dim(),
            target.dim() + 1, java.util.Arrays.toString(x1.sizes()), java.util.Arrays.toString(x2.sizes()))
            .shapeFailure();
        long dim = target.dim();
        Tensor cosine = COSINE.tensor(x1.mul(x2).sum(dim), x1.mul(x1).sum(dim), x2.mul(x2).sum(dim));
        Tensor near = Torch.where(target.eq(1L), cosine.rsub(1L), 0L);
        Tensor far = Torch.where(target.eq(-1L), cosine.sub(c.number("margin")).clampMin(0L), 0L);
        return reduced(c, near.add(far));
      });

  /// `max(|anchor - positive| - |anchor - negative| + margin, 0)`; `swap` takes the nearer of anchor and positive
  public static final Operator TRIPLET_MARGIN_LOSS = Operator.declare(
      "aten::triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2., float eps=9.9999999999999995e-07, bool swap=False, int reduction=1) -> Tensor")
      .composition(c -> {
        Tensor anchor = c.tensor("anchor");
        Tensor positive = c.tensor("positive");
        Tensor negative = c.tensor("negative");
        if (anchor.dim() != positive.dim() || anchor.dim() != negative.dim()) throw c.check().because(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor %dD, positive %dD, and negative %dD inputs",
            anchor.dim(), positive.dim(), negative.dim()).shapeFailure();
        double p = c.number("p");
        double eps = c.number("eps");
        Tensor far = distance(anchor, negative, p, eps, false);
        if (c.bool("swap")) far = far.minimum(distance(positive, negative, p, eps, false));
        return reduced(c, distance(anchor, positive, p, eps, false).add(c.number("margin")).sub(far).clampMin(0L));
      });

  private Losses() {}

  /// An element-wise loss of a prediction and a target.
  private static Operator pair(String name, Expr loss) {
    return Elementwise.declare("jtorch::" + name + "(Tensor self, Tensor target) -> Tensor", PROMOTED, loss)
        .refuse(a -> Arithmetic.isWhole(a[0]) && Arithmetic.isWhole(a[1]), Arithmetic.NO_WHOLE);
  }

  private static Tensor weighted(Tensor losses, @Nullable Tensor weight) {
    return weight == null ? losses : losses.mul(weight);
  }

  private static Tensor reduced(Call c, Tensor losses) {
    return switch ((int) c.integer("reduction")) {
      case 0 -> losses;
      case 1 -> losses.mean();
      case 2 -> losses.sum();
      default -> throw c.check().because("%d is no reduction: 0 none, 1 mean, 2 sum", c.integer("reduction")).failure();
    };
  }
}
