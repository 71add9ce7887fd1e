package jtorch.cpu.fft;

import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The steps of transforms of float64 on the Vector API: each lane belongs to a transform of its own, so butterflies need
/// no shuffles; only complex numbers that lie side by side are taken apart when they are loaded.
final class DoublePasses implements Passes<double[]> {
  /// Up to 16 lanes: squares of more would need more than two passes.
  static final VectorSpecies<Double> SPECIES =
      DoubleVector.SPECIES_PREFERRED.length() > 16 ? DoubleVector.SPECIES_512 : DoubleVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  private static final int BYTES = Double.BYTES;
  private static final long STEP = (long) LANES * BYTES;
  private static final VectorShuffle<Double> LOW = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Double> HIGH = VectorShuffle.makeZip(SPECIES, 1);
  private static final DoubleVector EVEN = DoubleVector.zero(SPECIES).addIndex(2);
  private static final DoubleVector ODD = EVEN.add(1);
  /// Real and imaginary parts exchanged.
  private static final VectorShuffle<Double> SWAPPED = VectorShuffle.fromOp(SPECIES, i -> i ^ 1);
  /// The last complex number first.
  private static final VectorShuffle<Double> REVERSED = VectorShuffle.fromOp(SPECIES, i -> (LANES - 1 - i) ^ 1);
  static final int SQUARE = LANES * LANES;
  /// Rows that one call moves.
  private static final int SOME = 32;
  /// Numbers of a line that become columns together.
  private static final int TOGETHER = 64;
  private static final int[] NATURAL = Plan.natural(LANES);
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public int bytes() {
    return BYTES;
  }

  @Override
  public double[] numbers(int count) {
    return new double[count];
  }

  @Override
  public double[] table(double[] values) {
    double[] table = new double[values.length];
    for (int i = 0; i < values.length; i++) table[i] = (double) values[i];
    return table;
  }

  @Override
  public void clear(double[] m, int from, int count) {
    Arrays.fill(m, from, from + count, 0);
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER);
  }

  private static DoubleVector load(long address, VectorMask<Double> mask) {
    return DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER, mask);
  }

  private static void store(DoubleVector v, long address, VectorMask<Double> mask) {
    v.intoMemorySegment(Memory.ALL, address, ORDER, mask);
  }

  private static void store(DoubleVector v, long address) {
    v.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  private static DoubleVector load(double[] m, int at) {
    return DoubleVector.fromArray(SPECIES, m, at);
  }

  private static DoubleVector all(double value) {
    return DoubleVector.broadcast(SPECIES, value);
  }

  // ---- between tensors and planes --------------------------------------------------------------------------------

  @Override
  public void load(Side side, int first, int count, int rows, double[] m, int to, int plane, int width, int lanes,
      int[] order, int spare) {
    long part = side.part();
    long apart = side.apart(first, count);
    if (apart == 2 * BYTES && part == BYTES) {
      loadPairs(side, first, count, rows, m, to, plane, width, lanes, order);
    } else if (apart == BYTES && count == lanes) {
      for (int k = 0; k < rows; k++) {
        long x = side.start(first) + k * side.stride();
        int y = to + order[k] * width;
        for (int q = 0; q < lanes; q += LANES) {
          load(x + (long) q * BYTES).intoArray(m, y + q);
          (part == 0 ? all(0) : load(x + (long) q * BYTES + part)).intoArray(m, y + q + plane);
        }
      }
    } else if (side.stride() == 2 * BYTES && part == BYTES) {
      for (int l = 0; l < lanes; l += LANES)
        loadLines(side, first + l, Math.clamp(count - l, 0, LANES), rows, m, to + l, plane, width, order, spare);
    } else {
      if (count < lanes) {
        // Unused lanes hold zeros: anything else might be slow.
        for (int k = 0; k < rows; k++) {
          clear(m, to + k * width, lanes);
          clear(m, to + k * width + plane, lanes);
        }
      }
      // Line by line, a few elements at a time, so that the rows written stay in the cache.
      for (int k = 0; k < rows; k += GROUP) {
        int end = Math.min(rows, k + GROUP);
        for (int l = 0; l < count; l++)
          gather(side.start(first + l), side.stride(), part, k, end, m, to + l, plane, width, order);
      }
    }
  }

  /// Numbers of neighbouring lines are neighbours.
  private static void loadPairs(Side side, int first, int count, int rows, double[] m, int to, int plane, int width,
      int lanes, int[] order) {
    int whole = count / LANES * LANES;
    // Some rows at a time: methods are compiled early if they are called often.
    for (int k = 0; k < rows; k += SOME) {
      loadPairs(side.start(first), side.stride(), whole, k, Math.min(k + SOME, rows), m, to, plane, width, order);
    }
    if (whole == lanes) return;
    VectorMask<Double> low = SPECIES.indexInRange(0, 2 * (count - whole));
    VectorMask<Double> high = SPECIES.indexInRange(LANES, 2 * (count - whole));
    for (int k = 0; k < rows; k++) {
      long x = side.start(first) + k * side.stride() + 2L * BYTES * whole;
      int y = to + order[k] * width;
      for (int q = whole; q < lanes; q += LANES) {
        if (q < count) part(load(x, low), load(x + STEP, high), m, y + q, y + q + plane);
        else part(all(0), all(0), m, y + q, y + q + plane);
      }
    }
  }

  private static void loadPairs(long from, long stride, int count, int begin, int end, double[] m, int to, int plane,
      int width, int[] order) {
    for (int k = begin; k < end; k++) {
      long x = from + k * stride;
      int y = to + order[k] * width;
      for (int q = 0; q < count; q += LANES)
        part(load(x + 2L * BYTES * q), load(x + 2L * BYTES * q + STEP), m, y + q, y + q + plane);
    }
  }

  private static void part(DoubleVector a, DoubleVector b, double[] m, int re, int im) {
    EVEN.selectFrom(a, b).intoArray(m, re);
    ODD.selectFrom(a, b).intoArray(m, im);
  }

  /// Lines of complex neighbours: some numbers of each become rows, and columns of these.
  private static void loadLines(Side side, int first, int count, int rows, double[] m, int to, int plane, int width,
      int[] order, int spare) {
    int size = LANES * TOGETHER;
    for (int k = 0; k < rows;) {
      long before = 2L * BYTES * k;
      int some = Math.min(TOGETHER, (rows - k) / LANES * LANES);
      int row = Math.max(LANES, some);
      for (int l = 0; l < count; l++) {
        int y = spare + l * row;
        if (some > 0) loadPairs(side.start(first + l) + before, 0, some, 0, 1, m, y, size, 0, NATURAL);
        else loadPairs(side.start(first + l) + before, rows - k, m, y, size);
      }
      Arrays.fill(m, spare + count * row, spare + LANES * row, 0);
      Arrays.fill(m, spare + size + count * row, spare + size + LANES * row, 0);
      for (int part = 0; part < 2; part++) {
        int x = spare + part * size;
        int y = to + part * plane;
        if (some > 0) {
          DoubleSquares.transpose(m, x, row, x + 2 * size, y, width, LANES, row, order, k);
        } else {
          int columns = spare + 4 * size;
          DoubleSquares.transpose(m, x, row, x + 2 * size, columns, LANES, LANES, row, NATURAL, 0);
          for (int j = 0; j < rows - k; j++) load(m, columns + j * LANES).intoArray(m, y + order[k + j] * width);
        }
      }
      k += row;
    }
  }

  /// The first numbers of a vector, of a line.
  private static void loadPairs(long from, int count, double[] m, int to, int plane) {
    part(load(from, SPECIES.indexInRange(0, 2 * count)), load(from + STEP, SPECIES.indexInRange(LANES, 2 * count)), m,
        to, to + plane);
  }

  private static void gather(long x, long stride, long part, int from, int end, double[] m, int to, int plane,
      int width, int[] order) {
    for (int k = from; k < end; k++) {
      long at = x + k * stride;
      int y = to + order[k] * width;
      m[y] = Memory.getDouble(at);
      m[y + plane] = part == 0 ? 0 : Memory.getDouble(at + part);
    }
  }

  @Override
  public void store(Side side, int first, int count, int rows, double[] m, int from, int plane, int width,
      double scale, int spare) {
    long part = side.part();
    double factor = (double) scale;
    long apart = side.apart(first, count);
    if (apart == 2 * BYTES && part == BYTES) {
      storePairs(side, first, count, rows, m, from, plane, width, factor);
    } else if (apart == BYTES && count % LANES == 0) {
      for (int k = 0; k < rows; k++) {
        int x = from + k * width;
        long y = side.start(first) + k * side.stride();
        for (int q = 0; q < count; q += LANES) {
          store(load(m, x + q).mul(factor), y + (long) q * BYTES);
          if (part != 0) store(load(m, x + q + plane).mul(factor), y + (long) q * BYTES + part);
        }
      }
    } else if (side.stride() == 2 * BYTES && part == BYTES) {
      for (int l = 0; l < count; l += LANES)
        storeLines(side, first + l, Math.min(LANES, count - l), rows, m, from + l, plane, width, factor, spare);
    } else {
      for (int k = 0; k < rows; k += GROUP) {
        int end = Math.min(rows, k + GROUP);
        for (int l = 0; l < count; l++)
          scatter(side.start(first + l), side.stride(), part, k, end, m, from + l, plane, width, factor);
      }
    }
  }

  private static void storePairs(Side side, int first, int count, int rows, double[] m, int from, int plane, int width,
      double factor) {
    int whole = count / LANES * LANES;
    long to = side.start(first);
    for (int k = 0; k < rows; k += SOME) {
      storePairs(to, side.stride(), whole, k, Math.min(k + SOME, rows), m, from, plane, width, factor);
    }
    if (whole == count) return;
    VectorMask<Double> low = SPECIES.indexInRange(0, 2 * (count - whole));
    VectorMask<Double> high = SPECIES.indexInRange(LANES, 2 * (count - whole));
    for (int k = 0; k < rows; k++) {
      int x = from + k * width + whole;
      long y = to + k * side.stride() + 2L * BYTES * whole;
      DoubleVector a = load(m, x).mul(factor);
      DoubleVector b = load(m, x + plane).mul(factor);
      store(a.rearrange(LOW, b), y, low);
      store(a.rearrange(HIGH, b), y + STEP, high);
    }
  }

  private static void storePairs(long to, long stride, int count, int begin, int end, double[] m, int from, int plane,
      int width, double factor) {
    for (int k = begin; k < end; k++) {
      int x = from + k * width;
      long y = to + k * stride;
      for (int q = 0; q < count; q += LANES) {
        DoubleVector a = load(m, x + q).mul(factor);
        DoubleVector b = load(m, x + q + plane).mul(factor);
        store(a.rearrange(LOW, b), y + 2L * BYTES * q);
        store(a.rearrange(HIGH, b), y + 2L * BYTES * q + STEP);
      }
    }
  }

  private static void storeLines(Side side, int first, int count, int rows, double[] m, int from, int plane, int width,
      double factor, int spare) {
    int size = LANES * TOGETHER;
    for (int k = 0; k < rows; k += TOGETHER) {
      int some = Math.min(TOGETHER, rows - k);
      int row = (some + LANES - 1) / LANES * LANES;
      for (int part = 0; part < 2; part++) {
        int x = from + k * width + part * plane;
        int y = spare + part * size;
        int next = width;
        if (row > some) {
          int copy = spare + 4 * size;
          for (int j = 0; j < some; j++) load(m, x + j * width).intoArray(m, copy + j * LANES);
          x = copy;
          next = LANES;
        }
        DoubleSquares.transpose(m, x, next, y + 2 * size, y, row, row, LANES, NATURAL, 0);
      }
      for (int l = 0; l < count; l++) {
        storePairs(Side.regular(side.start(first + l) + 2L * BYTES * k, 2L * BYTES, 0, BYTES), 0, some, 1, m,
            spare + l * row, size, row, factor);
      }
    }
  }

  private static void scatter(long y, long stride, long part, int first, int end, double[] m, int from, int plane,
      int width, double factor) {
    for (int k = first; k < end; k++) {
      long at = y + k * stride;
      Memory.putDouble(at, m[from + k * width] * factor);
      if (part != 0) Memory.putDouble(at + part, m[from + k * width + plane] * factor);
    }
  }

  @Override
  public int twist(double[] m, int from, int width, int other, int nextWidth, int plane, int rows, int columns,
      int count,
      double[] roots, int[] order) {
    return DoubleSquares.twist(m, from, width, other, nextWidth, plane, rows, columns, count, roots, order);
  }

  // ---- between stages --------------------------------------------------------------------------------------------

  @Override
  public void reorder(double[] m, int from, int to, int plane, int rows, int width, int[] order) {
    for (int k = 0; k < rows; k++) {
      System.arraycopy(m, from + k * width, m, to + order[k] * width, width);
      System.arraycopy(m, from + k * width + plane, m, to + order[k] * width + plane, width);
    }
  }

  @Override
  public void stage(int radix, double[] m, int at, int plane, int apart, int blocks, int width, double[] roots,
      int spare) {
    DoubleButterflies.stage(radix, m, at, plane, apart, blocks, width, roots, spare);
  }

  @Override
  public void multiplyRows(double[] m, int at, int plane, int rows, int width, double[] table) {
    for (int k = 0; k < rows; k++) {
      DoubleVector wr = all(table[2 * k]);
      DoubleVector wi = all(table[2 * k + 1]);
      for (int q = at + k * width; q < at + (k + 1) * width; q += LANES) rotate(m, q, plane, wr, wi);
    }
  }

  @Override
  public void multiplyLanes(double[] m, int at, int plane, int rows, int width, double[] coarse, double[] fine) {
    for (int k = 0; k < rows; k++) {
      int c = k / FINE * 2 * width;
      int f = k % FINE * 2 * width;
      for (int l = 0; l < width; l += LANES) {
        DoubleVector cr = load(coarse, c + l);
        DoubleVector ci = load(coarse, c + width + l);
        DoubleVector fr = load(fine, f + l);
        DoubleVector fi = load(fine, f + width + l);
        DoubleVector wr = cr.mul(fr).sub(ci.mul(fi));
        DoubleVector wi = cr.mul(fi).add(ci.mul(fr));
        rotate(m, at + k * width + l, plane, wr, wi);
      }
    }
  }

  private static void rotate(double[] m, int at, int plane, DoubleVector wr, DoubleVector wi) {
    DoubleVector re = load(m, at);
    DoubleVector im = load(m, at + plane);
    re.mul(wr).sub(im.mul(wi)).intoArray(m, at);
    re.fma(wi, im.mul(wr)).intoArray(m, at + plane);
  }

  // ---- real lines ------------------------------------------------------------------------------------------------

  /// `X[k] = (Z[k] + conj Z[m-k]) / 2 - i w^k (Z[k] - conj Z[m-k]) / 2`
  @Override
  public void splitReal(double[] m, int at, int plane, int half, int width, double[] roots) {
    for (int x = at, last = at + half * width; x < at + width; x += LANES, last += LANES) {
      DoubleVector re = load(m, x);
      DoubleVector im = load(m, x + plane);
      re.add(im).intoArray(m, x);
      all(0).intoArray(m, x + plane);
      re.sub(im).intoArray(m, last);
      all(0).intoArray(m, last + plane);
    }
    for (int k = 1; 2 * k <= half; k++) {
      DoubleVector wr = all(roots[2 * k]);
      DoubleVector wi = all(roots[2 * k + 1]);
      int last = at + (half - k) * width;
      for (int x = at + k * width, end = x + width; x < end; x += LANES, last += LANES) {
        DoubleVector ar = load(m, x);
        DoubleVector ai = load(m, x + plane);
        DoubleVector br = load(m, last);
        DoubleVector bi = load(m, last + plane);
        DoubleVector er = ar.add(br).mul(0.5);
        DoubleVector ei = ai.sub(bi).mul(0.5);
        DoubleVector dr = ar.sub(br).mul(0.5);
        DoubleVector di = ai.add(bi).mul(0.5);
        // -i w d
        DoubleVector or = wr.mul(di).add(wi.mul(dr));
        DoubleVector oi = wi.mul(di).sub(wr.mul(dr));
        er.add(or).intoArray(m, x);
        ei.add(oi).intoArray(m, x + plane);
        er.sub(or).intoArray(m, last);
        oi.sub(ei).intoArray(m, last + plane);
      }
    }
  }

  /// `Z[k] = X[k] + conj X[m-k] + i conj w^k (X[k] - conj X[m-k])`
  @Override
  public void mergeReal(double[] m, int at, int plane, int half, int width, double[] roots) {
    // The first and the last are real by definition.
    for (int x = at, last = at + half * width; x < at + width; x += LANES, last += LANES) {
      DoubleVector a = load(m, x);
      DoubleVector b = load(m, last);
      a.add(b).intoArray(m, x);
      a.sub(b).intoArray(m, x + plane);
    }
    for (int k = 1; 2 * k <= half; k++) {
      DoubleVector wr = all(roots[2 * k]);
      DoubleVector wi = all(roots[2 * k + 1]);
      int last = at + (half - k) * width;
      for (int x = at + k * width, end = x + width; x < end; x += LANES, last += LANES) {
        DoubleVector ar = load(m, x);
        DoubleVector br = load(m, last);
        DoubleVector ai = load(m, x + plane);
        DoubleVector bi = load(m, last + plane);
        DoubleVector er = ar.add(br);
        DoubleVector ei = ai.sub(bi);
        DoubleVector dr = ar.sub(br);
        DoubleVector di = ai.add(bi);
        // i conj(w) d
        DoubleVector or = wi.mul(dr).sub(wr.mul(di));
        DoubleVector oi = wr.mul(dr).add(wi.mul(di));
        er.sub(or).intoArray(m, last);
        oi.sub(ei).intoArray(m, last + plane);
        er.add(or).intoArray(m, x);
        ei.add(oi).intoArray(m, x + plane);
      }
    }
  }

  @Override
  public void mirror(double[] m, int at, int plane, int rows, int width) {
    for (int k = 1; 2 * k < rows; k++) {
      int y = at + (rows - k) * width;
      for (int x = at + k * width, end = x + width; x < end; x += LANES, y += LANES) {
        load(m, x).intoArray(m, y);
        load(m, x + plane).neg().intoArray(m, y + plane);
      }
    }
  }

  /// `-i w^k / 2`, real parts twice, then negative and positive imaginary parts; a vector of each at a time.
  @Override
  public double[] folds(int n) {
    int pairs = LANES / 2;
    int groups = n / 4 / pairs + 1;
    double[] folds = new double[2 * groups * LANES + LANES];
    double[] root = new double[2];
    for (int i = 0; i < LANES; i++) folds[i] = 1 - i % 2 * 2;
    for (int i = 0; i < groups * pairs; i++) {
      Plan.root(i + 1, n, root, 0);
      int at = LANES + i / pairs * 2 * LANES + i % pairs * 2;
      folds[at] = folds[at + 1] = (double) (root[1] / 2);
      folds[at + LANES] = (double) (root[0] / 2);
      folds[at + LANES + 1] = (double) (-root[0] / 2);
    }
    return folds;
  }

  @Override
  public void fold(long from, long to, int half, boolean merge, double[] folds) {
    double first = Memory.getDouble(from);
    double second = Memory.getDouble(merge ? from + 2L * BYTES * half : from + BYTES);
    Memory.putDouble(to, first + second);
    if (merge) {
      Memory.putDouble(to + BYTES, first - second);
    } else {
      Memory.putDouble(to + BYTES, 0);
      Memory.putDouble(to + 2L * BYTES * half, first - second);
      Memory.putDouble(to + 2L * BYTES * half + BYTES, 0);
    }
    DoubleVector conjugate = load(folds, 0);
    DoubleVector even = all(merge ? 1 : 0.5);
    // i conj w^k is the conjugate of -i w^k.
    DoubleVector real = all(merge ? 2 : 1);
    DoubleVector imaginary = all(merge ? -2 : 1);
    for (int k = 1, w = LANES; 2 * k <= half; k += LANES / 2, w += 2 * LANES) {
      long low = 2L * BYTES * k;
      long high = 2L * BYTES * (half - k) - STEP + 2L * BYTES;
      DoubleVector a = load(from + low);
      DoubleVector b = load(from + high).rearrange(REVERSED).mul(conjugate);
      DoubleVector d = a.sub(b);
      DoubleVector e = a.add(b).mul(even);
      DoubleVector o = d.mul(load(folds, w).mul(real))
          .add(d.rearrange(SWAPPED).mul(load(folds, w + LANES).mul(imaginary)));
      store(e.add(o), to + low);
      store(e.sub(o).mul(conjugate).rearrange(REVERSED), to + high);
    }
  }

  @Override
  public void mirror(long at, int n) {
    DoubleVector conjugate = all(1).blend(-1, VectorMask.fromLong(SPECIES, 0xAAAA_AAAA_AAAA_AAAAL));
    long step = 2L * BYTES;
    // The last vector ends at the middle, and repeats some of the one before it.
    for (int k = 1; 2 * k < n; k += LANES / 2) {
      int begin = Math.min(k, Math.max(1, (n + 1) / 2 - LANES / 2));
      DoubleVector x = load(at + begin * step);
      store(x.mul(conjugate).rearrange(REVERSED), at + (n - begin) * step - STEP + step);
    }
  }
}
