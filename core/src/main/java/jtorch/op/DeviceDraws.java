package jtorch.op;

import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.random.Distribution;
import jtorch.random.Generator;
import jtorch.random.Integers;
import jtorch.spi.Backends;
import jtorch.spi.DeviceRandom;

/// Random operators on devices that draw themselves: how PyTorch makes them there of the [numbers][DeviceRandom] that
/// kernels draw.
///
/// Parameters that stand in tensors are checked before anything is drawn, which waits for the device.
final class DeviceDraws {
  private DeviceDraws() {}

  private static DeviceRandom of(Device device) {
    return Backends.accelerator(device).random();
  }

  /// Complex numbers are drawn as their parts, with half of a normal number's variance each.
  static void fill(Tensor t, Distribution distribution, Generator generator) {
    distribution.check(t.dtype());
    if (!t.dtype().isComplex()) {
      of(t.device()).fill(t, distribution, generator);
      return;
    }
    Distribution ofParts = distribution instanceof Distribution.Normal(double mean, double std)
        ? new Distribution.Normal(mean, std / Math.sqrt(2)) : distribution;
    try (var off = Torch.noGrad()) {
      of(t.device()).fill(t.viewAsReal(), ofParts, generator);
    }
  }

  /// Compared in float64 where the result is, else in float32.
  static void bernoulli(Call c, Tensor out, Tensor p) {
    if (!p.dtype().isFloatingPoint()) throw c.check()
        .because("expected probabilities tensor to have floating type, got %s", p.dtype()).failure();
    if (out.dtype().isComplex())
      throw c.check().because("not implemented for '%s'", out.dtype()).tensor("self", out).failure();
    require(c, p.detach().ge(0L).logicalAnd(p.detach().le(1L)), "expected all p to be true probabilities, "
        + "p >= 0 and p <= 1");
    DType compared = out.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    of(out.device()).bernoulli(out, p.detach().to(compared), c.generator("generator"));
  }

  private static void require(Call c, Tensor condition, String message) {
    if (!condition.all().itemBoolean()) throw c.check().because("%s", message).failure();
  }

  private static Tensor floating(Call c, Tensor parameters) {
    if (!parameters.dtype().isFloatingPoint()) throw c.check().because("not implemented for '%s'", parameters.dtype())
        .tensor("self", parameters).hint("it needs a floating dtype").failure();
    return parameters.detach();
  }

  static Tensor poisson(Call c, Tensor out, Tensor rate) {
    if (out.numel() == 0) return out;
    require(c, floating(c, rate).ge(0L), "invalid Poisson rate, expected rate to be non-negative");
    of(out.device()).poisson(out, rate, c.generator("generator"));
    return out;
  }

  static Tensor binomial(Call c, Tensor out, Tensor counts, Tensor chances) {
    floating(c, counts);
    if (counts.dtype() != chances.dtype()) throw c.check()
        .because("Binomial expects count and prob of one dtype, but got %s and %s", counts.dtype(), chances.dtype())
        .failure();
    if (out.numel() > 0) of(out.device()).binomial(out, counts, chances, c.generator("generator"));
    return out;
  }

  static Tensor gamma(Call c, Tensor out, Tensor alpha) {
    floating(c, alpha);
    if (out.numel() > 0) of(out.device()).gamma(out, alpha, c.generator("generator"));
    return out;
  }

  /// Gamma numbers over their sum, kept inside of (0, 1).
  static Tensor dirichlet(Call c, Tensor alpha) {
    if (alpha.dim() == 0) throw c.check().because("it needs a dimension of concentrations").shapeFailure();
    Tensor drawn = gamma(c, Torch.empty(alpha.sizes(), alpha.dtype()), alpha);
    double[] bounds = switch (alpha.dtype()) {
      case FLOAT16 -> new double[] {0x1p-14, 1 - 0x1p-10};
      case BFLOAT16 -> new double[] {Float.MIN_NORMAL, 1 - 0x1p-7};
      case FLOAT32 -> new double[] {Float.MIN_NORMAL, 1 - 0x1p-23};
      default -> new double[] {Double.MIN_NORMAL, 1 - 0x1p-52};
    };
    return drawn.div(drawn.sum(-1, true)).clamp(bounds[0], bounds[1]);
  }

  /// Slopes of a randomized leaky ReLU.
  static Tensor slopes(Call c, Tensor x, double lower, double upper) {
    Tensor slopes = Torch.empty(x.sizes(), x.dtype());
    if (x.numel() > 0)
      of(x.device()).leakySlopes(slopes, x.detach().contiguous(), lower, upper, c.generator("generator"));
    return slopes;
  }

  /// Dropout and its mask, both in the input's order of memory.
  static Tensor[] dropout(Tensor x, double keep) {
    Tensor out = Torch.emptyLike(x);
    Tensor mask = Torch.emptyLike(x, DType.BOOL);
    of(x.device()).dropout(x, out, mask, keep, Generator.defaultOn(x.device()));
    return new Tensor[] {out, mask};
  }

  /// The numbers 0 to n - 1 sorted by random keys, those with equal keys shuffled among themselves.
  static Tensor permutation(long n, DType dtype, Generator generator) {
    Integers.checkPermutation(dtype, n);
    int bits = keyBits(n);
    boolean narrow = bits <= 32;
    Tensor keys = Torch.empty(new long[] {n}, narrow ? DType.INT32 : DType.INT64);
    of(keys.device()).fill(keys, narrow ? new Distribution.IntegersBetween(Integer.MIN_VALUE, Integer.MAX_VALUE)
        : new Distribution.IntegersBetween(Long.MIN_VALUE, Long.MAX_VALUE), generator);
    if (bits < 8 * keys.elementSize()) keys = keys.bitwiseAnd((1L << bits) - 1);
    var sorted = keys.sort(true, 0, false);
    of(keys.device()).shuffleEqual(sorted.values(), sorted.indices(), generator);
    return sorted.indices().to(dtype);
  }

  /// How many bits of keys are compared, so that in nine of ten permutations no two are equal.
  ///
  /// **Source**: the bound of osf.io/af2hy, which PyTorch names.
  static int keyBits(long n) {
    double bound = n - (6.0 * n * n + 1) / (12 * Math.log(0.9));
    int exponent = Math.getExponent(bound);
    return Math.min(64, bound == Math.scalb(1.0, exponent) ? exponent : exponent + 1);
  }

  /// Without replacement, and for a single sample, the largest quotients of weights and exponential numbers; with it, by
  /// running sums.
  static Tensor multinomial(Call c, Tensor weights, long samples, boolean replacement) {
    long rows = weights.dim() == 1 ? 1 : weights.size(0);
    Tensor w = weights.detach();
    long[] sizes = weights.dim() == 1 ? new long[] {samples} : new long[] {rows, samples};
    if (rows == 0) return Torch.empty(sizes, DType.INT64);
    if (weights.size(-1) > 1 << 24) throw c.check().because("number of categories cannot exceed 2^24").failure();
    require(c, w.ge(0L).logicalAnd(w.lt(Double.POSITIVE_INFINITY)),
        "probability tensor contains either `inf`, `nan` or element < 0");
    require(c, w.sum(-1).gt(0L), "invalid multinomial distribution (sum of probabilities <= 0)");
    Generator generator = c.generator("generator");
    if (!replacement || samples == 1) {
      Tensor drawn = Torch.emptyLike(w);
      fill(drawn, new Distribution.Exponential(1), generator);
      Tensor quotients = w.div(drawn);
      return samples == 1 ? quotients.argmax(-1).unsqueeze(-1) : quotients.topk(samples).indices();
    }
    Tensor shares = w.contiguous().div(w.sum(-1, true));
    Tensor out = Torch.empty(sizes, DType.INT64);
    of(out.device()).choose(out, shares.cumsum(-1).contiguous(), shares, generator);
    return out;
  }
}
