package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// What the batch normalisations share: `(x - mean) / sqrt(var + eps) * weight + bias`, by the batch's statistics in
/// training, which also move the running ones, and by the running ones in evaluation.
public abstract class BatchNorm extends ChannelNorm {
  BatchNorm(long numFeatures, Options options) {
    super(numFeatures, options);
  }

  BatchNorm(Options options) {
    super(options);
  }

  protected abstract void check(Tensor x);

  final void check(Tensor x, String module, int least, int most) {
    if (x.dim() < least || x.dim() > most) throw new ShapeException(module + ": expected " + least + "D "
        + (least == most ? "" : "or " + most + "D ") + "input (got " + x.dim() + "D input) | input " + x.describe());
  }

  @Override
  public Tensor forward(Tensor x) {
    initialize(x);
    check(x);
    double momentum = options.momentum() == null ? 0 : options.momentum();
    if (isTraining() && numBatchesTracked != null) {
      numBatchesTracked.add_(1);
      if (options.momentum() == null) momentum = 1.0 / numBatchesTracked.itemLong();
    }
    boolean byBatch = isTraining() || runningMean == null;
    return F.batchNorm(x, runningMean, runningVar, weight, bias, byBatch, momentum, options.eps());
  }
}
