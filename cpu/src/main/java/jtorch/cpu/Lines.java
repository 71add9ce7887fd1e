package jtorch.cpu;

import jtorch.Tensor;

/// A tensor's lines along one dimension: where each begins, and how far its elements lie apart.
///
/// @param starts the offset in bytes of each line, in the order of the other dimensions
/// @param stride bytes from one element of a line to the next
record Lines(long[] starts, long stride, int length) {
  static Lines of(Tensor t, int dim) {
    if (t.dim() == 0) return new Lines(new long[] {0}, t.elementSize(), 1);
    int[] others = new int[t.dim() - 1];
    for (int d = 0; d < others.length; d++) others[d] = d < dim ? d : d + 1;
    return new Lines(IndexedRegion.table(t, others), t.stride(dim) * t.elementSize(), Math.toIntExact(t.size(dim)));
  }

  int count() {
    return starts.length;
  }

  /// Runs a body for each line, on several threads where there is enough to do.
  void each(Body body) {
    if (starts.length == 0) return;
    long grain = Math.max(1, (8 << 10) / Math.max(1, length));
    Parallel.run(starts.length, grain, (begin, end) -> {
      for (long line = begin; line < end; line++) body.run((int) line);
    });
  }

  interface Body {
    void run(int line);
  }
}
