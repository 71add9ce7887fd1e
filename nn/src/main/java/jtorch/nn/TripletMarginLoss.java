package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `max(0, |anchor - positive|_p - |anchor - negative|_p + margin)`.
///
/// **Shapes**: all `[N, D]` or `[D]`. **As** `torch.nn.TripletMarginLoss`. **Source**: Balntas et al., 2016.
///
/// ```java
/// var loss = new TripletMarginLoss(o -> o.margin(0.5).swap(true));
/// Tensor value = loss.forward(anchor, positive, negative);
/// ```
public final class TripletMarginLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param margin how much nearer the positive one is to be; positive
  /// @param eps is added to differences
  /// @param swap whether the distance from the positive to the negative one counts where it is smaller
  public record Options(double margin, double p, double eps, boolean swap, Reduction reduction) {
    static final Options DEFAULT = new Options(1, 2, 1e-6, false, Reduction.MEAN);

    public Options margin(double v) {
      return new Options(v, p, eps, swap, reduction);
    }

    public Options p(double v) {
      return new Options(margin, v, eps, swap, reduction);
    }

    public Options eps(double v) {
      return new Options(margin, p, v, swap, reduction);
    }

    public Options swap(boolean v) {
      return new Options(margin, p, eps, v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(margin, p, eps, swap, v);
    }
  }

  private final Options options;

  public TripletMarginLoss() {
    this(o -> o);
  }

  /// @throws IllegalArgumentException if the margin is not positive
  public TripletMarginLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
    if (!(this.options.margin() > 0)) throw new IllegalArgumentException(
        "TripletMarginLoss: expected margin to be greater than 0, got " + this.options.margin() + " instead");
  }

  public Tensor forward(Tensor anchor, Tensor positive, Tensor negative) {
    return F.tripletMarginLoss(anchor, positive, negative, options.margin(), options.p(), options.eps(),
        options.swap(), options.reduction());
  }
}
