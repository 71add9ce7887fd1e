package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// What the instance normalisations share: `(x - mean) / sqrt(var + eps) * weight + bias`, by the statistics of each channel of
/// each sample; by running statistics in evaluation, where there are any.
public abstract class InstanceNorm extends ChannelNorm {
  static final Options DEFAULT = Options.DEFAULT.affine(false).trackRunningStats(false);

  private final int space;

  InstanceNorm(int space, long numFeatures, Options options) {
    super(numFeatures, options);
    this.space = space;
  }

  InstanceNorm(int space, Options options) {
    super(options);
    this.space = space;
  }

  @Override
  public Tensor forward(Tensor x) {
    initialize(x);
    if (x.dim() != space + 1 && x.dim() != space + 2)
      throw new ShapeException("InstanceNorm" + space + "d: expected " + (space + 1) + "D or " + (space + 2)
          + "D input (got " + x.dim() + "D input) | input " + x.describe());
    int channels = x.dim() - space - 1;
    if (weight != null && x.size(channels) != numFeatures())
      throw new ShapeException("InstanceNorm" + space + "d: expected input's size at dim=" + channels
          + " to match num_features (" + numFeatures() + "), but got: " + x.size(channels) + ". | input "
          + x.describe());
    Tensor batch = channels == 0 ? x.unsqueeze(0) : x;
    boolean byInput = isTraining() || !options.trackRunningStats();
    double momentum = options.momentum() == null ? 0 : options.momentum();
    Tensor y = F.instanceNorm(batch, runningMean, runningVar, weight, bias, byInput, momentum, options.eps());
    return channels == 0 ? y.squeeze(0) : y;
  }
}
