package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// `-weight (t log(x) + (1 - t) log(1 - x))` for probabilities x; logarithms are at least -100.
///
/// **Shapes**: input and target alike; the weight broadcasts. **As** `torch.nn.BCELoss`.
public final class BCELoss extends Module {
  /// The keyword arguments.
  ///
  /// @param weight what each element is multiplied by
  public record Options(@Nullable Tensor weight, Reduction reduction) {
    static final Options DEFAULT = new Options(null, Reduction.MEAN);

    public Options weight(@Nullable Tensor v) {
      return new Options(v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(weight, v);
    }
  }

  /// What each element is multiplied by; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer weight;
  private final Options options;

  public BCELoss() {
    this(o -> o);
  }

  public BCELoss(Reduction reduction) {
    this(o -> o.reduction(reduction));
  }

  public BCELoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
    Tensor given = this.options.weight();
    weight = given == null ? null : new Buffer(given);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropy(input, target, weight, options.reduction());
  }
}
