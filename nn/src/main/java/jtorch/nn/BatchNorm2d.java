package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// Batch normalisation of `[N, C, H, W]`: each channel over batch and space.
///
/// **As** `torch.nn.BatchNorm2d`. **Source**: Ioffe and Szegedy, 2015, arXiv:1502.03167.
public final class BatchNorm2d extends BatchNorm {
  public BatchNorm2d(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public BatchNorm2d(long numFeatures, UnaryOperator<Options> options) {
    super(numFeatures, options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    check(x, "BatchNorm2d", 4, 4);
  }
}
