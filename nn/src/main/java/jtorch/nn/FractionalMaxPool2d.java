package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The maximum of windows at random places, so that any size of the space can be reached from `[N, C, H, W]`.
///
/// Draws `rand(N, C, 2)` from the default generator at each call, number for number as PyTorch does. **As**
/// `torch.nn.FractionalMaxPool2d`. **Source**: Graham, *Fractional Max-Pooling*, 2014, arXiv:1412.6071.
///
/// ```java
/// var pool = new FractionalMaxPool2d(new long[] {3}, o -> o.outputRatio(0.5));
/// ```
public final class FractionalMaxPool2d extends Module {
  /// The random numbers, if they were given; part of the state_dict, as in PyTorch.
  @StateName("_random_samples")
  public final @Nullable Buffer randomSamples;

  private final long[] kernelSize;
  private final FractionalPoolOptions options;

  /// @throws IllegalArgumentException unless exactly one of output size and ratio is given, the ratio between 0 and 1
  public FractionalMaxPool2d(long[] kernelSize, UnaryOperator<FractionalPoolOptions> options) {
    this.kernelSize = kernelSize.clone();
    this.options = options.apply(FractionalPoolOptions.DEFAULT).checked("FractionalMaxPool2d");
    Tensor given = this.options.randomSamples();
    randomSamples = given == null ? null : new Buffer(given);
  }

  @Override
  public Tensor forward(Tensor x) {
    return forwardWithIndices(x)[0];
  }

  /// The maxima and their places: `return_indices=True`.
  public Tensor[] forwardWithIndices(Tensor x) {
    return F.fractionalMaxPool2dWithIndices(x, kernelSize, options.size(x, 2), randomSamples);
  }
}
