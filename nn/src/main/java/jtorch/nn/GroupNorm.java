package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// Channels of `[N, C, *]` normalised together in groups.
///
/// **As** `torch.nn.GroupNorm`. **Source**: Wu and He, 2018, arXiv:1803.08494.
public final class GroupNorm extends Module {
  /// The keyword arguments.
  public record Options(double eps, boolean affine, boolean bias) {
    public Options eps(double v) {
      return new Options(v, affine, bias);
    }

    public Options affine(boolean v) {
      return new Options(eps, v, bias);
    }

    public Options bias(boolean v) {
      return new Options(eps, affine, v);
    }
  }

  public final @Nullable Parameter weight;
  public final @Nullable Parameter bias;
  private final long numGroups;
  private final long numChannels;
  private final Options options;

  public GroupNorm(long numGroups, long numChannels) {
    this(numGroups, numChannels, o -> o);
  }

  /// @throws IllegalArgumentException if the channels cannot be divided into the groups
  public GroupNorm(long numGroups, long numChannels, UnaryOperator<Options> options) {
    if (numGroups <= 0 || numChannels % numGroups != 0)
      throw new IllegalArgumentException(
          "num_channels (" + numChannels + ") must be divisible by num_groups (" + numGroups + ")");
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.options = options.apply(new Options(1e-5, true, true));
    weight = this.options.affine() ? new Parameter(Torch.ones(numChannels)) : null;
    bias = this.options.affine() && this.options.bias() ? new Parameter(Torch.zeros(numChannels)) : null;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.groupNorm(x, numGroups, weight, bias, options.eps());
  }

  @Override
  protected String extraRepresentation() {
    return numGroups + ", " + numChannels + ", eps=" + Numbers.python(options.eps()) + ", affine="
        + Numbers.python(options.affine()) + ", bias=" + Numbers.python(bias != null);
  }
}
