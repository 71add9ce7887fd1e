package jtorch.cpu.matrix;

import jtorch.memory.Memory;

/// Copies between tensors of the same sizes and any strides.
final class Strided {
  private Strided() {}

  /// Copies elements of `bytes` bytes, dimensions `first` and on; strides are in elements.
  static void copy(int bytes, long[] sizes, int first, long from, long[] fromStrides, long to, long[] toStrides) {
    int last = sizes.length - 1;
    long size = sizes[first];
    long step = fromStrides[first] * bytes;
    long stride = toStrides[first] * bytes;
    if (first < last) {
      for (long i = 0; i < size; i++) {
        copy(bytes, sizes, first + 1, from + i * step, fromStrides, to + i * stride, toStrides);
      }
    } else if (step == bytes && stride == bytes) {
      Memory.copy(from, to, size * bytes);
    } else if (bytes == 4) {
      for (long i = 0; i < size; i++) {
        Memory.putInt(to + i * stride, Memory.getInt(from + i * step));
      }
    } else {
      for (long i = 0; i < size; i++) {
        Memory.putLong(to + i * stride, Memory.getLong(from + i * step));
      }
    }
  }
}
