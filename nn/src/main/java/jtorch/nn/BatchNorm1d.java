package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.ShapeException;
import jtorch.Tensor;

/// Batch normalisation of `[N, C]` or `[N, C, L]`: each channel over batch and space.
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
    if (x.dim() != 2 && x.dim() != 3) throw new ShapeException(
        "BatchNorm1d: expected 2D or 3D input (got " + x.dim() + "D input) | input " + x.describe());
  }
}
