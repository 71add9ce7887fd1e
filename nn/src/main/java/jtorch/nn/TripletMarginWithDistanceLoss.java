package jtorch.nn;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// [TripletMarginLoss] with a distance of one's own: `max(0, d(anchor, positive) - d(anchor, negative) + margin)`.
///
/// **As** `torch.nn.TripletMarginWithDistanceLoss`.
///
/// ```java
/// var loss = new TripletMarginWithDistanceLoss(o -> o.distanceFunction((a, b) -> a.sub(b).abs().amax(-1)));
/// ```
public final class TripletMarginWithDistanceLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param distanceFunction null for [F#pairwiseDistance]
  /// @param margin how much nearer the positive one is to be; positive
  /// @param swap whether the distance from the positive to the negative one counts where it is smaller
  public record Options(@Nullable BinaryOperator<Tensor> distanceFunction, double margin, boolean swap,
      Reduction reduction) {
    static final Options DEFAULT = new Options(null, 1, false, Reduction.MEAN);

    public Options distanceFunction(@Nullable BinaryOperator<Tensor> v) {
      return new Options(v, margin, swap, reduction);
    }

    public Options margin(double v) {
      return new Options(distanceFunction, v, swap, reduction);
    }

    public Options swap(boolean v) {
      return new Options(distanceFunction, margin, v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(distanceFunction, margin, swap, v);
    }
  }

  /// The distance where none is given; a child, as in PyTorch.
  public final @Nullable PairwiseDistance distanceFunction;

  private final Options options;

  public TripletMarginWithDistanceLoss() {
    this(o -> o);
  }

  /// @throws IllegalArgumentException if the margin is not positive
  public TripletMarginWithDistanceLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
    if (!(this.options.margin() > 0)) throw new IllegalArgumentException(
        "TripletMarginWithDistanceLoss: expected margin to be greater than 0, got " + this.options.margin()
            + " instead");
    distanceFunction = this.options.distanceFunction() == null ? new PairwiseDistance() : null;
  }

  public Tensor forward(Tensor anchor, Tensor positive, Tensor negative) {
    BinaryOperator<Tensor> distance = options.distanceFunction();
    return F.tripletMarginWithDistanceLoss(anchor, positive, negative,
        distance == null ? F::pairwiseDistance : distance,
        options.margin(), options.swap(), options.reduction());
  }
}
