package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;

/// [Linear] whose number of inputs is that of its first input.
///
/// Until then its parameters have no shape; they are drawn at the first call. [#toString] and the state then are those of
/// [Linear]. **As** `torch.nn.LazyLinear`.
///
/// ```java
/// var layer = new LazyLinear(10);
/// layer.call(Torch.ones(2, 7)); // weight [10, 7]
/// ```
public final class LazyLinear extends Linear {
  public LazyLinear(long outFeatures) {
    this(outFeatures, o -> o);
  }

  public LazyLinear(long outFeatures, UnaryOperator<Options> options) {
    super(outFeatures, options.apply(new Options(true, Torch.defaultDType())));
  }

  @Override
  public Tensor forward(Tensor x) {
    if (weight.isUninitialized()) initialize(x.size(-1));
    return super.forward(x);
  }

  @Override
  protected String name() {
    return weight.isUninitialized() ? "LazyLinear" : "Linear";
  }
}
