package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// Batch normalisation of `[N, C, D, H, W]`: each channel over batch and space.
///
/// **As** `torch.nn.BatchNorm3d`. **Source**: Ioffe and Szegedy, 2015, arXiv:1502.03167.
public final class BatchNorm3d extends BatchNorm {
  public BatchNorm3d(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public BatchNorm3d(long numFeatures, UnaryOperator<Options> options) {
    super(numFeatures, options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    check(x, "BatchNorm3d", 5, 5);
  }
}
