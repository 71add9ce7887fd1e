package jtorch.nn;

import java.util.function.UnaryOperator;

/// [InstanceNorm1d] whose number of channels is that of its first input.
///
/// Unlike that module it has parameters and running statistics unless said otherwise. **As** `torch.nn.LazyInstanceNorm1d`.
public final class LazyInstanceNorm1d extends InstanceNorm {
  public LazyInstanceNorm1d() {
    this(o -> o);
  }

  public LazyInstanceNorm1d(UnaryOperator<Options> options) {
    super(1, options.apply(Options.DEFAULT));
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
