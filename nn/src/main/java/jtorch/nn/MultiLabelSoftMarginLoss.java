package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The mean over classes of the binary cross entropy of logits:
/// `-weight (t log(sigmoid(x)) + (1 - t) log(sigmoid(-x)))`.
///
/// **Shapes**: input and target `[N, C]` or `[C]`; the result is one number, or `[N]` with `Reduction.NONE`. **As**
/// `torch.nn.MultiLabelSoftMarginLoss`.
public final class MultiLabelSoftMarginLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param weight one number a class
  public record Options(@Nullable Tensor weight, Reduction reduction) {
    static final Options DEFAULT = new Options(null, Reduction.MEAN);

    public Options weight(@Nullable Tensor v) {
      return new Options(v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(weight, v);
    }
  }

  /// One number a class; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer weight;
  private final Options options;

  public MultiLabelSoftMarginLoss() {
    this(o -> o);
  }

  public MultiLabelSoftMarginLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
    Tensor given = this.options.weight();
    weight = given == null ? null : new Buffer(given);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.multilabelSoftMarginLoss(input, target, weight, options.reduction());
  }
}
