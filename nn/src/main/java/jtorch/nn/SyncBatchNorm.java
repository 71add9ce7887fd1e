package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.ShapeException;
import jtorch.Tensor;

/// Batch normalisation of `[N, C, *]` by the statistics of the batches of all processes.
///
/// In one process it is [BatchNorm1d] and its kin; there are no process groups yet, so that is what it computes. **As**
/// `torch.nn.SyncBatchNorm`.
public final class SyncBatchNorm extends BatchNorm {
  public SyncBatchNorm(long numFeatures) {
    this(numFeatures, o -> o);
  }

  public SyncBatchNorm(long numFeatures, UnaryOperator<Options> options) {
    super(numFeatures, options.apply(Options.DEFAULT));
  }

  @Override
  protected void check(Tensor x) {
    if (x.dim() < 2) throw new ShapeException(
        "SyncBatchNorm: expected at least 2D input (got " + x.dim() + "D input) | input " + x.describe());
    if (x.size(1) == 0) throw new ShapeException(
        "SyncBatchNorm: number of input channels should be non-zero | input " + x.describe());
  }
}
