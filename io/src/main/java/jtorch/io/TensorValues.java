package jtorch.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Layout;
import jtorch.Nested;
import jtorch.QScheme;
import jtorch.QuantizedTensor;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Storage;
import jtorch.op.SparseForms;
import jtorch.python.NumpyArray;
import jtorch.python.PythonClass;
import jtorch.python.PythonObject;
import jtorch.python.Tuple;
import jtorch.spi.ParameterFactory;
import org.jspecify.annotations.Nullable;

/// The functions of `torch` that make tensors in pickles. Offsets and strides are compared with the storage before there
/// is a tensor, so that no kernel can be led outside.
final class TensorValues {
  private static final int MOST_DIMENSIONS = 64;
  private static final Set<String> TENSORS =
      Set.of("torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.Parameter");

  /// What waits until the bytes are there: those of old files follow the pickle.
  private final List<Runnable> waiting = new ArrayList<>();
  /// Storages whose marks have been resolved.
  private final Map<Marked, Storage> resolved = new HashMap<>();
  private final PickleValues values;

  /// A storage of which Python has views that are marked as conjugates or negatives.
  private record Marked(Storage storage, DType dtype, boolean conjugate, boolean negative) {}

  TensorValues(PickleValues values) {
    this.values = values;
  }

  /// Called when the bytes of all storages are there.
  ///
  /// @throws RuntimeException if a sparse tensor's indices are wrong
  void finish() {
    for (Runnable work : waiting) work.run();
    waiting.clear();
  }

  private void whenRead(Runnable work) {
    if (values.surroundings().isDeferred()) waiting.add(work);
    else work.run();
  }

  private Tensor parameter(Tensor data, boolean requiresGrad) {
    Tensor made = ParameterFactory.find().parameter(data, requiresGrad && data.dtype().isDifferentiable());
    if (values.surroundings().isDeferred()) waiting.add(() -> made.data(data.detach()));
    return made;
  }

  /// What a call gives; null for what JTorch has no value for.
  @Nullable Object call(PythonClass function, Tuple a) throws IOException {
    String name = function.qualifiedName();
    return switch (name) {
      case "torch._utils._rebuild_tensor" -> {
        expect(name, a, 4, 4);
        yield tensor(a, null);
      }
      case "torch._utils._rebuild_tensor_v2" -> {
        expect(name, a, 6, 7);
        yield leaf(resolved(tensor(a, null), a.size() > 6 ? a.get(6) : null), a.get(4));
      }
      case "torch._utils._rebuild_tensor_v3" -> {
        expect(name, a, 7, 8);
        // A dtype that JTorch lacks leaves a node with the bytes.
        if (!(a.get(6) instanceof DType dtype)) yield null;
        yield leaf(resolved(tensor(a, dtype), a.size() > 7 ? a.get(7) : null), a.get(4));
      }
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
        expect(name, a, 3, 4);
        yield a.get(0) instanceof Tensor data ? parameter(data, Boolean.TRUE.equals(a.get(1))) : null;
      }
      case "torch.nn.parameter.Parameter", "torch.nn.Parameter" -> a.size() > 0 && a.get(0) instanceof Tensor data
          ? parameter(data, a.size() < 2 || Boolean.TRUE.equals(a.get(1))) : null;
      case "torch._utils._rebuild_qtensor" -> quantized(name, a);
      case "torch.serialization._get_layout" -> {
        expect(name, a, 1, 1);
        yield layout(a.get(0));
      }
      case "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor" -> {
        expect(name, a, 2, 2);
        yield sparse(name, a);
      }
      case "torch._utils._rebuild_nested_tensor" -> {
        expect(name, a, 4, 4);
        yield values.surroundings().isDeferred() ? null : nested(name, a);
      }
      case "torch._utils._rebuild_device_tensor_from_cpu_tensor" -> {
        expect(name, a, 4, 4);
        yield a.get(0) instanceof Tensor t ? leaf(t.to(values.surroundings().device(a.get(2))), a.get(3)) : null;
      }
      case "torch._utils._rebuild_device_tensor_from_numpy" -> {
        expect(name, a, 4, 4);
        if (!(a.get(0) instanceof NumpyArray array) || !(a.get(1) instanceof DType dtype)) yield null;
        values.spend((long) array.byteSize() * (1 + dtype.size()));
        yield leaf(array.tensor().to(dtype).to(values.surroundings().device(a.get(2))), a.get(3));
      }
      case "torch._tensor._rebuild_from_type_v2" -> {
        expect(name, a, 4, 4);
        if (!(a.get(2) instanceof Tuple inner)) throw PickleValues.wrong(name, a);
        Object made = values.call(a.get(0), inner);
        if (a.get(1) instanceof PythonClass type && TENSORS.contains(type.qualifiedName())) yield made;
        if (!(a.get(1) instanceof PythonClass type)) throw PickleValues.wrong(name, a);
        var subclass = new PythonObject(type, Tuple.of(made), Map.of(), true);
        subclass.state(a.get(3));
        yield subclass;
      }
      case "torch.storage._load_from_bytes" -> {
        expect(name, a, 1, 1);
        if (!(a.get(0) instanceof byte[] bytes)) yield null;
        values.spend(bytes.length);
        yield values.surroundings().nested(bytes);
      }
      default -> name.matches("torch\\.(\\w+\\.)*\\w*Tensor") && a.size() == 0 ? Torch.empty(0) : null;
    };
  }

  private static void expect(String name, Tuple a, int least, int most) {
    if (a.size() < least || a.size() > most) throw PickleValues.wrong(name, a);
  }

  // ---- dense -------------------------------------------------------------------------------------------------------

  /// A window on a storage from (storage, offset, size, stride).
  ///
  /// @param as the dtype where the storage has none of its own
  private Tensor tensor(Tuple a, @Nullable DType as) {
    if (!(a.get(0) instanceof TypedStorage storage) || !(a.get(1) instanceof Long offset))
      throw PickleValues.wrong("_rebuild_tensor", a);
    long[] sizes = sizes(a.get(2), "_rebuild_tensor");
    long[] strides = sizes(a.get(3), "_rebuild_tensor");
    DType dtype = as != null ? as : storage.dtype() != null ? storage.dtype() : DType.UINT8;
    if (storage.dtype() != null && storage.dtype() != dtype)
      throw new PickleException("a tensor of " + dtype + " on a storage of " + storage.dtype());
    if (dtype.isQuantized()) throw new PickleException("a tensor of " + dtype + " without scale and zero point");
    return window(storage, dtype, offset, sizes, strides);
  }

  Tensor window(TypedStorage storage, DType dtype, long offset, long[] sizes, long[] strides) {
    if (sizes.length != strides.length || sizes.length > MOST_DIMENSIONS)
      throw new PickleException(sizes.length + " sizes and " + strides.length + " strides");
    long bytes = Math.multiplyExact(storage.size(), storage.elementSize());
    long elements = bytes / dtype.size();
    boolean empty = false;
    for (long size : sizes) empty |= size == 0;
    long last = offset;
    long count = 1;
    try {
      for (int d = 0; d < sizes.length; d++) {
        if (sizes[d] < 0 || strides[d] < 0) throw new PickleException("negative sizes or strides: sizes "
            + Arrays.toString(sizes) + ", strides " + Arrays.toString(strides));
        if (!empty) {
          last = Math.addExact(last, Math.multiplyExact(sizes[d] - 1, strides[d]));
          count = Math.multiplyExact(count, sizes[d]);
        }
      }
    } catch (ArithmeticException overflow) {
      throw outside(dtype, sizes, strides, offset, elements);
    }
    if (offset < 0 || offset > elements || !empty && last >= elements)
      throw outside(dtype, sizes, strides, offset, elements);
    long begin = storage.offset() * storage.elementSize();
    if (begin % dtype.size() != 0)
      throw new PickleException("a storage that begins at byte " + begin + " for " + dtype);
    values.surroundings().typed(storage, dtype);
    return new Tensor(storage.storage(), dtype, sizes, strides, begin / dtype.size() + offset);
  }

  private static PickleException outside(DType dtype, long[] sizes, long[] strides, long offset, long elements) {
    return new PickleException("a tensor of " + dtype + Arrays.toString(sizes) + " with strides "
        + Arrays.toString(strides) + " and offset " + offset + " goes beyond its storage of " + elements
        + " elements");
  }

  private static Tensor leaf(Tensor tensor, @Nullable Object requiresGrad) {
    return Boolean.TRUE.equals(requiresGrad) && tensor.dtype().isDifferentiable() ? tensor.requiresGrad(true) : tensor;
  }

  /// Python keeps conjugates and negatives as a mark; here they are made.
  private Tensor resolved(Tensor tensor, @Nullable Object metadata) {
    if (!(metadata instanceof Map<?, ?> marks)) return tensor;
    boolean conjugate = Boolean.TRUE.equals(marks.get("conj")) && tensor.dtype().isComplex();
    boolean negative = Boolean.TRUE.equals(marks.get("neg"));
    if (!conjugate && !negative || tensor.numel() == 0) return tensor;
    UnaryOperator<Tensor> resolve = t -> {
      Tensor result = conjugate ? t.conj() : t;
      return negative ? result.neg() : result;
    };
    whenRead(() -> {
      // The whole storage once, whatever lies in it: its windows stay windows on one storage.
      Storage storage = tensor.storage();
      Storage made = resolved.computeIfAbsent(new Marked(storage, tensor.dtype(), conjugate, negative), _ -> {
        long count = storage.bytes() / tensor.elementSize();
        Tensor all = new Tensor(storage, tensor.dtype(), new long[] {count}, new long[] {1}, 0);
        return resolve.apply(all).contiguous().storage();
      });
      tensor.data(new Tensor(made, tensor.dtype(), tensor.sizes(), tensor.strides(), tensor.storageOffset()));
    });
    return tensor;
  }

  /// Refuses to work on a tensor with more elements than its storage has.
  private static Tensor bounded(Tensor tensor) {
    if (tensor.numel() > Math.max(1, tensor.storage().bytes() / tensor.elementSize()))
      throw new PickleException("a tensor of " + tensor.describe() + " on a storage of " + tensor.storage().bytes()
          + " bytes");
    return tensor;
  }

  /// Sets what a tensor is a window on: the state (storage, offset, size, stride) of files before PyTorch 0.4. Attributes
  /// that a tensor carries are left out.
  void build(Tensor tensor, @Nullable Object state) {
    if (!(state instanceof Tuple parts) || parts.size() < 4) return;
    if (parts.get(0) instanceof TypedStorage) tensor.data(tensor(parts, null));
    else if (parts.get(0) instanceof Tensor data) tensor.data(data);
  }

  // ---- quantized ---------------------------------------------------------------------------------------------------

  private @Nullable Object quantized(String name, Tuple a) {
    expect(name, a, 6, 7);
    if (!(a.get(0) instanceof TypedStorage storage) || !(a.get(1) instanceof Long offset)
        || !(a.get(4) instanceof Tuple how) || how.size() == 0)
      throw PickleValues.wrong(name, a);
    if (storage.dtype() == null || !storage.dtype().isQuantized()) return null;
    DType dtype = storage.dtype();
    DType integers = dtype == DType.QUINT8 ? DType.UINT8 : dtype == DType.QINT8 ? DType.INT8 : DType.INT32;
    Tensor plain = window(storage, integers, offset, sizes(a.get(2), name), sizes(a.get(3), name));
    if (how.get(0) == QScheme.PER_TENSOR_AFFINE && how.size() == 3 && how.get(1) instanceof Number scale
        && how.get(2) instanceof Long zero)
      return QuantizedTensor.of(plain, dtype, scale.doubleValue(), zero);
    if (how.get(0) == QScheme.PER_CHANNEL_AFFINE && how.size() == 4 && how.get(1) instanceof Tensor scales
        && how.get(2) instanceof Tensor zeros && how.get(3) instanceof Long axis) {
      if (axis < 0 || axis >= plain.dim() || scales.dim() != 1 || zeros.dim() != 1
          || scales.size(0) != plain.size(axis.intValue()) || zeros.size(0) != scales.size(0))
        throw new PickleException("quantized by channels along dimension " + axis + " of " + plain.describe()
            + " with " + scales.describe() + " and " + zeros.describe());
      return QuantizedTensor.of(plain, dtype, scales, zeros, axis.intValue());
    }
    return null;
  }

  // ---- sparse ------------------------------------------------------------------------------------------------------

  private static Object layout(@Nullable Object name) {
    for (Layout layout : Layout.values()) {
      if (("torch." + layout).equals(name)) return layout;
    }
    throw new PickleException("there is no layout " + PickleValues.describe(name));
  }

  private Object sparse(String name, Tuple a) {
    if (!(a.get(0) instanceof Layout layout) || !(a.get(1) instanceof Tuple parts) || layout == Layout.STRIDED)
      throw PickleValues.wrong(name, a);
    if (layout == Layout.SPARSE_COO) {
      expect(name, parts, 3, 4);
      if (!(parts.get(0) instanceof Tensor indices) || !(parts.get(1) instanceof Tensor given))
        throw PickleValues.wrong(name, parts);
      long[] sizes = sizes(parts.get(2), name);
      boolean coalesced = parts.size() > 3 && Boolean.TRUE.equals(parts.get(3));
      if (indices.dim() != 2 || given.dim() < 1 || indices.dtype() != DType.INT64 || indices.size(1) != given.size(0))
        throw new PickleException("a sparse tensor of indices " + indices.describe() + " and values "
            + given.describe());
      bounded(indices);
      bounded(given);
      whenRead(() -> SparseForms.SPARSE_COO.tensor(indices, given, sizes, null, null, null, null, coalesced));
      return SparseTensor.coo(indices, given, sizes, coalesced);
    }
    expect(name, parts, 4, 4);
    if (!(parts.get(0) instanceof Tensor lines) || !(parts.get(1) instanceof Tensor plain)
        || !(parts.get(2) instanceof Tensor given))
      throw PickleValues.wrong(name, parts);
    long[] sizes = sizes(parts.get(3), name);
    int batch = lines.dim() - 1;
    if (batch < 0 || plain.dim() != lines.dim() || given.dim() < plain.dim() + (layout.inBlocks() ? 2 : 0)
        || sizes.length < batch + 2)
      throw new PickleException("a sparse tensor of " + layout + " of " + lines.describe() + ", " + plain.describe()
          + " and values " + given.describe());
    bounded(lines);
    bounded(plain);
    bounded(given);
    whenRead(() -> Torch.sparseCompressedTensor(lines, plain, given, sizes, layout));
    return SparseTensor.compressed(layout, lines, plain, given, sizes);
  }

  // ---- nested ------------------------------------------------------------------------------------------------------

  private Object nested(String name, Tuple a) {
    if (!(a.get(0) instanceof Tensor buffer) || !(a.get(1) instanceof Tensor sizes)
        || !(a.get(2) instanceof Tensor strides) || !(a.get(3) instanceof Tensor offsets))
      throw PickleValues.wrong(name, a);
    if (sizes.dim() != 2 || strides.dim() != 2 || offsets.dim() != 1 || sizes.size(0) != offsets.size(0)
        || !Arrays.equals(sizes.sizes(), strides.sizes()) || buffer.dim() != 1 || !buffer.isContiguous())
      throw PickleValues.wrong(name, a);
    long dims = sizes.size(1);
    long[] allSizes = bounded(sizes).to(DType.INT64).toLongArray();
    long[] allStrides = bounded(strides).to(DType.INT64).toLongArray();
    long[] begin = bounded(offsets).to(DType.INT64).toLongArray();
    var whole = new TypedStorage(buffer.storage(), buffer.dtype(), buffer.storageOffset(), buffer.numel());
    values.spend(100L * begin.length + 16L * allSizes.length);
    Tensor[] parts = new Tensor[begin.length];
    long total = 0;
    for (int i = 0; i < parts.length; i++) {
      int from = Math.toIntExact(i * dims);
      int to = Math.toIntExact(from + dims);
      parts[i] = window(whole, buffer.dtype(), begin[i], Arrays.copyOfRange(allSizes, from, to),
          Arrays.copyOfRange(allStrides, from, to));
      total = Math.addExact(total, parts[i].numel());
    }
    if (total > buffer.numel()) throw new PickleException(
        "a nested tensor of " + total + " elements in a buffer of " + buffer.numel());
    return Nested.asNestedTensor(parts);
  }

  /// The numbers of a tuple, of a `torch.Size`.
  static long[] sizes(@Nullable Object value, String name) {
    if (value instanceof long[] known) return known.clone();
    List<? extends @Nullable Object> items =
        value instanceof Tuple tuple ? tuple.items() : value instanceof List<?> list ? list
            : List.of((Object) "no list");
    long[] all = new long[items.size()];
    for (int i = 0; i < all.length; i++) {
      if (!(items.get(i) instanceof Long number))
        throw new PickleException(name + ": sizes must be integers, got " + PickleValues.describe(value));
      all[i] = number;
    }
    return all;
  }
}
