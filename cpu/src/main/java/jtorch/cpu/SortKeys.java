package jtorch.cpu;

import java.util.Arrays;
import java.util.function.LongConsumer;
import jtorch.DType;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// Elements as integers in the same order, and sorting of those.
///
/// NaNs become the greatest key and -0 that of 0, so equal numbers have equal keys. Elements of up to 32 bits become
/// keys that fit an int: key and index together are one long, so sorting longs is stable and needs no comparator.
final class SortKeys {
  private static final int RADIX_FROM = 1024;
  /// Elements that are worth a thread.
  private static final int GRAIN = 1 << 15;
  /// Distances of integers up to this one fit the 32 bits above a place.
  private static final long MOST_APART = 0xffffffffL;

  private SortKeys() {}

  /// Whether keys of that dtype fit an int.
  static boolean isNarrow(DType dtype) {
    return dtype.size() <= 4;
  }

  static long key(DType dtype, long address) {
    return switch (dtype) {
      case FLOAT32 -> key(Memory.getFloat(address));
      case FLOAT16, BFLOAT16 -> key((float) Numbers.getDouble(dtype, address));
      case FLOAT64 -> key(Memory.getDouble(address));
      default -> Numbers.getLong(dtype, address);
    };
  }

  private static long key(float value) {
    if (Float.isNaN(value)) return Integer.MAX_VALUE;
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static long key(double value) {
    if (Double.isNaN(value)) return Long.MAX_VALUE;
    long bits = Double.doubleToRawLongBits(value + 0.0);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  static boolean isNan(DType dtype, long address) {
    return dtype.isFloatingPoint() && Double.isNaN(Numbers.getDouble(dtype, address));
  }

  /// The indices of a row's elements in ascending (or descending) order of the elements; equal ones stay in order.
  ///
  /// @param stride bytes from one element to the next
  static int[] order(DType dtype, long address, long stride, int count, boolean descending) {
    return isNarrow(dtype) ? narrow(dtype, address, stride, count, descending)
        : wide(dtype, address, stride, count, descending);
  }

  /// Key and index of an element in one long; of descending keys the complement.
  static long pack(DType dtype, long address, int index, boolean descending) {
    long key = key(dtype, address);
    return (descending ? ~key : key) << 32 | index;
  }

  /// How many of a line's elements have that key.
  static int count(DType dtype, long address, long stride, int length, long key) {
    int count = 0;
    if (dtype == DType.FLOAT32 && key != Integer.MAX_VALUE) {
      float value = Float.intBitsToFloat((int) (key ^ (key >> 63 & Integer.MAX_VALUE)));
      for (int i = 0; i < length; i++) count += Memory.getFloat(address + i * stride) == value ? 1 : 0;
      return count;
    }
    for (int i = 0; i < length; i++) count += key(dtype, address + i * stride) == key ? 1 : 0;
    return count;
  }

  private static int[] narrow(DType dtype, long address, long stride, int count, boolean descending) {
    int[] order = new int[count];
    if (count < RADIX_FROM) {
      long[] packed = new long[count];
      for (int i = 0; i < count; i++) packed[i] = pack(dtype, address + i * stride, i, descending);
      Arrays.sort(packed);
      for (int i = 0; i < count; i++) order[i] = (int) packed[i];
      return order;
    }
    sorted(count, Integer.SIZE, (to, begin, end) -> {
      // The sign bit is turned, so that negative keys come first.
      for (long i = begin; i < end; i++)
        Memory.putLong(to + 8 * i, pack(dtype, address + i * stride, (int) i, descending) ^ Long.MIN_VALUE);
    }, sorted -> places(sorted, order));
    return order;
  }

  /// Turns counts into first places; false if all elements are in one bucket.
  private static boolean toStarts(int[] counts, int total) {
    int sum = 0;
    for (int i = 0; i < counts.length; i++) {
      int n = counts[i];
      if (n == total) return false;
      counts[i] = sum;
      sum += n;
    }
    return true;
  }

  private static int[] wide(DType dtype, long address, long stride, int count, boolean descending) {
    if (dtype == DType.INT64 && stride == 8 && count >= RADIX_FROM) {
      long[] range = range(dtype, address, count);
      if (range != null && range[1] - range[0] <= MOST_APART) {
        int[] order = new int[count];
        close(address, count, range[0], range[1], descending, sorted -> places(sorted, order));
        return order;
      }
    }
    long[] keys = new long[count];
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      long key = key(dtype, address + i * stride);
      keys[i] = (descending ? ~key : key) ^ Long.MIN_VALUE;
      order[i] = i;
    }
    if (count < 48) {
      insertionSort(keys, order);
      return order;
    }
    long[] otherKeys = new long[count];
    int[] otherOrder = new int[count];
    for (int shift = 0; shift < 64; shift += 8) {
      int[] starts = new int[256];
      for (long key : keys) starts[(int) (key >>> shift) & 255]++;
      if (!toStarts(starts, count)) continue;
      for (int i = 0; i < count; i++) {
        int at = starts[(int) (keys[i] >>> shift) & 255]++;
        otherKeys[at] = keys[i];
        otherOrder[at] = order[i];
      }
      long[] k = keys;
      keys = otherKeys;
      otherKeys = k;
      int[] o = order;
      order = otherOrder;
      otherOrder = o;
    }
    return order;
  }

  /// Sorts neighbouring int64 and writes them and their places; false if they lie too far apart, and nothing is written.
  ///
  /// @param valueStride bytes from one sorted integer to the next, as `placeStride` for the places
  static boolean sortClose(long address, int count, boolean descending, long values, long valueStride, long places,
      long placeStride) {
    if (count < RADIX_FROM) return false;
    long[] range = range(DType.INT64, address, count);
    if (range == null || range[1] - range[0] > MOST_APART) return false;
    long least = range[0];
    long most = range[1];
    close(address, count, least, most, descending, sorted -> Parallel.run(count, GRAIN, (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long packed = Memory.getLong(sorted + 8 * i);
        long distance = packed >>> 32;
        Memory.putLong(values + i * valueStride, descending ? most - distance : least + distance);
        Memory.putLong(places + i * placeStride, (int) packed);
      }
    }));
    return true;
  }

  private static void places(long sorted, int[] order) {
    for (int i = 0; i < order.length; i++) order[i] = (int) Memory.getLong(sorted + 8L * i);
  }

  /// Hands the address of the sorted integers to a consumer: distances from their end, each above its place.
  private static void close(long address, int count, long least, long most, boolean descending, LongConsumer consumer) {
    sorted(count, Long.SIZE - Long.numberOfLeadingZeros(most - least), (to, begin, end) -> {
      for (long i = begin; i < end; i++) {
        long value = Memory.getLong(address + 8 * i);
        Memory.putLong(to + 8 * i, (descending ? most - value : value - least) << 32 | i);
      }
    }, consumer);
  }

  /// Writes some of a line's keys, each above its place.
  private interface Packing {
    void run(long to, long begin, long end);
  }

  /// Hands the address of a long line's keys, sorted, to a consumer.
  private static void sorted(int count, int bits, Packing packing, LongConsumer consumer) {
    long scratch = PooledScratch.INSTANCE.allocate(16L * count);
    try {
      Parallel.run(count, GRAIN, (begin, end) -> packing.run(scratch, begin, end));
      RadixSort.sort(scratch, scratch + 8L * count, count, bits);
      consumer.accept(scratch);
    } finally {
      PooledScratch.INSTANCE.free(scratch);
    }
  }

  /// Sorts by keys seen as unsigned.
  private static void insertionSort(long[] keys, int[] order) {
    for (int i = 1; i < keys.length; i++) {
      long key = keys[i];
      int index = order[i];
      int j = i - 1;
      while (j >= 0 && Long.compareUnsigned(keys[j], key) > 0) {
        keys[j + 1] = keys[j];
        order[j + 1] = order[j];
        j--;
      }
      keys[j + 1] = key;
      order[j + 1] = index;
    }
  }

  /// The indices of the k first elements in that order, themselves in order.
  static int[] first(DType dtype, long address, long stride, int count, int k, boolean descending) {
    if (!isNarrow(dtype) || k > count / 4 || count < 64)
      return Arrays.copyOf(order(dtype, address, stride, count, descending), k);
    if (k == 0) return new int[0];
    if (dtype == DType.FLOAT32 && stride == 4) return firstFloats(address, count, k, descending);
    // A buffer of candidates: whenever it is full, the better half stays and the worst of it is the bar for the rest.
    int room = Math.max(64, 2 * k);
    long[] best = new long[room];
    int filled = 0;
    long bar = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      long packed = pack(dtype, address + i * stride, i, descending);
      if (packed >= bar) continue;
      best[filled++] = packed;
      if (filled == room) {
        Arrays.sort(best);
        filled = k;
        bar = best[k - 1];
      }
    }
    Arrays.sort(best, 0, filled);
    int[] order = new int[k];
    for (int i = 0; i < k; i++) order[i] = (int) best[i];
    return order;
  }

  /// The same for neighbouring float32. Eight at a time are compared with the bar, which few get over once it is high.
  private static int[] firstFloats(long address, int count, int k, boolean descending) {
    int room = Math.max(32, 2 * k);
    long[] best = new long[room];
    int filled = 0;
    long bar = Long.MAX_VALUE;
    float edge = Float.NaN;
    for (int i = 0; i < count; i += 8) {
      int end = Math.min(count, i + 8);
      if (!Float.isNaN(edge) && end - i == 8 && isBeyond(address + 4L * i, edge, descending)) continue;
      for (int j = i; j < end; j++) {
        long key = key(Memory.getFloat(address + 4L * j));
        long packed = (descending ? ~key : key) << 32 | j;
        if (packed >= bar) continue;
        best[filled++] = packed;
        if (filled == room) {
          Arrays.sort(best);
          filled = k;
          bar = best[k - 1];
          edge = Memory.getFloat(address + 4L * (int) bar);
        }
      }
    }
    Arrays.sort(best, 0, filled);
    int[] order = new int[k];
    for (int i = 0; i < k; i++) order[i] = (int) best[i];
    return order;
  }

  /// Whether all of eight floats come after a number; NaN comes after none when descending, and after all else.
  private static boolean isBeyond(long at, float edge, boolean descending) {
    float a = Memory.getFloat(at);
    float b = Memory.getFloat(at + 4);
    float c = Memory.getFloat(at + 8);
    float d = Memory.getFloat(at + 12);
    float e = Memory.getFloat(at + 16);
    float f = Memory.getFloat(at + 20);
    float g = Memory.getFloat(at + 24);
    float h = Memory.getFloat(at + 28);
    return descending ? a < edge & b < edge & c < edge & d < edge & e < edge & f < edge & g < edge & h < edge
        : a > edge & b > edge & c > edge & d > edge & e > edge & f > edge & g > edge & h > edge;
  }

  // ---- integers that lie close together --------------------------------------------------------------------------

  /// The least and the greatest of neighbouring integers; null of none, or where they lie further apart than a long tells.
  static long @Nullable [] range(DType dtype, long address, long count) {
    if (count == 0) return null;
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    if (dtype == DType.INT64) {
      for (long i = 0; i < count; i++) {
        long value = Memory.getLong(address + 8 * i);
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    } else {
      for (long i = 0; i < count; i++) {
        long value = Numbers.getLong(dtype, address + i * dtype.size());
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    return most - least < 0 ? null : new long[] {least, most};
  }
}
