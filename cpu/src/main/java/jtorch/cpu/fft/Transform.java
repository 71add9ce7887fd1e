package jtorch.cpu.fft;

import java.lang.reflect.Array;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jtorch.cpu.Parallel;
import jtorch.cpu.Scratch;
import jtorch.cpu.VectorApi;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// Discrete Fourier transforms of lines in memory: complex ones, of real lines to half spectra, and back.
///
/// Lines are loaded into lanes, transformed there in stages, and stored. Lines whose numbers are neighbours, and long
/// lines alone, are seen as grids `[n1, n2]`: columns are transformed, turned by roots of unity, and then rows (the
/// four-step way). A grid that fits the cache has its own columns in the lanes ([Plan.Grid]), of a longer one other
/// columns are in other blocks.
///
/// @param <T> the type of tables
public final class Transform<T> {
  /// Numbers in the lanes of one block, so that a stage is worth its call.
  private static final int BLOCK = 4096;
  /// Lines up to this length are never cut into a grid.
  private static final int SHORT = 64;
  /// Longer lines do not fit the second-level cache lane by lane.
  private static final int LONGEST = 8192;
  /// Lines up to this length still fit that cache in two vectors of lanes, of which more is read at once.
  private static final int BROAD = 2048;
  /// Shorter lines are as fast in lanes as in grids of their own.
  private static final int GRID = 128;
  /// Numbers of grids side by side.
  private static final int BLOCK_OF_GRIDS = 2048;
  /// Bytes of an array that the collector gives a place of its own, where rows begin with the processor's lines.
  private static final int LARGE = 1 << 20;
  /// Numbers worth handing to another thread.
  private static final long PIECE = 16 << 10;

  public static final Transform<float[]> F32 =
      VectorApi.PRESENT ? new Transform<>(Vectorized.f32(), Vectorized.shortF32())
          : new Transform<>(ScalarPasses.F32);
  public static final Transform<double[]> F64 =
      new Transform<>(VectorApi.PRESENT ? Vectorized.f64() : ScalarPasses.F64);

  /// The only place that names vector loops, to be loaded late.
  private static final class Vectorized {
    static Passes<float[]> f32() {
      return new FloatPasses();
    }

    static ShortTransforms shortF32() {
      return new ShortTransforms();
    }

    static Passes<double[]> f64() {
      return DoublePasses.LANES > 1 ? new DoublePasses() : ScalarPasses.F64;
    }
  }

  private final Passes<T> passes;
  private final @Nullable ShortTransforms shorts;
  private final int bytes;
  private final Map<Integer, Plan<T>> plans = new ConcurrentHashMap<>();
  /// The roots that real lines of a length need.
  private final Map<Integer, T> realRoots = new ConcurrentHashMap<>();
  private final Map<Integer, Roots> allRoots = new ConcurrentHashMap<>();
  private final Map<Integer, Plan.Grid<T>> grids = new ConcurrentHashMap<>();
  private final Map<Integer, T> folds = new ConcurrentHashMap<>();
  private final ThreadLocal<T> buffers;

  Transform(Passes<T> passes) {
    this(passes, null);
  }

  private Transform(Passes<T> passes, @Nullable ShortTransforms shorts) {
    this.passes = passes;
    this.shorts = shorts;
    this.bytes = passes.bytes();
    this.buffers = ThreadLocal.withInitial(() -> passes.numbers(0));
  }

  private Plan<T> plan(Scratch scratch, int n) {
    Plan<T> plan = plans.get(n);
    if (plan == null) {
      plan = Plan.of(passes, scratch, n);
      plans.put(n, plan);
    }
    return plan;
  }

  private T folds(int n) {
    return folds.computeIfAbsent(n, passes::folds);
  }

  private T realRoots(int n) {
    return realRoots.computeIfAbsent(n, _ -> {
      int count = n / 4 + 1;
      double[] roots = new double[2 * count];
      for (int k = 0; k < count; k++) Plan.root(k, n, roots, 2 * k);
      return passes.table(roots);
    });
  }

  /// How a line is transformed within the cache, or null where it has to be done in another way.
  private Plan.@Nullable Grid<T> grid(Scratch scratch, int n, int lines, Side in, Side out) {
    if (n < GRID && (n <= SHORT || 2 * lines >= passes.lanes()) || !paired(in) || !paired(out)) return null;
    Plan.Grid<T> grid = grids.get(n);
    if (grid == null) {
      grid = Plan.Grid.of(passes, n, length -> plan(scratch, length));
      if (grid != null) grids.put(n, grid);
    }
    return grid;
  }

  /// Whether lines are complex neighbours.
  private boolean paired(Side side) {
    return side.stride() == 2L * bytes && side.part() == bytes;
  }

  // ---- the three kinds -------------------------------------------------------------------------------------------

  /// Transforms complex lines of length n (inverse: with conjugate roots), times `scale`. The sides may be the same.
  ///
  /// @param packed whether PyTorch would transform one dimension, of lines whose numbers are neighbours: last digits
  ///     differ
  public void complex(Scratch scratch, int n, int lines, boolean inverse, double scale, boolean packed, Side in,
      Side out) {
    ShortTransforms direct = direct(n, ShortTransforms.Kind.COMPLEX);
    if (direct != null) {
      // Numbers of even length are divided by it before the last step, and 2 numbers by everything.
      boolean between = packed && (n == 2 || n < 30 && n % 4 == 2 && scale == 1.0 / n);
      blocks(n, lines, (block, first, count) -> {
        block.load(in, first, count, n, Plan.natural(n));
        int y = block.run(direct, n, ShortTransforms.Kind.COMPLEX, packed, between ? (float) scale : 1, inverse);
        block.store(out, first, count, n, y, between ? 1 : scale);
      });
      return;
    }
    var grid = grid(scratch, n, lines, in, out);
    if (grid != null) {
      grids(scratch, grid, lines, 0,
          (block, first, count, _) -> block.grid(grid, count, inverse, scale, in, first, out, first));
      return;
    }
    Plan<T> plan = plan(scratch, n);
    if (!inLanes(plan, n, lines)) {
      eachAlone(lines, n, line -> alone(scratch, plan, n, inverse, scale, in, out, line));
      return;
    }
    blocks(plan.rows(), lines, (block, first, count) -> {
      block.load(in, first, count, n, plan.order());
      block.store(out, first, count, n, block.finish(plan, inverse), scale);
    });
  }

  /// Transforms real lines of length n to the first `n / 2 + 1` numbers of their spectrum, or to all (`whole`).
  public void realToComplex(Scratch scratch, int n, int lines, boolean whole, double scale, boolean packed, Side in,
      Side out) {
    boolean even = n % 2 == 0;
    int half = n / 2;
    int results = whole ? n : half + 1;
    ShortTransforms direct = direct(n, ShortTransforms.Kind.FROM_REAL);
    if (direct != null) {
      blocks(n, lines, (block, first, count) -> {
        block.load(in, first, count, n, Plan.natural(n));
        int y = block.run(direct, n, ShortTransforms.Kind.FROM_REAL, packed && lines > 1, 1, false);
        block.store(out, first, count, results, y, scale);
      });
      return;
    }
    ShortTransforms halves = even ? direct(half, ShortTransforms.Kind.COMPLEX) : null;
    var grid = even && halves == null ? grid(scratch, half, lines, in.pairs(), out) : null;
    if (grid != null) {
      T folds = folds(n);
      grids(scratch, grid, lines, half, (block, first, count, memory) -> {
        Side flat = flat(memory, half);
        block.grid(grid, count, false, scale, in.pairs(), first, flat, 0);
        for (int l = 0; l < count; l++) {
          long to = out.start(first + l);
          passes.fold(flat.start(l), to, half, false, folds);
          if (whole) passes.mirror(to, n);
        }
      });
      return;
    }
    int length = even ? half : n;
    Plan<T> plan = plan(scratch, length);
    if (!inLanes(plan, length, lines)) {
      eachAlone(lines, length, line -> realAlone(scratch, plan, n, whole, scale, in, out, line));
      return;
    }
    blocks(Math.max(plan.rows(), results), lines, (block, first, count) -> {
      block.load(even ? in.pairs() : in, first, count, length, halves == null ? plan.order() : Plan.natural(length));
      int y = halves == null ? block.finish(plan, false)
          : block.run(halves, length, ShortTransforms.Kind.COMPLEX, false, 1, false);
      if (even) {
        block.splitReal(y, half, realRoots(n));
        if (whole) block.mirror(y, n);
      }
      block.store(out, first, count, results, y, scale);
    });
  }

  /// The inverse: from `n / 2 + 1` numbers of a spectrum that is its own mirrored conjugate to n real numbers.
  public void complexToReal(Scratch scratch, int n, int lines, double scale, boolean packed, Side in, Side out) {
    boolean even = n % 2 == 0;
    int half = n / 2;
    int[] natural = Plan.natural(half + 1);
    ShortTransforms direct = direct(n, ShortTransforms.Kind.TO_REAL);
    if (direct != null) {
      blocks(n, lines, (block, first, count) -> {
        block.load(in, first, count, half + 1, natural);
        block.mirror(n);
        int y = block.run(direct, n, ShortTransforms.Kind.TO_REAL, packed && lines > 1, 1, true);
        block.store(out, first, count, n, y, scale);
      });
      return;
    }
    ShortTransforms halves = even ? direct(half, ShortTransforms.Kind.COMPLEX) : null;
    var grid = even && halves == null ? grid(scratch, half, lines, in, out.pairs()) : null;
    if (grid != null) {
      T folds = folds(n);
      grids(scratch, grid, lines, half, (block, first, count, memory) -> {
        Side flat = flat(memory, half);
        for (int l = 0; l < count; l++) passes.fold(in.start(first + l), flat.start(l), half, true, folds);
        block.grid(grid, count, true, scale, flat, 0, out.pairs(), first);
      });
      return;
    }
    int length = even ? half : n;
    Plan<T> plan = plan(scratch, length);
    if (!inLanes(plan, length, lines)) {
      eachAlone(lines, length, line -> complexAlone(scratch, plan, n, scale, in, out, line));
      return;
    }
    blocks(Math.max(plan.rows(), half + 1), lines, (block, first, count) -> {
      block.load(in, first, count, half + 1, natural);
      if (even) block.mergeReal(half, realRoots(n));
      else block.mirror(n);
      int y = halves == null ? block.run(plan, true)
          : block.run(halves, length, ShortTransforms.Kind.COMPLEX, false, 1, true);
      block.store(even ? out.pairs() : out, first, count, length, y, scale);
    });
  }

  /// Transforms of this length in PyTorch's order of sums, if there are.
  private @Nullable ShortTransforms direct(int n, ShortTransforms.Kind kind) {
    return shorts != null && shorts.has(n, kind) ? shorts : null;
  }

  // ---- lines in lanes --------------------------------------------------------------------------------------------

  private interface Lines<T> {
    void run(Block<T> block, int first, int count);
  }

  private boolean inLanes(Plan<T> plan, int n, int lines) {
    return n <= SHORT || 2 * lines >= passes.lanes() && plan.rows() <= LONGEST;
  }

  /// Runs a body for blocks of lines, with two buffers of `rows` rows each.
  private void blocks(int rows, int lines, Lines<T> body) {
    if (lines == 0) return;
    int lanes = passes.lanes();
    int vectors = Math.max(rows <= BROAD ? 2 : 1, BLOCK / rows / lanes);
    int width = Math.min(lanes * vectors, (lines + lanes - 1) / lanes * lanes);
    int blocks = (lines + width - 1) / width;
    Parallel.run(blocks, Math.max(1, PIECE / ((long) rows * width)), (begin, end) -> {
      Block<T> block = block(rows * width, width);
      for (long i = begin; i < end; i++) {
        int first = (int) i * width;
        body.run(block, first, Math.min(width, lines - first));
      }
    });
  }

  private Block<T> block(int numbers, int width) {
    int plane = Block.plane(passes, numbers);
    int size = Block.size(passes, plane);
    T memory = buffers.get();
    if (Array.getLength(memory) < size) {
      memory = passes.numbers(Math.max(size, LARGE / bytes));
      buffers.set(memory);
    }
    return new Block<>(passes, memory, plane, width);
  }

  // ---- lines as grids --------------------------------------------------------------------------------------------

  private interface GriddedLines<T> {
    void run(Block<T> block, int first, int count, long memory);
  }

  /// Runs a body for some lines at a time, with memory for `numbers` complex numbers a line.
  private void grids(Scratch scratch, Plan.Grid<T> grid, int lines, int numbers, GriddedLines<T> body) {
    int together = Math.clamp(BLOCK_OF_GRIDS / grid.size(), 1, Math.max(1, lines));
    int blocks = (lines + together - 1) / together;
    Parallel.run(blocks, Math.max(1, PIECE / ((long) together * grid.size())), (begin, end) -> {
      Block<T> block = block(together * grid.size(), 0);
      long memory = scratch.allocate(Math.max(1, 2L * bytes * numbers * together));
      try {
        for (long i = begin; i < end; i++) {
          int first = (int) i * together;
          body.run(block, first, Math.min(together, lines - first), memory);
        }
      } finally {
        scratch.free(memory);
      }
    });
  }

  private Side flat(long memory, int n) {
    return Side.regular(memory, 2L * bytes * n, 2L * bytes, bytes);
  }

  // ---- long lines alone ------------------------------------------------------------------------------------------

  private interface Line {
    void run(int line);
  }

  private static void eachAlone(int lines, int n, Line body) {
    if (lines < Parallel.threads()) {
      // Each is spread over the threads.
      for (int line = 0; line < lines; line++) body.run(line);
      return;
    }
    Parallel.run(lines, Math.max(1, PIECE / n), (begin, end) -> {
      for (long line = begin; line < end; line++) body.run((int) line);
    });
  }

  private void alone(Scratch scratch, Plan<T> plan, int n, boolean inverse, double scale, Side in, Side out, int line) {
    if (plan instanceof Plan.Convolution<T> convolution) {
      convolved(scratch, convolution, n, inverse, scale, in, out, line);
      return;
    }
    long memory = scratch.allocate(2L * n * bytes);
    try {
      grid(scratch, n, inverse, scale, in, out, line, memory);
    } finally {
      scratch.free(memory);
    }
  }

  /// The four steps: number `j1 n2 + j2` is in row j1 and column j2; `k1 + n1 k2` in the result.
  private void grid(Scratch scratch, int n, boolean inverse, double scale, Side in, Side out, int line, long memory) {
    int n1 = (int) Math.sqrt(n);
    while (n % n1 != 0) n1--;
    int n2 = n / n1;
    int columnLength = n1;
    long number = 2L * bytes;
    Roots roots = allRoots.computeIfAbsent(n, Roots::new);
    Plan<T> columns = plan(scratch, n1);
    Plan<T> rows = plan(scratch, n2);
    Side source = Side.regular(in.start(line), in.stride(), n2 * in.stride(), in.part());
    Side between = Side.regular(memory, number, n2 * number, bytes);
    blocks(columns.rows(), n2, (block, first, count) -> {
      block.load(source, first, count, columnLength, columns.order());
      int y = block.finish(columns, inverse);
      int width = block.width();
      block.turn(y, inverse, columnLength,
          roots.turns(first, width, Passes.FINE, (columnLength + Passes.FINE - 1) / Passes.FINE),
          roots.turns(first, width, 1, Math.min(columnLength, Passes.FINE)));
      block.store(between, first, count, columnLength, y, 1);
    });
    Side across = Side.regular(memory, n2 * number, number, bytes);
    Side target = Side.regular(out.start(line), out.stride(), n1 * out.stride(), out.part());
    blocks(rows.rows(), n1, (block, first, count) -> {
      block.load(across, first, count, n2, rows.order());
      block.store(target, first, count, n2, block.finish(rows, inverse), scale);
    });
  }

  /// Bluestein's way for one line, number by number.
  private void convolved(Scratch scratch, Plan.Convolution<T> plan, int n, boolean inverse, double scale, Side in,
      Side out, int line) {
    int length = plan.rows();
    long memory = scratch.allocate(2L * length * bytes);
    try {
      Side flat = Side.regular(memory, 0, 2L * bytes, bytes);
      double sign = inverse ? -1 : 1;
      multiply(in, line, flat, n, plan.chirp(), 1, sign, 1);
      Memory.fill(memory + 2L * n * bytes, 2L * (length - n) * bytes, (byte) 0);
      complex(scratch, length, 1, false, 1, false, flat, flat);
      multiply(flat, 0, flat, length, plan.spectrum(), 1, 1, 1);
      complex(scratch, length, 1, true, 1, false, flat, flat);
      multiply(flat, 0, new Side(out.start(line), null, 0, out.stride(), out.part()), n, plan.chirp(), scale, 1, sign);
    } finally {
      scratch.free(memory);
    }
  }

  /// Numbers of a line times those of a table; signs of -1 conjugate what comes in and goes out.
  private void multiply(Side from, int line, Side to, int count, T table, double scale, double signIn, double signOut) {
    long x = from.start(line);
    long y = to.start(0);
    boolean wide = bytes == 8;
    float[] floats = table instanceof float[] f ? f : new float[0];
    double[] doubles = table instanceof double[] d ? d : new double[0];
    Parallel.run(count, PIECE, (begin, end) -> {
      for (int k = (int) begin; k < end; k++) {
        double re = get(wide, x + k * from.stride());
        double im = from.part() == 0 ? 0 : signIn * get(wide, x + k * from.stride() + from.part());
        double wr = wide ? doubles[2 * k] : floats[2 * k];
        double wi = wide ? doubles[2 * k + 1] : floats[2 * k + 1];
        put(wide, y + k * to.stride(), (re * wr - im * wi) * scale);
        if (to.part() != 0) put(wide, y + k * to.stride() + to.part(), (re * wi + im * wr) * scale * signOut);
      }
    });
  }

  private static double get(boolean wide, long address) {
    return wide ? Memory.getDouble(address) : Memory.getFloat(address);
  }

  private static void put(boolean wide, long address, double value) {
    if (wide) Memory.putDouble(address, value);
    else Memory.putFloat(address, (float) value);
  }

  private void realAlone(Scratch scratch, Plan<T> plan, int n, boolean whole, double scale, Side in, Side out,
      int line) {
    boolean even = n % 2 == 0;
    int length = even ? n / 2 : n;
    long memory = scratch.allocate(2L * length * bytes);
    try {
      Side flat = Side.regular(memory, 0, 2L * bytes, bytes);
      Side source = even ? in.pairs() : in;
      alone(scratch, plan, length, false, scale, Side.regular(source.start(line), 0, source.stride(), source.part()),
          flat, 0);
      long to = out.start(line);
      if (even) split(memory, n, whole, to, out);
      else {
        boolean wide = bytes == 8;
        for (int k = 0; k < (whole ? n : n / 2 + 1); k++) {
          put(wide, to + k * out.stride(), get(wide, memory + 2L * k * bytes));
          put(wide, to + k * out.stride() + out.part(), get(wide, memory + 2L * k * bytes + bytes));
        }
      }
    } finally {
      scratch.free(memory);
    }
  }

  /// As [Passes#splitReal], for one line.
  private void split(long z, int n, boolean whole, long to, Side out) {
    boolean wide = bytes == 8;
    int half = n / 2;
    long stride = out.stride();
    long part = out.part();
    Roots roots = allRoots.computeIfAbsent(n, Roots::new);
    Parallel.run(half / 2 + 1, PIECE, (begin, end) -> {
      for (int k = (int) begin; k < end; k++) {
        long x = z + 2L * bytes * k;
        long mirror = z + 2L * bytes * (k == 0 ? 0 : half - k);
        double ar = get(wide, x);
        double ai = get(wide, x + bytes);
        double br = get(wide, mirror);
        double bi = get(wide, mirror + bytes);
        if (k == 0) {
          put(wide, to, ar + ai);
          put(wide, to + part, 0);
          put(wide, to + half * stride, ar - ai);
          put(wide, to + half * stride + part, 0);
          continue;
        }
        double er = (ar + br) / 2;
        double ei = (ai - bi) / 2;
        double dr = (ar - br) / 2;
        double di = (ai + bi) / 2;
        double wr = roots.real(k);
        double wi = roots.imaginary(k);
        double or = wr * di + wi * dr;
        double oi = wi * di - wr * dr;
        put(wide, to + k * stride, er + or);
        put(wide, to + k * stride + part, ei + oi);
        long last = to + (half - k) * stride;
        put(wide, last, er - or);
        put(wide, last + part, oi - ei);
        if (whole) {
          long high = to + (n - k) * stride;
          put(wide, high, er + or);
          put(wide, high + part, -(ei + oi));
          long middle = to + (half + k) * stride;
          put(wide, middle, er - or);
          put(wide, middle + part, ei - oi);
        }
      }
    });
  }

  private void complexAlone(Scratch scratch, Plan<T> plan, int n, double scale, Side in, Side out, int line) {
    boolean wide = bytes == 8;
    boolean even = n % 2 == 0;
    int half = n / 2;
    int length = even ? half : n;
    long memory = scratch.allocate(2L * length * bytes);
    try {
      Side flat = Side.regular(memory, 0, 2L * bytes, bytes);
      long from = in.start(line);
      if (even) {
        merge(from, in, n, memory);
      } else {
        for (int k = 0; k <= half; k++) {
          double re = get(wide, from + k * in.stride());
          double im = k == 0 ? 0 : get(wide, from + k * in.stride() + in.part());
          put(wide, memory + 2L * bytes * k, re);
          put(wide, memory + 2L * bytes * k + bytes, im);
          if (k > 0) {
            put(wide, memory + 2L * bytes * (n - k), re);
            put(wide, memory + 2L * bytes * (n - k) + bytes, -im);
          }
        }
      }
      Side target = even ? out.pairs() : out;
      alone(scratch, plan, length, true, scale, flat,
          Side.regular(target.start(line), 0, target.stride(), target.part()), 0);
    } finally {
      scratch.free(memory);
    }
  }

  /// As [Passes#mergeReal], for one line.
  private void merge(long from, Side in, int n, long z) {
    boolean wide = bytes == 8;
    int half = n / 2;
    Roots roots = allRoots.computeIfAbsent(n, Roots::new);
    Parallel.run(half / 2 + 1, PIECE, (begin, end) -> {
      for (int k = (int) begin; k < end; k++) {
        long x = from + k * in.stride();
        long mirror = from + (half - k) * in.stride();
        double ar = get(wide, x);
        double br = get(wide, mirror);
        double ai = k == 0 ? 0 : get(wide, x + in.part());
        double bi = k == 0 ? 0 : get(wide, mirror + in.part());
        double dr = ar - br;
        double di = ai + bi;
        double wr = roots.real(k);
        double wi = roots.imaginary(k);
        double or = wi * dr - wr * di;
        double oi = wr * dr + wi * di;
        if (k > 0) {
          long last = z + 2L * bytes * (half - k);
          put(wide, last, ar + br - or);
          put(wide, last + bytes, oi - (ai - bi));
        }
        put(wide, z + 2L * bytes * k, ar + br + or);
        put(wide, z + 2L * bytes * k + bytes, ai - bi + oi);
      }
    });
  }
}
