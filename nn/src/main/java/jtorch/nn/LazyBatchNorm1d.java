package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// [BatchNorm1d] whose number of channels is that of its first input.
///
/// Until then its parameters have no shape; [#toString] and the state then are those of [BatchNorm1d]. **As**
/// `torch.nn.LazyBatchNorm1d`.
public final class LazyBatchNorm1d extends BatchNorm {
  public LazyBatchNorm1d() {
    this(o -> o);
  }

  public LazyBatchNorm1d(UnaryOperator<Options> options) {
    super(options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    check(x, "BatchNorm1d", 2, 3);
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
