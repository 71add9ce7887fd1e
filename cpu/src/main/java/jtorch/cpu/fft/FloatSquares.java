package jtorch.cpu.fft;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Rows to columns for float32, in squares of as many rows as a vector has lanes.
///
/// Rows i and i + half are zipped to rows 2 i and 2 i + 1, until each has met all others: two such steps at a time, so that
/// two passes do it. The first cuts rows into squares that follow each other, the second writes columns where they belong.
final class FloatSquares {
  private static final VectorSpecies<Float> SPECIES = FloatPasses.SPECIES;
  private static final int LANES = FloatPasses.LANES;
  private static final int SQUARE = FloatPasses.SQUARE;
  private static final VectorShuffle<Float> LOW = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> HIGH = VectorShuffle.makeZip(SPECIES, 1);

  private FloatSquares() {}

  /// A pass over rows or strips of squares.
  private interface Pass {
    void run(float[] m, int from, int width, int to, int nextWidth, int rows, int columns, int[] order,
        int first);
  }

  private static final int CUT = 0;
  /// What remains after the first pass.
  private static final int REST = LANES == 16 ? 2 : 1;
  private static final int NUMBERS = 3;
  private static final Pass[] PASSES = {FloatSquares::cut4, FloatSquares::columns2, FloatSquares::columns4,
    FloatSquares::numbers};

  static {
    // One call for all of them, which has seen them all: inlined into one method they would be too many operations.
    for (int i = 0; i < 1000; i++) run(i % PASSES.length, new float[0], 0, 0, 0, 0, 0, 0, new int[0], 0);
  }

  private static void run(int pass, float[] m, int from, int width, int to, int nextWidth, int rows, int columns,
      int[] order, int first) {
    PASSES[pass].run(m, from, width, to, nextWidth, rows, columns, order, first);
  }

  /// See [Passes#twist].
  static int twist(float[] m, int from, int width, int other, int nextWidth, int plane, int rows, int columns,
      int count,
      float[] roots, int[] order) {
    for (int l = 0; l < count; l++) turn(m, from + l * columns, width, plane, rows, columns, roots);
    for (int part = 0; part < 2; part++) {
      int x = from + part * plane;
      int y = other + part * plane;
      for (int l = 0; l < count; l++) {
        if (LANES < 8) run(NUMBERS, m, x + l * columns, width, y + l * rows, nextWidth, rows, columns, order, 0);
        else run(CUT, m, x + l * columns, width, y + l * rows * columns, 0, rows, columns, order, 0);
      }
      if (LANES >= 8) run(REST, m, y, 0, x, nextWidth, count * rows, columns, order, 0);
    }
    return LANES < 8 ? other : from;
  }

  /// Column k of some rows becomes row `order[first + k]`. Both counts are multiples of [Passes#lanes].
  ///
  /// @param spare memory for as much
  static void transpose(float[] m, int from, int width, int spare, int to, int nextWidth, int rows, int columns,
      int[] order, int first) {
    if (LANES < 8) {
      run(NUMBERS, m, from, width, to, nextWidth, rows, columns, order, first);
    } else {
      run(CUT, m, from, width, spare, 0, rows, columns, order, first);
      run(REST, m, spare, 0, to, nextWidth, rows, columns, order, first);
    }
  }

  private static FloatVector load(float[] m, int at) {
    return FloatVector.fromArray(SPECIES, m, at);
  }

  /// Multiplies rows by roots.
  private static void turn(float[] m, int from, int width, int plane, int rows, int columns, float[] roots) {
    for (int i = 0; i < rows; i++) {
      int w = 2 * i * columns;
      for (int j = 0; j < columns; j += LANES) {
        int x = from + i * width + j;
        FloatVector re = load(m, x);
        FloatVector im = load(m, x + plane);
        FloatVector wr = load(roots, w + j);
        FloatVector wi = load(roots, w + columns + j);
        re.mul(wr).sub(im.mul(wi)).intoArray(m, x);
        re.fma(wi, im.mul(wr)).intoArray(m, x + plane);
      }
    }
  }

  /// Number by number: vectors are too short for more.
  private static void numbers(float[] m, int from, int width, int to, int nextWidth, int rows, int columns,
      int[] order, int first) {
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < columns; k++) m[to + order[first + k] * nextWidth + i] = m[from + i * width + k];
    }
  }

  /// The first pass.
  private static void cut4(float[] m, int from, int width, int to, int nextWidth, int rows, int columns, int[] order,
      int first) {
    int apart = LANES / 4 * width;
    for (int strip = 0; strip < rows; strip += LANES) {
      for (int i = 0; i < LANES / 4; i++) {
        int x = from + (strip + i) * width;
        int y = to + strip * columns + 4 * i * LANES;
        for (int j = 0; j < columns; j += LANES) {
          int at = y + j * LANES;
          zip4(load(m, x + j), load(m, x + j + apart), load(m, x + j + 2 * apart), load(m, x + j + 3 * apart), m, at,
              at + LANES, at + 2 * LANES, at + 3 * LANES);
        }
      }
    }
  }

  /// The second pass: column k of squares, `columns` in a strip, becomes row `order[first + k]`, a strip after the other.
  private static void columns2(float[] m, int from, int width, int to, int nextWidth, int rows, int columns,
      int[] order, int first) {
    for (int k = 0; k < columns; k += 2) {
      int x = from + k / LANES * SQUARE + k % LANES / 2 * LANES;
      int y = to + order[first + k] * nextWidth;
      int z = to + order[first + k + 1] * nextWidth;
      for (int lane = 0; lane < rows; lane += LANES) {
        FloatVector a = load(m, x + lane * columns);
        FloatVector b = load(m, x + lane * columns + SQUARE / 2);
        a.rearrange(LOW, b).intoArray(m, y + lane);
        a.rearrange(HIGH, b).intoArray(m, z + lane);
      }
    }
  }

  private static void columns4(float[] m, int from, int width, int to, int nextWidth, int rows, int columns,
      int[] order, int first) {
    for (int k = 0; k < columns; k += 4) {
      int x = from + k / LANES * SQUARE + k % LANES / 4 * LANES;
      int y = to + order[first + k] * nextWidth;
      int z = to + order[first + k + 1] * nextWidth;
      int u = to + order[first + k + 2] * nextWidth;
      int v = to + order[first + k + 3] * nextWidth;
      for (int lane = 0; lane < rows; lane += LANES) {
        int at = x + lane * columns;
        zip4(load(m, at), load(m, at + SQUARE / 4), load(m, at + SQUARE / 2), load(m, at + SQUARE / 4 * 3), m, y + lane,
            z + lane, u + lane, v + lane);
      }
    }
  }

  private static void zip4(FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] m, int y, int z, int u,
      int v) {
    FloatVector ac = a.rearrange(LOW, c);
    FloatVector ca = a.rearrange(HIGH, c);
    FloatVector bd = b.rearrange(LOW, d);
    FloatVector db = b.rearrange(HIGH, d);
    ac.rearrange(LOW, bd).intoArray(m, y);
    ac.rearrange(HIGH, bd).intoArray(m, z);
    ca.rearrange(LOW, db).intoArray(m, u);
    ca.rearrange(HIGH, db).intoArray(m, v);
  }
}
