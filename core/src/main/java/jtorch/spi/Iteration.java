package jtorch.spi;

import java.util.Arrays;

/// Where the operands of an element-wise loop lie, after broadcasting: merged dimensions, innermost first.
///
/// The one place where strides are turned into loops: dimensions are sorted so that memory is walked in order, those
/// of size one dropped, and neighbours merged where every operand allows it. A contiguous call ends as one dimension.
public final class Iteration {
  private final long count;
  private final int dims;
  private final long[] sizes;
  /// Byte strides: operand `o` in dimension `d` at `o * dims + d`.
  private final long[] strides;
  private final long[] addresses;

  private Iteration(long count, int dims, long[] sizes, long[] strides, long[] addresses) {
    this.count = count;
    this.dims = dims;
    this.sizes = sizes;
    this.strides = strides;
    this.addresses = addresses;
  }

  /// All operands contiguous, of one shape.
  public static Iteration flat(long count, long[] addresses, long[] elementStrides) {
    return new Iteration(count, 1, new long[] {count}, elementStrides, addresses);
  }

  /// Operands with byte strides per dimension of the common shape, outermost first (0 where broadcast).
  public static Iteration of(long[] shape, long[][] byteStrides, long[] addresses) {
    int n = shape.length;
    int operands = addresses.length;
    long count = 1;
    int kept = 0;
    int[] order = new int[n];
    // Innermost first.
    for (int d = n - 1; d >= 0; d--) {
      count *= shape[d];
      if (shape[d] != 1) order[kept++] = d;
    }
    if (count == 0 || kept == 0) {
      return new Iteration(count, 1, new long[] {count}, new long[operands], addresses);
    }
    // Insertion sort by the stride of the first operand that tells two dimensions apart; stable otherwise.
    for (int i = 1; i < kept; i++) {
      int moving = order[i];
      int j = i - 1;
      while (j >= 0 && outer(order[j], moving, byteStrides, operands)) {
        order[j + 1] = order[j];
        j--;
      }
      order[j + 1] = moving;
    }
    long[] sizes = new long[kept];
    long[][] merged = new long[operands][kept];
    int dims = 0;
    for (int i = 0; i < kept; i++) {
      int d = order[i];
      if (dims > 0 && mergeable(sizes[dims - 1], merged, dims - 1, byteStrides, d, operands)) {
        sizes[dims - 1] *= shape[d];
        continue;
      }
      sizes[dims] = shape[d];
      for (int o = 0; o < operands; o++) merged[o][dims] = byteStrides[o][d];
      dims++;
    }
    long[] strides = new long[operands * dims];
    for (int o = 0; o < operands; o++) System.arraycopy(merged[o], 0, strides, o * dims, dims);
    return new Iteration(count, dims, dims == kept ? sizes : Arrays.copyOf(sizes, dims), strides, addresses);
  }

  private static boolean outer(int a, int b, long[][] strides, int operands) {
    for (int o = 0; o < operands; o++) {
      long x = Math.abs(strides[o][a]);
      long y = Math.abs(strides[o][b]);
      if (x == 0 || y == 0 || x == y) continue;
      return x > y;
    }
    return false;
  }

  private static boolean mergeable(long size, long[][] merged, int inner, long[][] strides, int dim, int operands) {
    for (int o = 0; o < operands; o++) {
      if (strides[o][dim] != merged[o][inner] * size) return false;
    }
    return true;
  }

  /// How many elements there are in all.
  public long count() {
    return count;
  }

  public int dims() {
    return dims;
  }

  /// The size of a dimension, 0 the innermost.
  public long size(int dim) {
    return sizes[dim];
  }

  public int operands() {
    return addresses.length;
  }

  /// The address of an operand's first element.
  public long address(int operand) {
    return addresses[operand];
  }

  public long[] addresses() {
    return addresses;
  }

  /// The bytes from one element to the next.
  public long stride(int operand, int dim) {
    return strides[operand * dims + dim];
  }

  /// The strides of all operands where there is one dimension.
  public long[] flatStrides() {
    return strides;
  }
}
