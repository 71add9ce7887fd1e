package jtorch.random;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import jtorch.DType;

/// Region of one dtype in native memory, which a draw fills or reads its parameters from.
///
/// Nothing here owns the memory, and addresses are trusted: whoever calls keeps the memory alive and inside its bounds
/// until the draw returns.
public final class Region {
  private final DType dtype;
  private final long address;
  private final long[] sizes;
  private final long[] strides;
  private final long count;
  private final boolean contiguous;

  private Region(DType dtype, long address, long[] sizes, long[] strides) {
    this.dtype = Objects.requireNonNull(dtype, "dtype");
    this.address = address;
    this.sizes = sizes;
    this.strides = strides;
    long n = 1;
    for (long size : sizes) {
      if (size < 0) throw new IllegalArgumentException("a size cannot be negative: " + Arrays.toString(sizes));
      n = Math.multiplyExact(n, size);
    }
    count = n;
    contiguous = n == 0 || isDense(sizes, strides);
  }

  /// `count` elements one after another.
  public static Region contiguous(DType dtype, long address, long count) {
    return new Region(dtype, address, new long[] {count}, new long[] {1});
  }

  /// The elements of a tensor: `strides` are counted in elements.
  ///
  /// @throws IllegalArgumentException if the lengths differ or a size is negative
  public static Region strided(DType dtype, long address, long[] sizes, long[] strides) {
    if (sizes.length != strides.length) {
      throw new IllegalArgumentException(
          "sizes " + Arrays.toString(sizes) + " and strides " + Arrays.toString(strides) + " differ in length");
    }
    return new Region(dtype, address, sizes.clone(), strides.clone());
  }

  private static boolean isDense(long[] sizes, long[] strides) {
    long expected = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (sizes[d] == 1) continue;
      if (strides[d] != expected) return false;
      expected *= sizes[d];
    }
    return true;
  }

  public DType dtype() {
    return dtype;
  }

  public long address() {
    return address;
  }

  public long count() {
    return count;
  }

  public int dimensions() {
    return sizes.length;
  }

  public long size(int dimension) {
    return sizes[dimension];
  }

  /// The distance to the next element of that dimension, in elements.
  public long stride(int dimension) {
    return strides[dimension];
  }

  /// Whether the elements lie one after another in the order of their indices, as `torch.Tensor.is_contiguous` has it.
  public boolean isContiguous() {
    return contiguous;
  }

  boolean hasSizesOf(Region other) {
    return Arrays.equals(sizes, other.sizes);
  }

  /// The real and imaginary parts of complex elements as elements of a last dimension more; real elements themselves.
  Region parts() {
    if (!dtype.isComplex()) return this;
    int n = sizes.length;
    long[] partSizes = Arrays.copyOf(sizes, n + 1);
    long[] partStrides = Arrays.copyOf(strides, n + 1);
    for (int d = 0; d < n; d++) partStrides[d] *= 2;
    partSizes[n] = 2;
    partStrides[n] = 1;
    return new Region(dtype.toReal(), address, partSizes, partStrides);
  }

  /// The dimensions by falling stride: the order of memory, in which PyTorch fills what is not contiguous.
  int[] memoryOrder() {
    return IntStream.range(0, sizes.length).boxed()
        .sorted((a, b) -> Long.compare(strides[b], strides[a]))
        .mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(sizes) + " with strides " + Arrays.toString(strides);
  }
}
