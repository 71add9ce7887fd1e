package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// The negative log likelihood of counts: `exp(x) - t x` for logarithms of rates, `x - t log(x + eps)` for rates.
///
/// **Shapes**: input and target alike. **As** `torch.nn.PoissonNLLLoss`.
public final class PoissonNLLLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param logInput whether inputs are logarithms of rates
  /// @param full whether Stirling's approximation of `log(t!)` is added
  public record Options(boolean logInput, boolean full, double eps, Reduction reduction) {
    static final Options DEFAULT = new Options(true, false, 1e-8, Reduction.MEAN);

    public Options logInput(boolean v) {
      return new Options(v, full, eps, reduction);
    }

    public Options full(boolean v) {
      return new Options(logInput, v, eps, reduction);
    }

    public Options eps(double v) {
      return new Options(logInput, full, v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(logInput, full, eps, v);
    }
  }

  private final Options options;

  public PoissonNLLLoss() {
    this(o -> o);
  }

  public PoissonNLLLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.poissonNllLoss(input, target, options.logInput(), options.full(), options.eps(), options.reduction());
  }
}
