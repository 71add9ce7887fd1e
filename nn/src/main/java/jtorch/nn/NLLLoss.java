package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `-weight[target] * input[target]`; input `[N, C, *]`, target `[N, *]`.
///
/// **As** `torch.nn.NLLLoss`.
public final class NLLLoss extends Module {
  private final ClassLossOptions options;

  public NLLLoss() {
    this(o -> o);
  }

  public NLLLoss(UnaryOperator<ClassLossOptions> options) {
    this.options = options.apply(ClassLossOptions.DEFAULT);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.nllLoss(input, target, options);
  }
}
