package jtorch.python;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// An array of NumPy inside a checkpoint; [#tensor] gives its numbers.
public final class NumpyArray extends PythonObject {
  public NumpyArray(PythonClass maker, Tuple arguments) {
    super(maker, arguments, Map.of(), true);
  }

  /// (version, shape, dtype, whether by columns, bytes)
  private Tuple parts() {
    if (state() instanceof Tuple t && t.size() == 5 && t.get(1) instanceof Tuple && t.get(3) instanceof Boolean)
      return t;
    // As protocol 5 has it: `_frombuffer(bytes, dtype, shape, order)`.
    Tuple a = arguments();
    if (a.size() == 4 && a.get(2) instanceof Tuple && a.get(3) instanceof String order) {
      Object bytes = a.get(0) instanceof ByteBuffer buffer ? buffer.array() : a.get(0);
      return Tuple.of(1L, a.get(2), a.get(1), order.equals("F"), bytes);
    }
    throw new IllegalArgumentException("a NumPy array without shape, dtype, order and bytes");
  }

  /// NumPy's name of the dtype: `<f4`, `|b1`, `>i8`.
  public String dtypeName() {
    return dtypeName(parts().get(2));
  }

  /// The name of a `numpy.dtype` object.
  public static String dtypeName(@Nullable Object dtype) {
    if (!(dtype instanceof PythonObject object) || object.arguments().size() == 0
        || !(object.arguments().get(0) instanceof String kind))
      throw new IllegalArgumentException("no NumPy dtype: " + dtype);
    String order = object.state() instanceof Tuple t && t.size() > 1 && t.get(1) instanceof String s ? s : "|";
    return order + kind;
  }

  public long[] shape() {
    Tuple shape = (Tuple) Objects.requireNonNull(parts().get(1));
    long[] sizes = new long[shape.size()];
    for (int i = 0; i < sizes.length; i++) {
      if (!(shape.get(i) instanceof Long size) || size < 0)
        throw new IllegalArgumentException("a NumPy array with shape " + shape);
      sizes[i] = size;
    }
    return sizes;
  }

  /// The dtype of tensors with the same elements, null where there is none (text, dates, records, objects).
  public static @Nullable DType dtype(String name) {
    return switch (name.substring(1)) {
      case "b1" -> DType.BOOL;
      case "u1" -> DType.UINT8;
      case "i1" -> DType.INT8;
      case "u2" -> DType.UINT16;
      case "i2" -> DType.INT16;
      case "u4" -> DType.UINT32;
      case "i4" -> DType.INT32;
      case "u8" -> DType.UINT64;
      case "i8" -> DType.INT64;
      case "f2" -> DType.FLOAT16;
      case "f4" -> DType.FLOAT32;
      case "f8" -> DType.FLOAT64;
      case "c8" -> DType.COMPLEX64;
      case "c16" -> DType.COMPLEX128;
      default -> null;
    };
  }

  /// How many bytes the elements have; 0 where they are objects.
  public int byteSize() {
    return parts().get(4) instanceof byte[] bytes ? bytes.length : 0;
  }

  /// The elements as a tensor with memory of its own.
  ///
  /// @throws UnsupportedOperationException if tensors have no such elements
  /// @throws IllegalArgumentException if the bytes are not those of the shape
  public Tensor tensor() {
    String name = dtypeName();
    DType dtype = dtype(name);
    if (dtype == null || !(parts().get(4) instanceof byte[] bytes))
      throw new UnsupportedOperationException("a NumPy array of '" + name + "' cannot be a tensor");
    long[] sizes = shape();
    boolean byColumns = Boolean.TRUE.equals(parts().get(3));
    if (byColumns) reverse(sizes);
    Tensor made = read(bytes, name, dtype, sizes);
    long[] order = new long[sizes.length];
    for (int d = 0; d < order.length; d++) order[d] = order.length - 1 - d;
    return byColumns ? made.permute(order) : made;
  }

  /// Elements of one of NumPy's dtypes.
  ///
  /// @throws IllegalArgumentException if there are more or fewer bytes than the sizes say
  public static Tensor read(byte[] bytes, String name, DType dtype, long[] sizes) {
    long count = dtype.size();
    for (long size : sizes) {
      if (size != 0 && count > Long.MAX_VALUE / size)
        throw new IllegalArgumentException("more elements than can be counted: " + Arrays.toString(sizes));
      count *= size;
    }
    if (count != bytes.length) throw new IllegalArgumentException(
        bytes.length + " bytes for " + dtype + Arrays.toString(sizes) + ", which has " + count);
    Tensor made = Torch.fromSegment(MemorySegment.ofArray(bytes), dtype, sizes);
    if (name.startsWith(">")) Memory.reverseElements(made.address(), bytes.length, dtype.toReal().size());
    if (dtype == DType.BOOL) Memory.normalizeTruths(made.address(), bytes.length);
    Reference.reachabilityFence(made);
    return made;
  }

  private static void reverse(long[] sizes) {
    for (int i = 0, j = sizes.length - 1; i < j; i++, j--) {
      long kept = sizes[i];
      sizes[i] = sizes[j];
      sizes[j] = kept;
    }
  }
}
