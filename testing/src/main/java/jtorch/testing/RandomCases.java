package jtorch.testing;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Golden cases of the random streams: what operators draw after a seed, number for number.
///
/// After each call one uniform and one normal number are drawn: they show that the right amount was taken from the stream.
final class RandomCases {
  /// Functions of `torch.nn.functional`, called in training mode.
  private static final Set<String> FUNCTIONS = Set.of("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
      "feature_alpha_dropout", "rrelu", "gumbel_softmax", "fractional_max_pool2d", "fractional_max_pool3d",
      "scaled_dot_product_attention");
  private static final Set<String> WITHOUT_TRAINING =
      Set.of("gumbel_softmax", "fractional_max_pool2d", "fractional_max_pool3d", "scaled_dot_product_attention");

  private RandomCases() {}

  static @Nullable String check(GoldenCase golden) {
    return switch (golden.text("kind")) {
      case "sizes" -> sizes(golden);
      case "shaped" -> shaped(golden);
      case "sequence" -> sequence(golden);
      case "state" -> state(golden);
      default -> initialSeed(golden);
    };
  }

  /// One call for each of several sizes, each after the seed.
  private static @Nullable String sizes(GoldenCase golden) {
    Tensor wanted = (Tensor) SampleValues.required(golden.decoded("out"));
    List<?> then = golden.list("then");
    long start = 0;
    for (int i = 0; i < golden.list("sizes").size(); i++) {
      long n = golden.sizes("sizes")[i];
      Torch.manualSeed(golden.integer("seed"));
      var draw = new Draw(golden.text("op"), golden.members("args"), new long[] {n}, dtype(golden.text("dtype")),
          golden.has("stride") ? new long[] {golden.integer("stride")} : null, null);
      Tensor expected = wanted.window(new long[] {n}, new long[] {1}, start);
      String difference = golden.comparison().mismatch("n = " + n, draw.run(), expected);
      if (difference == null) difference = then("n = " + n, then.get(i));
      if (difference != null) return difference;
      start += n;
    }
    return null;
  }

  private static @Nullable String shaped(GoldenCase golden) {
    Map<String, @Nullable Object> arguments = golden.members("args");
    if (golden.has("input_strides")) arguments.computeIfPresent("input",
        (_, input) -> strided((Tensor) input, golden.sizes("input_strides")));
    Torch.manualSeed(golden.integer("seed"));
    Object got = new Draw(golden.text("op"), arguments, golden.sizes("shape"), dtype(golden.text("dtype")),
        golden.has("strides") ? golden.sizes("strides") : null, null).run();
    String difference = golden.comparison().mismatch("out", got, golden.decoded("out"));
    return difference != null ? difference : then("after", golden.raw("then"));
  }

  private static Tensor strided(Tensor source, long[] strides) {
    Tensor made = Torch.emptyStrided(source.sizes(), strides, source.dtype(), Device.CPU);
    return made.copy_(source);
  }

  /// Several calls after one seed, some by generators of their own.
  private static @Nullable String sequence(GoldenCase golden) {
    Torch.manualSeed(golden.integer("seed"));
    var generators = new ArrayList<Generator>();
    if (golden.has("generators")) {
      for (long seed : golden.sizes("generators")) generators.add(Generator.seeded(seed));
    }
    List<?> calls = golden.list("calls");
    for (int i = 0; i < calls.size(); i++) {
      var call = new GoldenCase(fields(calls.get(i)), golden.values());
      if (call.text("op").equals("manual_seed")) {
        Torch.manualSeed(((Number) SampleValues.required(call.members("args").get("seed"))).longValue());
        continue;
      }
      Generator generator = call.has("generator") ? generators.get((int) call.integer("generator")) : null;
      Object got = new Draw(call.text("op"), call.members("args"), call.sizes("shape"), dtype(call.text("dtype")), null,
          generator).run();
      String difference = call.comparison().mismatch("call " + i + " " + call.text("op"), got, call.decoded("out"));
      if (difference != null) return difference;
    }
    return then("after", golden.raw("then"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> fields(@Nullable Object object) {
    return (Map<String, @Nullable Object>) SampleValues.required(object);
  }

  private static @Nullable String state(GoldenCase golden) {
    Generator generator = Generator.defaultGenerator();
    generator.setState(((Tensor) SampleValues.required(golden.decoded("state"))).toByteArray());
    if (generator.initialSeed() != golden.integer("initial_seed"))
      return "initial seed: expected " + golden.integer("initial_seed") + ", got " + generator.initialSeed();
    Comparison comparison = golden.comparison();
    String difference = comparison.mismatch("rand", draw("rand", DType.FLOAT32, 4), golden.decoded("rand"));
    if (difference == null)
      difference = comparison.mismatch("randn", draw("randn", DType.FLOAT32, 3), golden.decoded("randn"));
    if (difference == null)
      difference = comparison.mismatch("randn16", draw("randn", DType.FLOAT32, 16), golden.decoded("randn16"));
    return difference;
  }

  private static @Nullable String initialSeed(GoldenCase golden) {
    Object seed = golden.raw("seed");
    Torch.manualSeed(seed instanceof BigInteger big ? big.longValue() : ((Number) seed).longValue());
    String got = Long.toUnsignedString(Generator.defaultGenerator().initialSeed());
    if (!got.equals(golden.text("initial_seed")))
      return "initial seed: expected " + golden.text("initial_seed") + ", got " + got;
    Tensor wanted = (Tensor) SampleValues.required(golden.decoded("rand"));
    return golden.comparison().mismatch("rand", draw("rand", wanted.dtype(), wanted.sizes()), wanted);
  }

  /// Compares the uniform and the normal number that are drawn next.
  static @Nullable String then(String what, @Nullable Object pair) {
    var wanted = (List<?>) SampleValues.required(pair);
    double u = draw("rand", DType.FLOAT64, 1).itemDouble();
    double z = draw("randn", DType.FLOAT64, 1).itemDouble();
    var comparison = new Comparison(1e-12, 1e-13);
    String difference = comparison.mismatch(what + ": the uniform number drawn next", u, wanted.get(0));
    return difference != null ? difference
        : comparison.mismatch(what + ": the normal number drawn next", z, wanted.get(1));
  }

  private static Tensor draw(String operator, DType dtype, long... sizes) {
    return (Tensor) new Draw(operator, Map.of(), sizes, dtype, null, null).run();
  }

  static DType dtype(String name) {
    return DType.of(name);
  }

  /// One call that draws.
  ///
  /// @param strides of the tensor that an in-place call fills; null for a contiguous one
  /// @param generator null for the default one
  private record Draw(String operator, Map<String, ? extends @Nullable Object> arguments, long[] sizes, DType dtype,
      long @Nullable [] strides, @Nullable Generator generator) {
    Object run() {
      if (FUNCTIONS.contains(operator)) {
        var named = new LinkedHashMap<String, @Nullable Object>(arguments);
        if (!WITHOUT_TRAINING.contains(operator)) named.put("training", true);
        // Functions call their input by different names.
        Object input = named.remove("input");
        List<Object> positional = input == null ? List.of() : List.of(input);
        return SampleValues.required(PythonObjects.call("torch.nn.functional." + operator, positional, named));
      }
      String given = generator == null ? "" : "generator";
      return switch (operator) {
        case "rand", "randn" -> call(operator, given, Map.of("size", sizes, "dtype", dtype));
        case "randint" ->
          call("randint", generator == null ? "low" : "low_generator", Map.of("size", sizes, "dtype", dtype));
        case "randperm" -> call("randperm", given, Map.of("dtype", dtype));
        case "random_" -> call("random_", arguments.containsKey("from") ? "from" : "", Map.of("self", target()));
        case "bernoulli_" -> call("bernoulli_", "float", Map.of("self", target()));
        case "bernoulli_.Tensor" -> call("bernoulli_", "Tensor", Map.of("self", target()));
        case "uniform_", "normal_", "exponential_", "geometric_", "cauchy_", "log_normal_" ->
          call(operator, "", Map.of("self", target()));
        case "multinomial" -> callOn("weights", "multinomial", "");
        case "bernoulli" -> callOn("p", "bernoulli", "");
        case "poisson" -> callOn("rate", "poisson", "");
        case "_standard_gamma" -> callOn("alpha", "_standard_gamma", "");
        case "_sample_dirichlet" -> callOn("alpha", "_sample_dirichlet", "");
        case "binomial" -> call("binomial", "", Map.of());
        case "normal.Tensor_Tensor", "normal.Tensor_float", "normal.float_Tensor" ->
          call("normal", operator.substring("normal.".length()), Map.of());
        default -> throw new AbsentException(operator);
      };
    }

    /// What an in-place call fills.
    private Tensor target() {
      if (strides == null) return Torch.zeros(sizes, dtype);
      return Torch.emptyStrided(sizes, strides, dtype, Device.CPU).zero_();
    }

    private Object callOn(String self, String name, String overload) {
      return call(name, overload, Map.of("self", SampleValues.required(arguments.get(self))));
    }

    private Object call(String name, String overload, Map<String, Object> more) {
      String qualified = "aten::" + name + (overload.isEmpty() ? "" : "." + overload);
      Operator found = Operators.find(qualified);
      if (found == null) throw new AbsentException(qualified);
      var named = new LinkedHashMap<String, @Nullable Object>(arguments);
      named.putAll(more);
      if (generator != null) named.put("generator", generator);
      return found.invoke(Conformance.bind(found, named));
    }
  }
}
