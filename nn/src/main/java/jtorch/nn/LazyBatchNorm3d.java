package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// [BatchNorm3d] whose number of channels is that of its first input.
///
/// Until then its parameters have no shape; [#toString] and the state then are those of [BatchNorm3d]. **As**
/// `torch.nn.LazyBatchNorm3d`.
public final class LazyBatchNorm3d extends BatchNorm {
  public LazyBatchNorm3d() {
    this(o -> o);
  }

  public LazyBatchNorm3d(UnaryOperator<Options> options) {
    super(options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    check(x, "BatchNorm3d", 5, 5);
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
