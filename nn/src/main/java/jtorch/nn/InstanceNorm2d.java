package jtorch.nn;

import java.util.function.UnaryOperator;

/// Instance normalisation of `[N, C, H, W]` or `[C, H, W]`: each channel of each sample by itself.
///
/// Unless said otherwise there are neither parameters nor running statistics. **As** `torch.nn.InstanceNorm2d`. **Source**:
/// Ulyanov et al., 2016, arXiv:1607.08022.
///
/// ```java
/// var norm = new InstanceNorm2d(64, o -> o.affine(true));
/// ```
public final class InstanceNorm2d extends InstanceNorm {
  public InstanceNorm2d(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public InstanceNorm2d(long numFeatures, UnaryOperator<Options> options) {
    super(2, numFeatures, options.apply(DEFAULT));
  }
}
