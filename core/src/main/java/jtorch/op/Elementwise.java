package jtorch.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Derivative;
import jtorch.expr.Expr;
import jtorch.expr.ScalarFunction;
import jtorch.memory.Halves;
import jtorch.op.Operator.Rule;
import jtorch.spi.Backends;
import jtorch.spi.ElementwiseKernel;
import jtorch.spi.Iteration;
import org.jspecify.annotations.Nullable;

/// How an element-wise operator is computed: a scalar expression and a rule for dtypes.
///
/// Tensor arguments are the expression's inputs in the order of the schema, numbers its parameters. Broadcasting,
/// promotion, strides of the result and overlap checks happen here and nowhere else; the gradient comes from the
/// expression by symbolic differentiation and is such an element-wise operator again, so it has one too.
public final class Elementwise {
  /// How the dtypes of computation and result follow from the arguments'.
  public enum Types {
    /// The promoted dtype.
    PROMOTED,
    /// The promoted dtype; integers become the default floating dtype.
    FLOATING,
    /// The promoted dtype; bools become int64.
    INTEGRAL,
    /// Computed in the promoted dtype, the result is bool.
    TRUTH,
    /// As TRUTH, but integers are computed in the default floating dtype.
    FLOATING_TRUTH,
    /// Computed in the promoted dtype, the result is its real part's dtype: `abs`, `angle`.
    REAL,
    /// As REAL, but integers become the default floating dtype.
    REAL_FLOATING,
    /// The complex dtype whose parts have the promoted dtype: `polar`.
    COMPLEX,
    /// The first argument's dtype, whatever the others are.
    FIRST,
    /// The promoted dtype of all arguments but the first, which is a condition.
    CHOSEN,
    /// Dtypes that are known before the call: several calls in one loop.
    FIXED
  }

  /// What one call computes for an element, for those who make one loop of several calls.
  ///
  /// @param body over the call's tensors and numbers
  /// @param inputs which argument each of its inputs is
  /// @param numbers the values of its parameters
  /// @param compute the dtype of arithmetic
  /// @param pullbacks the gradients of the inputs, over the inputs, the result (the input after the last) and the result's
  ///     gradient (the one after that); null where there is none
  public record Term(Expr body, int[] inputs, double[] numbers, DType compute, @Nullable Expr[] pullbacks) {}

  /// What [#fused] needs to know.
  ///
  /// @param inputs how many tensors are read
  /// @param parameters how many numbers
  /// @param compute the dtype of arithmetic
  /// @param result the dtype of the result
  /// @param strides those of the result, in elements
  /// @param pullbacks as those of a [Term], by input; the inputs that are missing get no gradient;
  ///     null where they follow from the body
  public record Fusion(String name, int inputs, int parameters, Expr body, DType compute, DType result, long[] strides,
      @Nullable Map<Integer, Expr> pullbacks) {}

  /// What happens to calls that satisfy a condition: another expression, or a refusal.
  private record Variant(Predicate<@Nullable Object[]> condition, @Nullable Elementwise way,
      @Nullable String refusal) {}

  /// Numbers of these names are operands and take part in type promotion; others (`alpha`, `value`, `weight`, `beta`...)
  /// are coefficients, which take the dtype that the operands have.
  private static final Set<String> OPERANDS = Set.of("self", "other", "exponent", "min", "max", "x", "n");

  private final Expr body;
  private final Types types;
  private final int[] inputs;
  private final int[] parameters;
  private final ScalarFunction function;
  /// Derivatives by input that are declared, in terms of the inputs and the result (the input after the last).
  private final Map<Integer, Expr> derivatives = new HashMap<>();
  /// Those of the in-place form, in terms of the result.
  private final Map<Integer, Expr> derivativesInPlace = new HashMap<>(0);
  private final List<Variant> variants = new ArrayList<>(0);
  /// The parameters that take part in type promotion.
  private int[] operands;
  /// Whether operands that are numbers get the halves' precision first, as PyTorch's scalars do outside of a few kernels.
  private boolean roundsNumbers = true;
  private static final Device FIRST_GPU = Device.cuda(0);
  private final @Nullable ElementwiseKernel[] uniform = new @Nullable ElementwiseKernel[DType.values().length];
  private final @Nullable ElementwiseKernel[] uniformOnGpu = new @Nullable ElementwiseKernel[DType.values().length];
  private final ConcurrentHashMap<List<Object>, ElementwiseKernel> mixed = new ConcurrentHashMap<>();

  /// What is known before the call, of [Types#FIXED].
  private @Nullable Fusion fusion;

  private Elementwise(Schema schema, Expr body, Types types) {
    this.body = body;
    this.types = types;
    int[] tensors = new int[schema.arguments().size()];
    int[] numbers = new int[tensors.length];
    int[] promoting = new int[tensors.length];
    int t = 0;
    int p = 0;
    int o = 0;
    for (int i = 0; i < tensors.length; i++) {
      Schema.Type type = schema.arguments().get(i).type();
      if (type.list()) continue;
      if (type.kind() == Schema.Kind.SCALAR && OPERANDS.contains(schema.arguments().get(i).name())) promoting[o++] = i;
      switch (type.kind()) {
        case TENSOR -> tensors[t++] = i;
        case SCALAR, FLOAT, INT -> numbers[p++] = i;
        default -> {}
      }
    }
    this.inputs = Arrays.copyOf(tensors, t);
    this.parameters = Arrays.copyOf(numbers, p);
    this.operands = Arrays.copyOf(promoting, o);
    this.function = new ScalarFunction(schema.qualifiedName(), t, p, body);
  }

  /// Declares an element-wise operator.
  public static Operator declare(String schema, Types types, Expr body) {
    Operator operator = Operator.declare(schema);
    return operator.elementwise(new Elementwise(operator.schema(), body, types));
  }

  /// Declares `aten::name(Tensor self) -> Tensor`.
  static Operator unary(String name, Types types, Expr body) {
    return declare("aten::" + name + "(Tensor self) -> Tensor", types, body);
  }

  /// Declares `aten::name(Tensor self, Tensor other) -> Tensor`; the name may have an overload.
  static Operator binary(String name, Types types, Expr body) {
    return declare("aten::" + name + "(Tensor self, Tensor other) -> Tensor", types, body);
  }

  /// Declares `aten::name(Tensor self, Scalar other) -> Tensor`.
  static Operator withScalar(String name, Types types, Expr body) {
    return declare("aten::" + name + "(Tensor self, Scalar other) -> Tensor", types, body);
  }

  /// Declares `aten::name(Scalar self, Tensor other) -> Tensor`.
  static Operator ofScalar(String name, Types types, Expr body) {
    return declare("aten::" + name + "(Scalar self, Tensor other) -> Tensor", types, body);
  }

  /// An operator of no registry that does at once what several calls do; its arguments are the tensors and the numbers.
  public static Operator fused(Fusion fusion) {
    var text = new StringBuilder("jtorch::").append(fusion.name()).append('(');
    for (int i = 0; i < fusion.inputs(); i++) text.append(i == 0 ? "" : ", ").append("Tensor x").append(i);
    for (int i = 0; i < fusion.parameters(); i++) text.append(", Scalar p").append(i);
    Operator operator = Operator.internal(Schema.parse(text.append(") -> Tensor").toString()));
    Elementwise way = new Elementwise(operator.schema(), fusion.body(), Types.FIXED);
    way.fusion = fusion;
    way.roundsNumbers = false;
    return operator.elementwise(way);
  }

  /// This call for an element; null where numbers are not real and floating.
  @Nullable Term term(Operator operator, @Nullable Object[] arguments) {
    DType common = types == Types.FIRST ? input(arguments, 0).dtype() : commonType(arguments);
    DType compute = compute(common);
    if (!compute.isFloatingPoint() || compute.isFloat8() || types == Types.COMPLEX || types == Types.FIXED) return null;
    int n = inputs.length;
    long[] words = words(arguments, compute);
    double[] numbers = new double[words.length];
    for (int i = 0; i < numbers.length; i++) numbers[i] = Double.longBitsToDouble(words[i]);
    var pullbacks = new @Nullable Expr[n];
    for (int i = 0; i < n; i++) {
      if (input(arguments, i).dtype().isComplex()) return null;
      try {
        pullbacks[i] = pullback(i, false, derivatives.get(i));
      } catch (UnsupportedOperationException none) {
        pullbacks[i] = null;
      }
    }
    return new Term(body, inputs, numbers, compute, pullbacks);
  }

  void keepNumbers() {
    roundsNumbers = false;
    for (Variant v : variants) {
      if (v.way() != null) v.way().roundsNumbers = false;
    }
  }

  void derivative(int input, Expr slope) {
    derivatives.put(input, slope);
  }

  void derivativeInPlace(int input, Expr slope) {
    derivativesInPlace.put(input, slope);
  }

  void variant(Operator operator, Predicate<@Nullable Object[]> condition, Types types, Expr body, Expr[] slopes) {
    Elementwise way = new Elementwise(operator.schema(), body, types);
    for (int i = 0; i < slopes.length; i++) way.derivatives.put(i, slopes[i]);
    variants.add(new Variant(condition, way, null));
  }

  void refusal(Predicate<@Nullable Object[]> condition, String reason) {
    variants.add(new Variant(condition, null, reason));
  }

  /// The way for these arguments: that of the first condition declared which they satisfy.
  Elementwise variant(Operator operator, @Nullable Object[] arguments) {
    for (Variant v : variants) {
      if (!v.condition().test(arguments)) continue;
      if (v.way() != null) return v.way();
      Check check = Check.of(operator).because(Objects.requireNonNull(v.refusal()));
      for (int i : inputs) check.tensor(operator.schema().arguments().get(i).name(), (Tensor) arguments[i]);
      throw check.failure();
    }
    return this;
  }

  public ScalarFunction function() {
    return function;
  }

  // ---- forward ---------------------------------------------------------------------------------------------------

  /// Computes the operator into a new tensor, or into `out`.
  Tensor run(Operator operator, @Nullable Object[] arguments, @Nullable Tensor out) {
    int n = inputs.length;
    Tensor first = input(arguments, 0);
    DType common = first.dtype();
    boolean same = true;
    boolean flat = first.isContiguous();
    for (int i = 1; i < n; i++) {
      Tensor t = input(arguments, i);
      same &= t.dtype() == common;
      flat &= t.isContiguous() && (t.sizes() == first.sizes() || Arrays.equals(t.sizes(), first.sizes()));
      if (t.device() != first.device() && !t.device().equals(first.device())) mixedDevices(operator, first, t);
    }
    for (int p : operands) {
      Object number = arguments[p];
      same &= number == null || Promotion.category(number).ordinal() <= common.category().ordinal();
    }
    if (!same && types != Types.FIRST && types != Types.FIXED) common = commonType(arguments);
    DType compute = compute(common);
    DType result = switch (types) {
      case TRUTH, FLOATING_TRUTH -> DType.BOOL;
      case FIXED -> known().result();
      case REAL, REAL_FLOATING -> compute.toReal();
      default -> compute;
    };
    if (out == null) {
      if (flat) {
        out = Torch.empty(first.sizes(), result, first.device());
      } else {
        out = allocate(operator, arguments, result);
      }
    } else {
      checkCast(operator, result, out.dtype());
      flat &= out.isContiguous() && Arrays.equals(out.sizes(), first.sizes());
      if (n > 1 || !flat) checkOverlap(operator, arguments, out);
    }
    long count = out.numel();
    if (count == 0) {
      // The shapes must fit even where there is nothing to do.
      if (!flat) broadcast(operator, arguments, out);
      return out;
    }
    ElementwiseKernel kernel = kernel(operator, arguments, same && first.dtype() == compute, compute, result, out);
    long[] addresses = new long[n + 1];
    addresses[0] = out.pointer();
    for (int i = 0; i < n; i++) addresses[i + 1] = input(arguments, i).pointer();
    Iteration iteration;
    if (flat) {
      long[] strides = new long[n + 1];
      strides[0] = out.dtype().size();
      for (int i = 0; i < n; i++) strides[i + 1] = input(arguments, i).dtype().size();
      iteration = Iteration.flat(count, addresses, strides);
    } else {
      long[] shape = broadcast(operator, arguments, out);
      long[][] strides = new long[n + 1][];
      strides[0] = byteStrides(out, shape.length);
      for (int i = 0; i < n; i++) strides[i + 1] = byteStrides(input(arguments, i), shape.length);
      iteration = Iteration.of(shape, strides, addresses);
    }
    kernel.run(iteration, words(arguments, compute));
    return out;
  }

  private DType compute(DType common) {
    return switch (types) {
      case FLOATING, REAL_FLOATING, FLOATING_TRUTH -> Promotion.floating(common);
      case COMPLEX -> common.toComplex();
      case INTEGRAL -> common == DType.BOOL ? DType.INT64 : common;
      case FIXED -> known().compute();
      default -> common;
    };
  }

  private Fusion known() {
    return Objects.requireNonNull(fusion);
  }

  /// Whether the result has this tensor's shape, and it may be written to while the inputs are read.
  boolean fits(@Nullable Object[] arguments, Tensor out) {
    long[] shape = {};
    for (int i = 0; i < inputs.length; i++) {
      Tensor t = input(arguments, i);
      shape = broadcastShapes(shape, t.sizes());
      // The call itself says what is wrong with the shapes.
      if (shape == null) return true;
      if (t.storage() == out.storage() && !sameWindow(t, out)) return false;
    }
    return Arrays.equals(shape, out.sizes());
  }

  private static boolean sameWindow(Tensor a, Tensor b) {
    return a.storageOffset() == b.storageOffset() && Arrays.equals(a.sizes(), b.sizes())
        && Arrays.equals(a.strides(), b.strides());
  }

  private Tensor input(@Nullable Object[] arguments, int i) {
    return (Tensor) Objects.requireNonNull(arguments[inputs[i]]);
  }

  private static final long[] NO_WORDS = {};

  private long[] words(@Nullable Object[] arguments, DType compute) {
    if (parameters.length == 0) return NO_WORDS;
    var values = new @Nullable Object[parameters.length];
    for (int i = 0; i < values.length; i++) values[i] = arguments[parameters[i]];
    if (compute.isHalf() && roundsNumbers) {
      for (int i = 0; i < values.length; i++) {
        if (isOperand(parameters[i])) values[i] = rounded(values[i], compute);
      }
    }
    return parameterWords(values, compute);
  }

  private boolean isOperand(int argument) {
    for (int operand : operands) {
      if (operand == argument) return true;
    }
    return false;
  }

  private static double rounded(@Nullable Object value, DType half) {
    float number = (float) toDouble(value);
    return half == DType.FLOAT16 ? Float.float16ToFloat(Float.floatToFloat16(number))
        : Halves.bfloat16ToFloat(Halves.floatToBfloat16(number));
  }

  /// Numbers as a loop of that compute type reads them; one that was not given is 0.
  static long[] parameterWords(@Nullable Object[] values, DType compute) {
    boolean complex = compute.isComplex();
    long[] words = new long[complex ? 2 * values.length : values.length];
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (complex) {
        words[2 * i] = Double.doubleToRawLongBits(toDouble(value));
        words[2 * i + 1] = Double.doubleToRawLongBits(value instanceof Complex c ? c.imaginary() : 0);
      } else if (compute.isFloatingPoint()) {
        words[i] = Double.doubleToRawLongBits(toDouble(value));
      } else {
        words[i] = value instanceof Boolean b ? (b ? 1 : 0) : value instanceof Number n ? n.longValue() : 0;
      }
    }
    return words;
  }

  private static double toDouble(@Nullable Object value) {
    return value instanceof Boolean b ? (b ? 1 : 0) : value instanceof Number n ? n.doubleValue() : 0;
  }

  private DType commonType(@Nullable Object[] arguments) {
    int from = types == Types.CHOSEN ? 1 : 0;
    int tensors = inputs.length - from;
    var all = new @Nullable Object[tensors + operands.length];
    for (int i = 0; i < tensors; i++) all[i] = arguments[inputs[from + i]];
    for (int i = 0; i < operands.length; i++) all[tensors + i] = arguments[operands[i]];
    return Promotion.resultType(all);
  }

  private ElementwiseKernel kernel(Operator operator, @Nullable Object[] arguments, boolean same, DType dtype,
      DType result, Tensor out) {
    @Nullable ElementwiseKernel[] uniform = kernelsOf(out.device());
    if (same && uniform != null && out.dtype() == result) {
      ElementwiseKernel kernel = uniform[dtype.ordinal()];
      if (kernel == null) {
        DType[] read = new DType[inputs.length];
        Arrays.fill(read, dtype);
        kernel = compiled(operator, dtype, read, out);
        uniform[dtype.ordinal()] = kernel;
      }
      return kernel;
    }
    DType[] read = new DType[inputs.length];
    for (int i = 0; i < read.length; i++) read[i] = input(arguments, i).dtype();
    var key = List.<Object>of(dtype, out.dtype(), List.of(read), out.device());
    ElementwiseKernel kernel = mixed.get(key);
    if (kernel == null) {
      kernel = compiled(operator, dtype, read, out);
      mixed.put(key, kernel);
    }
    return kernel;
  }

  /// The kernels for one dtype, where calls find them without a key: those of the CPU and the first GPU.
  private @Nullable ElementwiseKernel @Nullable [] kernelsOf(Device device) {
    return device == Device.CPU ? uniform : device == FIRST_GPU ? uniformOnGpu : null;
  }

  private ElementwiseKernel compiled(Operator operator, DType dtype, DType[] read, Tensor out) {
    // Bools are added and multiplied as integers, and become bools again when written.
    DType compute = dtype == DType.BOOL ? DType.INT64 : dtype.computeType();
    try {
      return Backends.of(out.device()).elementwise(out.device(), function, compute, read, out.dtype());
    } catch (UnsupportedOperationException absent) {
      throw new UnsupportedOperationException(
          Check.of(operator).because("not implemented for '%s'", dtype).failure().getMessage(), absent);
    }
  }

  private Tensor allocate(Operator operator, @Nullable Object[] arguments, DType result) {
    long[] shape = broadcast(operator, arguments, null);
    Tensor first = input(arguments, 0);
    if (fusion != null && fusion.strides().length == shape.length)
      return Torch.emptyStrided(shape, fusion.strides(), result, first.device());
    for (int i = 0; i < inputs.length; i++) {
      Tensor t = input(arguments, i);
      if (!Arrays.equals(t.sizes(), shape)) continue;
      if (t.isContiguous()) break;
      if (t.isDense()) return Torch.emptyStrided(shape, t.strides(), result, first.device());
    }
    return Torch.empty(shape, result, first.device());
  }

  private long[] broadcast(Operator operator, @Nullable Object[] arguments, @Nullable Tensor out) {
    long[] shape = input(arguments, 0).sizes();
    for (int i = 1; i < inputs.length; i++) {
      long[] other = input(arguments, i).sizes();
      if (other == shape || Arrays.equals(other, shape)) continue;
      long[] joined = broadcastShapes(shape, other);
      if (joined == null) throw misfit(operator, arguments, shape, other);
      shape = joined;
    }
    if (out != null && !Arrays.equals(out.sizes(), shape)) {
      throw Check.of(operator).because("output with shape %s doesn't match the broadcast shape %s",
          Arrays.toString(out.sizes()), Arrays.toString(shape)).shapeFailure();
    }
    return shape;
  }

  private jtorch.ShapeException misfit(Operator operator, @Nullable Object[] arguments, long[] a, long[] b) {
    Check check = Check.of(operator).because(mismatch(a, b));
    for (int input : inputs) check.tensor(operator.schema().arguments().get(input).name(), (Tensor) arguments[input]);
    return check.shapeFailure();
  }

  /// Why two shapes do not broadcast, in PyTorch's words: the last dimension at which they differ.
  static String mismatch(long[] a, long[] b) {
    int n = Math.max(a.length, b.length);
    int at = 0;
    for (int d = 0; d < n; d++) {
      long x = d < n - a.length ? 1 : a[d - (n - a.length)];
      long y = d < n - b.length ? 1 : b[d - (n - b.length)];
      if (x != y && x != 1 && y != 1) at = d;
    }
    return "The size of tensor a (%d) must match the size of tensor b (%d) at non-singleton dimension %d"
        .formatted(a[at - (n - a.length)], b[at - (n - b.length)], at);
  }

  /// Why a shape cannot be expanded to another, in PyTorch's words.
  static String notExpandable(long[] from, long[] to) {
    int shift = to.length - from.length;
    if (shift < 0)
      return "the number of sizes provided (%d) must be greater or equal to the number of dimensions in the tensor (%d).  Target sizes: %s.  Tensor sizes: %s"
          .formatted(to.length, from.length, Arrays.toString(to), Arrays.toString(from));
    int at = shift;
    for (int d = shift; d < to.length; d++) {
      if (from[d - shift] != to[d] && from[d - shift] != 1) at = d;
    }
    return "The expanded size of the tensor (%d) must match the existing size (%d) at non-singleton dimension %d.  Target sizes: %s.  Tensor sizes: %s"
        .formatted(to[at], from[at - shift], at, Arrays.toString(to), Arrays.toString(from));
  }

  /// The shape that both broadcast to, or null.
  public static long @Nullable [] broadcastShapes(long[] a, long[] b) {
    int n = Math.max(a.length, b.length);
    long[] shape = new long[n];
    for (int d = 0; d < n; d++) {
      long x = d < n - a.length ? 1 : a[d - (n - a.length)];
      long y = d < n - b.length ? 1 : b[d - (n - b.length)];
      if (x != y && x != 1 && y != 1) return null;
      shape[d] = x == 1 ? y : x;
    }
    return shape;
  }

  private static long[] byteStrides(Tensor t, int dims) {
    long[] sizes = t.sizes();
    long[] strides = t.strides();
    long[] bytes = new long[dims];
    int size = t.dtype().size();
    int shift = dims - sizes.length;
    for (int d = 0; d < sizes.length; d++) bytes[d + shift] = sizes[d] == 1 ? 0 : strides[d] * size;
    return bytes;
  }

  static void checkCast(Operator operator, DType from, DType to) {
    if (from != to && !Promotion.canCast(from, to)) throw Check.of(operator)
        .because("result type %s can't be cast to the desired output type %s", from, to).failure();
  }

  private void checkOverlap(Operator operator, @Nullable Object[] arguments, Tensor out) {
    for (int i = 0; i < inputs.length; i++) {
      Tensor t = input(arguments, i);
      if (t == out || t.storage() != out.storage() || t.numel() <= 1) continue;
      if (!sameWindow(t, out) && t.overlaps(out)) {
        throw Check.of(operator).because(
            "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location")
            .hint("clone() the tensor before").failure();
      }
    }
  }

  private static void mixedDevices(Operator operator, Tensor a, Tensor b) {
    throw Check.of(operator)
        .because("Expected all tensors to be on the same device, but found at least two devices, %s and %s!",
            a.device(),
            b.device())
        .failure();
  }

  // ---- gradient --------------------------------------------------------------------------------------------------

  /// Rules by argument and as a list; those for complex numbers differ from those for reals.
  private record Rules(List<Rule> all, @Nullable Rule[] of) {}

  private final @Nullable Rules[] rules = new @Nullable Rules[4];

  private synchronized Rules rules(Operator operator, @Nullable Object[] arguments, boolean inPlace) {
    boolean complex = false;
    for (int i = 0; i < inputs.length; i++) complex |= input(arguments, i).dtype().isComplex();
    for (int p : operands) complex |= arguments[p] instanceof Complex;
    int kind = (complex ? 1 : 0) + (inPlace ? 2 : 0);
    Rules known = rules[kind];
    if (known != null) return known;
    var made = new ArrayList<Rule>();
    var byArgument = new @Nullable Rule[operator.schema().arguments().size()];
    for (int i = 0; i < inputs.length; i++) {
      if (fusion != null && fusion.pullbacks() != null && !fusion.pullbacks().containsKey(i)) continue;
      Rule rule = rule(operator, i, complex, inPlace ? derivativesInPlace.get(i) : null);
      made.add(rule);
      byArgument[inputs[i]] = rule;
    }
    Rules all = new Rules(made, byArgument);
    rules[kind] = all;
    return all;
  }

  /// The gradient rules that follow from the expression, for the functional or the in-place form.
  List<Rule> rulesFor(Operator operator, @Nullable Object[] arguments, boolean inPlace) {
    return rules(operator, arguments, inPlace).all();
  }

  @Nullable Rule[] ruleOf(Operator operator, @Nullable Object[] arguments, boolean inPlace) {
    return rules(operator, arguments, inPlace).of();
  }

  private Rule rule(Operator operator, int input, boolean complex, @Nullable Expr declared) {
    int[] argument = {inputs[input]};
    Slope slope;
    try {
      slope = slope(operator, input, complex, declared == null ? derivatives.get(input) : declared);
    } catch (UnsupportedOperationException none) {
      // PyTorch has no derivative by this input either, and says so when asked.
      return new Rule(argument, back -> {
        throw new UnsupportedOperationException(operator.schema().bareName() + ": " + none.getMessage(), none);
      }, new int[0], false);
    }
    return new Rule(argument, back -> new @Nullable Tensor[] {slope.apply(back, back.grad())}, slope.keeps,
        slope.keepsResult);
  }

  /// The gradient for one input as an operator over what it reads and the result's gradient.
  private final class Slope {
    /// Schema indexes of the tensor arguments that are read.
    final int[] keeps;
    final boolean keepsResult;
    /// Null where the gradient is passed on as it is.
    private final @Nullable Operator operator;
    private final boolean zero;

    Slope(int[] keeps, boolean keepsResult, @Nullable Operator operator, boolean zero) {
      this.keeps = keeps;
      this.keepsResult = keepsResult;
      this.operator = operator;
      this.zero = zero;
    }

    Tensor apply(jtorch.autograd.Backward back, Tensor grad) {
      if (zero) return grad.zerosLike();
      if (operator == null) return grad;
      var arguments = new @Nullable Object[keeps.length + (keepsResult ? 1 : 0) + 1 + parameters.length];
      int next = 0;
      for (int keep : keeps) arguments[next++] = back.kept(keep);
      if (keepsResult) arguments[next++] = back.result();
      arguments[next++] = grad;
      for (int p : parameters) arguments[next++] = back.raw(p);
      return operator.tensor(arguments);
    }
  }

  /// A derivative in terms of the result alone where there is one: `exp`, `sqrt`, `tanh`, `sigmoid`. Their in-place forms
  /// then need no copy, and nothing is computed twice.
  private Expr shortened(Expr derivative, int result) {
    if (body instanceof Expr.Input || !derivative.contains(body)) return derivative;
    Expr fromResult = derivative.replace(Map.of(body, Expr.input(result)));
    for (int i = 0; i < result; i++) {
      if (fromResult.reads(i)) return derivative;
    }
    return fromResult;
  }

  /// The gradient of an input over the inputs, the result and its gradient.
  private Expr pullback(int input, boolean complex, @Nullable Expr declared) {
    int n = inputs.length;
    Expr grad = Expr.input(n + 1);
    Expr known = fusion == null || fusion.pullbacks() == null ? null : fusion.pullbacks().get(input);
    if (known != null) return known;
    return declared == null ? shortened(Derivative.pullback(body, input, grad, complex), n)
        : Derivative.scaled(grad, declared, complex);
  }

  private Slope slope(Operator operator, int input, boolean complex, @Nullable Expr declared) {
    int n = inputs.length;
    Expr grad = Expr.input(n + 1);
    Expr whole = pullback(input, complex, declared);
    if (whole.equals(grad)) return new Slope(new int[0], false, null, false);
    if (whole instanceof Expr.Constant(double v) && v == 0) return new Slope(new int[0], false, null, true);
    // Only what is read becomes an argument, in the order inputs, result, gradient.
    var renumbered = new HashMap<Expr, Expr>();
    int[] keeps = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (whole.reads(i)) {
        renumbered.put(Expr.input(i), Expr.input(count));
        keeps[count++] = inputs[i];
      }
    }
    boolean keepsResult = whole.reads(n);
    int next = count;
    if (keepsResult) renumbered.put(Expr.input(n), Expr.input(next++));
    renumbered.put(grad, Expr.input(next));
    var text = new StringBuilder("jtorch::").append(operator.schema().bareName()).append("_backward_")
        .append(operator.schema().arguments().get(inputs[input]).name()).append('(');
    for (int i = 0; i < count; i++)
      text.append("Tensor ").append(operator.schema().arguments().get(keeps[i]).name()).append(", ");
    if (keepsResult) text.append("Tensor result, ");
    text.append("Tensor grad");
    for (int p : parameters) text.append(", Scalar ").append(operator.schema().arguments().get(p).name());
    Operator derived = Operator.internal(Schema.parse(text.append(") -> Tensor").toString()));
    Elementwise way = new Elementwise(derived.schema(), whole.replace(renumbered),
        fusion == null ? Types.PROMOTED : Types.FIXED);
    way.operands = new int[0];
    if (fusion != null) {
      way.roundsNumbers = false;
      way.fusion = new Fusion(fusion.name(), next + 1, parameters.length, way.body, fusion.compute(), fusion.compute(),
          new long[0], null);
    }
    derived.elementwise(way);
    return new Slope(Arrays.copyOf(keeps, count), keepsResult, derived, false);
  }
}
