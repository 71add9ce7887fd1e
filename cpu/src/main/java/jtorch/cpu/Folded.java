package jtorch.cpu;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;

/// A tensor seen as `[outer, n, inner]`, to be folded over the middle: as it lies where the folded dimensions are
/// neighbours, else with them moved to the end in a copy.
///
/// @param source contiguous; the kernel keeps it reachable
record Folded(Tensor source, long outer, long n, long inner) {
  static Folded of(Tensor self, int[] dims, DType dtype) {
    Tensor t = self.to(dtype);
    int[] sorted = dims.clone();
    Arrays.sort(sorted);
    if (t.dim() == 0) return new Folded(t, 1, 1, 1);
    if (sorted.length == 0) return new Folded(t.contiguous(), t.numel(), 1, 1);
    int first = sorted[0];
    int last = sorted[sorted.length - 1];
    // Dimensions of one element between are folded along.
    boolean neighbours = true;
    for (int d = first, i = 0; d <= last; d++) {
      if (i < sorted.length && sorted[i] == d) i++;
      else neighbours &= t.size(d) == 1;
    }
    if (neighbours && t.isContiguous()) {
      return new Folded(t, product(t.sizes(), 0, first), product(t.sizes(), first, last + 1),
          product(t.sizes(), last + 1, t.dim()));
    }
    long[] order = new long[t.dim()];
    int next = 0;
    for (int d = 0; d < order.length; d++) {
      if (Arrays.binarySearch(sorted, d) < 0) order[next++] = d;
    }
    for (int d : sorted) order[next++] = d;
    Tensor moved = t.permute(order);
    long outer = product(moved.sizes(), 0, t.dim() - sorted.length);
    return new Folded(moved.contiguous(), outer, product(moved.sizes(), t.dim() - sorted.length, t.dim()), 1);
  }

  static long product(long[] sizes, int from, int to) {
    long n = 1;
    for (int d = from; d < to; d++) n *= sizes[d];
    return n;
  }

  long address() {
    return source.address();
  }
}
