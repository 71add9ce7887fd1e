package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `negative log likelihood of the log-softmax`; input `[N, C, *]`, target `[N, *]`.
///
/// **As** `torch.nn.CrossEntropyLoss`.
public final class CrossEntropyLoss extends Module {
  private final ClassLossOptions options;

  public CrossEntropyLoss() {
    this(o -> o);
  }

  public CrossEntropyLoss(UnaryOperator<ClassLossOptions> options) {
    this.options = options.apply(ClassLossOptions.DEFAULT);
  }

  public Tensor forward(Tensor input, Tensor target) {
    return F.crossEntropy(input, target, options);
  }
}
