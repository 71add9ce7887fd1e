package jtorch.nn;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// What the batch normalisations share: `(x - mean) / sqrt(var + eps) * weight + bias`, by the batch's statistics in
/// training, which also move the running ones, and by the running ones in evaluation.
public abstract class BatchNorm extends Module {
  /// The keyword arguments.
  ///
  /// @param momentum how far a batch moves the running statistics; null: they are the mean over all batches
  public record Options(double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
    public static final Options DEFAULT = new Options(1e-5, 0.1, true, true);

    public Options eps(double v) {
      return new Options(v, momentum, affine, trackRunningStats);
    }

    public Options momentum(@Nullable Double v) {
      return new Options(eps, v, affine, trackRunningStats);
    }

    public Options affine(boolean v) {
      return new Options(eps, momentum, v, trackRunningStats);
    }

    public Options trackRunningStats(boolean v) {
      return new Options(eps, momentum, affine, v);
    }
  }

  public final @Nullable Parameter weight;
  public final @Nullable Parameter bias;
  public final @Nullable Buffer runningMean;
  public final @Nullable Buffer runningVar;
  public final @Nullable Buffer numBatchesTracked;
  private final long numFeatures;
  private final Options options;

  BatchNorm(long numFeatures, Options options) {
    this.numFeatures = numFeatures;
    this.options = options;
    weight = options.affine() ? new Parameter(Torch.ones(numFeatures)) : null;
    bias = options.affine() ? new Parameter(Torch.zeros(numFeatures)) : null;
    boolean track = options.trackRunningStats();
    runningMean = track ? new Buffer(Torch.zeros(numFeatures)) : null;
    runningVar = track ? new Buffer(Torch.ones(numFeatures)) : null;
    numBatchesTracked = track ? new Buffer(Torch.zeros(new long[0], DType.INT64)) : null;
  }

  protected abstract void check(Tensor x);

  @Override
  public Tensor forward(Tensor x) {
    check(x);
    double momentum = options.momentum() == null ? 0 : options.momentum();
    if (isTraining() && numBatchesTracked != null) {
      numBatchesTracked.add_(1);
      if (options.momentum() == null) momentum = 1.0 / numBatchesTracked.itemLong();
    }
    boolean byBatch = isTraining() || runningMean == null;
    return F.batchNorm(x, runningMean, runningVar, weight, bias, byBatch, momentum, options.eps());
  }

  @Override
  protected String extraRepresentation() {
    return numFeatures + ", eps=" + Numbers.python(options.eps()) + ", momentum="
        + (options.momentum() == null ? "None" : Numbers.python(options.momentum())) + ", affine="
        + (options.affine() ? "True" : "False") + ", track_running_stats="
        + (options.trackRunningStats() ? "True" : "False");
  }
}
