package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The mean over the other classes of `weight[target] max(0, margin - input[target] + input[i])^p`.
///
/// **Shapes**: input `[N, C]` or `[C]`, target `[N]` or one index. **As** `torch.nn.MultiMarginLoss`.
public final class MultiMarginLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param p 1 or 2
  /// @param weight one number a class
  public record Options(long p, double margin, @Nullable Tensor weight, Reduction reduction) {
    static final Options DEFAULT = new Options(1, 1, null, Reduction.MEAN);

    public Options p(long v) {
      return new Options(v, margin, weight, reduction);
    }

    public Options margin(double v) {
      return new Options(p, v, weight, reduction);
    }

    public Options weight(@Nullable Tensor v) {
      return new Options(p, margin, v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(p, margin, weight, v);
    }
  }

  /// One number a class; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer weight;
  private final Options options;

  public MultiMarginLoss() {
    this(o -> o);
  }

  /// @throws IllegalArgumentException if p is neither 1 nor 2
  public MultiMarginLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
    if (this.options.p() != 1 && this.options.p() != 2)
      throw new IllegalArgumentException("only p == 1 and p == 2 supported");
    Tensor given = this.options.weight();
    weight = given == null ? null : new Buffer(given);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.multiMarginLoss(input, target, options.p(), options.margin(), weight, options.reduction());
  }
}
