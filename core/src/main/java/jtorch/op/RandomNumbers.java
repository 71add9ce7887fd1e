package jtorch.op;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Device;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Recording;
import jtorch.random.Categories;
import jtorch.random.Counts;
import jtorch.random.Distribution;
import jtorch.random.Gammas;
import jtorch.random.Generator;
import jtorch.random.Integers;
import jtorch.random.Region;
import jtorch.random.Uniforms;
import org.jspecify.annotations.Nullable;

/// Tensors of random numbers, number for number PyTorch's. What is drawn stands here and in [Distribution]; the CPU's
/// streams are in `jtorch.random`, a GPU draws by its own kernels ([DeviceDraws]).
public final class RandomNumbers {
  private static final String OPTIONS =
      "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None";
  private static final String LIKE_OPTIONS = OPTIONS + ", MemoryFormat? memory_format=None";

  // ---- in place --------------------------------------------------------------------------------------------------

  public static final Operator UNIFORM_ =
      filling("uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None)", c -> {
        double from = c.number("from");
        double to = c.number("to");
        if (!(from <= to)) throw c.check()
            .because("uniform_ expects to return a [from, to) range, but found from=%s > to=%s", from, to).failure();
        floating(c);
        return new Distribution.Uniform(from, to);
      });
  public static final Operator NORMAL_ =
      filling("normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None)", c -> {
        floating(c);
        return new Distribution.Normal(c.number("mean"), deviation(c));
      });
  public static final Operator LOG_NORMAL_ = filling(
      "log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None)", c -> {
        floating(c);
        if (c.number("std") <= 0)
          throw c.check().because("log_normal_ expects std > 0.0, but found std=%s", c.number("std")).failure();
        return new Distribution.LogNormal(c.number("mean"), c.number("std"));
      });
  public static final Operator BERNOULLI_ =
      filling("bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None)", c -> {
        if (!(c.number("p") >= 0 && c.number("p") <= 1))
          throw c.check().because("bernoulli_ expects p to be in [0, 1], but got p=%s", c.number("p")).failure();
        return new Distribution.Bernoulli(c.number("p"));
      });
  public static final Operator BERNOULLI_TENSOR_ =
      changing("bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None)",
          c -> bernoulli(c, c.tensor("self"), c.tensor("p").expand(c.tensor("self").sizes())));
  public static final Operator EXPONENTIAL_ =
      filling("exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None)", c -> {
        floating(c);
        if (!(c.number("lambd") > 0)) throw c.check()
            .because("exponential_ expects lambda > 0.0, but found lambda=%s", c.number("lambd")).failure();
        return new Distribution.Exponential(c.number("lambd"));
      });
  public static final Operator GEOMETRIC_ =
      filling("geometric_(Tensor(a!) self, float p, *, Generator? generator=None)", c -> {
        if (!(c.number("p") > 0 && c.number("p") < 1))
          throw c.check().because("geometric_ expects p to be in (0, 1), but got p=%s", c.number("p")).failure();
        return new Distribution.Geometric(c.number("p"));
      });
  public static final Operator CAUCHY_ = filling(
      "cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None)", c -> {
        floating(c);
        if (!(c.number("sigma") > 0))
          throw c.check().because("cauchy_ expects sigma > 0.0, but found sigma=%s", c.number("sigma")).failure();
        return new Distribution.Cauchy(c.number("median"), c.number("sigma"));
      });
  public static final Operator RANDOM_ =
      filling("random_(Tensor(a!) self, *, Generator? generator=None)", c -> new Distribution.AnyInteger());
  public static final Operator RANDOM_TO_ = filling("random_.to(Tensor(a!) self, int to, *, Generator? generator=None)",
      c -> new Distribution.IntegersBetween(0, above(c, 0, c.integer("to"))));
  public static final Operator RANDOM_FROM_ =
      filling("random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None)", c -> {
        long from = c.integer("from");
        return c.has("to") ? new Distribution.IntegersBetween(from, above(c, from, c.integer("to")))
            : new Distribution.IntegersFrom(from);
      });

  // ---- new tensors -----------------------------------------------------------------------------------------------

  public static final Operator RAND =
      made("rand(SymInt[] size, *, " + OPTIONS + ")", c -> uniform(sized(c, Torch.defaultDType()), null));
  public static final Operator RAND_GENERATOR =
      made("rand.generator(SymInt[] size, *, Generator? generator, " + OPTIONS + ")",
          c -> uniform(sized(c, Torch.defaultDType()), c.value("generator")));
  public static final Operator RANDN =
      made("randn(SymInt[] size, *, " + OPTIONS + ")", c -> normal(sized(c, Torch.defaultDType()), null));
  public static final Operator RANDN_GENERATOR =
      made("randn.generator(SymInt[] size, *, Generator? generator, " + OPTIONS + ")",
          c -> normal(sized(c, Torch.defaultDType()), c.value("generator")));
  public static final Operator RAND_LIKE =
      made("rand_like(Tensor self, *, " + LIKE_OPTIONS + ")", c -> uniform(like(c), null));
  public static final Operator RANDN_LIKE =
      made("randn_like(Tensor self, *, " + LIKE_OPTIONS + ")", c -> normal(like(c), null));
  public static final Operator RANDINT = made("randint(SymInt high, SymInt[] size, *, " + integerOptions() + ")",
      c -> integers(sized(c, DType.INT64), 0, c.integer("high"), null));
  public static final Operator RANDINT_GENERATOR =
      made("randint.generator(SymInt high, SymInt[] size, *, Generator? generator, " + integerOptions() + ")",
          c -> integers(sized(c, DType.INT64), 0, c.integer("high"), c.value("generator")));
  public static final Operator RANDINT_LOW =
      made("randint.low(SymInt low, SymInt high, SymInt[] size, *, " + integerOptions() + ")",
          c -> integers(sized(c, DType.INT64), c.integer("low"), c.integer("high"), null));
  public static final Operator RANDINT_LOW_GENERATOR =
      made("randint.low_generator(SymInt low, SymInt high, SymInt[] size, *, Generator? generator, " + integerOptions()
          + ")", c -> integers(sized(c, DType.INT64), c.integer("low"), c.integer("high"), c.value("generator")));
  public static final Operator RANDINT_LIKE = made("randint_like(Tensor self, SymInt high, *, " + LIKE_OPTIONS + ")",
      c -> integers(like(c), 0, c.integer("high"), null));
  public static final Operator RANDINT_LIKE_LOW =
      made("randint_like.low_dtype(Tensor self, SymInt low, SymInt high, *, " + LIKE_OPTIONS + ")",
          c -> integers(like(c), c.integer("low"), c.integer("high"), null));
  public static final Operator RANDPERM =
      made("randperm(SymInt n, *, " + integerOptions() + ")", c -> permutation(c, null));
  public static final Operator RANDPERM_GENERATOR =
      made("randperm.generator(SymInt n, *, Generator? generator, " + integerOptions() + ")",
          c -> permutation(c, c.value("generator")));

  /// 1 with the probability that stands in each element, else 0.
  public static final Operator BERNOULLI = sampled("bernoulli(Tensor self, *, Generator? generator=None)", c -> {
    Tensor p = c.tensor("self");
    Tensor out = Torch.emptyLike(p);
    if (out.numel() > 0) bernoulli(c, out, p);
    return out;
  }, "self");

  public static final Operator NORMAL_TENSOR_TENSOR =
      sampled("normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None)", c -> {
        Tensor mean = c.tensor("mean");
        Tensor std = c.tensor("std");
        long[] sizes = Elementwise.broadcastShapes(mean.sizes(), std.sizes());
        if (sizes == null) throw c.check().because("mean and std cannot be broadcast").tensor("mean", mean)
            .tensor("std", std).shapeFailure();
        checkDeviations(c, std);
        Tensor z = Torch.empty(sizes, Promotion.promote(mean.dtype(), std.dtype()));
        fill(z, new Distribution.Normal(0, 1), c.generator("generator"));
        return z.mul_(std).add_(mean);
      }, "mean", "std");
  public static final Operator NORMAL_TENSOR_FLOAT =
      sampled("normal.Tensor_float(Tensor mean, float std=1., *, Generator? generator=None)", c -> {
        Tensor z = Torch.empty(c.tensor("mean").sizes(), c.tensor("mean").dtype());
        fill(z, new Distribution.Normal(0, deviation(c)), c.generator("generator"));
        return z.add_(c.tensor("mean"));
      }, "mean");
  public static final Operator NORMAL_FLOAT_TENSOR =
      sampled("normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None)", c -> {
        checkDeviations(c, c.tensor("std"));
        Tensor z = Torch.empty(c.tensor("std").sizes(), c.tensor("std").dtype());
        fill(z, new Distribution.Normal(0, 1), c.generator("generator"));
        return z.mul_(c.tensor("std")).add_(c.number("mean"));
      }, "std");
  public static final Operator NORMAL_FLOAT_FLOAT = made(
      "normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, " + OPTIONS + ")", c -> {
        Tensor z = sized(c, Torch.defaultDType());
        fill(z, new Distribution.Normal(c.number("mean"), deviation(c)), c.generator("generator"));
        return z;
      });

  public static final Operator POISSON = sampled("poisson(Tensor self, Generator? generator=None)", c -> {
    Tensor out = Torch.empty(c.tensor("self").sizes(), c.tensor("self").dtype());
    Tensor rate = c.tensor("self").contiguous();
    if (!out.device().isHost()) return DeviceDraws.poisson(c, out, rate);
    Counts.poisson(c.generator("generator"), region(out), region(rate));
    return out;
  }, "self");
  public static final Operator BINOMIAL =
      sampled("binomial(Tensor count, Tensor prob, Generator? generator=None)", c -> {
        Tensor count = c.tensor("count");
        long[] sizes = Elementwise.broadcastShapes(count.sizes(), c.tensor("prob").sizes());
        if (sizes == null) throw c.check().because("count and prob cannot be broadcast").shapeFailure();
        Tensor out = Torch.empty(sizes, count.dtype());
        Tensor counts = count.expand(sizes).contiguous();
        Tensor chances = c.tensor("prob").expand(sizes).contiguous();
        if (!out.device().isHost()) return DeviceDraws.binomial(c, out, counts, chances);
        Counts.binomial(c.generator("generator"), region(out), region(counts), region(chances));
        return out;
      }, "prob");
  public static final Operator STANDARD_GAMMA = made("_standard_gamma(Tensor self, Generator? generator=None)", c -> {
    Tensor out = Torch.empty(c.tensor("self").sizes(), c.tensor("self").dtype());
    Tensor alpha = c.tensor("self").contiguous();
    if (!out.device().isHost()) return DeviceDraws.gamma(c, out, alpha);
    Gammas.standardGamma(c.generator("generator"), region(out), region(alpha));
    return out;
  });
  public static final Operator SAMPLE_DIRICHLET =
      made("_sample_dirichlet(Tensor self, Generator? generator=None)", c -> {
        Tensor alpha = c.tensor("self").contiguous();
        if (!alpha.device().isHost()) return DeviceDraws.dirichlet(c, alpha);
        Tensor out = Torch.empty(alpha.sizes(), alpha.dtype());
        // With their shapes: the last dimension is what sums to one.
        Gammas.dirichlet(c.generator("generator"),
            strided(out), strided(alpha));
        return out;
      });

  /// Indices drawn with the weights of each row.
  public static final Operator MULTINOMIAL =
      made("multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None)", c -> {
        Tensor weights = c.tensor("self").contiguous();
        long samples = c.integer("num_samples");
        boolean replacement = c.bool("replacement");
        if (weights.dim() < 1 || weights.dim() > 2)
          throw c.check().because("prob_dist must be 1 or 2 dim").tensor("self", weights).shapeFailure();
        if (!weights.dtype().isFloatingPoint()) throw c.check()
            .because("multinomial only supports floating-point dtypes for input, got: %s", weights.dtype()).failure();
        if (samples <= 0) throw c.check().because("cannot sample n_sample <= 0 samples").failure();
        long categories = weights.size(-1);
        if (!replacement && samples > categories)
          throw c.check().because("cannot sample n_sample > prob_dist.size(-1) samples without replacement").failure();
        if (!weights.device().isHost()) return DeviceDraws.multinomial(c, c.tensor("self"), samples, replacement);
        long rows = weights.dim() == 1 ? 1 : weights.size(0);
        Tensor out = Torch.empty(weights.dim() == 1 ? new long[] {samples} : new long[] {rows, samples}, DType.INT64);
        if (out.numel() > 0)
          Categories.multinomial(c.generator("generator"), region(out), Region.strided(weights.dtype(),
              weights.address(), new long[] {rows, categories}, new long[] {categories, 1}), samples, replacement);
        return out;
      });

  private RandomNumbers() {}

  private static String integerOptions() {
    return OPTIONS.replace("dtype=None", "dtype=4");
  }

  /// The elements of a tensor as the streams see them.
  static Region region(Tensor t) {
    return t.isContiguous() ? Region.contiguous(t.dtype(), t.address(), t.numel())
        : Region.strided(t.dtype(), t.address(), t.sizes(), t.strides());
  }

  private static Operator filling(String signature, Function<Call, Distribution> distribution) {
    return changing(signature, c -> fill(c.tensor("self"), distribution.apply(c), c.generator("generator")));
  }

  private static Operator changing(String signature, Consumer<Call> draw) {
    return Operator.declare("aten::" + signature + " -> Tensor(a!)")
        .composition(c -> {
          Tensor t = c.tensor("self");
          Recording.checkInPlace(c.operator(), t, false);
          // What was there has no influence any more: PyTorch's gradient of all of these is zero.
          if (Torch.isGradEnabled() && t.requiresGrad()) t.zero_();
          if (t.numel() > 0) draw.accept(c);
          t.storage().bumpVersion();
          return t;
        })
        .notDifferentiable();
  }

  /// Fills a tensor that has elements, wherever it is.
  static void fill(Tensor t, Distribution distribution, Generator generator) {
    if (t.device().isHost()) {
      distribution.fill(generator, region(t));
      Reference.reachabilityFence(t);
    } else {
      DeviceDraws.fill(t, distribution, generator);
    }
  }

  private static void bernoulli(Call c, Tensor out, Tensor p) {
    if (out.device().isHost()) Uniforms.bernoulli(c.generator("generator"), strided(out), strided(p));
    else DeviceDraws.bernoulli(c, out, p);
  }

  private static Region strided(Tensor t) {
    return Region.strided(t.dtype(), t.address(), t.sizes(), t.strides());
  }

  private static Operator made(String signature, Operator.Composition composition) {
    return Operator.declare("aten::" + signature + " -> Tensor").composition(composition).notDifferentiable();
  }

  /// Samples whose gradient with respect to these parameters PyTorch defines as zero.
  static Operator sampled(String signature, Operator.Composition composition, String... parameters) {
    Operator operator = Operator.declare("aten::" + signature + " -> Tensor").composition(composition);
    for (String parameter : parameters) operator.gradient(parameter, b -> b.grad().zerosLike());
    return operator;
  }

  private static Tensor sized(Call c, DType otherwise) {
    return Torch.empty(c.longs("size").clone(), c.dtype("dtype", otherwise), c.device("device", Placement.current()));
  }

  private static Tensor like(Call c) {
    return Torch.emptyLike(c.tensor("self"), c.dtype("dtype", c.tensor("self").dtype()));
  }

  private static Generator generator(@Nullable Object given, Tensor out) {
    return given instanceof Generator g ? g.on(out.device()) : Generator.defaultOn(out.device());
  }

  private static Tensor uniform(Tensor out, @Nullable Object generator) {
    if (out.numel() > 0) fill(out, new Distribution.Uniform(0, 1), generator(generator, out));
    return out;
  }

  private static void checkDeviations(Call c, Tensor std) {
    if (std.numel() > 0 && std.detach().lt(0L).any().itemBoolean())
      throw c.check().because("normal expects all elements of std >= 0.0").tensor("std", std).failure();
  }

  private static Tensor normal(Tensor out, @Nullable Object generator) {
    if (out.numel() > 0) fill(out, new Distribution.Normal(0, 1), generator(generator, out));
    return out;
  }

  private static Tensor integers(Tensor out, long low, long high, @Nullable Object generator) {
    if (low >= high) throw Check.of("randint")
        .because("random_ expects 'from' to be less than 'to', but got from=%d >= to=%d", low, high).failure();
    if (out.numel() > 0) fill(out, new Distribution.IntegersBetween(low, high), generator(generator, out));
    return out;
  }

  private static Tensor permutation(Call c, @Nullable Object generator) {
    long n = c.integer("n");
    if (n < 0) throw c.check().because("n must be non-negative, got %d", n).failure();
    Tensor out = Torch.empty(new long[] {n}, c.dtype("dtype", DType.INT64));
    if (n == 0) return out;
    if (!out.device().isHost()) return DeviceDraws.permutation(n, out.dtype(), generator(generator, out));
    Integers.permutation(generator(generator, out), region(out));
    return out;
  }

  private static long above(Call c, long from, long to) {
    if (from >= to) throw c.check()
        .because("random_ expects 'from' to be less than 'to', but got from=%d >= to=%d", from, to).failure();
    return to;
  }

  private static double deviation(Call c) {
    double std = c.number("std");
    if (!(std >= 0)) throw c.check().because("normal expects std >= 0.0, but found std %s", std).failure();
    return std;
  }

  private static void floating(Call c) {
    DType dtype = c.tensor("self").dtype();
    if (!dtype.isDifferentiable()) throw c.check().because("not implemented for '%s'", dtype)
        .tensor("self", c.tensor("self")).hint("it needs a floating dtype").failure();
  }

  static long[] ones(int n) {
    long[] sizes = new long[n];
    Arrays.fill(sizes, 1);
    return sizes;
  }
}
