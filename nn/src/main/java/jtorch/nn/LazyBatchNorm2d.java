package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// [BatchNorm2d] whose number of channels is that of its first input.
///
/// Until then its parameters have no shape; [#toString] and the state then are those of [BatchNorm2d]. **As**
/// `torch.nn.LazyBatchNorm2d`.
public final class LazyBatchNorm2d extends BatchNorm {
  public LazyBatchNorm2d() {
    this(o -> o);
  }

  public LazyBatchNorm2d(UnaryOperator<Options> options) {
    super(options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    check(x, "BatchNorm2d", 4, 4);
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
