package jtorch.testing;

import java.lang.reflect.Executable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Python's names and calls in Java: `torch.nn.Conv2d(3, 64, 3, padding=1)` is `new Conv2d(3, 64, 3, o -> o.padding(1))`.
///
/// A class lies in the package that answers its Python module; a constructor fits if each of its parameters is one
/// of the call's arguments (by name in camel case, else by position) or has a default in Python, and what is left over is
/// an option of its option record, or has Python's default value. What is not there (class, function, option) is an
/// [AbsentException] with its Python name, so that its cases are skipped.
final class PythonObjects {
  /// Something is there, but no form of it takes the arguments of a call.
  static final class UnfitException extends AbsentException {
    private static final long serialVersionUID = 1L;

    UnfitException(String name) {
      super(name);
    }
  }

  /// A function named in a sample file, `torch.nn.functional.gelu`.
  record Function(String path) {}

  /// A function of a program that is run.
  @FunctionalInterface
  interface Closure {
    @Nullable Object call(List<? extends @Nullable Object> arguments);
  }

  /// A function of one number `e`, as a Python expression: `0.95 ** e`.
  record Lambda(String expression) {}

  private static final Map<String, String> PACKAGES = Map.of("torch.nn", "jtorch.nn", "torch.optim", "jtorch.optim",
      "torch.optim.lr_scheduler", "jtorch.optim", "torch.optim.swa_utils", "jtorch.optim", "torch.utils.data",
      "jtorch.data", "torch.distributions", "jtorch.distributions");
  private static final Map<String, String> FUNCTIONS = Map.ofEntries(Map.entry("torch", "jtorch.Torch"),
      Map.entry("torch.linalg", "jtorch.Linalg"),
      Map.entry("torch.fft", "jtorch.Fft"),
      Map.entry("torch.nn.functional", "jtorch.nn.functional.F"),
      Map.entry("torch.nn.init", "jtorch.nn.Init"),
      Map.entry("torch.nn.utils", "jtorch.nn.Parameters"),
      Map.entry("torch.nn.utils.rnn", "jtorch.nn.Sequences"),
      Map.entry("torch.nn.utils.weight_norm", "jtorch.nn.NormalizedWeights"),
      Map.entry("torch.nn.utils.spectral_norm", "jtorch.nn.NormalizedWeights"),
      Map.entry("torch.nn.utils.parametrizations", "jtorch.nn.Parametrizations"),
      Map.entry("torch.utils.data", "jtorch.data.Datasets"));

  private static final Object UNFIT = new Object();

  private PythonObjects() {}

  /// The Java class of a Python class.
  ///
  /// @throws AbsentException if there is none
  static Class<?> type(String path) {
    int dot = path.lastIndexOf('.');
    String pack = PACKAGES.get(path.substring(0, dot));
    return load(pack == null ? null : pack + path.substring(dot), path);
  }

  private static Class<?> load(@Nullable String name, String path) {
    if (name == null) throw new AbsentException(path);
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException missing) {
      throw new AbsentException(path);
    }
  }

  /// Calls a class.
  ///
  /// @throws AbsentException if the class, or a form of its constructor that takes these arguments, is not there
  static Object construct(String path, List<? extends @Nullable Object> positional,
      Map<String, ? extends @Nullable Object> named) {
    Class<?> type = type(path);
    if (Modifier.isAbstract(type.getModifiers())) throw new AbsentException(path);
    return required(invoke(path, null, Stream.of(type.getConstructors()), positional, named));
  }

  /// Calls a function.
  ///
  /// @throws AbsentException if the function, or a form of it that takes these arguments, is not there
  static @Nullable Object call(String path, List<? extends @Nullable Object> positional,
      Map<String, ? extends @Nullable Object> named) {
    int dot = path.lastIndexOf('.');
    Class<?> holder = load(FUNCTIONS.get(path.substring(0, dot)), path);
    return invoke(path, null, methods(holder, path.substring(dot + 1)), positional, named);
  }

  /// Calls a method of an object; `path` is the signature's: `torch.nn.Linear.forward`.
  static @Nullable Object call(Object target, String path, List<? extends @Nullable Object> positional,
      Map<String, ? extends @Nullable Object> named) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    return invoke(path, target, methods(target.getClass(), name), positional, named);
  }

  /// Whether the object's class has a method of its own for these arguments, instead of [Module]'s.
  static boolean overrides(Object target, String name, Class<?>... parameters) {
    try {
      return target.getClass().getMethod(name, parameters).getDeclaringClass() != jtorch.nn.Module.class;
    } catch (NoSuchMethodException none) {
      return false;
    }
  }

  private static Stream<Method> methods(Class<?> type, String name) {
    return Arrays.stream(type.getMethods()).filter(m -> m.getName().equalsIgnoreCase(camelCase(name)) && !m.isBridge());
  }

  /// `kernel_size` -> `kernelSize`, `kaiming_uniform_` -> `kaimingUniform_`, `T_max` -> `tMax`
  static String camelCase(String snakeCase) {
    var text = new StringBuilder();
    for (int i = 0; i < snakeCase.length(); i++) {
      char c = snakeCase.charAt(i);
      boolean joint = c == '_' && i > 0 && i + 1 < snakeCase.length();
      if (!joint) text.append(i > 1 && snakeCase.charAt(i - 1) == '_' ? Character.toUpperCase(c)
          : i == 0 ? Character.toLowerCase(c) : c);
    }
    return text.toString();
  }

  // ---- fitting a call to a constructor or method -----------------------------------------------------------------

  private static @Nullable Object invoke(String path, @Nullable Object target, Stream<? extends Executable> candidates,
      List<? extends @Nullable Object> positional, Map<String, ? extends @Nullable Object> named) {
    PythonSignature known = PythonSignature.of(path);
    // A signature of `*args, **kwargs` says nothing.
    boolean telling = known != null && (known.parameters().stream().anyMatch(p -> !p.name().startsWith("*"))
        || known.parameters().stream().noneMatch(p -> p.name().startsWith("**")));
    PythonSignature signature = telling ? Objects.requireNonNull(known)
        : new PythonSignature(path,
            Stream.concat(java.util.stream.IntStream.range(0, positional.size()).mapToObj(i -> "argument" + i),
                named.keySet().stream()).map(n -> new PythonSignature.Parameter(n, null)).toList());
    if (positional.size() > signature.parameters().size()
        && signature.parameters().stream().noneMatch(p -> p.name().startsWith("*")))
      throw new UnfitException(path + " with " + positional.size() + " arguments");
    Map<String, @Nullable Object> given = signature.bind(positional, named);
    String missing = null;
    var forms = new ArrayList<Executable>();
    // Those with more parameters first: what they do not take must be an option or a default.
    for (Executable candidate : candidates.sorted((a, b) -> b.getParameterCount() - a.getParameterCount()).toList()) {
      forms.add(candidate);
      var fit = new Fit(signature, candidate, new LinkedHashMap<>(given));
      @Nullable Object[] arguments = fit.arguments();
      if (arguments != null) return run(candidate, target, arguments);
      if (missing == null) missing = fit.missing;
    }
    if (forms.isEmpty()) throw new AbsentException(path);
    String call = missing == null ? path : path + "(" + missing + ")";
    boolean complete = named.keySet().stream().allMatch(name -> forms.stream().anyMatch(form -> takes(form, name)));
    throw complete ? new UnfitException(call) : new AbsentException(call);
  }

  private static @Nullable Object run(Executable executable, @Nullable Object target, @Nullable Object[] arguments) {
    try {
      return executable instanceof Method m ? m.invoke(target, arguments)
          : ((java.lang.reflect.Constructor<?>) executable).newInstance(arguments);
    } catch (InvocationTargetException wrapped) {
      if (wrapped.getCause() instanceof RuntimeException failure) throw failure;
      if (wrapped.getCause() instanceof Error failure) throw failure;
      throw new IllegalStateException(wrapped.getCause());
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException("could not call " + executable, failure);
    }
  }

  /// One try to fit a Python call to a Java constructor or method.
  private static final class Fit {
    private final PythonSignature signature;
    private final Executable executable;
    private final Map<String, @Nullable Object> left;
    private String missing = "";

    Fit(PythonSignature signature, Executable executable, Map<String, @Nullable Object> given) {
      this.signature = signature;
      this.executable = executable;
      this.left = given;
    }

    @Nullable Object @Nullable [] arguments() {
      Parameter[] parameters = executable.getParameters();
      Class<?> options = parameters.length == 0 ? null : optionRecord(parameters[parameters.length - 1]);
      int count = options == null ? parameters.length : parameters.length - 1;
      var arguments = new @Nullable Object[parameters.length];
      if (executable.isVarArgs() && parameters[0].getType() == Object[].class) {
        left.clear();
        return new @Nullable Object[] {new Object[0]};
      }
      for (int i = 0; i < count; i++) {
        String name = pythonName(parameters[i], i);
        if (name == null) return unfit(parameters[i].getName());
        int index = signature.index(name);
        boolean there = left.containsKey(name);
        if (!there && (index < 0 || !signature.parameters().get(index).hasDefault())) {
          if (!name.startsWith("*")) return unfit(name);
          left.put(name, List.of());
        }
        Object value = left.containsKey(name) ? left.remove(name) : signature.parameters().get(index).defaultValue();
        arguments[i] = convert(value, parameters[i].getParameterizedType());
        if (arguments[i] == UNFIT) return unfit(name + "=" + describe(value));
      }
      var setters = new ArrayList<UnaryOperator<Object>>();
      for (Iterator<Map.Entry<String, @Nullable Object>> it = left.entrySet().iterator(); it.hasNext();) {
        var entry = it.next();
        UnaryOperator<Object> setter = options == null ? null : setter(options, entry.getKey(), entry.getValue());
        if (setter != null) setters.add(setter);
        else if (!isDefault(entry.getKey(), entry.getValue()))
          return unfit(entry.getKey() + "=" + describe(entry.getValue()));
        it.remove();
      }
      if (options == null) return arguments;
      UnaryOperator<Object> all = start -> {
        Object record = start;
        for (UnaryOperator<Object> setter : setters) record = setter.apply(record);
        return record;
      };
      arguments[count] = parameters[count].getType().isRecord() ? all.apply(required(defaults(options))) : all;
      return arguments;
    }

    private @Nullable Object @Nullable [] unfit(String name) {
      missing = name;
      return null;
    }

    /// The Python parameter that a Java parameter stands for: of the same name, else of the same position if no other Java
    /// parameter has its name.
    private @Nullable String pythonName(Parameter parameter, int position) {
      for (var p : signature.parameters()) {
        if (camelCase(p.name()).equals(parameter.getName())) return p.name();
      }
      if (position >= signature.parameters().size()) return null;
      String name = signature.parameters().get(position).name();
      boolean taken = Arrays.stream(executable.getParameters()).anyMatch(p -> p.getName().equals(camelCase(name)));
      return taken ? null : name;
    }

    /// Whether leaving an argument out means the same.
    private boolean isDefault(String name, @Nullable Object value) {
      if (name.equals("device") && (value == null || Device.CPU.equals(value) || value.equals("cpu"))) return true;
      int index = signature.index(name);
      return index >= 0 && signature.parameters().get(index).hasDefault()
          && sameValue(signature.parameters().get(index).defaultValue(), value);
    }
  }

  private static boolean sameValue(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number x && b instanceof Number y) return x.doubleValue() == y.doubleValue();
    if (a instanceof List<?> x && b instanceof List<?> y) {
      if (x.size() != y.size()) return false;
      for (int i = 0; i < x.size(); i++) {
        if (!sameValue(x.get(i), y.get(i))) return false;
      }
      return true;
    }
    return Objects.equals(a, b);
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Tensor _ -> "tensor";
      case String s -> "'" + s + "'";
      case Boolean b -> b ? "True" : "False";
      case Number n -> n.toString();
      case List<?> list -> "[" + String.join(", ", list.stream().map(PythonObjects::describe).toList()) + "]";
      default -> value.getClass().getSimpleName();
    };
  }

  /// The option record of a parameter `UnaryOperator<Options>`, or of one that takes a record with a `DEFAULT`; null if it
  /// is no such parameter.
  private static @Nullable Class<?> optionRecord(Parameter parameter) {
    if (parameter.getType().isRecord()) return defaults(parameter.getType()) == null ? null : parameter.getType();
    return parameter.getParameterizedType() instanceof ParameterizedType p && p.getRawType() == UnaryOperator.class
        && p.getActualTypeArguments()[0] instanceof Class<?> type && type.isRecord() ? type : null;
  }

  /// Whether a constructor or method has a parameter or an option of that name.
  private static boolean takes(Executable form, String name) {
    Parameter[] parameters = form.getParameters();
    Class<?> options = parameters.length == 0 ? null : optionRecord(parameters[parameters.length - 1]);
    return Arrays.stream(parameters).anyMatch(p -> p.getName().equals(camelCase(name)))
        || options != null && Arrays.stream(options.getMethods())
            .anyMatch(m -> m.getName().equals(camelCase(name)) && m.getReturnType() == options);
  }

  private static @Nullable Object defaults(Class<?> options) {
    try {
      return options.getField("DEFAULT").get(null);
    } catch (ReflectiveOperationException none) {
      return null;
    }
  }

  private static @Nullable UnaryOperator<Object> setter(Class<?> options, String name, @Nullable Object value) {
    for (Method method : options.getMethods()) {
      // What Python marks as private by an underscore is an option like others.
      if (!method.getName().equals(camelCase(name.startsWith("_") ? name.substring(1) : name))
          || method.getReturnType() != options || method.isBridge())
        continue;
      Type[] types = method.getGenericParameterTypes();
      if (types.length == 0) continue;
      // A list may stand for several parameters: betas(0.9, 0.999).
      List<?> values = types.length > 1 && value instanceof List<?> list ? list : Arrays.asList(value);
      var arguments = new @Nullable Object[types.length];
      boolean fits = values.size() == types.length;
      for (int i = 0; fits && i < types.length; i++) {
        arguments[i] = convert(values.get(i), types[i]);
        fits = arguments[i] != UNFIT;
      }
      if (fits) return record -> required(run(method, record, arguments));
    }
    return null;
  }

  private static Object required(@Nullable Object value) {
    return Objects.requireNonNull(value);
  }

  // ---- values ----------------------------------------------------------------------------------------------------

  /// A value as a parameter of that type wants it, or [#UNFIT].
  private static @Nullable Object convert(@Nullable Object value, Type type) {
    Class<?> raw = type instanceof Class<?> c ? c
        : type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : Object.class;
    if (value == null) return raw.isPrimitive() ? UNFIT : null;
    if (raw == long.class || raw == Long.class) return value instanceof Long ? value : UNFIT;
    if (raw == int.class || raw == Integer.class) return value instanceof Long v ? (Object) v.intValue() : UNFIT;
    if (raw == double.class || raw == Double.class)
      return value instanceof Number n && !(n instanceof Complex) ? (Object) n.doubleValue() : UNFIT;
    if (raw == boolean.class || raw == Boolean.class) return value instanceof Boolean ? value : UNFIT;
    if (raw == long[].class) return value instanceof Long v ? new long[] {v}
        : value instanceof List<?> list && list.stream().allMatch(Long.class::isInstance)
            ? list.stream().mapToLong(v -> (Long) v).toArray()
        : UNFIT;
    if (raw == double[].class)
      return value instanceof Number n && !(n instanceof Complex) ? new double[] {n.doubleValue()}
          : value instanceof List<?> list && list.stream().allMatch(Number.class::isInstance)
              ? list.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray()
          : UNFIT;
    if (raw == byte[].class) return value instanceof Tensor t && t.dtype() == DType.UINT8 ? t.toByteArray() : UNFIT;
    if (raw.isArray()) return array(value, raw.getComponentType());
    if (raw.isRecord() && value instanceof List<?> list) return tuple(list, raw);
    if (raw.isEnum() && value instanceof String name) {
      for (Object constant : raw.getEnumConstants()) {
        if (constant.toString().equalsIgnoreCase(name) || ((Enum<?>) constant).name().equalsIgnoreCase(name))
          return constant;
      }
      return UNFIT;
    }
    if ((value instanceof Function || value instanceof Lambda || value instanceof Closure) && raw.isInterface())
      return proxy(value, raw);
    if (type instanceof ParameterizedType p && !holds(value, p.getActualTypeArguments())) return UNFIT;
    return raw.isInstance(value) ? value : UNFIT;
  }

  /// Whether what a collection or a map holds is what its type says.
  private static boolean holds(Object value, Type[] types) {
    if (value instanceof Iterable<?> items && types.length == 1) {
      for (Object item : items) {
        if (item != null && !erasure(types[0]).isInstance(item)) return false;
      }
    }
    return !(value instanceof Map<?, ?> map) || types.length != 2
        || map.values().stream().allMatch(item -> item == null || erasure(types[1]).isInstance(item));
  }

  private static Class<?> erasure(Type type) {
    return switch (type) {
      case Class<?> c -> c;
      case ParameterizedType p -> (Class<?>) p.getRawType();
      case TypeVariable<?> v -> erasure(v.getBounds()[0]);
      case WildcardType w -> erasure(w.getUpperBounds()[0]);
      default -> Object.class;
    };
  }

  private static Object array(Object value, Class<?> component) {
    if (!(value instanceof List<?> list)) return UNFIT;
    Object array = java.lang.reflect.Array.newInstance(component, list.size());
    for (int i = 0; i < list.size(); i++) {
      Object item = convert(list.get(i), component);
      if (item == UNFIT) return UNFIT;
      java.lang.reflect.Array.set(array, i, item);
    }
    return array;
  }

  /// A tuple as the record that stands for it: `(h, c)` as the state of an LSTM.
  private static Object tuple(List<?> values, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (values.size() != components.length) return UNFIT;
    var arguments = new @Nullable Object[components.length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = convert(values.get(i), components[i].getGenericType());
      if (arguments[i] == UNFIT) return UNFIT;
    }
    return required(run(type.getConstructors()[0], null, arguments));
  }

  /// A function as an object of whatever functional interface takes it.
  private static Object proxy(Object function, Class<?> type) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
      if (method.getDeclaringClass() == Object.class) return switch (method.getName()) {
        case "equals" -> self == arguments[0];
        case "hashCode" -> System.identityHashCode(self);
        default -> function.toString();
      };
      if (method.isDefault()) return InvocationHandler.invokeDefault(self, method, arguments);
      return switch (function) {
        case Lambda lambda -> PythonExpression.evaluate(lambda.expression(), "e", ((Number) arguments[0]).longValue());
        case Closure closure -> closure.call(Arrays.asList(arguments));
        case Function named -> call(named.path(), Arrays.asList(arguments), Map.of());
        default -> throw new IllegalStateException("no function: " + function);
      };
    });
  }

  // ---- options ---------------------------------------------------------------------------------------------------

  /// A copy of an option record with other values, by Python's names.
  ///
  /// @throws AbsentException if it has no such option
  @SuppressWarnings("unchecked") // setters give the record's own type
  static <O> O withOptions(String path, O options, Map<String, ? extends @Nullable Object> named) {
    Object record = required(options);
    for (var option : named.entrySet()) {
      UnaryOperator<Object> setter = setter(record.getClass(), option.getKey(), option.getValue());
      if (setter == null)
        throw new AbsentException(path + "(" + option.getKey() + "=" + describe(option.getValue()) + ")");
      record = setter.apply(record);
    }
    return (O) record;
  }

  /// The value of an option, by Python's name.
  ///
  /// @throws AbsentException if the record has no such option
  static @Nullable Object option(String path, Object options, String name) {
    try {
      return run(options.getClass().getMethod(camelCase(name)), options, new Object[0]);
    } catch (NoSuchMethodException missing) {
      throw new AbsentException(path + "(" + name + ")");
    }
  }
}
