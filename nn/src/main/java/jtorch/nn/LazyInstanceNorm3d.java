package jtorch.nn;

import java.util.function.UnaryOperator;

/// [InstanceNorm3d] whose number of channels is that of its first input.
///
/// Unlike that module it has parameters and running statistics unless said otherwise. **As** `torch.nn.LazyInstanceNorm3d`.
public final class LazyInstanceNorm3d extends InstanceNorm {
  public LazyInstanceNorm3d() {
    this(o -> o);
  }

  public LazyInstanceNorm3d(UnaryOperator<Options> options) {
    super(3, options.apply(Options.DEFAULT));
  }

  @Override
  protected String name() {
    return lazyName();
  }
}
