package jtorch.testing;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.lang.model.SourceVersion;

/// Where a public name of PyTorch stands in Java, by rule.
///
/// - A module is a class: `torch` is `jtorch.Torch`, `torch.nn.functional` is `jtorch.nn.functional.F`, `torch.linalg` is
///   `jtorch.Linalg`, and so on; `torch.foo_bar` is a static method or a constant of it, `Tensor.foo_bar_` the method
///   `fooBar_`. Case does not count, so that `DType` and `NumPy` may be written as Java writes them.
/// - A getter may be called without its `get`: `torch.get_default_dtype` is `defaultDType()`. A setter keeps its `set`.
/// - A name that Java keeps for itself, `Tensor.double`, has `to` before it: `toDouble()`.
/// - Python's operators are the methods they stand for: `__add__` and `__radd__` are `add`, `__iadd__` is `add_`; those
///   whose name is another are in one table.
/// - A class is a class of `jtorch` or of one of its packages; one whose use is `with torch.no_grad():` is a static method.
final class PublicNames {
  /// Where PyTorch's name is to be looked for.
  ///
  /// @param type the class
  /// @param members names of a member of which one is enough
  record Place(String type, List<String> members) {
    @Override
    public String toString() {
      return type.substring(type.lastIndexOf('.') + 1) + "." + String.join(" or ", members);
    }
  }

  private static final Map<String, String> MODULES = Map.ofEntries( //
      Map.entry("torch", "jtorch.Torch"), //
      Map.entry("torch.Tensor", "jtorch.Tensor"), //
      Map.entry("torch.nn.functional", "jtorch.nn.functional.F"), //
      Map.entry("torch.linalg", "jtorch.Linalg"), //
      Map.entry("torch.fft", "jtorch.Fft"), //
      Map.entry("torch.special", "jtorch.Special"), //
      Map.entry("torch.signal.windows", "jtorch.signal.Windows"), //
      Map.entry("torch.masked", "jtorch.Masked"), //
      Map.entry("torch.sparse", "jtorch.Sparse"), //
      Map.entry("torch.nested", "jtorch.Nested"));

  /// Packages in which classes of `torch` may stand.
  private static final List<String> PACKAGES = List.of("jtorch", "jtorch.random", "jtorch.amp");

  /// Python's operators whose method has another name.
  private static final Map<String, String> OPERATORS = Map.ofEntries( //
      Map.entry("truediv", "div"), //
      Map.entry("and", "bitwise_and"), //
      Map.entry("or", "bitwise_or"), //
      Map.entry("xor", "bitwise_xor"), //
      Map.entry("invert", "bitwise_not"), //
      Map.entry("lshift", "bitwise_left_shift"), //
      Map.entry("rshift", "bitwise_right_shift"), //
      Map.entry("floordiv", "floor_divide"), //
      Map.entry("mod", "remainder"), //
      Map.entry("pos", "positive"), //
      Map.entry("getitem", "get"), //
      Map.entry("setitem", "set"), //
      Map.entry("len", "size"), //
      Map.entry("bool", "item_boolean"), //
      Map.entry("nonzero", "item_boolean"), //
      Map.entry("float", "item_double"), //
      Map.entry("int", "item_long"), //
      Map.entry("long", "item_long"), //
      Map.entry("index", "item_long"), //
      Map.entry("complex", "item"), //
      Map.entry("iter", "iterator"), //
      Map.entry("reversed", "flip"), //
      Map.entry("repr", "to_string"), //
      Map.entry("str", "to_string"), //
      Map.entry("hash", "hash_code"), //
      Map.entry("deepcopy", "clone"));

  /// Operators with a reflected form `__radd__` and one in place, `__iadd__`.
  private static final Set<String> BINARY =
      Set.of("add", "sub", "mul", "div", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift",
          "rshift");

  private static final Map<String, Set<String>> MEMBERS = new ConcurrentHashMap<>();

  private PublicNames() {}

  /// `foo_bar_` as Java writes it: `fooBar_`.
  static String camelCase(String python) {
    var java = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < python.length(); i++) {
      char c = python.charAt(i);
      if (c == '_' && i > 0 && i < python.length() - 1) upper = true;
      else {
        java.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return java.toString();
  }

  /// Where a name of the inventory is to be looked for.
  ///
  /// @param name with its module: `torch.linalg.norm`, `torch.Tensor.add_`
  /// @param isClass whether Python has a class there
  static List<Place> places(String name, boolean isClass) {
    int dot = name.lastIndexOf('.');
    String module = name.substring(0, dot);
    String bare = name.substring(dot + 1);
    String owner = MODULES.get(module);
    if (owner == null) throw new IllegalArgumentException("no class stands for the module " + module + " of " + name);
    var places = new ArrayList<Place>();
    if (isClass) {
      for (String inside : PACKAGES) places.add(new Place(inside + "." + className(bare), List.of("class")));
    }
    places
        .add(new Place(owner, bare.startsWith("__") ? ofOperator(bare.substring(2, bare.length() - 2)) : ofName(bare)));
    return places;
  }

  private static String className(String bare) {
    return switch (bare) {
      case "dtype" -> "DType";
      case "finfo" -> "FInfo";
      case "iinfo" -> "IInfo";
      default -> Character.toUpperCase(bare.charAt(0)) + camelCase(bare).substring(1);
    };
  }

  private static List<String> ofName(String bare) {
    if (SourceVersion.isKeyword(bare)) return List.of(camelCase("to_" + bare));
    if (bare.startsWith("get_")) return List.of(camelCase(bare), camelCase(bare.substring(4)));
    return List.of(camelCase(bare));
  }

  private static List<String> ofOperator(String operator) {
    String method = OPERATORS.getOrDefault(operator, operator);
    if (!OPERATORS.containsKey(operator) && !BINARY.contains(operator) && operator.length() > 1) {
      String rest = operator.substring(1);
      if (operator.charAt(0) == 'r' && BINARY.contains(rest))
        return List.of("r" + rest, camelCase(OPERATORS.getOrDefault(rest, rest)));
      if (operator.charAt(0) == 'i' && BINARY.contains(rest))
        return List.of(camelCase(OPERATORS.getOrDefault(rest, rest) + "_"));
    }
    return List.of(camelCase(method));
  }

  /// Whether one of the places is there.
  static boolean exists(List<Place> places) {
    for (Place place : places) {
      Set<String> members = MEMBERS.computeIfAbsent(place.type(), PublicNames::members);
      if (place.members().stream().anyMatch(m -> members.contains(m.toLowerCase(Locale.ROOT)))) return true;
    }
    return false;
  }

  /// The public methods and fields of a class, in lower case, and "class" itself; empty if there is no such class.
  private static Set<String> members(String type) {
    Class<?> found;
    try {
      found = Class.forName(type, false, PublicNames.class.getClassLoader());
    } catch (ClassNotFoundException absent) {
      return Set.of();
    }
    Map<String, Boolean> names = new HashMap<>();
    names.put("class", true);
    for (Method method : found.getMethods()) {
      boolean ofObject = method.getDeclaringClass() == Object.class;
      if (!ofObject && !method.isBridge()) names.put(method.getName().toLowerCase(Locale.ROOT), true);
    }
    if (!Modifier.isAbstract(found.getModifiers())) names.put("hashcode", true);
    for (Field field : found.getFields()) names.put(field.getName().toLowerCase(Locale.ROOT), true);
    return Set.copyOf(names.keySet());
  }
}
