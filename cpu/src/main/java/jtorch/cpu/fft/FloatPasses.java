package jtorch.cpu.fft;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import jtorch.memory.Memory;

/// The steps of transforms of float32 on the Vector API: each lane belongs to a transform of its own, so butterflies need
/// no shuffles; only complex numbers that lie side by side are taken apart when they are loaded.
final class FloatPasses implements Passes<float[]> {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int BYTES = 4;
  private static final long STEP = (long) LANES * BYTES;
  private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
  private static final VectorShuffle<Float> ODD = VectorShuffle.makeUnzip(SPECIES, 1);
  private static final VectorShuffle<Float> LOW = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> HIGH = VectorShuffle.makeZip(SPECIES, 1);
  /// Numbers between lines and lanes at a time.
  private static final int PAIRS = 2048;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final float HALF = -0.5f;
  private static final float SIN_60 = (float) Math.sqrt(0.75);
  private static final float COS_72 = (float) ((Math.sqrt(5) - 1) / 4);
  private static final float COS_144 = (float) (-(Math.sqrt(5) + 1) / 4);
  private static final float SIN_72 = (float) Math.sqrt((5 + Math.sqrt(5)) / 8);
  private static final float SIN_144 = (float) Math.sqrt((5 - Math.sqrt(5)) / 8);

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public int bytes() {
    return BYTES;
  }

  @Override
  public float[] table(double[] values) {
    float[] table = new float[values.length];
    for (int i = 0; i < values.length; i++) table[i] = (float) values[i];
    return table;
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER);
  }

  private static void store(FloatVector v, long address) {
    v.intoMemorySegment(Memory.ALL, address, ORDER);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  // ---- between tensors and planes --------------------------------------------------------------------------------

  @Override
  public void load(Side side, int first, int count, int rows, int width, long to, long plane, int[] order,
      long spare) {
    long row = (long) width * BYTES;
    long part = side.part();
    if (count < width) {
      // Unused lanes hold zeros: anything else might be slow.
      Memory.fill(to, rows * row, (byte) 0);
      Memory.fill(to + plane, rows * row, (byte) 0);
    }
    long apart = side.apart(first, count);
    if (count == width && apart == 2 * BYTES && part == BYTES) {
      for (int k = 0; k < rows; k++) {
        long x = side.start(first) + k * side.stride();
        long y = to + order[k] * row;
        for (long q = 0; q < row; q += STEP) {
          FloatVector a = load(x + 2 * q);
          FloatVector b = load(x + 2 * q + STEP);
          store(a.rearrange(EVEN, b), y + q);
          store(a.rearrange(ODD, b), y + q + plane);
        }
      }
    } else if (count == width && apart == BYTES) {
      for (int k = 0; k < rows; k++) {
        long x = side.start(first) + k * side.stride();
        long y = to + order[k] * row;
        for (long q = 0; q < row; q += STEP) {
          store(load(x + q), y + q);
          store(part == 0 ? all(0) : load(x + q + part), y + q + plane);
        }
      }
    } else if (count == width && side.stride() == 2 * BYTES && part == BYTES) {
      // Line by line, a number at once, to rows of pairs in the nearest cache; their parts are parted lane by lane.
      int group = Math.min(rows, Math.max(GROUP, PAIRS / width));
      for (int k = 0; k < rows; k += group) {
        int some = Math.min(group, rows - k);
        for (int l = 0; l < count; l++)
          move(some, side.start(first + l) + 8L * k, 8, spare + 8L * l, 2 * row);
        for (int i = 0; i < some; i++) {
          long x = spare + i * 2 * row;
          long y = to + order[k + i] * row;
          for (long q = 0; q < row; q += STEP) {
            FloatVector a = load(x + 2 * q);
            FloatVector b = load(x + 2 * q + STEP);
            store(a.rearrange(EVEN, b), y + q);
            store(a.rearrange(ODD, b), y + q + plane);
          }
        }
      }
    } else {
      // Line by line, a few elements at a time, so that the rows written stay in the cache.
      for (int k = 0; k < rows; k += GROUP) {
        int end = Math.min(rows, k + GROUP);
        for (int l = 0; l < count; l++)
          gather(side.start(first + l), side.stride(), part, k, end, to + (long) l * BYTES, plane, row, order);
      }
    }
  }

  /// Moves numbers, each a pair of eight bytes.
  private static void move(int count, long from, long fromStride, long to, long toStride) {
    for (int i = 0; i < count; i++) Memory.putLong(to + i * toStride, Memory.getLong(from + i * fromStride));
  }

  private static void gather(long x, long stride, long part, int from, int end, long to, long plane, long row,
      int[] order) {
    for (int k = from; k < end; k++) {
      long at = x + k * stride;
      long y = to + order[k] * row;
      Memory.putFloat(y, Memory.getFloat(at));
      Memory.putFloat(y + plane, part == 0 ? 0 : Memory.getFloat(at + part));
    }
  }

  @Override
  public void store(Side side, int first, int count, int rows, int width, long from, long plane, double scale,
      long spare) {
    long row = (long) width * BYTES;
    long part = side.part();
    float factor = (float) scale;
    long apart = side.apart(first, count);
    if (count == width && apart == 2 * BYTES && part == BYTES) {
      for (int k = 0; k < rows; k++) {
        long x = from + k * row;
        long y = side.start(first) + k * side.stride();
        for (long q = 0; q < row; q += STEP) {
          FloatVector a = load(x + q).mul(factor);
          FloatVector b = load(x + q + plane).mul(factor);
          store(a.rearrange(LOW, b), y + 2 * q);
          store(a.rearrange(HIGH, b), y + 2 * q + STEP);
        }
      }
    } else if (count == width && apart == BYTES) {
      for (int k = 0; k < rows; k++) {
        long x = from + k * row;
        long y = side.start(first) + k * side.stride();
        for (long q = 0; q < row; q += STEP) {
          store(load(x + q).mul(factor), y + q);
          if (part != 0) store(load(x + q + plane).mul(factor), y + q + part);
        }
      }
    } else if (count == width && side.stride() == 2 * BYTES && part == BYTES) {
      int group = Math.min(rows, Math.max(GROUP, PAIRS / width));
      for (int k = 0; k < rows; k += group) {
        int some = Math.min(group, rows - k);
        for (int i = 0; i < some; i++) {
          long x = from + (k + i) * row;
          long y = spare + i * 2 * row;
          for (long q = 0; q < row; q += STEP) {
            FloatVector a = load(x + q).mul(factor);
            FloatVector b = load(x + q + plane).mul(factor);
            store(a.rearrange(LOW, b), y + 2 * q);
            store(a.rearrange(HIGH, b), y + 2 * q + STEP);
          }
        }
        for (int l = 0; l < count; l++)
          move(some, spare + 8L * l, 2 * row, side.start(first + l) + 8L * k, 8);
      }
    } else {
      for (int k = 0; k < rows; k += GROUP) {
        int end = Math.min(rows, k + GROUP);
        for (int l = 0; l < count; l++)
          scatter(side.start(first + l), side.stride(), part, k, end, from + (long) l * BYTES, plane, row, factor);
      }
    }
  }

  private static void scatter(long y, long stride, long part, int first, int end, long from, long plane, long row,
      float factor) {
    for (int k = first; k < end; k++) {
      long at = y + k * stride;
      Memory.putFloat(at, Memory.getFloat(from + k * row) * factor);
      if (part != 0) Memory.putFloat(at + part, Memory.getFloat(from + k * row + plane) * factor);
    }
  }

  // ---- between stages --------------------------------------------------------------------------------------------

  @Override
  public void multiplyRows(long at, long plane, int rows, int width, float[] table) {
    long row = (long) width * BYTES;
    for (int k = 0; k < rows; k++) {
      FloatVector wr = all(table[2 * k]);
      FloatVector wi = all(table[2 * k + 1]);
      for (long q = at + k * row; q < at + (k + 1) * row; q += STEP) rotate(load(q), load(q + plane), wr, wi, q, plane);
    }
  }

  @Override
  public void multiplyLanes(long at, long plane, int rows, int width, float[] coarse, float[] fine) {
    long row = (long) width * BYTES;
    for (int k = 0; k < rows; k++) {
      int c = k / FINE * 2 * width;
      int f = k % FINE * 2 * width;
      for (int l = 0; l < width; l += LANES) {
        FloatVector cr = FloatVector.fromArray(SPECIES, coarse, c + l);
        FloatVector ci = FloatVector.fromArray(SPECIES, coarse, c + width + l);
        FloatVector fr = FloatVector.fromArray(SPECIES, fine, f + l);
        FloatVector fi = FloatVector.fromArray(SPECIES, fine, f + width + l);
        FloatVector wr = cr.mul(fr).sub(ci.mul(fi));
        FloatVector wi = cr.mul(fi).add(ci.mul(fr));
        long q = at + k * row + (long) l * BYTES;
        rotate(load(q), load(q + plane), wr, wi, q, plane);
      }
    }
  }

  private static void rotate(FloatVector re, FloatVector im, FloatVector wr, FloatVector wi, long to, long plane) {
    store(re.mul(wr).sub(im.mul(wi)), to);
    store(re.fma(wi, im.mul(wr)), to + plane);
  }

  /// `X[k] = (Z[k] + conj Z[m-k]) / 2 - i w^k (Z[k] - conj Z[m-k]) / 2`
  @Override
  public void splitReal(long from, long to, long plane, int half, int width, float[] roots) {
    long row = (long) width * BYTES;
    for (long q = 0; q < row; q += STEP) {
      FloatVector re = load(from + q);
      FloatVector im = load(from + q + plane);
      store(re.add(im), to + q);
      store(all(0), to + q + plane);
      store(re.sub(im), to + half * row + q);
      store(all(0), to + half * row + q + plane);
    }
    for (int k = 1; 2 * k <= half; k++) {
      FloatVector wr = all(roots[2 * k]);
      FloatVector wi = all(roots[2 * k + 1]);
      long x = from + k * row;
      long mirror = from + (half - k) * row;
      long y = to + k * row;
      long last = to + (half - k) * row;
      for (long q = 0; q < row; q += STEP) {
        FloatVector ar = load(x + q);
        FloatVector ai = load(x + q + plane);
        FloatVector br = load(mirror + q);
        FloatVector bi = load(mirror + q + plane);
        FloatVector er = ar.add(br).mul(0.5f);
        FloatVector ei = ai.sub(bi).mul(0.5f);
        FloatVector dr = ar.sub(br).mul(0.5f);
        FloatVector di = ai.add(bi).mul(0.5f);
        // -i w d
        FloatVector or = wr.mul(di).add(wi.mul(dr));
        FloatVector oi = wi.mul(di).sub(wr.mul(dr));
        store(er.add(or), y + q);
        store(ei.add(oi), y + q + plane);
        store(er.sub(or), last + q);
        store(oi.sub(ei), last + q + plane);
      }
    }
  }

  /// `Z[k] = X[k] + conj X[m-k] + i conj w^k (X[k] - conj X[m-k])`
  @Override
  public void mergeReal(long from, long to, long plane, int half, int width, float[] roots) {
    long row = (long) width * BYTES;
    for (int k = 0; 2 * k <= half; k++) {
      FloatVector wr = all(roots[2 * k]);
      FloatVector wi = all(roots[2 * k + 1]);
      long x = from + k * row;
      long mirror = from + (half - k) * row;
      long y = to + k * row;
      long last = to + (half - k) * row;
      for (long q = 0; q < row; q += STEP) {
        FloatVector ar = load(x + q);
        FloatVector br = load(mirror + q);
        // The first and the last are real by definition.
        FloatVector ai = k == 0 ? all(0) : load(x + q + plane);
        FloatVector bi = k == 0 ? all(0) : load(mirror + q + plane);
        FloatVector er = ar.add(br);
        FloatVector ei = ai.sub(bi);
        FloatVector dr = ar.sub(br);
        FloatVector di = ai.add(bi);
        // i conj(w) d
        FloatVector or = wi.mul(dr).sub(wr.mul(di));
        FloatVector oi = wr.mul(dr).add(wi.mul(di));
        if (k > 0) {
          store(er.sub(or), last + q);
          store(oi.sub(ei), last + q + plane);
        }
        store(er.add(or), y + q);
        store(ei.add(oi), y + q + plane);
      }
    }
  }

  @Override
  public void mirror(long at, long plane, int rows, int width) {
    long row = (long) width * BYTES;
    for (int k = 1; 2 * k < rows; k++) {
      long x = at + k * row;
      long y = at + (rows - k) * row;
      for (long q = 0; q < row; q += STEP) {
        store(load(x + q), y + q);
        store(load(x + q + plane).neg(), y + q + plane);
      }
    }
  }

  // ---- stages ----------------------------------------------------------------------------------------------------

  @Override
  public void reorder(long from, long to, long plane, int rows, int width, int[] order) {
    long row = (long) width * BYTES;
    for (int k = 0; k < rows; k++) {
      long x = from + k * row;
      long y = to + order[k] * row;
      for (long q = 0; q < row; q += STEP) {
        store(load(x + q), y + q);
        store(load(x + q + plane), y + q + plane);
      }
    }
  }

  @Override
  public void stage(int radix, long at, long plane, int apart, int blocks, int width, float[] roots, long spare) {
    long row = (long) width * BYTES;
    for (long z = at, end = at + row; z < end; z += STEP) {
      if (apart > 1) turn(radix, z, plane, apart, blocks, row, roots);
      switch (radix) {
        case 2 -> run(0, z, plane, apart, blocks, row);
        case 3 -> run(1, z, plane, apart, blocks, row);
        case 4 -> run(2, z, plane, apart, blocks, row);
        case 5 -> {
          // In steps: C2 makes no vector code of methods with more operations than these have.
          run(3, z, plane, apart, blocks, row);
          run(4, z, plane, apart, blocks, row);
          run(5, z + plane, plane, apart, blocks, row);
        }
        default -> odd(radix, z, plane, apart, blocks, row, roots, spare);
      }
    }
  }

  /// All butterflies of a stage, on one vector of lanes.
  private interface Butterflies {
    void run(long at, long plane, int apartRows, int blocks, long row);
  }

  private static final Butterflies[] BUTTERFLIES = {FloatPasses::radix2, FloatPasses::radix3, FloatPasses::radix4,
    FloatPasses::pairs5, FloatPasses::joinReal5, FloatPasses::joinImaginary5};

  static {
    // One call for all of them, which has seen them all: inlined into one method they would be too many operations.
    for (int i = 0; i < 1000; i++) run(i % BUTTERFLIES.length, 0, 0, 1, 0, STEP);
  }

  private static void run(int index, long at, long plane, int apart, int blocks, long row) {
    BUTTERFLIES[index].run(at, plane, apart, blocks, row);
  }

  /// Multiplies the inputs of all butterflies by powers of their roots.
  private static void turn(int radix, long at, long plane, int apart, int blocks, long row, float[] roots) {
    for (int b = 0; b < blocks; b++) {
      for (int k = 1; k < radix; k++) {
        long first = at + ((long) b * radix + k) * apart * row;
        int root = 2 * (k - 1) * apart;
        for (int p = 1; p < apart; p++) {
          long x = first + p * row;
          rotate(load(x), load(x + plane), all(roots[root + 2 * p]), all(roots[root + 2 * p + 1]), x, plane);
        }
      }
    }
  }

  /// Any odd radix: pairs of inputs give pairs of outputs. The radix's own roots follow the twiddles.
  private static void odd(int r, long at, long plane, int apartRows, int blocks, long row, float[] roots, long spare) {
    int own = 2 * (r - 1) * apartRows;
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      for (int p = 0; p < apartRows; p++) {
        long x = at + p * row + r * b * apart;
        for (int k = 1; 2 * k < r; k++) pair(r, k, x, plane, apart, roots, own, spare);
        FloatVector sr = load(x);
        FloatVector si = load(x + plane);
        for (int j = 1; j < r; j++) {
          long u = x + j * apart;
          sr = sr.add(load(u));
          si = si.add(load(u + plane));
          store(load(spare + 2 * j * STEP), u);
          store(load(spare + (2 * j + 1) * STEP), u + plane);
        }
        store(sr, x);
        store(si, x + plane);
      }
    }
  }

  /// Outputs k and r - k of one butterfly, kept aside until all inputs are read.
  private static void pair(int r, int k, long x, long plane, long apart, float[] roots, int own, long spare) {
    FloatVector mr = load(x);
    FloatVector mi = load(x + plane);
    FloatVector nr = all(0);
    FloatVector ni = all(0);
    for (int j = 1; 2 * j < r; j++) {
      int w = own + 2 * (j * k % r);
      FloatVector wr = all(roots[w]);
      FloatVector wi = all(roots[w + 1]);
      long u = x + j * apart;
      long v = x + (r - j) * apart;
      mr = load(u).add(load(v)).fma(wr, mr);
      mi = load(u + plane).add(load(v + plane)).fma(wr, mi);
      // The roots' imaginary parts are negative sines.
      nr = load(u + plane).sub(load(v + plane)).fma(wi, nr);
      ni = load(u).sub(load(v)).fma(wi, ni);
    }
    store(mr.sub(nr), spare + 2 * k * STEP);
    store(mi.add(ni), spare + (2 * k + 1) * STEP);
    store(mr.add(nr), spare + 2 * (r - k) * STEP);
    store(mi.sub(ni), spare + (2 * (r - k) + 1) * STEP);
  }

  /// Butterflies of 2 rows.
  private static void radix2(long at, long plane, int apartRows, int blocks, long row) {
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      long first = at + 2 * b * apart;
      for (int p = 0; p < apartRows; p++) {
        long x = first + p * row;
        FloatVector a0r = load(x);
        FloatVector a0i = load(x + plane);
        FloatVector a1r = load(x + apart);
        FloatVector a1i = load(x + apart + plane);
        store(a0r.add(a1r), x);
        store(a0i.add(a1i), x + plane);
        store(a0r.sub(a1r), x + apart);
        store(a0i.sub(a1i), x + apart + plane);
      }
    }
  }

  /// Butterflies of 3 rows.
  private static void radix3(long at, long plane, int apartRows, int blocks, long row) {
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      long first = at + 3 * b * apart;
      for (int p = 0; p < apartRows; p++) {
        long x = first + p * row;
        FloatVector half = all(HALF);
        FloatVector sine = all(SIN_60);
        FloatVector a0r = load(x);
        FloatVector a0i = load(x + plane);
        FloatVector a1r = load(x + apart);
        FloatVector a1i = load(x + apart + plane);
        FloatVector a2r = load(x + 2 * apart);
        FloatVector a2i = load(x + 2 * apart + plane);
        FloatVector tr = a1r.add(a2r);
        FloatVector ti = a1i.add(a2i);
        FloatVector dr = a1r.sub(a2r);
        FloatVector di = a1i.sub(a2i);
        FloatVector mr = tr.fma(half, a0r);
        FloatVector mi = ti.fma(half, a0i);
        FloatVector nr = dr.mul(sine);
        FloatVector ni = di.mul(sine);
        store(a0r.add(tr), x);
        store(a0i.add(ti), x + plane);
        store(mr.add(ni), x + apart);
        store(mi.sub(nr), x + apart + plane);
        store(mr.sub(ni), x + 2 * apart);
        store(mi.add(nr), x + 2 * apart + plane);
      }
    }
  }

  /// Butterflies of 4 rows.
  private static void radix4(long at, long plane, int apartRows, int blocks, long row) {
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      long first = at + 4 * b * apart;
      for (int p = 0; p < apartRows; p++) {
        long x = first + p * row;
        FloatVector a0r = load(x);
        FloatVector a0i = load(x + plane);
        FloatVector a1r = load(x + apart);
        FloatVector a1i = load(x + apart + plane);
        FloatVector a2r = load(x + 2 * apart);
        FloatVector a2i = load(x + 2 * apart + plane);
        FloatVector a3r = load(x + 3 * apart);
        FloatVector a3i = load(x + 3 * apart + plane);
        FloatVector t0r = a0r.add(a2r);
        FloatVector t0i = a0i.add(a2i);
        FloatVector t1r = a0r.sub(a2r);
        FloatVector t1i = a0i.sub(a2i);
        FloatVector t2r = a1r.add(a3r);
        FloatVector t2i = a1i.add(a3i);
        FloatVector t3r = a1r.sub(a3r);
        FloatVector t3i = a1i.sub(a3i);
        store(t0r.add(t2r), x);
        store(t0i.add(t2i), x + plane);
        store(t1r.add(t3i), x + apart);
        store(t1i.sub(t3r), x + apart + plane);
        store(t0r.sub(t2r), x + 2 * apart);
        store(t0i.sub(t2i), x + 2 * apart + plane);
        store(t1r.sub(t3i), x + 3 * apart);
        store(t1i.add(t3r), x + 3 * apart + plane);
      }
    }
  }

  /// The first half of radix 5: sums of pairs, and differences with the planes exchanged.
  private static void pairs5(long at, long plane, int apartRows, int blocks, long row) {
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      long first = at + 5 * b * apart;
      for (int p = 0; p < apartRows; p++) {
        long x = first + p * row;
        FloatVector a1r = load(x + apart);
        FloatVector a1i = load(x + apart + plane);
        FloatVector a2r = load(x + 2 * apart);
        FloatVector a2i = load(x + 2 * apart + plane);
        FloatVector a3r = load(x + 3 * apart);
        FloatVector a3i = load(x + 3 * apart + plane);
        FloatVector a4r = load(x + 4 * apart);
        FloatVector a4i = load(x + 4 * apart + plane);
        store(a1r.add(a4r), x + apart);
        store(a2r.add(a3r), x + 2 * apart);
        store(a1r.sub(a4r), x + 4 * apart + plane);
        store(a2r.sub(a3r), x + 3 * apart + plane);
        store(a1i.add(a4i), x + apart + plane);
        store(a2i.add(a3i), x + 2 * apart + plane);
        store(a1i.sub(a4i), x + 4 * apart);
        store(a2i.sub(a3i), x + 3 * apart);
      }
    }
  }

  /// The second half, for the real plane.
  private static void joinReal5(long at, long plane, int apartRows, int blocks, long row) {
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      long first = at + 5 * b * apart;
      for (int p = 0; p < apartRows; p++) {
        long x = first + p * row;
        FloatVector c1 = all(COS_72);
        FloatVector c2 = all(COS_144);
        FloatVector s1 = all(SIN_72);
        FloatVector s2 = all(SIN_144);
        FloatVector ns1 = all(-SIN_72);
        FloatVector a = load(x);
        FloatVector t = load(x + apart);
        FloatVector u = load(x + 2 * apart);
        FloatVector e = load(x + 3 * apart);
        FloatVector d = load(x + 4 * apart);
        FloatVector m = t.fma(c1, u.fma(c2, a));
        FloatVector n = t.fma(c2, u.fma(c1, a));
        FloatVector v = d.fma(s1, e.mul(s2));
        FloatVector w = d.fma(s2, e.mul(ns1));
        store(a.add(t).add(u), x);
        store(m.add(v), x + apart);
        store(n.add(w), x + 2 * apart);
        store(n.sub(w), x + 3 * apart);
        store(m.sub(v), x + 4 * apart);
      }
    }
  }

  /// The second half, for the imaginary plane.
  private static void joinImaginary5(long at, long plane, int apartRows, int blocks, long row) {
    long apart = apartRows * row;
    for (int b = 0; b < blocks; b++) {
      long first = at + 5 * b * apart;
      for (int p = 0; p < apartRows; p++) {
        long x = first + p * row;
        FloatVector c1 = all(COS_72);
        FloatVector c2 = all(COS_144);
        FloatVector s1 = all(-SIN_72);
        FloatVector s2 = all(-SIN_144);
        FloatVector ns1 = all(SIN_72);
        FloatVector a = load(x);
        FloatVector t = load(x + apart);
        FloatVector u = load(x + 2 * apart);
        FloatVector e = load(x + 3 * apart);
        FloatVector d = load(x + 4 * apart);
        FloatVector m = t.fma(c1, u.fma(c2, a));
        FloatVector n = t.fma(c2, u.fma(c1, a));
        FloatVector v = d.fma(s1, e.mul(s2));
        FloatVector w = d.fma(s2, e.mul(ns1));
        store(a.add(t).add(u), x);
        store(m.add(v), x + apart);
        store(n.add(w), x + 2 * apart);
        store(n.sub(w), x + 3 * apart);
        store(m.sub(v), x + 4 * apart);
      }
    }
  }
}
