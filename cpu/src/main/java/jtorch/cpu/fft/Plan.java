package jtorch.cpu.fft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;

/// How transforms of one length are computed.
///
/// @param <T> the type of tables
sealed interface Plan<T> {
  /// Primes above this one cost more as a stage than as a convolution.
  int LARGEST_RADIX = 31;

  /// Bytes that a first-level cache holds with room to spare.
  int CACHED = 26 << 10;

  /// The rows that both buffers need.
  int rows();

  /// Where [#finish] wants each number.
  int[] order();

  /// Transforms all lanes, numbers being in [#order] at `from`; the result lies at `from` or at `other`, which it returns.
  long finish(Passes<T> passes, long from, long other, long plane, int width);

  /// Transforms all lanes, from numbers in their own order; the result lies at `from` or at `other`, which it returns.
  long run(Passes<T> passes, long from, long other, long plane, int width);

  /// Stages of small radices, in place: numbers are reordered first, then ever longer transforms are joined. The first
  /// stages are done for as many rows as a cache holds before the next rows have their turn.
  ///
  /// @param roots a table a stage
  record Stages<T>(int rows, int[] radices, List<T> roots, int[] order) implements Plan<T> {
    @Override
    public long run(Passes<T> passes, long from, long other, long plane, int width) {
      passes.reorder(from, other, plane, rows, width, order);
      return finish(passes, other, from, plane, width);
    }

    @Override
    public long finish(Passes<T> passes, long from, long other, long plane, int width) {
      long row = (long) width * passes.bytes();
      long spare = Math.min(other, other + plane);
      int inner = 0;
      int together = 1;
      while (inner < radices.length && 2 * row * together * radices[inner] <= CACHED) together *= radices[inner++];
      for (int first = 0; first < rows; first += together)
        stages(passes, 0, inner, 1, together, from + first * row, spare, plane, width);
      stages(passes, inner, radices.length, together, rows, from, spare, plane, width);
      return from;
    }

    private void stages(Passes<T> passes, int begin, int end, int apart, int count, long at, long spare, long plane,
        int width) {
      for (int i = begin; i < end; i++) {
        passes.stage(radices[i], at, plane, apart, count / (apart * radices[i]), width, roots.get(i), spare);
        apart *= radices[i];
      }
    }
  }

  /// Bluestein's way: `jk = (j^2 + k^2 - (j - k)^2) / 2` makes the transform a convolution, of a length that is easy.
  ///
  /// @param chirp `exp(-i pi j^2 / n)`
  /// @param spectrum the transform of the chirp's conjugate, over the length
  record Convolution<T>(int length, Plan<T> inner, T chirp, T spectrum, int[] order) implements Plan<T> {
    @Override
    public int rows() {
      return inner.rows();
    }

    @Override
    public long run(Passes<T> passes, long from, long other, long plane, int width) {
      return finish(passes, from, other, plane, width);
    }

    @Override
    public long finish(Passes<T> passes, long from, long other, long plane, int width) {
      long row = (long) width * passes.bytes();
      long used = length * row;
      passes.multiplyRows(from, plane, length, width, chirp);
      Memory.fill(from + used, rows() * row - used, (byte) 0);
      Memory.fill(from + used + plane, rows() * row - used, (byte) 0);
      long there = inner.run(passes, from, other, plane, width);
      passes.multiplyRows(there, plane, rows(), width, spectrum);
      long free = there == from ? other : from;
      long back = inner.run(passes, there + plane, free + plane, -plane, width) - plane;
      passes.multiplyRows(back, plane, length, width, chirp);
      return back;
    }
  }

  static <T> Plan<T> of(Passes<T> passes, Scratch scratch, int n) {
    int[] radices = radices(n);
    if (radices.length > 0 && radices[radices.length - 1] > LARGEST_RADIX) return convolution(passes, scratch, n);
    List<T> roots = new ArrayList<>();
    int[] order = natural(n);
    int apart = 1;
    for (int r : radices) {
      double[] table = new double[2 * (r - 1) * apart + 2 * r];
      for (int p = 0; p < apart; p++) {
        for (int k = 1; k < r; k++) root((long) p * k, (long) apart * r, table, 2 * ((k - 1) * apart + p));
      }
      for (int j = 0; j < r; j++) root(j, r, table, 2 * (r - 1) * apart + 2 * j);
      roots.add(passes.table(table));
      apart *= r;
    }
    for (int k = 0; k < n; k++) {
      // The last stage joins the transforms of every r-th number, and so on.
      int rest = k;
      int rows = n;
      int place = 0;
      for (int i = radices.length - 1; i >= 0; i--) {
        rows /= radices[i];
        place += rest % radices[i] * rows;
        rest /= radices[i];
      }
      order[k] = place;
    }
    return new Stages<>(n, radices, roots, order);
  }

  static int[] natural(int n) {
    int[] order = new int[n];
    for (int k = 0; k < n; k++) order[k] = k;
    return order;
  }

  /// 2 and 4s, then odd primes; the last one is the largest prime.
  private static int[] radices(int n) {
    int[] all = new int[32];
    int count = 0;
    int twos = Integer.numberOfTrailingZeros(Math.max(1, n));
    int rest = n >> twos;
    if (twos % 2 == 1) all[count++] = 2;
    for (; twos > 1; twos -= 2) all[count++] = 4;
    for (int p = 3; rest > 1; p += 2) {
      if ((long) p * p > rest) p = rest;
      for (; rest % p == 0; rest /= p) all[count++] = p;
    }
    return Arrays.copyOf(all, count);
  }

  private static <T> Plan<T> convolution(Passes<T> passes, Scratch scratch, int n) {
    int length = Plan.goodLength(2 * n - 1);
    double[] chirp = new double[2 * n];
    for (long j = 0; j < n; j++) root(j * j % (2L * n), 2L * n, chirp, (int) (2 * j));
    long bytes = 16L * length;
    long memory = scratch.allocate(bytes);
    try {
      Memory.fill(memory, bytes, (byte) 0);
      for (int j = 0; j < n; j++) {
        for (long at : new long[] {j, (length - j) % length}) {
          Memory.putDouble(memory + 16 * at, chirp[2 * j]);
          Memory.putDouble(memory + 16 * at + 8, -chirp[2 * j + 1]);
        }
      }
      Side line = Side.regular(memory, 0, 16, 8);
      Transform.F64.complex(scratch, length, 1, false, 1.0 / length, false, line, line);
      double[] spectrum = new double[2 * length];
      for (int i = 0; i < spectrum.length; i++) spectrum[i] = Memory.getDouble(memory + 8L * i);
      return new Convolution<>(n, of(passes, scratch, length), passes.table(chirp), passes.table(spectrum),
          natural(n));
    } finally {
      scratch.free(memory);
    }
  }

  /// The least length from `least` on that has no prime factors above 5, and few above 2.
  private static int goodLength(int least) {
    int best = Integer.highestOneBit(Math.max(1, least - 1)) << 1;
    for (int odd : new int[] {3, 5, 9, 15}) {
      int length = odd;
      while (length < least) length <<= 1;
      best = Math.min(best, length);
    }
    return best;
  }

  /// `exp(-2 pi i k / n)`, exact at multiples of a quarter.
  static void root(long k, long n, double[] to, int at) {
    long rest = 4 * (k % n);
    int quarter = (int) (rest / n);
    rest -= quarter * n;
    boolean late = 2 * rest > n;
    double angle = (late ? n - rest : rest) * (Math.PI / 2) / n;
    double c = late ? Math.sin(angle) : Math.cos(angle);
    double s = late ? Math.cos(angle) : Math.sin(angle);
    to[at] = switch (quarter) {
      case 0 -> c;
      case 1 -> -s;
      case 2 -> -c;
      default -> s;
    };
    to[at + 1] = switch (quarter) {
      case 0 -> -s;
      case 1 -> -c;
      case 2 -> s;
      default -> c;
    };
  }
}
