package jtorch.nn;

import java.util.function.UnaryOperator;

/// [InstanceNorm2d] whose number of channels is that of its first input.
///
/// Unlike that module it has parameters and running statistics unless said otherwise. **As** `torch.nn.LazyInstanceNorm2d`.
public final class LazyInstanceNorm2d extends InstanceNorm {
  public LazyInstanceNorm2d() {
    this(o -> o);
  }

  public LazyInstanceNorm2d(UnaryOperator<Options> options) {
    super(2, options.apply(Options.DEFAULT));
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
