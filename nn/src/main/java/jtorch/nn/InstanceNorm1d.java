package jtorch.nn;

import java.util.function.UnaryOperator;

/// Instance normalisation of `[N, C, L]` or `[C, L]`: each channel of each sample by itself.
///
/// Unless said otherwise there are neither parameters nor running statistics. **As** `torch.nn.InstanceNorm1d`. **Source**:
/// Ulyanov et al., 2016, arXiv:1607.08022.
///
/// ```java
/// var norm = new InstanceNorm1d(64, o -> o.affine(true));
/// ```
public final class InstanceNorm1d extends InstanceNorm {
  public InstanceNorm1d(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public InstanceNorm1d(long numFeatures, UnaryOperator<Options> options) {
    super(1, numFeatures, options.apply(DEFAULT));
  }
}
