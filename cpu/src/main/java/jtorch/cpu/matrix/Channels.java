package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.memory.Memory;

/// One number for each channel of a tensor `[N, C, spatial...]` of float32 or float64 with any strides: added to the
/// channel, or its sum.
final class Channels {
  private final DType type;
  private final int bytes;
  private final long[] sizes;
  private final long[] strides;
  private final boolean channelsLast;

  Channels(DType type, long[] sizes, long[] strides) {
    this.type = type;
    bytes = type.size();
    this.sizes = sizes;
    this.strides = strides;
    channelsLast = strides[1] == 1 && type == DType.FLOAT32;
  }

  /// Adds `bias[c]` to the elements of channel c.
  void addBias(long tensor, long bias) {
    visit(tensor, bias, true);
  }

  /// Adds the sum of channel c to `sums[c]`.
  void addSums(long tensor, long sums) {
    visit(tensor, sums, false);
  }

  private void visit(long tensor, long vector, boolean bias) {
    for (long n = 0; n < sizes[0]; n++) {
      long image = tensor + n * strides[0] * bytes;
      for (long c = 0; c < (channelsLast ? 1 : sizes[1]); c++) {
        spatial(2, image + c * strides[1] * bytes, vector + c * bytes, bias);
      }
    }
  }

  private void spatial(int dimension, long address, long vector, boolean bias) {
    long size = sizes[dimension];
    long stride = strides[dimension] * bytes;
    if (dimension < sizes.length - 1) {
      for (long i = 0; i < size; i++) {
        spatial(dimension + 1, address + i * stride, vector, bias);
      }
    } else if (channelsLast) {
      for (long i = 0; i < size; i++) {
        long pixel = address + i * stride;
        Floats.add(bias ? pixel : vector, bias ? vector : pixel, sizes[1]);
      }
    } else if (type == DType.FLOAT32 && stride == bytes) {
      if (bias) {
        Floats.add(address, Memory.getFloat(vector), size);
      } else {
        Memory.putFloat(vector, Memory.getFloat(vector) + Floats.sum(address, size));
      }
    } else {
      for (long i = 0; i < size; i++) {
        long element = address + i * stride;
        add(bias ? element : vector, bias ? vector : element);
      }
    }
  }

  private void add(long target, long value) {
    if (type == DType.FLOAT32) {
      Memory.putFloat(target, Memory.getFloat(target) + Memory.getFloat(value));
    } else {
      Memory.putDouble(target, Memory.getDouble(target) + Memory.getDouble(value));
    }
  }
}
