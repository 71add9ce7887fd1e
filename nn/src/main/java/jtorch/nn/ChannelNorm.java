package jtorch.nn;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// What batch and instance normalisation share: a scale and a shift for each channel, running statistics, options.
public abstract class ChannelNorm extends Module {
  /// The keyword arguments.
  ///
  /// @param momentum how far a batch moves the running statistics; null: in [BatchNorm] they are the mean over all batches
  /// @param affine whether there are a weight and a bias
  /// @param trackRunningStats whether there are running statistics, for evaluation
  /// @param bias whether there is a bias beside the weight
  public record Options(double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats,
      boolean bias) {
    static final Options DEFAULT = new Options(1e-5, 0.1, true, true, true);

    public Options eps(double v) {
      return new Options(v, momentum, affine, trackRunningStats, bias);
    }

    public Options momentum(@Nullable Double v) {
      return new Options(eps, v, affine, trackRunningStats, bias);
    }

    public Options affine(boolean v) {
      return new Options(eps, momentum, v, trackRunningStats, bias);
    }

    public Options trackRunningStats(boolean v) {
      return new Options(eps, momentum, affine, v, bias);
    }

    public Options bias(boolean v) {
      return new Options(eps, momentum, affine, trackRunningStats, v);
    }
  }

  public final @Nullable Parameter weight;
  public final @Nullable Parameter bias;
  public final @Nullable Buffer runningMean;
  public final @Nullable Buffer runningVar;
  public final @Nullable Buffer numBatchesTracked;
  final Options options;
  private long numFeatures;

  ChannelNorm(long numFeatures, Options options) {
    this.numFeatures = numFeatures;
    this.options = options;
    boolean track = options.trackRunningStats();
    weight = options.affine() ? new Parameter(Torch.ones(numFeatures)) : null;
    bias = options.affine() && options.bias() ? new Parameter(Torch.zeros(numFeatures)) : null;
    runningMean = track ? new Buffer(Torch.zeros(numFeatures)) : null;
    runningVar = track ? new Buffer(Torch.ones(numFeatures)) : null;
    numBatchesTracked = track ? new Buffer(Torch.zeros(new long[0], DType.INT64)) : null;
  }

  /// One whose number of channels is that of its first input.
  ChannelNorm(Options options) {
    this.options = options;
    boolean track = options.trackRunningStats();
    DType dtype = Torch.defaultDType();
    weight = options.affine() ? Parameter.uninitialized(dtype) : null;
    bias = options.affine() && options.bias() ? Parameter.uninitialized(dtype) : null;
    runningMean = track ? Buffer.uninitialized(dtype) : null;
    runningVar = track ? Buffer.uninitialized(dtype) : null;
    numBatchesTracked = track ? new Buffer(Torch.zeros(new long[0], DType.INT64)) : null;
  }

  /// The number of channels; 0 as long as it waits for its first input.
  public final long numFeatures() {
    return numFeatures;
  }

  /// Takes the number of channels from the first input of a lazy module.
  final void initialize(Tensor x) {
    if (numFeatures != 0 || weight == null && runningMean == null) return;
    numFeatures = x.size(1);
    if (weight != null && weight.isUninitialized()) {
      weight.materialize(numFeatures);
      Init.ones_(weight);
    }
    if (bias != null && bias.isUninitialized()) {
      bias.materialize(numFeatures);
      Init.zeros_(bias);
    }
    if (runningMean != null && runningMean.isUninitialized()) {
      runningMean.materialize(numFeatures);
      Init.zeros_(runningMean);
    }
    if (runningVar != null && runningVar.isUninitialized()) {
      runningVar.materialize(numFeatures);
      Init.ones_(runningVar);
    }
  }

  /// PyTorch's name of a lazy module: that of the module it becomes with its first input.
  final String lazyName() {
    String name = getClass().getSimpleName();
    return numFeatures == 0 ? name : name.substring("Lazy".length());
  }

  /// The second form has `num_batches_tracked`.
  @Override
  protected long stateVersion() {
    return 2;
  }

  @Override
  protected String extraRepresentation() {
    return numFeatures + ", eps=" + Numbers.python(options.eps()) + ", momentum="
        + (options.momentum() == null ? "None" : Numbers.python(options.momentum())) + ", affine="
        + Numbers.python(options.affine()) + ", bias=" + Numbers.python(bias != null) + ", track_running_stats="
        + Numbers.python(options.trackRunningStats());
  }
}
