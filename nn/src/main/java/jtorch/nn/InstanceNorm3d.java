package jtorch.nn;

import java.util.function.UnaryOperator;

/// Instance normalisation of `[N, C, D, H, W]` or `[C, D, H, W]`: each channel of each sample by itself.
///
/// Unless said otherwise there are neither parameters nor running statistics. **As** `torch.nn.InstanceNorm3d`. **Source**:
/// Ulyanov et al., 2016, arXiv:1607.08022.
///
/// ```java
/// var norm = new InstanceNorm3d(64, o -> o.affine(true));
/// ```
public final class InstanceNorm3d extends InstanceNorm {
  public InstanceNorm3d(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public InstanceNorm3d(long numFeatures, UnaryOperator<Options> options) {
    super(3, numFeatures, options.apply(DEFAULT));
  }
}
