package jtorch.nn;

import java.util.function.Supplier;
import jtorch.DType;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Starting values of parameters, number for number as `torch.nn.init` draws them. All write in place, without a graph, and
/// give the tensor back; a generator of null is the default one.
public final class Init {
  private static final ScopedValue<Boolean> SKIPPED = ScopedValue.newInstance();

  private Init() {}

  /// Makes a module whose parameters are not drawn, because they are about to be loaded: memory stays as it comes, and the
  /// random stream stays where it is. **As** `torch.nn.utils.skip_init`.
  ///
  /// ```java
  /// Linear layer = Init.skip(() -> new Linear(4096, 4096));
  /// ```
  public static <M extends Module> M skip(Supplier<M> constructor) {
    return ScopedValue.where(SKIPPED, true).call(constructor::get);
  }

  /// Uniform numbers from `[a, b)`.
  public static Tensor uniform_(Tensor t, double a, double b, @Nullable Generator generator) {
    if (SKIPPED.isBound()) return t;
    try (var off = Torch.noGrad()) {
      t.uniform_(a, b, generator);
    }
    return t;
  }

  public static Tensor uniform_(Tensor t, double a, double b) {
    return uniform_(t, a, b, null);
  }

  /// Uniform numbers from `[0, 1)`.
  public static Tensor uniform_(Tensor t) {
    return uniform_(t, 0, 1, null);
  }

  /// Normal numbers.
  public static Tensor normal_(Tensor t, double mean, double std, @Nullable Generator generator) {
    if (SKIPPED.isBound()) return t;
    try (var off = Torch.noGrad()) {
      t.normal_(mean, std, generator);
    }
    return t;
  }

  public static Tensor normal_(Tensor t, double mean, double std) {
    return normal_(t, mean, std, null);
  }

  /// Standard normal numbers.
  public static Tensor normal_(Tensor t) {
    return normal_(t, 0, 1, null);
  }

  /// Normal numbers between a and b: drawn again where they fall outside, if that is seldom, else uniform numbers accepted
  /// with the density's probability.
  public static Tensor truncNormal_(Tensor t, double mean, double std, double a, double b,
      @Nullable Generator generator) {
    if (SKIPPED.isBound()) return t;
    try (var off = Torch.noGrad(); var scope = Torch.scope()) {
      if (below((b - mean) / std) - below((a - mean) / std) > 0.3) redrawn(t, mean, std, a, b, generator);
      else accepted(t, mean, std, a, b, generator);
    }
    return t;
  }

  public static Tensor truncNormal_(Tensor t, double mean, double std, double a, double b) {
    return truncNormal_(t, mean, std, a, b, null);
  }

  /// Standard normal numbers between -2 and 2.
  public static Tensor truncNormal_(Tensor t) {
    return truncNormal_(t, 0, 1, -2, 2, null);
  }

  /// How likely a standard normal number is below x.
  private static double below(double x) {
    return (1 + Torch.full(new long[0], x / Math.sqrt(2), DType.FLOAT64).erf().itemDouble()) / 2;
  }

  private static void redrawn(Tensor t, double mean, double std, double a, double b, @Nullable Generator generator) {
    // The bounds are compared as numbers of the tensor's dtype, which may lie on the other side of the given ones.
    double least = Torch.full(new long[0], a, t.dtype()).itemDouble();
    double most = Torch.full(new long[0], b, t.dtype()).itemDouble();
    Tensor result = t.normal_(mean, std, generator);
    while (true) {
      Tensor outside = result.lt(least).logicalOr(result.gt(most));
      if (!outside.any().itemBoolean()) break;
      result = Torch.where(outside, Torch.emptyLike(result).normal_(mean, std, generator), result);
    }
    if (result != t) t.copy_(result);
  }

  private static void accepted(Tensor t, double mean, double std, double a, double b, @Nullable Generator generator) {
    double mode = Math.max(a, Math.min(mean, b));
    double peak = -0.5 * Math.pow((mode - mean) / std, 2);
    Tensor result = t.uniform_(a, b, generator);
    Tensor pending = refused(result, mean, std, peak, generator);
    while (pending.any().itemBoolean()) {
      Tensor candidates = Torch.emptyLike(t).uniform_(a, b, generator);
      result = Torch.where(pending, candidates, result);
      pending = pending.logicalAnd(refused(candidates, mean, std, peak, generator));
    }
    if (result != t) t.copy_(result);
  }

  /// Which candidates a uniform number refuses: those above the density, scaled to 1 at its peak.
  private static Tensor refused(Tensor candidates, double mean, double std, double peak,
      @Nullable Generator generator) {
    Tensor density = candidates.sub(mean).div(std).pow(2).mul(-0.5).sub(peak);
    return Torch.emptyLike(candidates).uniform_(0, 1, generator).log().gt(density);
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
  public static Tensor xavierUniform_(Tensor t, double gain, @Nullable Generator generator) {
    long[] fans = fans(t);
    double bound = Math.sqrt(3.0) * gain * Math.sqrt(2.0 / (fans[0] + fans[1]));
    return uniform_(t, -bound, bound, generator);
  }

  public static Tensor xavierUniform_(Tensor t, double gain) {
    return xavierUniform_(t, gain, null);
  }

  public static Tensor xavierUniform_(Tensor t) {
    return xavierUniform_(t, 1, null);
  }

  /// Normal with deviation `gain sqrt(2 / (fan_in + fan_out))`. **Source**: Glorot and Bengio, 2010.
  public static Tensor xavierNormal_(Tensor t, double gain, @Nullable Generator generator) {
    long[] fans = fans(t);
    return normal_(t, 0, gain * Math.sqrt(2.0 / (fans[0] + fans[1])), generator);
  }

  public static Tensor xavierNormal_(Tensor t, double gain) {
    return xavierNormal_(t, gain, null);
  }

  public static Tensor xavierNormal_(Tensor t) {
    return xavierNormal_(t, 1, null);
  }

  /// A matrix with orthonormal rows or columns, whichever are fewer; dimensions after the first count as one.
  /// **Source**: Saxe, McClelland and Ganguli, 2013, arXiv:1312.6120.
  ///
  /// @throws IllegalArgumentException if the tensor has fewer than two dimensions
  public static Tensor orthogonal_(Tensor t, double gain, @Nullable Generator generator) {
    if (t.dim() < 2) throw new IllegalArgumentException(
        "Only tensors with 2 or more dimensions are supported, got " + t.dim());
    if (t.numel() == 0 || SKIPPED.isBound()) return t;
    long rows = t.size(0);
    long columns = t.numel() / rows;
    try (var off = Torch.noGrad(); var scope = Torch.scope()) {
      Tensor normal = Torch.empty(new long[] {rows, columns}, t.dtype()).normal_(0, 1, generator);
      var factors = Linalg.qr(rows < columns ? normal.t() : normal);
      // With R's diagonal positive, Q is spread evenly over all orthogonal matrices.
      Tensor q = factors.q().mul(factors.r().diagonal().sign());
      t.copy_((rows < columns ? q.t() : q).reshape(t.sizes())).mul_(gain);
    }
    return t;
  }

  public static Tensor orthogonal_(Tensor t, double gain) {
    return orthogonal_(t, gain, null);
  }

  public static Tensor orthogonal_(Tensor t) {
    return orthogonal_(t, 1, null);
  }

  /// Normal numbers with that deviation, and in each column of a matrix a share of zeros at places of the default
  /// generator's. **Source**: Martens, Deep learning via Hessian-free optimization, 2010.
  ///
  /// @param sparsity the share of zeros, rounded up to whole elements
  /// @throws IllegalArgumentException if the tensor has not two dimensions
  public static Tensor sparse_(Tensor t, double sparsity, double std, @Nullable Generator generator) {
    if (t.dim() != 2) throw new IllegalArgumentException(
        "Only tensors with 2 dimensions are supported, got " + t.dim());
    if (SKIPPED.isBound()) return t;
    long zeros = Math.clamp((long) Math.ceil(sparsity * t.size(0)), 0, t.size(0));
    try (var off = Torch.noGrad(); var scope = Torch.scope()) {
      t.normal_(0, std, generator);
      for (long column = 0; column < t.size(1); column++)
        t.select(1, column).indexFill_(0, Torch.randperm(t.size(0)).narrow(0, 0, zeros), 0);
    }
    return t;
  }

  public static Tensor sparse_(Tensor t, double sparsity, double std) {
    return sparse_(t, sparsity, std, null);
  }

  public static Tensor sparse_(Tensor t, double sparsity) {
    return sparse_(t, sparsity, 0.01, null);
  }

  /// The recommended factor for a nonlinearity.
  ///
  /// @throws IllegalArgumentException if the nonlinearity is unknown
  public static double calculateGain(String nonlinearity) {
    return calculateGain(nonlinearity, null);
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
  ///
  /// @param a the negative slope, with `leaky_relu`
  /// @param mode `fan_in` keeps the variance forward, `fan_out` backward
  public static Tensor kaimingUniform_(Tensor t, double a, String mode, String nonlinearity,
      @Nullable Generator generator) {
    if (t.numel() == 0) return t;
    double bound = Math.sqrt(3.0) * kaimingDeviation(t, a, mode, nonlinearity);
    return uniform_(t, -bound, bound, generator);
  }

  public static Tensor kaimingUniform_(Tensor t, double a, String mode, String nonlinearity) {
    return kaimingUniform_(t, a, mode, nonlinearity, null);
  }

  public static Tensor kaimingUniform_(Tensor t) {
    return kaimingUniform_(t, 0, "fan_in", "leaky_relu");
  }

  /// Normal with deviation `gain / sqrt(fan)`. **Source**: He et al., 2015, arXiv:1502.01852.
  public static Tensor kaimingNormal_(Tensor t, double a, String mode, String nonlinearity,
      @Nullable Generator generator) {
    if (t.numel() == 0) return t;
    return normal_(t, 0, kaimingDeviation(t, a, mode, nonlinearity), generator);
  }

  public static Tensor kaimingNormal_(Tensor t, double a, String mode, String nonlinearity) {
    return kaimingNormal_(t, a, mode, nonlinearity, null);
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

  public static Tensor dirac_(Tensor t) {
    return dirac_(t, 1);
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
