package jtorch.io;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import jtorch.DType;
import jtorch.Device;
import jtorch.Layout;
import jtorch.NestedTensor;
import jtorch.QScheme;
import jtorch.QuantizedTensor;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Storage;
import jtorch.spi.ParameterFactory;
import org.jspecify.annotations.Nullable;

/// Writes tensors of all kinds as calls of PyTorch's functions that make them again. A storage is written once, whole.
final class TensorPickler {
  /// A storage that has been named, and as what.
  private record Named(int key, @Nullable DType dtype) {}

  private final PickleWriter out;
  private final Map<Storage, Named> known = new IdentityHashMap<>();
  /// All empty tensors share a storage, whatever their dtypes.
  private final Map<DType, Integer> empty = new EnumMap<>(DType.class);
  private int emptyBytes = -1;

  TensorPickler(PickleWriter out) {
    this.out = out;
  }

  void tensor(Tensor t) {
    if (ParameterFactory.find().isParameter(t)) {
      out.global("torch._utils", "_rebuild_parameter");
      dense(t.detach());
      out.truth(t.requiresGrad()).emptyOrderedDict().op(0x87).op('R');
    } else any(t);
    out.remember(t);
  }

  private void any(Tensor t) {
    switch (t) {
      case SparseTensor s -> sparse(s);
      case QuantizedTensor q -> quantized(q);
      case NestedTensor n -> nested(n);
      default -> dense(t);
    }
  }

  // ---- storages ----------------------------------------------------------------------------------------------------

  /// Dtypes that have no class of storages are kept as bytes.
  private static boolean isUntyped(DType dtype) {
    return switch (dtype) {
      case BOOL, UINT8, INT8, INT16, INT32, INT64, FLOAT16, BFLOAT16, FLOAT32, FLOAT64, COMPLEX64, COMPLEX128, QINT8,
          QUINT8, QINT32 ->
        false;
      default -> true;
    };
  }

  /// `("storage", type, key, location, numel)`, by which the storage is named.
  private void storage(Storage storage, @Nullable DType dtype) {
    int size = dtype == null ? 1 : dtype.size();
    long count = storage.bytes() / size;
    reference(key(storage, dtype, count * size), dtype, count, storage.device());
  }

  private void reference(int key, @Nullable DType dtype, long count, Device device) {
    out.op('(').text("storage");
    if (dtype == null) out.global("torch.storage", "UntypedStorage");
    else out.global("torch", dtype.scalarTypeName() + "Storage");
    out.text(Integer.toString(key)).text(device.toString()).integer(count).op('t').op('Q');
  }

  private int key(Storage storage, @Nullable DType dtype, long bytes) {
    if (storage.bytes() == 0 && dtype != null)
      return empty.computeIfAbsent(dtype, _ -> out.stored(storage, 0, 0));
    if (storage.bytes() == 0) {
      if (emptyBytes < 0) emptyBytes = out.stored(storage, 0, 0);
      return emptyBytes;
    }
    Named named = known.get(storage);
    if (named == null) {
      named = new Named(out.stored(storage, 0, bytes), dtype);
      known.put(storage, named);
    } else if (named.dtype != dtype) throw new IllegalArgumentException("save: Cannot save multiple tensors or storages"
        + " that view the same data as different types (" + named.dtype + " and " + dtype + "); save a clone()");
    return named.key;
  }

  /// A storage by itself; part of one becomes one of its own.
  void storage(TypedStorage s) {
    long bytes = s.size() * s.elementSize();
    if (s.offset() == 0 && bytes == s.storage().bytes()) storage(s.storage(), s.dtype());
    else reference(out.stored(s.storage(), s.offset() * s.elementSize(), bytes), s.dtype(), s.size(),
        s.storage().device());
    out.remember(s);
  }

  // ---- dense -------------------------------------------------------------------------------------------------------

  private void dense(Tensor t) {
    boolean untyped = isUntyped(t.dtype());
    out.global("torch._utils", untyped ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2").op('(');
    storage(t.storage(), untyped ? null : t.dtype());
    out.integer(t.storageOffset()).integers(t.sizes()).integers(t.strides());
    out.truth(t.requiresGrad()).emptyOrderedDict();
    if (untyped) out.global("torch", t.dtype().toString());
    out.op('t').op('R');
  }

  // ---- the others --------------------------------------------------------------------------------------------------

  private void size(long[] sizes) {
    out.global("torch", "Size").integers(sizes).op(0x85).op('R');
  }

  private void layout(Layout layout) {
    out.global("torch.serialization", "_get_layout").text("torch." + layout).op(0x85).op('R');
  }

  private void sparse(SparseTensor s) {
    out.global("torch._utils", "_rebuild_sparse_tensor");
    layout(s.layout());
    out.op('(');
    if (s.layout() != Layout.SPARSE_COO) dense(s.compressedPart());
    dense(s.indexPart());
    dense(s.valuePart());
    size(s.sizes());
    if (s.layout() == Layout.SPARSE_COO) out.truth(s.sorted());
    out.op('t').op(0x86).op('R');
  }

  private void quantized(QuantizedTensor q) {
    out.global("torch._utils", "_rebuild_qtensor").op('(');
    storage(q.storage(), q.dtype());
    out.integer(q.storageOffset()).integers(q.sizes()).integers(q.strides());
    if (q.qscheme() == QScheme.PER_TENSOR_AFFINE)
      out.global("torch", "per_tensor_affine").real(q.qScale()).integer(q.qZeroPoint()).op(0x87);
    else {
      out.op('(').global("torch", "per_channel_affine");
      dense(q.qPerChannelScales());
      dense(q.qPerChannelZeroPoints());
      out.integer(q.qPerChannelAxis()).op('t');
    }
    out.truth(false).emptyOrderedDict().op('t').op('R');
  }

  /// The tensors one after the other, and tables of where each lies.
  private void nested(NestedTensor n) {
    Tensor[] parts = n.unbind();
    int dims = n.dim() - 1;
    Tensor[] flat = Arrays.stream(parts).map(p -> p.detach().reshape(-1)).toArray(Tensor[]::new);
    long[] sizes = new long[parts.length * dims];
    long[] strides = new long[parts.length * dims];
    long[] offsets = new long[parts.length];
    long end = 0;
    for (int i = 0; i < parts.length; i++) {
      System.arraycopy(parts[i].sizes(), 0, sizes, i * dims, dims);
      System.arraycopy(Tensor.contiguousStrides(parts[i].sizes()), 0, strides, i * dims, dims);
      offsets[i] = end;
      end += parts[i].numel();
    }
    out.global("torch._utils", "_rebuild_nested_tensor").op('(');
    dense(flat.length == 0 ? Torch.empty(0) : Torch.cat(flat));
    dense(Torch.tensor(sizes).reshape(parts.length, dims));
    dense(Torch.tensor(strides).reshape(parts.length, dims));
    dense(Torch.tensor(offsets));
    out.op('t').op('R');
  }
}
