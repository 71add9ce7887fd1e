package jtorch;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;

/// Java's nested arrays as tensors.
final class NestedArrays {
  private NestedArrays() {}

  static Tensor tensor(Object nested) {
    if (nested instanceof Number || nested instanceof Boolean) return Torch.scalarTensor(nested);
    var sizes = new ArrayList<Long>();
    Object at = nested;
    Class<?> type = nested.getClass();
    while (type.isArray()) {
      int length = at == null ? 0 : Array.getLength(at);
      sizes.add((long) length);
      type = type.getComponentType();
      at = length == 0 || type.isPrimitive() ? null : Array.get(at, 0);
    }
    DType dtype = dtype(type);
    if (dtype == null) throw new IllegalArgumentException(
        "tensor: cannot be made of " + nested.getClass().getTypeName() + "; arrays of numbers or booleans can");
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    Tensor made = Torch.empty(shape, dtype, Device.CPU);
    fill(nested, shape, 0, made, new long[1]);
    return Torch.placed(made.dtype() == DType.FLOAT64 ? made.to(Torch.defaultDType()) : made);
  }

  private static @org.jspecify.annotations.Nullable DType dtype(Class<?> type) {
    if (type == float.class) return DType.FLOAT32;
    if (type == double.class) return DType.FLOAT64;
    if (type == long.class || type == int.class || type == short.class) return DType.INT64;
    if (type == byte.class) return DType.UINT8;
    return type == boolean.class ? DType.BOOL : null;
  }

  private static void fill(Object array, long[] shape, int depth, Tensor made, long[] next) {
    if (Array.getLength(array) != shape[depth])
      throw new ShapeException("tensor: expected sequence of length " + shape[depth] + " at dim " + depth + " (got "
          + Array.getLength(array) + "), in an array of shape " + Arrays.toString(shape));
    for (int i = 0; i < shape[depth]; i++) {
      Object item = Array.get(array, i);
      if (depth + 1 < shape.length) fill(item, shape, depth + 1, made, next);
      else Elements.put(made.dtype(), made.address() + next[0]++ * made.dtype().size(),
          item instanceof Boolean || item instanceof Number ? item : (Object) (long) (Character) item);
    }
  }
}
