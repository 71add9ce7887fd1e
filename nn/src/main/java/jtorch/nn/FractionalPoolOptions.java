package jtorch.nn;

import java.util.Arrays;
import java.util.Objects;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of fractional pooling; exactly one of size and ratio is given, one number for all dimensions
/// or one for each.
///
/// @param randomSamples `[N, C, dimensions]` numbers from 0 to 1 instead of new ones
public record FractionalPoolOptions(long @Nullable [] outputSize, double @Nullable [] outputRatio,
    @Nullable Tensor randomSamples) {
  static final FractionalPoolOptions DEFAULT = new FractionalPoolOptions(null, null, null);

  public FractionalPoolOptions outputSize(long... v) {
    return new FractionalPoolOptions(v, outputRatio, randomSamples);
  }

  public FractionalPoolOptions outputRatio(double... v) {
    return new FractionalPoolOptions(outputSize, v, randomSamples);
  }

  public FractionalPoolOptions randomSamples(@Nullable Tensor v) {
    return new FractionalPoolOptions(outputSize, outputRatio, v);
  }

  FractionalPoolOptions checked(String module) {
    if (outputSize == null && outputRatio == null) throw new IllegalArgumentException(
        module + " requires specifying either an output size, or a pooling ratio");
    if (outputSize != null && outputRatio != null)
      throw new IllegalArgumentException("only one of output_size and output_ratio may be specified");
    if (outputRatio != null && !Arrays.stream(outputRatio).allMatch(r -> r > 0 && r < 1))
      throw new IllegalArgumentException(
          "output_ratio must be between 0 and 1 (got " + Arrays.toString(outputRatio) + ")");
    return this;
  }

  long[] size(Tensor x, int dims) {
    if (outputRatio == null) return Objects.requireNonNull(outputSize);
    long[] size = new long[dims];
    for (int d = 0; d < dims; d++)
      size[d] = (long) (x.size(d - dims) * outputRatio[outputRatio.length == 1 ? 0 : d]);
    return size;
  }
}
