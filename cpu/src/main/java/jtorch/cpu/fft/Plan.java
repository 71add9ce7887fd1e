package jtorch.cpu.fft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import jtorch.cpu.Scratch;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// How transforms of one length are computed.
///
/// @param <T> the type of tables
sealed interface Plan<T> {
  /// Primes above this one cost more as a stage than as a convolution.
  int LARGEST_RADIX = 31;

  /// Bytes that a first-level cache holds with room to spare.
  int CACHED = 26 << 10;

  /// Lines longer than this do not fit the second-level cache as a [Grid].
  int LONGEST_GRID = 16 << 10;

  /// The rows that both buffers need.
  int rows();

  /// Where [#finish] wants each number.
  int[] order();

  /// Transforms all lanes, numbers being in [#order] at `from`; the result lies at `from` or at `other`, which it returns.
  int finish(Passes<T> passes, T m, int from, int other, int plane, int width, int spare);

  /// Transforms all lanes, from numbers in their own order; the result lies at `from` or at `other`, which it returns.
  int run(Passes<T> passes, T m, int from, int other, int plane, int width, int spare);

  /// Stages of small radices, in place: numbers are reordered first, then ever longer transforms are joined. The first
  /// stages are done for as many rows as a cache holds before the next rows have their turn.
  ///
  /// @param roots a table a stage
  record Stages<T>(int rows, int[] radices, List<T> roots, int[] order) implements Plan<T> {
    @Override
    public int run(Passes<T> passes, T m, int from, int other, int plane, int width, int spare) {
      passes.reorder(m, from, other, plane, rows, width, order);
      return finish(passes, m, other, from, plane, width, spare);
    }

    @Override
    public int finish(Passes<T> passes, T m, int from, int other, int plane, int width, int spare) {
      long row = 2L * width * passes.bytes();
      int inner = 0;
      int together = 1;
      while (inner < radices.length && row * together * radices[inner] <= CACHED) together *= radices[inner++];
      for (int first = 0; first < rows; first += together)
        stages(passes, 0, inner, 1, together, m, from + first * width, plane, width, spare);
      stages(passes, inner, radices.length, together, rows, m, from, plane, width, spare);
      return from;
    }

    private void stages(Passes<T> passes, int begin, int end, int apart, int count, T m, int at, int plane, int width,
        int spare) {
      for (int i = begin; i < end; i++) {
        passes.stage(radices[i], m, at, plane, apart, count / (apart * radices[i]), width, roots.get(i), spare);
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
    public int run(Passes<T> passes, T m, int from, int other, int plane, int width, int spare) {
      return finish(passes, m, from, other, plane, width, spare);
    }

    @Override
    public int finish(Passes<T> passes, T m, int from, int other, int plane, int width, int spare) {
      int used = length * width;
      passes.multiplyRows(m, from, plane, length, width, chirp);
      passes.clear(m, from + used, rows() * width - used);
      passes.clear(m, from + used + plane, rows() * width - used);
      int there = inner.run(passes, m, from, other, plane, width, spare);
      passes.multiplyRows(m, there, plane, rows(), width, spectrum);
      int free = there == from ? other : from;
      int back = inner.run(passes, m, there + plane, free + plane, -plane, width, spare) - plane;
      passes.multiplyRows(m, back, plane, length, width, chirp);
      return back;
    }
  }

  /// A line of n = `rows * columns` numbers as a grid, number `j1 columns + j2` in row j1 and column j2: the columns are
  /// transformed, turned by roots of unity and made rows, and transformed again. Result `k1 + rows k2` is in row k2 and
  /// column k1. All lanes belong to the same line.
  ///
  /// @param width the columns, and what is missing to whole vectors
  /// @param nextWidth the same of the rows
  /// @param roots of unity for each place as [Passes#twist] wants them, zeros beyond
  /// @param order where `across` wants each column
  record Grid<T>(int rows, int columns, int width, int nextWidth, Plan<T> down, Plan<T> across, T roots, int[] order) {
    /// A grid with little beside it, or null where a line has to be transformed in another way.
    static <T> @Nullable Grid<T> of(Passes<T> passes, int n, IntFunction<Plan<T>> plans) {
      int lanes = passes.lanes();
      if (n < 4 * lanes || n > LONGEST_GRID || !isSmooth(n)) return null;
      int best = 0;
      int least = 3 * n;
      for (int rows = (int) Math.sqrt(n); rows >= 4; rows--) {
        if (n % rows != 0) continue;
        int moved = rows * padded(n / rows, lanes) + n / rows * padded(rows, lanes);
        if (moved >= least) continue;
        least = moved;
        best = rows;
      }
      if (best == 0) return null;
      int columns = n / best;
      Plan<T> down = plans.apply(best);
      Plan<T> across = plans.apply(columns);
      int width = padded(columns, lanes);
      int nextWidth = padded(best, lanes);
      double[] roots = new double[2 * nextWidth * width];
      double[] root = new double[2];
      for (int j = 0; j < best; j++) {
        for (int k = 0; k < columns; k++) {
          root((long) j * k, n, root, 0);
          roots[2 * j * width + k] = root[0];
          roots[(2 * j + 1) * width + k] = root[1];
        }
      }
      int[] order = natural(width);
      System.arraycopy(across.order(), 0, order, 0, columns);
      return new Grid<>(best, columns, width, nextWidth, down, across, passes.table(roots), order);
    }

    private static int padded(int count, int lanes) {
      return (count + lanes - 1) / lanes * lanes;
    }

    /// Numbers that each plane of either buffer needs.
    int size() {
      return nextWidth * width;
    }
  }

  static <T> Plan<T> of(Passes<T> passes, Scratch scratch, int n) {
    if (!isSmooth(n)) return convolution(passes, scratch, n);
    int[] radices = radices(n);
    List<T> roots = new ArrayList<>();
    int[] order = natural(n);
    int apart = 1;
    for (int r : radices) {
      double[] table = new double[2 * (r - 1) * apart + 2 * r];
      for (int p = 0; p < apart; p++) {
        for (int k = 1; k < r; k++) root((long) p * k, (long) apart * r, table, 2 * ((r - 1) * p + k - 1));
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

  /// Whether a length has no large prime factor.
  private static boolean isSmooth(int n) {
    int[] radices = radices(n);
    return radices.length == 0 || radices[radices.length - 1] <= LARGEST_RADIX;
  }

  static int[] natural(int n) {
    int[] order = new int[n];
    for (int k = 0; k < n; k++) order[k] = k;
    return order;
  }

  /// 2 or 8 and 4s, then odd primes; the last one is the largest prime.
  private static int[] radices(int n) {
    int[] all = new int[32];
    int count = 0;
    int twos = Integer.numberOfTrailingZeros(Math.max(1, n));
    int rest = n >> twos;
    if (twos % 2 == 1) {
      all[count++] = twos == 1 ? 2 : 8;
      twos -= twos == 1 ? 1 : 3;
    }
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
