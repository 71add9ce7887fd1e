package jtorch.random;

import jtorch.DType;
import jtorch.memory.Halves;
import jtorch.memory.Memory;

/// Walks over elements one after another in a given order of the dimensions, writing or reading some at a time.
///
/// Neighbouring dimensions that one step can serve are merged, so memory without gaps is one long row.
final class Cursor {
  private final DType dtype;
  /// The merged dimensions, the outermost first; those before number `rows` count rows, number `rows` is a row's own.
  private final int rows;
  private final long[] sizes;
  private final long[] strides;
  private final long[] index;
  private final long rowLength;
  private final long rowStride;
  private long address;
  private long leftInRow;

  /// In the order of the elements' own memory.
  Cursor(Region elements) {
    this(elements, elements.memoryOrder());
  }

  Cursor(Region elements, int[] order) {
    dtype = elements.dtype();
    address = elements.address();
    long[] s = new long[order.length + 1];
    long[] t = new long[order.length + 1];
    s[0] = 1;
    int last = 0;
    for (int dimension : order) {
      long size = elements.size(dimension);
      long stride = elements.stride(dimension) * dtype.size();
      if (size == 1) continue;
      if (s[last] == 1) {
        s[last] = size;
      } else if (t[last] == size * stride) {
        s[last] *= size;
      } else {
        s[++last] = size;
      }
      t[last] = stride;
    }
    rows = last;
    sizes = s;
    strides = t;
    index = new long[rows];
    rowLength = s[rows];
    rowStride = t[rows];
    leftInRow = rowLength;
  }

  /// Writes the next elements, each rounded to the dtype; to integers as a C cast does it on x86.
  void put(double[] values, int count) {
    for (int done = 0; done < count;) {
      int n = (int) Math.min(leftInRow, count - done);
      write(dtype, address, rowStride, values, done, n);
      advance(n);
      done += n;
    }
  }

  /// Writes the next elements; integers keep their lower bits, floating dtypes round once to float32 or float64.
  void put(long[] values, int count) {
    for (int done = 0; done < count;) {
      int n = (int) Math.min(leftInRow, count - done);
      write(dtype, address, rowStride, values, done, n);
      advance(n);
      done += n;
    }
  }

  /// Reads the next elements of a floating dtype.
  void get(double[] into, int count) {
    for (int done = 0; done < count;) {
      int n = (int) Math.min(leftInRow, count - done);
      read(dtype, address, rowStride, into, done, n);
      advance(n);
      done += n;
    }
  }

  private void advance(int n) {
    leftInRow -= n;
    address += n * rowStride;
    if (leftInRow > 0) return;
    leftInRow = rowLength;
    address -= rowLength * rowStride;
    for (int d = rows - 1; d >= 0; d--) {
      address += strides[d];
      if (++index[d] < sizes[d]) return;
      address -= sizes[d] * strides[d];
      index[d] = 0;
    }
  }

  private static void write(DType dtype, long address, long step, double[] v, int from, int n) {
    switch (dtype) {
      case FLOAT32 -> {
        for (int i = 0; i < n; i++) Memory.putFloat(address + i * step, (float) v[from + i]);
      }
      case FLOAT64 -> {
        for (int i = 0; i < n; i++) Memory.putDouble(address + i * step, v[from + i]);
      }
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) Memory.putShort(address + i * step, Float.floatToFloat16((float) v[from + i]));
      }
      case BFLOAT16 -> {
        for (int i = 0; i < n; i++) Memory.putShort(address + i * step, Halves.floatToBfloat16((float) v[from + i]));
      }
      case INT64, UINT64 -> {
        for (int i = 0; i < n; i++) Memory.putLong(address + i * step, truncate(v[from + i]));
      }
      case INT32, UINT32 -> {
        for (int i = 0; i < n; i++) Memory.putInt(address + i * step, truncateToInt(v[from + i]));
      }
      case INT16, UINT16 -> {
        for (int i = 0; i < n; i++) Memory.putShort(address + i * step, (short) truncateToInt(v[from + i]));
      }
      case INT8, UINT8 -> {
        for (int i = 0; i < n; i++) Memory.putByte(address + i * step, (byte) truncateToInt(v[from + i]));
      }
      case BOOL -> {
        for (int i = 0; i < n; i++) Memory.putByte(address + i * step, (byte) (v[from + i] != 0 ? 1 : 0));
      }
      default ->
        throw new IllegalArgumentException("no random numbers of " + dtype + "; complex ones are written part by part");
    }
  }

  private static void write(DType dtype, long address, long step, long[] v, int from, int n) {
    switch (dtype) {
      case FLOAT32 -> {
        for (int i = 0; i < n; i++) Memory.putFloat(address + i * step, v[from + i]);
      }
      case FLOAT64 -> {
        for (int i = 0; i < n; i++) Memory.putDouble(address + i * step, v[from + i]);
      }
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) Memory.putShort(address + i * step, Float.floatToFloat16(v[from + i]));
      }
      case BFLOAT16 -> {
        for (int i = 0; i < n; i++) Memory.putShort(address + i * step, Halves.floatToBfloat16(v[from + i]));
      }
      case INT64, UINT64 -> {
        for (int i = 0; i < n; i++) Memory.putLong(address + i * step, v[from + i]);
      }
      case INT32, UINT32 -> {
        for (int i = 0; i < n; i++) Memory.putInt(address + i * step, (int) v[from + i]);
      }
      case INT16, UINT16 -> {
        for (int i = 0; i < n; i++) Memory.putShort(address + i * step, (short) v[from + i]);
      }
      case INT8, UINT8 -> {
        for (int i = 0; i < n; i++) Memory.putByte(address + i * step, (byte) v[from + i]);
      }
      case BOOL -> {
        for (int i = 0; i < n; i++) Memory.putByte(address + i * step, (byte) (v[from + i] != 0 ? 1 : 0));
      }
      default ->
        throw new IllegalArgumentException("no random numbers of " + dtype + "; complex ones are written part by part");
    }
  }

  private static void read(DType dtype, long address, long step, double[] into, int from, int n) {
    switch (dtype) {
      case FLOAT32 -> {
        for (int i = 0; i < n; i++) into[from + i] = Memory.getFloat(address + i * step);
      }
      case FLOAT64 -> {
        for (int i = 0; i < n; i++) into[from + i] = Memory.getDouble(address + i * step);
      }
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) into[from + i] = Float.float16ToFloat(Memory.getShort(address + i * step));
      }
      case BFLOAT16 -> {
        for (int i = 0; i < n; i++) into[from + i] = Halves.bfloat16ToFloat(Memory.getShort(address + i * step));
      }
      default -> throw new IllegalArgumentException("parameters of a distribution are floating numbers, not " + dtype);
    }
  }

  /// As x86 converts: what does not fit becomes the smallest number.
  static long truncate(double value) {
    return Math.abs(value) < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }

  /// The same for the narrower integers, which then keep the lower bits of 32.
  private static int truncateToInt(double value) {
    return value > -0x1p31 - 1 && value < 0x1p31 ? (int) value : Integer.MIN_VALUE;
  }
}
