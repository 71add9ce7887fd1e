package jtorch.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Layout;
import jtorch.MemoryFormat;
import jtorch.QScheme;
import jtorch.Tensor;
import jtorch.python.Counter;
import jtorch.python.NumpyArray;
import jtorch.python.OrderedDict;
import jtorch.python.PythonClass;
import jtorch.python.PythonObject;
import jtorch.python.Tuple;
import org.jspecify.annotations.Nullable;

/// What the names in a pickle mean and what calls of them give: Python's own values here, those of `torch` by
/// [TensorValues]. What neither knows becomes a [PythonObject], or is refused where only weights are wanted.
final class PickleValues {
  /// Python 2's names of modules, which protocol 2 uses still.
  private static final Map<String, String> MODULES = Map.of("__builtin__", "builtins", "copy_reg", "copyreg",
      "exceptions", "builtins", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric",
      "numpy._core.numeric");

  /// What PyTorch allows by default besides dtypes, and classes of tensors and storages.
  private static final Set<String> ALLOWED = Set.of("collections.OrderedDict", "collections.Counter",
      "torch.nn.parameter.Parameter", "torch.nn.Parameter", "torch.serialization._get_layout", "torch.Size",
      "torch.device", "_codecs.encode", "builtins.bytearray", "builtins.bytes", "builtins.set", "builtins.complex",
      "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
      "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
      "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor",
      "torch._utils._rebuild_qtensor", "torch._utils._rebuild_meta_tensor_no_storage",
      "torch._utils._rebuild_nested_tensor", "torch._utils._rebuild_wrapper_subclass",
      "torch._utils._rebuild_device_tensor_from_cpu_tensor", "torch._utils._rebuild_device_tensor_from_numpy",
      "torch._tensor._rebuild_from_type_v2", "torch.storage.TypedStorage", "torch.storage.UntypedStorage");
  private static final String TORCH_CLASSES =
      "torch\\.((cuda\\.|sparse\\.|cuda\\.sparse\\.|storage\\.)?[A-Z][A-Za-z0-9]*(Storage|Tensor)|Tensor"
          + "|per_(tensor|channel)_(affine|symmetric)(_float_qparams)?"
          + "|(float8|float4|bits|uint|int)\\w*|complex32|strided|sparse_(coo|csr|csc|bsr|bsc)"
          + "|(contiguous|preserve|channels_last|channels_last_3d)(_format)?)";

  /// What the file says of storages besides what the pickle does.
  interface Surroundings {
    /// What stands outside the pickle under this name.
    Object load(@Nullable Object id) throws IOException;

    /// Whether the bytes of storages come after the pickle.
    boolean isDeferred();

    /// Where tensors of a location go.
    Device device(@Nullable Object location);

    /// Bytes without a dtype turn out to be elements of this one.
    void typed(TypedStorage storage, DType dtype);

    /// A file of `torch.save` inside a pickle.
    @Nullable Object nested(byte[] file) throws IOException;
  }

  /// How much of the Java heap the values of a file may take. Few bytes of a pickle can ask for many: copies of a list
  /// that was read once, or a hundred million empty dicts.
  private static final long MOST_HEAP = Runtime.getRuntime().maxMemory() / 5 * 3;

  private final boolean weightsOnly;
  private final Surroundings surroundings;
  private long spent;
  private final TensorValues tensors = new TensorValues(this);

  PickleValues(boolean weightsOnly, Surroundings surroundings) {
    this.weightsOnly = weightsOnly;
    this.surroundings = surroundings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  TensorValues tensors() {
    return tensors;
  }

  /// Counts what a value will take, before it is made.
  void spend(long bytes) {
    spent += bytes;
    if (spent > MOST_HEAP) throw new PickleException("its values need more than " + (MOST_HEAP >> 20)
        + " MB, three fifths of the Java heap; start with a larger -Xmx if the file is what it should be");
  }

  long spent() {
    return spent;
  }

  Object persistent(@Nullable Object id) throws IOException {
    return surroundings.load(id);
  }

  // ---- names -------------------------------------------------------------------------------------------------------

  /// What a name stands for: a value of `torch` that JTorch has, or a [PythonClass].
  ///
  /// @throws UnsupportedOperationException if only weights are wanted and it is no name of theirs
  Object global(String module, String name) {
    if (module.length() + name.length() > 1000) throw new PickleException("the name of a class is too long");
    PythonClass found = new PythonClass(MODULES.getOrDefault(module, module), name);
    if (found.module().equals("torch")) {
      Object value = torchValue(name);
      if (value != null) return value;
    }
    if (weightsOnly && !allowed(found.qualifiedName())) throw refusal(found);
    return found;
  }

  private static boolean allowed(String name) {
    return ALLOWED.contains(name) || name.matches(TORCH_CLASSES);
  }

  private static UnsupportedOperationException refusal(PythonClass found) {
    String module = found.module().split("\\.", 2)[0];
    boolean blocked = Set.of("sys", "os", "posix", "nt").contains(module);
    return new UnsupportedOperationException("Weights only load failed. "
        + (blocked ? "Trying to load unsupported GLOBAL " + found.qualifiedName() + " whose module " + module
            + " is blocked."
            : "Unsupported global: GLOBAL " + found.qualifiedName() + " was not an allowed global by default.")
        + " With o -> o.weightsOnly(false) it becomes a PythonObject, which holds what the file says of it; no code of"
        + " the file is run either way");
  }

  private static @Nullable Object torchValue(String name) {
    for (DType dtype : DType.values()) {
      if (dtype.toString().equals(name)) return dtype;
    }
    for (Layout layout : Layout.values()) {
      if (layout.toString().equals(name)) return layout;
    }
    return switch (name) {
      case "float", "double", "half", "long", "int", "short", "chalf", "cfloat", "cdouble" -> DType.of(name);
      case "per_tensor_affine" -> QScheme.PER_TENSOR_AFFINE;
      case "per_channel_affine" -> QScheme.PER_CHANNEL_AFFINE;
      case "contiguous_format" -> MemoryFormat.CONTIGUOUS_FORMAT;
      case "channels_last" -> MemoryFormat.CHANNELS_LAST;
      case "channels_last_3d" -> MemoryFormat.CHANNELS_LAST_3D;
      case "preserve_format" -> MemoryFormat.PRESERVE_FORMAT;
      default -> null;
    };
  }

  // ---- calls -------------------------------------------------------------------------------------------------------

  /// What a call gives.
  @Nullable Object call(@Nullable Object function, Tuple arguments) throws IOException {
    if (function instanceof PythonClass known) {
      Object made = known(known, arguments);
      if (made != null) return made;
    } else if (!(function instanceof PythonObject))
      throw new PickleException("a call of " + describe(function) + ", which is no function");
    return new PythonObject(function, arguments, Map.of(), true);
  }

  /// What `type.__new__` gives.
  Object make(@Nullable Object type, Tuple arguments, Map<String, @Nullable Object> keywords) throws IOException {
    if (type instanceof PythonClass known) {
      Object made = keywords.isEmpty() ? known(known, arguments) : null;
      if (made != null) return made;
    } else if (!(type instanceof PythonObject))
      throw new PickleException("an object of " + describe(type) + ", which is no class");
    return new PythonObject(type, arguments, keywords, false);
  }

  Object frozenSet(List<@Nullable Object> items) {
    return new PythonObject(new PythonClass("builtins", "frozenset"), Tuple.of(new ArrayList<>(items)), Map.of(),
        true);
  }

  private @Nullable Object known(PythonClass function, Tuple a) throws IOException {
    String name = function.qualifiedName();
    return switch (name) {
      case "collections.OrderedDict" -> filled(new OrderedDict<@Nullable Object, @Nullable Object>(), a);
      case "collections.Counter" -> filled(new Counter<@Nullable Object>(), a);
      case "builtins.dict" -> filled(new LinkedHashMap<@Nullable Object, @Nullable Object>(), a);
      case "builtins.list" -> new ArrayList<>(items(a, name));
      case "builtins.set" -> {
        var set = new LinkedHashSet<@Nullable Object>();
        for (Object item : items(a, name)) set.add(key(item));
        yield set;
      }
      case "builtins.complex" -> {
        if (a.size() == 2 && a.get(0) instanceof Number re && a.get(1) instanceof Number im)
          yield Complex.of(re.doubleValue(), im.doubleValue());
        throw wrong(name, a);
      }
      case "builtins.bytes", "builtins.bytearray" -> {
        byte[] bytes = bytes(name, a);
        yield name.equals("builtins.bytes") ? bytes : ByteBuffer.wrap(bytes.clone());
      }
      case "_codecs.encode" -> encoded(a);
      case "copyreg._reconstructor" -> {
        if (a.size() == 3 && a.get(0) instanceof PythonClass type && a.get(2) == null)
          yield new PythonObject(type, Tuple.of(), Map.of(), false);
        yield null;
      }
      case "copyreg.__newobj__" -> {
        if (a.size() == 0) throw wrong(name, a);
        yield make(a.get(0), new Tuple(a.items().subList(1, a.size())), Map.of());
      }
      case "torch.Size" -> TensorValues.sizes(items(a, name), name);
      case "torch.device" -> device(a);
      case "numpy._core.multiarray._reconstruct", "numpy._core.numeric._frombuffer" -> new NumpyArray(function, a);
      case "numpy._core.multiarray.scalar" -> numpyScalar(a);
      default -> function.module().startsWith("torch") ? tensors.call(function, a) : null;
    };
  }

  private <M extends Map<@Nullable Object, @Nullable Object>> M filled(M map, Tuple a) {
    if (a.size() == 0) return map;
    if (a.size() != 1) throw wrong("a dict", a);
    if (a.get(0) instanceof Map<?, ?> entries) {
      spend(64L * entries.size());
      entries.forEach((k, v) -> map.put(key(k), v));
    } else {
      for (Object pair : items(a, "a dict")) {
        List<? extends @Nullable Object> two = listed(pair);
        if (two == null || two.size() != 2) throw wrong("a dict", a);
        map.put(key(two.get(0)), two.get(1));
      }
    }
    return map;
  }

  /// The items of the only argument, if there is one.
  private List<? extends @Nullable Object> items(Tuple a, String name) {
    if (a.size() == 0) return List.of();
    if (a.size() > 1) throw wrong(name, a);
    List<? extends @Nullable Object> all = listed(a.get(0));
    if (all == null) throw wrong(name, a);
    spend(64L * all.size());
    return all;
  }

  private @Nullable List<? extends @Nullable Object> listed(@Nullable Object value) {
    if (value instanceof List<?> list) return list;
    if (value instanceof Tuple tuple) return tuple.items();
    if (!(value instanceof Set<?> set)) return null;
    spend(8L * set.size());
    return new ArrayList<>(set);
  }

  private byte[] bytes(String name, Tuple a) {
    if (a.size() == 0) return new byte[0];
    spend(a.get(0) instanceof byte[] known ? known.length : a.get(0) instanceof List<?> list ? list.size() : 0);
    if (a.get(0) instanceof byte[] bytes) return bytes;
    if (a.get(0) instanceof String) return encoded(a);
    if (a.get(0) instanceof List<?> list) {
      byte[] all = new byte[list.size()];
      for (int i = 0; i < all.length; i++) {
        if (!(list.get(i) instanceof Long value) || value < 0 || value > 255) throw wrong(name, a);
        all[i] = value.byteValue();
      }
      return all;
    }
    throw wrong(name, a);
  }

  private byte[] encoded(Tuple a) {
    if (a.size() < 1 || !(a.get(0) instanceof String text)) throw wrong("_codecs.encode", a);
    spend(2L * text.length());
    String encoding = a.size() > 1 && a.get(1) instanceof String given ? given : "utf-8";
    return switch (encoding) {
      case "latin1", "latin-1", "iso-8859-1" -> {
        for (int i = 0; i < text.length(); i++) {
          if (text.charAt(i) > 255) throw new PickleException("bytes written as text with the character U+"
              + Integer.toHexString(text.charAt(i)) + ", which is none of Latin-1");
        }
        yield text.getBytes(StandardCharsets.ISO_8859_1);
      }
      case "utf-8", "utf8" -> PickleText.bytes(text);
      case "ascii" -> text.getBytes(StandardCharsets.US_ASCII);
      default -> throw new PickleException("bytes written as text in the encoding '" + encoding + "'");
    };
  }

  private static Object device(Tuple a) {
    if (a.size() == 0 || a.size() > 2 || !(a.get(0) instanceof String type)) throw wrong("torch.device", a);
    if (a.size() == 2 && !(a.get(1) instanceof Long)) throw wrong("torch.device", a);
    String text = a.size() == 2 ? type + ":" + a.get(1) : type;
    boolean known = text.matches("cpu(:0)?|cuda(:\\d{1,3})?");
    return known ? Device.of(text) : new PythonObject(new PythonClass("torch", "device"), a, Map.of(), true);
  }

  /// A number where Java has it, else null.
  private static @Nullable Object numpyScalar(Tuple a) {
    if (a.size() != 2 || !(a.get(1) instanceof byte[] bytes)) return null;
    if (!(a.get(0) instanceof PythonObject)) return null;
    String name = NumpyArray.dtypeName(a.get(0));
    DType dtype = NumpyArray.dtype(name);
    if (dtype == null) return null;
    Object value = NumpyArray.read(bytes, name, dtype, new long[0]).item();
    return value;
  }

  // ---- state -------------------------------------------------------------------------------------------------------

  /// Sets the state of what was made before.
  void build(@Nullable Object object, @Nullable Object state) {
    switch (object) {
      case OrderedDict<?, ?> dict -> dict.attributes().putAll(attributes(state));
      case PythonObject unknown -> unknown.state(state);
      case Tensor tensor -> tensors.build(tensor, state);
      case Counter<?> counter -> attributes(state);
      case null, default -> throw new PickleException("the state of " + describe(object) + ", which has none");
    }
  }

  /// The attributes in a state, which is a dict or a pair of dicts.
  static Map<String, @Nullable Object> attributes(@Nullable Object state) {
    var all = new LinkedHashMap<String, @Nullable Object>();
    if (state instanceof Tuple two && two.size() == 2) {
      for (Object part : two) {
        if (part != null) all.putAll(attributes(part));
      }
      return all;
    }
    if (!(state instanceof Map<?, ?> map))
      throw new PickleException("attributes must be a dict, got " + describe(state));
    map.forEach((name, value) -> {
      if (!(name instanceof String text)) throw new PickleException("the name of an attribute must be text");
      all.put(text, value);
    });
    return all;
  }

  static @Nullable Object key(@Nullable Object key) {
    if (!Tuple.isKey(key)) throw new PickleException("unhashable type: " + describe(key));
    return key;
  }

  static PickleException wrong(String name, Tuple arguments) {
    var kinds = new ArrayList<String>();
    for (Object argument : arguments) kinds.add(describe(argument));
    return new PickleException(name + " is called with (" + String.join(", ", kinds) + ")");
  }

  /// The kind of a value in Python's words; never the value, which may be endless.
  static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean b -> "bool";
      case Long l -> "int";
      case java.math.BigInteger l -> "int";
      case Double d -> "float";
      case String s -> "str";
      case byte[] b -> "bytes";
      case Tuple t -> "tuple";
      case List<?> l -> "list";
      case OrderedDict<?, ?> d -> "OrderedDict";
      case Map<?, ?> m -> "dict";
      case Set<?> s -> "set";
      case Tensor t -> "Tensor";
      case TypedStorage s -> "storage";
      case PythonClass c -> c.qualifiedName();
      case PythonObject o -> o.className();
      default -> value.getClass().getSimpleName();
    };
  }
}
