package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.random.Distribution;
import jtorch.random.Generator;
import jtorch.random.Integers;
import jtorch.spi.DeviceRandom;
import jtorch.spi.Iteration;
import org.jspecify.annotations.Nullable;

/// Random numbers of a GPU's own: Philox, read by threads as PyTorch's kernels read it.
final class RandomKernels implements DeviceRandom {
  static final KernelSet DISTRIBUTIONS = new KernelSet("random", "philox", "places");
  static final KernelSet MASKS = new KernelSet("masks", "philox", "places");
  static final KernelSet SAMPLES = new KernelSet("samples", "philox", "places");
  /// As many as `places.cu` has room for.
  private static final int MOST_DIMS = 12;
  /// How many elements a thread of Bernoulli's kernel handles, and how many numbers the generator goes on.
  private static final int BERNOULLI_AT_ONCE = 4;
  private static final int BERNOULLI_NUMBERS = 10;
  private static final int BINOMIALS_AT_ONCE = 8;
  /// The most blocks along y.
  private static final int MOST_ROWS = 65535;

  private final CudaBackend backend;

  RandomKernels(CudaBackend backend) {
    this.backend = backend;
  }

  // ---- what the sources need -------------------------------------------------------------------------------------

  /// By the numbers in `random.cu`.
  enum Kind {
    UNIFORM,
    NORMAL,
    LOG_NORMAL,
    CAUCHY,
    EXPONENTIAL,
    GEOMETRIC,
    BERNOULLI,
    INTEGERS
  }

  static String definitions(DType dtype, Kind kind, boolean wide) {
    String drawn = kind == Kind.INTEGERS ? wide ? "Longs" : "Words" : wide ? "Doubles" : "Floats";
    return elements(dtype) + type("Drawn", drawn) + define("DISTRIBUTION", kind.ordinal());
  }

  static String elements(DType dtype) {
    return type("Element", Sources.type(dtype)) + type("Real", isDouble(dtype) ? "f64" : "f32");
  }

  static String maskDefinitions(DType dtype, DType given, int vector) {
    return elements(dtype) + type("Drawn", isDouble(dtype) ? "Doubles" : "Floats")
        + type("Given", Sources.type(given)) + define("VECTOR", vector);
  }

  private static boolean isDouble(DType dtype) {
    return dtype == DType.FLOAT64;
  }

  /// How many numbers a draw of four words gives.
  private static int drawn(boolean wide) {
    return wide ? 2 : 4;
  }

  /// The next numbers of a generator.
  ///
  /// @throws IllegalStateException if the thread's stream records a graph, which would give the same numbers each time
  private Generator.Place take(CudaDevice device, Generator generator, long numbers) {
    backend.checkNotCapturing(device.index(), "the drawing of random numbers");
    return generator.take(numbers);
  }

  // ---- distributions ---------------------------------------------------------------------------------------------

  /// A distribution as the kernel takes it.
  private record Parameters(Kind kind, boolean wide, double first, double second, Integers.@Nullable Range range) {
    static Parameters of(Distribution distribution, DType dtype) {
      boolean wide = isDouble(dtype);
      return switch (distribution) {
        case Distribution.Uniform(double from, double to) -> new Parameters(Kind.UNIFORM, wide, from, to, null);
        case Distribution.Normal(double mean, double std) -> new Parameters(Kind.NORMAL, wide, mean, std, null);
        case Distribution.LogNormal(double mean, double std) -> new Parameters(Kind.LOG_NORMAL, wide, mean, std, null);
        case Distribution.Cauchy(double median, double sigma) ->
          new Parameters(Kind.CAUCHY, wide, median, sigma, null);
        case Distribution.Exponential(double lambda) -> new Parameters(Kind.EXPONENTIAL, wide, lambda, 0, null);
        case Distribution.Geometric(double p) -> new Parameters(Kind.GEOMETRIC, wide, p, 0, null);
        case Distribution.Bernoulli(double p) -> new Parameters(Kind.BERNOULLI, wide, p, 0, null);
        case Distribution.Whole whole -> {
          Integers.Range range = whole.range(dtype);
          yield new Parameters(Kind.INTEGERS, range.wide(), 0, 0, range);
        }
      };
    }
  }

  @Override
  public void fill(Tensor out, Distribution distribution, Generator generator) {
    CudaDevice device = backend.device(out.device());
    Parameters parameters = Parameters.of(distribution, out.dtype());
    String definitions = definitions(out.dtype(), parameters.kind, parameters.wide);
    Iteration whole = iteration(out);
    var pieces = DrawPolicy.pieces(whole);
    // What is drawn in pieces takes numbers for the whole first, which nobody sees.
    if (pieces.size() > 1) take(device, generator, policy(device, whole.count(), parameters.wide).increment());
    for (Iteration piece : pieces) {
      DrawPolicy policy = policy(device, piece.count(), parameters.wide);
      Arguments arguments = arguments(take(device, generator, policy.increment()), piece, 0).number(parameters.first)
          .number(parameters.second);
      Integers.Range range = parameters.range;
      arguments.number(range == null ? 0 : range.first()).number(range == null ? 0 : range.size());
      device.launch(distribution.getClass().getSimpleName(), DISTRIBUTIONS.function(device, definitions, "fill"),
          Grid.of(policy.blocks(), DrawPolicy.THREADS), arguments);
    }
  }

  private static DrawPolicy policy(CudaDevice device, long count, boolean wide) {
    return DrawPolicy.of(count, drawn(wide), device.properties());
  }

  /// In the order of memory.
  private static Iteration iteration(Tensor... operands) {
    int n = operands[0].dim();
    long[][] strides = new long[operands.length][n];
    long[] addresses = new long[operands.length];
    for (int o = 0; o < operands.length; o++) {
      for (int d = 0; d < n; d++) strides[o][d] = operands[o].strides()[d] * operands[o].elementSize();
      addresses[o] = operands[o].pointer();
    }
    return Iteration.of(operands[0].sizes(), strides, addresses);
  }

  private static Arguments arguments(Generator.Place place, Iteration it, long mask) {
    int operands = it.operands();
    int dims = it.dims();
    Arguments arguments = Arguments.begin().number(place.seed()).number(place.offset()).number(it.count())
        .number(dims).number(it.address(0)).number(operands > 1 ? it.address(1) : 0).number(mask);
    for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < dims ? it.size(d) : 1);
    for (int o = 0; o < 2; o++) {
      for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < dims && o < operands ? it.stride(o, d) : 0);
    }
    return arguments;
  }

  /// For tensors that are contiguous.
  private static Arguments arguments(Generator.Place place, long count, long at, long other, long mask) {
    return arguments(place, Iteration.flat(count, new long[] {at, other}, new long[2]), mask);
  }

  // ---- numbers for elements of other tensors ---------------------------------------------------------------------

  @Override
  public void bernoulli(Tensor out, Tensor p, Generator generator) {
    CudaDevice device = backend.device(out.device());
    Arguments arguments = arguments(take(device, generator, BERNOULLI_NUMBERS), iteration(out, p), 0);
    run(device, "bernoulli", MASKS, maskDefinitions(out.dtype(), p.dtype(), 1), arguments,
        device.grid(out.numel(), BERNOULLI_AT_ONCE, 512), 0, 0, 0, 0);
  }

  @Override
  public void dropout(Tensor input, Tensor out, Tensor mask, double keep, Generator generator) {
    long count = out.numel();
    int vector = DrawPolicy.vector(input.isDense(), input.pointer(), input.elementSize(), count);
    if (vector > 1 || input.isContiguous() && out.isContiguous()) {
      dropout(input, out, mask, keep, vector, generator);
      return;
    }
    // One number at a time goes by the order of indices, whatever that of memory is.
    Tensor inOrder = Torch.empty(out.sizes(), out.dtype(), out.device());
    Tensor maskInOrder = Torch.empty(out.sizes(), DType.BOOL, out.device());
    dropout(input.contiguous(), inOrder, maskInOrder, keep, 1, generator);
    out.copy_(inOrder);
    mask.copy_(maskInOrder);
  }

  private void dropout(Tensor input, Tensor out, Tensor mask, double keep, int vector, Generator generator) {
    CudaDevice device = backend.device(out.device());
    DrawPolicy policy = DrawPolicy.of(out.numel(), drawn(false), device.properties());
    run(device, "dropout", MASKS, maskDefinitions(out.dtype(), out.dtype(), vector),
        arguments(take(device, generator, policy.increment()), out.numel(), out.pointer(), input.pointer(),
            mask.pointer()),
        Grid.of(policy.blocks(), DrawPolicy.THREADS), keep, 0, 0, 0);
  }

  @Override
  public void leakySlopes(Tensor out, Tensor input, double lower, double upper, Generator generator) {
    CudaDevice device = backend.device(out.device());
    DrawPolicy policy = policy(device, out.numel(), isDouble(out.dtype()));
    run(device, "slopes", MASKS, maskDefinitions(out.dtype(), out.dtype(), 1),
        arguments(take(device, generator, policy.increment()), out.numel(), out.pointer(), input.pointer(), 0),
        Grid.of(policy.blocks(), DrawPolicy.THREADS), lower, upper - lower, 0, 0);
  }

  @Override
  public void shuffleEqual(Tensor keys, Tensor order, Generator generator) {
    CudaDevice device = backend.device(order.device());
    long n = order.numel();
    run(device, "shuffle_equal", MASKS, maskDefinitions(DType.INT64, keys.dtype(), 1),
        arguments(take(device, generator, n), n, order.pointer(), keys.pointer(), 0), device.grid(n, 1, 512), 0, 0, 0,
        0);
  }

  @Override
  public void choose(Tensor out, Tensor runningSums, Tensor weights, Generator generator) {
    CudaDevice device = backend.device(out.device());
    long samples = out.size(-1);
    long rows = out.numel() / samples;
    int across = (int) Math.min(rows, MOST_ROWS);
    Generator.Place place = take(device, generator, ((rows - 1) / across + 1) * 4);
    run(device, "choose", MASKS, maskDefinitions(weights.dtype(), weights.dtype(), 1),
        arguments(place, rows, out.pointer(), runningSums.pointer(), weights.pointer()),
        new Grid(Math.toIntExact((samples - 1) / 128 + 1), across, 1, 128, 1, 0), 0, 0, samples, weights.size(-1));
  }

  // ---- samples of parameters -------------------------------------------------------------------------------------

  @Override
  public void poisson(Tensor out, Tensor rate, Generator generator) {
    CudaDevice device = backend.device(out.device());
    run(device, "poisson", SAMPLES, elements(out.dtype()),
        arguments(take(device, generator, 20), out.numel(), out.pointer(), rate.pointer(), 0),
        device.grid(out.numel(), 1, 512), 0, 0, 0, 0);
  }

  @Override
  public void gamma(Tensor out, Tensor alpha, Generator generator) {
    CudaDevice device = backend.device(out.device());
    double smallest = switch (out.dtype()) {
      case FLOAT16 -> 0x1p-14;
      case FLOAT64 -> Double.MIN_NORMAL;
      default -> Float.MIN_NORMAL;
    };
    run(device, "gammas", SAMPLES, elements(out.dtype()),
        arguments(take(device, generator, 10), out.numel(), out.pointer(), alpha.pointer(), 0),
        device.grid(out.numel(), 1, 256), smallest, 0, 0, 0);
  }

  @Override
  public void binomial(Tensor out, Tensor count, Tensor p, Generator generator) {
    CudaDevice device = backend.device(out.device());
    run(device, "binomials", SAMPLES, elements(out.dtype()),
        arguments(take(device, generator, 42), out.numel(), out.pointer(), count.pointer(), p.pointer()),
        device.grid(out.numel(), BINOMIALS_AT_ONCE, 128), 0, 0, 0, 0);
  }

  private static void run(CudaDevice device, String kernel, KernelSet set, String definitions, Arguments arguments,
      Grid grid, double first, double second, long least, long range) {
    arguments.number(first).number(second).number(least).number(range);
    device.launch(kernel, set.function(device, definitions, kernel), grid, arguments);
  }
}
