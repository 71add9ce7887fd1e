package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// `-weight[target] * input[target]`; input `[N, C, *]`, target `[N, *]`.
///
/// **As** `torch.nn.NLLLoss`.
public final class NLLLoss extends Module {
  /// One number a class; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer weight;
  private final ClassLossOptions options;

  public NLLLoss() {
    this(o -> o);
  }

  public NLLLoss(UnaryOperator<ClassLossOptions> options) {
    this.options = options.apply(ClassLossOptions.DEFAULT);
    Tensor given = this.options.weight();
    weight = given == null ? null : new Buffer(given);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.nllLoss(input, target, options.weight(weight));
  }
}
