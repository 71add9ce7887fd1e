package jtorch.nn;

import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Starting values of parameters, number for number as `torch.nn.init` draws them. All write in place, without a graph.
public final class Init {
  private Init() {}

  /// Uniform numbers from `[a, b)`.
  public static Tensor uniform_(Tensor t, double a, double b) {
    try (var off = Torch.noGrad()) {
      t.uniform_(a, b);
    }
    return t;
  }

  /// Normal numbers.
  public static Tensor normal_(Tensor t, double mean, double std) {
    try (var off = Torch.noGrad()) {
      t.normal_(mean, std);
    }
    return t;
  }

  public static Tensor constant_(Tensor t, double value) {
    try (var off = Torch.noGrad()) {
      t.fill_(value);
    }
    return t;
  }

  public static Tensor ones_(Tensor t) {
    return constant_(t, 1);
  }

  public static Tensor zeros_(Tensor t) {
    return constant_(t, 0);
  }

  /// How many inputs a unit of this weight has, and how many units an input.
  ///
  /// @throws IllegalArgumentException if the weight has fewer than two dimensions
  static long[] fans(Tensor weight) {
    if (weight.dim() < 2) throw new IllegalArgumentException(
        "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
    long field = 1;
    for (int d = 2; d < weight.dim(); d++) field *= weight.size(d);
    return new long[] {weight.size(1) * field, weight.size(0) * field};
  }

  /// Uniform in `+-gain sqrt(6 / (fan_in + fan_out))`. **Source**: Glorot and Bengio, 2010.
  public static Tensor xavierUniform_(Tensor t, double gain) {
    long[] fans = fans(t);
    double bound = Math.sqrt(3.0) * gain * Math.sqrt(2.0 / (fans[0] + fans[1]));
    return uniform_(t, -bound, bound);
  }

  public static Tensor xavierUniform_(Tensor t) {
    return xavierUniform_(t, 1);
  }

  /// Normal with deviation `gain sqrt(2 / (fan_in + fan_out))`. **Source**: Glorot and Bengio, 2010.
  public static Tensor xavierNormal_(Tensor t, double gain) {
    long[] fans = fans(t);
    return normal_(t, 0, gain * Math.sqrt(2.0 / (fans[0] + fans[1])));
  }

  public static Tensor xavierNormal_(Tensor t) {
    return xavierNormal_(t, 1);
  }

  /// The recommended factor for a nonlinearity.
  ///
  /// @param parameter the negative slope of `leaky_relu`; null for its default
  /// @throws IllegalArgumentException if the nonlinearity is unknown
  public static double calculateGain(String nonlinearity, @Nullable Double parameter) {
    return switch (nonlinearity) {
      case "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
          "sigmoid" ->
        1;
      case "tanh" -> 5.0 / 3;
      case "relu" -> Math.sqrt(2.0);
      case "leaky_relu" -> {
        double slope = parameter == null ? 0.01 : parameter;
        yield Math.sqrt(2.0 / (1 + slope * slope));
      }
      case "selu" -> 3.0 / 4;
      default -> throw new IllegalArgumentException("Unsupported nonlinearity " + nonlinearity);
    };
  }

  private static double kaimingDeviation(Tensor t, double a, String mode, String nonlinearity) {
    long[] fans = fans(t);
    long fan = switch (mode) {
      case "fan_in" -> fans[0];
      case "fan_out" -> fans[1];
      default ->
        throw new IllegalArgumentException("Mode " + mode + " not supported, please use one of ['fan_in', 'fan_out']");
    };
    return calculateGain(nonlinearity, a) / Math.sqrt(fan);
  }

  /// Uniform in `+-gain sqrt(3 / fan)`. **Source**: He et al., 2015, arXiv:1502.01852.
  public static Tensor kaimingUniform_(Tensor t, double a, String mode, String nonlinearity) {
    if (t.numel() == 0) return t;
    double bound = Math.sqrt(3.0) * kaimingDeviation(t, a, mode, nonlinearity);
    return uniform_(t, -bound, bound);
  }

  public static Tensor kaimingUniform_(Tensor t) {
    return kaimingUniform_(t, 0, "fan_in", "leaky_relu");
  }

  /// Normal with deviation `gain / sqrt(fan)`. **Source**: He et al., 2015, arXiv:1502.01852.
  public static Tensor kaimingNormal_(Tensor t, double a, String mode, String nonlinearity) {
    if (t.numel() == 0) return t;
    return normal_(t, 0, kaimingDeviation(t, a, mode, nonlinearity));
  }

  public static Tensor kaimingNormal_(Tensor t) {
    return kaimingNormal_(t, 0, "fan_in", "leaky_relu");
  }

  /// Ones on the diagonal of a matrix.
  public static Tensor eye_(Tensor t) {
    if (t.dim() != 2) throw new IllegalArgumentException("Only tensors with 2 dimensions are supported");
    try (var off = Torch.noGrad()) {
      t.zero_();
      for (long i = 0; i < Math.min(t.size(0), t.size(1)); i++) t.select(0, i).select(0, i).fill_(1.0);
    }
    return t;
  }

  /// The identity of convolution: channels pass unchanged, in each group.
  public static Tensor dirac_(Tensor t, long groups) {
    if (t.dim() < 3 || t.dim() > 5)
      throw new IllegalArgumentException("Only tensors with 3, 4, or 5 dimensions are supported");
    if (t.size(0) % groups != 0) throw new IllegalArgumentException("dim 0 must be divisible by groups");
    long perGroup = t.size(0) / groups;
    try (var off = Torch.noGrad()) {
      t.zero_();
      for (long g = 0; g < groups; g++) {
        for (long d = 0; d < Math.min(perGroup, t.size(1)); d++) {
          Tensor at = t.select(0, g * perGroup + d).select(0, d);
          while (at.dim() > 0) at = at.select(0, at.size(0) / 2);
          at.fill_(1.0);
        }
      }
    }
    return t;
  }

  /// As `Linear` and the convolutions start: weight by `kaiming_uniform_(a=sqrt(5))`, bias uniform in `+-1 / sqrt(fan)`.
  static void resetLikeLinear(Tensor weight, @Nullable Tensor bias, long fan) {
    kaimingUniform_(weight, Math.sqrt(5), "fan_in", "leaky_relu");
    if (bias == null) return;
    double bound = fan > 0 ? 1 / Math.sqrt(fan) : 0;
    if (fan > 0) uniform_(bias, -bound, bound);
  }
}
