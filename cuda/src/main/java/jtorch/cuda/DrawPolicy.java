package jtorch.cuda;

import java.util.ArrayList;
import java.util.List;
import jtorch.DeviceProperties;
import jtorch.spi.Iteration;

/// How many threads draw the numbers of a tensor, and how many numbers of its sequence each may need. Both decide the
/// numbers, so they are PyTorch's: the k-th of the numbers that thread t draws at once is that of element
/// `t + k * blocks * 256`.
///
/// @param blocks of 256 threads: one thread an element, but no more than the device holds at once
/// @param increment how far the generator goes on
record DrawPolicy(long blocks, long increment) {
  static final int THREADS = 256;
  /// No draw takes more numbers of a sequence.
  private static final int WORDS = 4;

  /// @param elements at least one
  /// @param drawn how many numbers a thread draws at once
  static DrawPolicy of(long elements, int drawn, DeviceProperties device) {
    long most = (long) device.multiProcessorCount() * (device.maxThreadsPerMultiProcessor() / THREADS);
    long blocks = Math.min((elements + THREADS - 1) / THREADS, most);
    return new DrawPolicy(blocks, ((elements - 1) / (THREADS * blocks * drawn) + 1) * WORDS);
  }

  /// How many elements one thread of dropout handles side by side: 16 bytes, as far as the memory is aligned to them and
  /// the count allows it; 1 where the elements do not lie side by side.
  static int vector(boolean dense, long address, int elementSize, long elements) {
    if (!dense) return 1;
    int vector = 1;
    for (int wider = 8; wider > 1 && vector == 1; wider /= 2) {
      if (address % ((long) wider * elementSize) == 0) vector = wider;
    }
    vector = Math.min(vector, 16 / elementSize);
    while (vector > 1 && elements % vector != 0) vector /= 2;
    return vector;
  }

  /// The elements of one operand in pieces whose elements are within 2 GiB, in the order in which PyTorch draws for them:
  /// what is larger is halved along its longest dimension.
  static List<Iteration> pieces(Iteration whole) {
    var pieces = new ArrayList<Iteration>();
    split(whole, pieces);
    return pieces;
  }

  private static void split(Iteration part, List<Iteration> pieces) {
    long bytes = 1;
    int longest = 0;
    for (int d = 0; d < part.dims(); d++) {
      bytes += (part.size(d) - 1) * part.stride(0, d);
      if (extent(part, d) >= extent(part, longest)) longest = d;
    }
    if (part.count() <= Integer.MAX_VALUE && bytes <= Integer.MAX_VALUE) {
      pieces.add(part);
      return;
    }
    long half = part.size(longest) / 2;
    split(narrow(part, longest, 0, half), pieces);
    split(narrow(part, longest, half, part.size(longest) - half), pieces);
  }

  private static long extent(Iteration part, int dim) {
    return (part.size(dim) - 1) * part.stride(0, dim);
  }

  private static Iteration narrow(Iteration part, int dim, long start, long length) {
    int n = part.dims();
    long[] shape = new long[n];
    long[][] strides = new long[1][n];
    for (int d = 0; d < n; d++) {
      shape[n - 1 - d] = d == dim ? length : part.size(d);
      strides[0][n - 1 - d] = part.stride(0, d);
    }
    return Iteration.of(shape, strides, new long[] {part.address(0) + start * part.stride(0, dim)});
  }
}
