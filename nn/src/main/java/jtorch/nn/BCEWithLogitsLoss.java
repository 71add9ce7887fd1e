package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// [BCELoss] of `sigmoid(x)` in one step that cannot overflow:
/// `-weight (posWeight t log(sigmoid(x)) + (1 - t) log(1 - sigmoid(x)))`.
///
/// **Shapes**: input and target alike; the weights broadcast. **As** `torch.nn.BCEWithLogitsLoss`.
///
/// ```java
/// var loss = new BCEWithLogitsLoss(o -> o.posWeight(Torch.full(new long[] {3}, 2.0)));
/// ```
public final class BCEWithLogitsLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param weight what each element is multiplied by
  /// @param posWeight how much positive targets count
  public record Options(@Nullable Tensor weight, @Nullable Tensor posWeight, Reduction reduction) {
    static final Options DEFAULT = new Options(null, null, Reduction.MEAN);

    public Options weight(@Nullable Tensor v) {
      return new Options(v, posWeight, reduction);
    }

    public Options posWeight(@Nullable Tensor v) {
      return new Options(weight, v, reduction);
    }

    public Options reduction(Reduction v) {
      return new Options(weight, posWeight, v);
    }
  }

  /// What each element is multiplied by; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer weight;
  /// How much positive targets count; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer posWeight;
  private final Options options;

  public BCEWithLogitsLoss() {
    this(o -> o);
  }

  public BCEWithLogitsLoss(Reduction reduction) {
    this(o -> o.reduction(reduction));
  }

  public BCEWithLogitsLoss(UnaryOperator<Options> options) {
    this.options = options.apply(Options.DEFAULT);
    Tensor weightGiven = this.options.weight();
    weight = weightGiven == null ? null : new Buffer(weightGiven);
    Tensor posWeightGiven = this.options.posWeight();
    posWeight = posWeightGiven == null ? null : new Buffer(posWeightGiven);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropyWithLogits(input, target, weight, posWeight, options.reduction());
  }
}
