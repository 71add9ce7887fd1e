package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;

/// Batch normalisation of `[N, C]` or `[N, C, L]`: each channel over batch and length.
///
/// **As** `torch.nn.BatchNorm1d`. **Source**: Ioffe and Szegedy, 2015, arXiv:1502.03167.
public final class BatchNorm1d extends BatchNorm {
  public BatchNorm1d(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public BatchNorm1d(long numFeatures, UnaryOperator<Options> options) {
    super(numFeatures, options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    check(x, "BatchNorm1d", 2, 3);
  }
}
