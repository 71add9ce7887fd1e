package jtorch.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.Dataset;
import jtorch.nn.Module;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.op.Schema;
import jtorch.optim.Optimizer;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Runs short Python programs with what stands for Python's names in Java: operators by their schemas, functions, modules and
/// optimizers by [PythonObjects], indices, operators between values.
final class PythonProgram {
  /// A call that no Java program can make, for its arguments have other types than the declarations say.
  static final class UncompilableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UncompilableException(String message) {
      super(message);
    }
  }

  /// A Python name that is not a value yet: `torch.nn`, `torch.linalg.inv`.
  private record Named(String name) {}

  /// A method that is about to be called.
  private record Method(Object of, String name) {}

  private static final Map<String, String> SHORT = Map.of("nn", "torch.nn", "F", "torch.nn.functional", "DataLoader",
      "torch.utils.data.DataLoader", "TensorDataset", "torch.utils.data.TensorDataset", "random_split",
      "torch.utils.data.random_split", "Subset", "torch.utils.data.Subset", "RandomSampler",
      "torch.utils.data.RandomSampler");
  private static final Map<String, String> OPERATORS = Map.ofEntries(Map.entry("+", "add"), Map.entry("-", "sub"),
      Map.entry("*", "mul"), Map.entry("/", "div"), Map.entry("//", "floor_divide"), Map.entry("%", "remainder"),
      Map.entry("@", "matmul"), Map.entry("**", "pow"), Map.entry("&", "bitwise_and"), Map.entry("|", "bitwise_or"),
      Map.entry("^", "bitwise_xor"), Map.entry("<", "lt"), Map.entry("<=", "le"), Map.entry(">", "gt"),
      Map.entry(">=", "ge"), Map.entry("==", "eq"), Map.entry("!=", "ne"));

  private final Map<String, @Nullable Object> variables = new HashMap<>();

  /// Gives a name to what the program takes for granted.
  void define(String name, Object value) {
    variables.put(name, value);
  }

  /// Runs a program.
  ///
  /// @throws AbsentException naming what is not there
  /// @throws UncompilableException if Java's types refuse a call
  void run(String program) {
    for (PythonSyntax.Statement statement : PythonSyntax.parse(program)) run(statement);
  }

  /// The value of a variable after the run.
  @Nullable Object variable(String name) {
    return variables.get(name);
  }

  private void run(PythonSyntax.Statement statement) {
    switch (statement) {
      case PythonSyntax.Expression e -> value(e.value());
      case PythonSyntax.Assignment a -> assign(a.target(), value(a.value()));
      case PythonSyntax.With with -> {
        try (AutoCloseable mode = mode(with.context())) {
          for (PythonSyntax.Statement inner : with.body()) run(inner);
        } catch (RuntimeException failure) {
          throw failure;
        } catch (Exception failure) {
          throw new IllegalStateException(failure);
        }
      }
    }
  }

  private AutoCloseable mode(PythonSyntax.Node context) {
    String name = context instanceof PythonSyntax.Call call && raw(call.function()) instanceof Named path ? path.name()
        : "with";
    return switch (name) {
      case "torch.no_grad" -> Torch.noGrad();
      case "torch.enable_grad" -> Torch.enableGrad();
      case "torch.inference_mode" -> Torch.inferenceMode();
      case "torch.autograd.set_detect_anomaly", "torch.autograd.detect_anomaly" -> anomalies();
      default -> throw new AbsentException(name);
    };
  }

  private static AutoCloseable anomalies() {
    Torch.setAnomalyEnabled(true);
    return () -> Torch.setAnomalyEnabled(false);
  }

  // ---- assignments -----------------------------------------------------------------------------------------------

  private void assign(PythonSyntax.Node target, @Nullable Object value) {
    switch (target) {
      case PythonSyntax.Name name -> variables.put(name.name(), value);
      case PythonSyntax.Sequence all -> {
        List<?> values = sequence(value);
        for (int i = 0; i < all.items().size(); i++) assign(all.items().get(i), values.get(i));
      }
      case PythonSyntax.Subscript place -> {
        if (!(value(place.of()) instanceof Tensor tensor)) throw new AbsentException("assignment to an element");
        tensor.set(Objects.requireNonNull(value), indices(place));
      }
      case PythonSyntax.Attribute attribute -> assignAttribute(value(attribute.of()), attribute.name(), value);
      default -> throw new AbsentException("assignment to " + target);
    }
  }

  private static void assignAttribute(@Nullable Object of, String name, @Nullable Object value) {
    if (of instanceof Tensor tensor && name.equals("requires_grad") && value instanceof Boolean on)
      tensor.requiresGrad(on);
    else if (of instanceof Tensor tensor && name.equals("grad") && (value == null || value instanceof Tensor))
      tensor.grad((Tensor) value);
    else throw new UncompilableException("assignment of " + describe(value) + " to " + name);
  }

  private static List<?> sequence(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> list;
      case Object[] array -> Arrays.asList(array);
      case null, default -> throw new UncompilableException("taking apart " + describe(value));
    };
  }

  // ---- expressions -----------------------------------------------------------------------------------------------

  private @Nullable Object value(PythonSyntax.Node node) {
    Object value = raw(node);
    if (value instanceof Named path) return constant(path.name());
    if (value instanceof Method method) throw new UncompilableException("no field " + method.name());
    return value;
  }

  /// A value, or a name that is about to be called.
  private @Nullable Object raw(PythonSyntax.Node node) {
    return switch (node) {
      case PythonSyntax.Literal literal -> literal.value();
      case PythonSyntax.Ellipsis _ -> Torch.ELLIPSIS;
      case PythonSyntax.Name name -> variables.containsKey(name.name()) ? variables.get(name.name())
          : new Named(SHORT.getOrDefault(name.name(), name.name()));
      case PythonSyntax.Attribute attribute -> attribute(raw(attribute.of()), attribute.name());
      case PythonSyntax.Call call -> call(call);
      case PythonSyntax.Subscript place -> element(value(place.of()), place);
      case PythonSyntax.Slice _ -> throw new AbsentException("a slice outside an index");
      case PythonSyntax.Binary binary -> binary(binary.operator(), value(binary.left()), value(binary.right()));
      case PythonSyntax.Unary unary -> unary(unary.operator(), value(unary.operand()));
      case PythonSyntax.Sequence sequence -> {
        var items = new ArrayList<@Nullable Object>();
        for (PythonSyntax.Node item : sequence.items()) items.add(value(item));
        yield items;
      }
      case PythonSyntax.Dict dict -> dict(dict);
      case PythonSyntax.Lambda lambda -> (PythonObjects.Closure) arguments -> {
        for (int i = 0; i < lambda.parameters().size(); i++)
          variables.put(lambda.parameters().get(i), arguments.get(i));
        return value(lambda.body());
      };
    };
  }

  private Map<String, @Nullable Object> dict(PythonSyntax.Dict dict) {
    var all = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < dict.keys().size(); i++) {
      PythonSyntax.Node key = dict.keys().get(i);
      Object value = value(dict.values().get(i));
      if (key != null) all.put(String.valueOf(value(key)), value);
      else((Map<?, ?>) SampleValues.required(value)).forEach((k, v) -> all.put((String) k, v));
    }
    return all;
  }

  private static Object constant(String path) {
    if (path.startsWith("torch.")) {
      try {
        return DType.of(path);
      } catch (IllegalArgumentException unknown) {
        if (path.equals("torch.inf")) return Double.POSITIVE_INFINITY;
      }
    }
    throw new AbsentException(path);
  }

  private static Object attribute(@Nullable Object of, String name) {
    if (of instanceof Named path) return new Named(path.name() + "." + name);
    return new Method(Objects.requireNonNull(of), name);
  }

  private @Nullable Object element(@Nullable Object of, PythonSyntax.Subscript place) {
    if (of instanceof Tensor tensor) return tensor.get(indices(place));
    if (place.indices().size() != 1) throw new UncompilableException("an index of " + describe(of));
    Object index = value(place.indices().getFirst());
    return switch (of) {
      case List<?> list when index instanceof Long i -> list.get((int) (long) i);
      case Object[] array when index instanceof Long i -> array[(int) (long) i];
      case Map<?, ?> map -> map.get(index);
      case null -> throw new UncompilableException("an index of None");
      default -> PythonObjects.call(of, of.getClass().getSimpleName() + ".get", Arrays.asList(index), Map.of());
    };
  }

  private @Nullable Object[] indices(PythonSyntax.Subscript place) {
    var all = new ArrayList<@Nullable Object>();
    for (PythonSyntax.Node node : place.indices()) {
      if (node instanceof PythonSyntax.Slice slice) {
        Object step = slice.step() == null ? null : value(slice.step());
        all.add(Torch.slice(bound(slice.start()), bound(slice.end()), step == null ? 1 : (Long) step));
        continue;
      }
      Object index = value(node);
      all.add(index instanceof List<?> list && list.stream().allMatch(Long.class::isInstance)
          ? list.stream().mapToLong(v -> (Long) v).toArray() : index);
    }
    return all.toArray();
  }

  private @Nullable Number bound(PythonSyntax.@Nullable Node node) {
    return node == null ? null : (Number) value(node);
  }

  private static @Nullable Object unary(String operator, @Nullable Object operand) {
    if (operator.equals("~")) return operator("bitwise_not", Arrays.asList(operand), Map.of());
    return switch (operand) {
      case Long v -> -v;
      case Double v -> -v;
      case Complex v -> Complex.of(-v.real(), -v.imaginary());
      case null, default -> operator("neg", Arrays.asList(operand), Map.of());
    };
  }

  private static @Nullable Object binary(String operator, @Nullable Object left, @Nullable Object right) {
    if (!(left instanceof Number a) || !(right instanceof Number b))
      return operator(Objects.requireNonNull(OPERATORS.get(operator)), Arrays.asList(left, right), Map.of());
    if (a instanceof Complex || b instanceof Complex) {
      if (!operator.equals("+")) throw new AbsentException("complex " + operator);
      Complex x =
          Complex.of(a instanceof Complex c ? c.real() : a.doubleValue(), a instanceof Complex c ? c.imaginary() : 0);
      Complex y =
          Complex.of(b instanceof Complex c ? c.real() : b.doubleValue(), b instanceof Complex c ? c.imaginary() : 0);
      return Complex.of(x.real() + y.real(), x.imaginary() + y.imaginary());
    }
    if (operator.equals("**") && a instanceof Long x && b instanceof Long y)
      return number(BigInteger.valueOf(x).pow(Math.toIntExact(y)));
    return PythonExpression.literal(a + " " + operator + " " + b);
  }

  private static Object number(BigInteger value) {
    if (value.bitLength() < Long.SIZE) return value.longValue();
    throw new UncompilableException("an integer of " + value.bitLength() + " bits");
  }

  private static String describe(@Nullable Object value) {
    return value == null ? "None" : value instanceof String s ? "'" + s + "'" : value.getClass().getSimpleName();
  }

  // ---- calls -----------------------------------------------------------------------------------------------------

  private @Nullable Object call(PythonSyntax.Call call) {
    Object function = raw(call.function());
    var positional = new ArrayList<@Nullable Object>();
    for (PythonSyntax.Node argument : call.positional()) positional.add(value(argument));
    var named = new LinkedHashMap<String, @Nullable Object>();
    call.named().forEach((name, argument) -> named.put(name, value(argument)));
    return switch (function) {
      case Named path -> function(path.name(), positional, named);
      case Method method -> method(method.of(), method.name(), positional, named);
      case Module module -> forward(module, positional, named);
      case PythonObjects.Closure closure -> closure.call(positional);
      case null, default -> throw new UncompilableException("a call of " + describe(function));
    };
  }

  private static @Nullable Object forward(Module module, List<@Nullable Object> positional,
      Map<String, @Nullable Object> named) {
    if (positional.size() == 1 && named.isEmpty() && positional.getFirst() instanceof Tensor input
        && PythonObjects.overrides(module, "forward", Tensor.class))
      return module.call(input);
    return compiled(() -> PythonObjects.call(module, "torch.nn." + module.getClass().getSimpleName() + ".forward",
        positional, named));
  }

  /// A call of something that is there, whose arguments Java may refuse.
  private static @Nullable Object compiled(java.util.function.Supplier<@Nullable Object> call) {
    try {
      return call.get();
    } catch (PythonObjects.UnfitException unfit) {
      throw new UncompilableException(unfit.name());
    }
  }

  private static @Nullable Object function(String name, List<@Nullable Object> positional,
      Map<String, @Nullable Object> named) {
    Object first = positional.isEmpty() ? null : positional.getFirst();
    switch (name) {
      case "torch.tensor" -> {
        return tensor(first, named);
      }
      case "torch.device" -> {
        return device((String) SampleValues.required(first));
      }
      case "torch.Generator" -> {
        if (first != null) throw new AbsentException("torch.Generator(device)");
        return new Generator();
      }
      case "torch.autograd.grad" -> {
        if (first instanceof Tensor output && positional.get(1) instanceof Tensor input)
          return new Tensor[] {Torch.grad(output, input)};
        return Torch.grad(tensors(first), tensors(positional.get(1)), null, false, false);
      }
      case "torch.utils.data.random_split" -> {
        var data = (Dataset<?>) SampleValues.required(first);
        return switch (array(positional.get(1))) {
          case long[] lengths -> data.randomSplit(lengths);
          case double[] shares -> data.randomSplit(shares);
          default -> throw new UncompilableException(name);
        };
      }
      case "torch.utils.data.DataLoader" -> {
        Object workers = named.remove("num_workers");
        if (workers != null) named.put("workers", workers);
        Object prefetch = named.remove("prefetch_factor");
        if (prefetch != null) named.put("prefetch", prefetch);
        return compiled(() -> PythonObjects.construct(name, positional, named));
      }
      case "torch.utils.data.RandomSampler" -> {
        Object items = first instanceof Dataset<?> data ? (Object) data.size()
            : first instanceof List<?> list ? (Object) (long) list.size() : first;
        return compiled(() -> PythonObjects.construct(name, Arrays.asList(items), named));
      }
      case "io.BytesIO" -> {
        var bytes = new ByteArrayOutputStream();
        if (first instanceof byte[] content) bytes.writeBytes(content);
        return bytes;
      }
      case "torch.save", "torch.load" -> {
        return file(name.equals("torch.load"), first, positional);
      }
      case "torch.autograd.backward" -> throw new AbsentException(name);
      case "bool" -> {
        return tensorOf(first).itemBoolean();
      }
      case "int" -> {
        return tensorOf(first).itemLong();
      }
      case "list" -> {
        var items = new ArrayList<@Nullable Object>();
        for (Object item : (Iterable<?>) SampleValues.required(first)) items.add(item);
        return items;
      }
      case "float" -> {
        return first instanceof String text ? PythonExpression.literal(text) : tensorOf(first).itemDouble();
      }
      default -> {
      }
    }
    if (!name.startsWith("torch.")) throw new AbsentException(name);
    int dot = name.lastIndexOf('.');
    String module = name.substring(0, dot);
    String bare = name.substring(dot + 1);
    return switch (module) {
      case "torch" -> operatorOrFunction(bare, name, positional, named);
      case "torch.linalg", "torch.fft", "torch.special" ->
        operatorOrFunction(module.substring("torch.".length()) + "_" + bare, name, positional, named);
      case "torch.optim" -> optimizer(name, positional, named);
      default -> Character.isUpperCase(bare.charAt(0))
          ? compiled(() -> PythonObjects.construct(name, positional, named))
          : compiled(() -> PythonObjects.call(name, positional, named));
    };
  }

  /// Saving and loading; Python's buffers are streams of bytes here.
  private static @Nullable Object file(boolean load, @Nullable Object first, List<@Nullable Object> positional) {
    try {
      if (load) return switch (first) {
        case String path -> Torch.<@Nullable Object>load(Path.of(path));
        case ByteArrayOutputStream bytes ->
          Torch.<@Nullable Object>load(new ByteArrayInputStream(bytes.toByteArray()));
        case null, default -> throw new UncompilableException("torch.load of " + describe(first));
      };
      switch (positional.get(1)) {
        case String path -> Torch.save(first, Path.of(path));
        case ByteArrayOutputStream bytes -> Torch.save(first, bytes);
        case null, default -> throw new UncompilableException("torch.save to " + describe(positional.get(1)));
      }
      return null;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// An optimizer; of several groups of parameters it gets the first at once and the others one by one.
  private static Object optimizer(String name, List<@Nullable Object> positional,
      Map<String, @Nullable Object> named) {
    if (!(positional.getFirst() instanceof List<?> groups) || !groups.stream().allMatch(Map.class::isInstance)
        || groups.isEmpty())
      return SampleValues.required(compiled(() -> PythonObjects.construct(name, positional, named)));
    Optimizer<?> made = null;
    for (Object group : groups) {
      var options = new LinkedHashMap<String, @Nullable Object>(named);
      ((Map<?, ?>) group).forEach((key, value) -> options.put((String) key, value));
      List<Tensor> parameters = List.of(tensors(options.remove("params")));
      if (made == null)
        made = (Optimizer<?>) SampleValues
            .required(compiled(() -> PythonObjects.construct(name, List.of(parameters), options)));
      else OptimizerCases.addGroup(made, name, parameters, options);
    }
    return SampleValues.required(made);
  }

  private static Tensor tensorOf(@Nullable Object value) {
    if (value instanceof Tensor tensor) return tensor;
    throw new UncompilableException("a tensor, but " + describe(value));
  }

  private static Tensor[] tensors(@Nullable Object value) {
    return value instanceof Tensor tensor ? new Tensor[] {tensor}
        : sequence(value).stream().map(PythonProgram::tensorOf).toArray(Tensor[]::new);
  }

  /// `torch.tensor` of nested lists.
  private static Tensor tensor(@Nullable Object nested, Map<String, @Nullable Object> named) {
    Tensor made = nested instanceof Complex ? Torch.scalarTensor(nested)
        : array(nested) instanceof Number[] complex ? complex(complex) : Torch.tensor(array(nested));
    if (named.get("dtype") instanceof DType dtype) made = made.to(dtype);
    return Boolean.TRUE.equals(named.get("requires_grad")) ? made.requiresGrad(true) : made;
  }

  private static Tensor complex(Number[] values) {
    return Torch.complex(
        Torch.tensor(
            Arrays.stream(values).mapToDouble(v -> v instanceof Complex c ? c.real() : v.doubleValue()).toArray()),
        Torch.tensor(Arrays.stream(values).mapToDouble(v -> v instanceof Complex c ? c.imaginary() : 0).toArray()));
  }

  private static Object array(@Nullable Object nested) {
    if (nested instanceof Number || nested instanceof Boolean) return nested;
    if (!(nested instanceof List<?> list)) throw new UncompilableException("a tensor of " + describe(nested));
    if (list.stream().allMatch(List.class::isInstance)) {
      Object[] rows = list.stream().map(PythonProgram::array).toArray();
      Object typed =
          java.lang.reflect.Array.newInstance(rows.length == 0 ? double[].class : rows[0].getClass(), rows.length);
      for (int i = 0; i < rows.length; i++) java.lang.reflect.Array.set(typed, i, rows[i]);
      return typed;
    }
    if (list.stream().allMatch(Boolean.class::isInstance)) {
      var all = new boolean[list.size()];
      for (int i = 0; i < all.length; i++) all[i] = (Boolean) list.get(i);
      return all;
    }
    if (list.stream().allMatch(Long.class::isInstance)) return list.stream().mapToLong(v -> (Long) v).toArray();
    if (list.stream().allMatch(v -> v instanceof Number && !(v instanceof Complex)))
      return list.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray();
    if (list.stream().allMatch(Number.class::isInstance)) return list.toArray(Number[]::new);
    throw new UncompilableException("a tensor of " + list);
  }

  private @Nullable Object method(Object of, String name, List<@Nullable Object> positional,
      Map<String, @Nullable Object> named) {
    if (of instanceof ByteArrayOutputStream && name.equals("seek")) return null;
    if (!(of instanceof Tensor tensor))
      return compiled(() -> PythonObjects.call(of, of.getClass().getSimpleName() + "." + name, positional, named));
    switch (name) {
      case "double", "float", "half", "long", "int", "bool" -> {
        return tensor.to(DType.of(name));
      }
      case "to" -> {
        if (positional.getFirst() instanceof String device) return tensor.to(Device.of(device));
      }
      case "requires_grad_" -> {
        return tensor.requiresGrad_();
      }
      default -> {
      }
    }
    var arguments = new ArrayList<@Nullable Object>(List.of(tensor));
    arguments.addAll(positional);
    if (overloads(name).isEmpty())
      return compiled(() -> PythonObjects.call(of, "torch.Tensor." + name, positional, named));
    return operator(name, arguments, named);
  }

  // ---- operators -------------------------------------------------------------------------------------------------

  private static @Nullable Object operatorOrFunction(String operator, String function,
      List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    if (overloads(operator).isEmpty()) return compiled(() -> PythonObjects.call(function, positional, named));
    try {
      return operator(operator, positional, named);
    } catch (UncompilableException refused) {
      // The facade may take what no overload takes.
      try {
        return compiled(() -> PythonObjects.call(function, positional, named));
      } catch (AbsentException none) {
        throw refused;
      }
    }
  }

  private static List<Operator> overloads(String name) {
    return Operators.all().stream().filter(o -> o.schema().name().equals("aten::" + name)).toList();
  }

  private static @Nullable Object operator(String name, List<? extends @Nullable Object> positional,
      Map<String, ? extends @Nullable Object> named) {
    var left = new LinkedHashMap<String, @Nullable Object>(named);
    boolean requires = Boolean.TRUE.equals(left.remove("requires_grad"));
    List<Operator> overloads = overloads(name);
    if (overloads.isEmpty()) throw new AbsentException("aten::" + name);
    // A number is a number rather than a list of one.
    for (boolean apart : new boolean[] {false, true}) {
      for (Operator operator : overloads) {
        @Nullable Object[] bound = bind(operator.schema(), positional, left, apart);
        if (bound == null) continue;
        Object result = operator.invoke(bound);
        return requires ? ((Tensor) result).requiresGrad(true) : result;
      }
    }
    throw new UncompilableException(name + " takes no such arguments");
  }

  /// The arguments of an overload, or null if they have not its types.
  ///
  /// @param apart whether the items of a list that is the last argument may be given one by one: view(2, 3)
  private static @Nullable Object @Nullable [] bind(Schema schema, List<? extends @Nullable Object> positional,
      Map<String, ? extends @Nullable Object> named, boolean apart) {
    List<Schema.Argument> wanted = schema.arguments();
    var values = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < positional.size(); i++) {
      if (i >= wanted.size() || wanted.get(i).keywordOnly()) return null;
      Schema.Argument argument = wanted.get(i);
      Class<?> element = argument.type().kind() == Schema.Kind.INT ? Long.class
          : argument.type().kind() == Schema.Kind.TENSOR ? Tensor.class : Void.class;
      boolean last = i + 1 == wanted.size() || wanted.get(i + 1).keywordOnly();
      boolean rest = apart && last && argument.type().list()
          && positional.subList(i, positional.size()).stream().allMatch(element::isInstance);
      values.put(argument.name(), rest ? positional.subList(i, positional.size()) : positional.get(i));
      if (rest) break;
    }
    for (var entry : named.entrySet()) {
      String name = entry.getKey().equals("input") ? "self" : entry.getKey();
      if (wanted.stream().noneMatch(a -> a.name().equals(name))) return null;
      values.put(name, entry.getValue());
    }
    var bound = new @Nullable Object[wanted.size()];
    for (int i = 0; i < bound.length; i++) {
      Schema.Argument argument = wanted.get(i);
      if (!values.containsKey(argument.name())) {
        if (!argument.hasDefault() && !argument.type().optional()) return null;
        bound[i] = argument.hasDefault() ? argument.defaultValue() : null;
        continue;
      }
      Object value = values.get(argument.name());
      if (!fits(argument.type(), value)) return null;
      bound[i] = argument.type().kind() == Schema.Kind.DEVICE && value instanceof String name ? device(name) : value;
    }
    return bound;
  }

  private static Device device(String name) {
    if (name.equals("meta")) throw new AbsentException("the meta device");
    return Device.of(name);
  }

  private static boolean fits(Schema.Type type, @Nullable Object value) {
    if (value == null) return type.optional();
    if (type.list()) return value instanceof List<?> list
        && list.stream().allMatch(v -> v == null ? type.optionalElements() : single(type.kind(), v))
        || type.fixedSize() > 0 && single(type.kind(), value);
    return single(type.kind(), value);
  }

  private static boolean single(Schema.Kind kind, Object value) {
    return switch (kind) {
      case TENSOR -> value instanceof Tensor;
      case INT -> value instanceof Long;
      case FLOAT -> value instanceof Number && !(value instanceof Complex);
      case SCALAR -> value instanceof Number || value instanceof Boolean;
      case BOOL -> value instanceof Boolean;
      case STRING -> value instanceof String;
      case DTYPE -> value instanceof DType;
      case DEVICE -> value instanceof String || value instanceof Device;
      case GENERATOR -> value instanceof Generator;
      case LAYOUT, MEMORY_FORMAT -> false;
    };
  }
}
