package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The negative log likelihood of a normal distribution: `(log(max(var, eps)) + (x - t)^2 / max(var, eps)) / 2`.
///
/// **Shapes**: input and target alike; the variance too, or with one dimension of 1, or without
/// the last. **As**
/// `torch.nn.GaussianNLLLoss`. **Source**: Nix and Weigend, 1994.
public final class GaussianNLLLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param full whether `log(2 pi) / 2` is added
  public record Options(boolean full, double eps, Reduction reduction) {
    static final Options DEFAULT = new Options(false, 1e-6, Reduction.MEAN);

    public Options full(boolean v) {
      return new Options(v, eps, reduction);
    }

    public Options eps(double v) {
      return new Options(full, v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(full, eps, v);
    }
  }

  private final Options options;

  public GaussianNLLLoss() {
    this(o -> o);
  }

  public GaussianNLLLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
  }

  public Tensor forward(Tensor input, Tensor target, Tensor var) {
    return F.gaussianNllLoss(input, target, var, options.full(), options.eps(), options.reduction());
  }
}
