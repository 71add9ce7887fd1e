package jtorch.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Sums and products over the lanes of a vector of the preferred species, in one order always: halves onto halves, where
/// nothing else is said.
///
/// `reduceLanes` leaves the order open, and the interpreter's is not the compiler's: a kernel's result would change in its
/// last bits once it is compiled, and no training run would be the same twice. (Measured: 2 to 5 ns more a call.)
public final class Lanes {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int FLOAT_LANES = FLOATS.length();
  private static final int DOUBLE_LANES = DOUBLES.length();
  private static final VectorShuffle<Float> FLOATS_BY_8 = VectorShuffle.iota(FLOATS, 8, 1, true);
  private static final VectorShuffle<Float> FLOATS_BY_4 = VectorShuffle.iota(FLOATS, 4, 1, true);
  private static final VectorShuffle<Float> FLOATS_BY_2 = VectorShuffle.iota(FLOATS, 2, 1, true);
  private static final VectorShuffle<Float> FLOATS_BY_1 = VectorShuffle.iota(FLOATS, 1, 1, true);
  private static final VectorShuffle<Double> DOUBLES_BY_4 = VectorShuffle.iota(DOUBLES, 4, 1, true);
  private static final VectorShuffle<Double> DOUBLES_BY_2 = VectorShuffle.iota(DOUBLES, 2, 1, true);
  private static final VectorShuffle<Double> DOUBLES_BY_1 = VectorShuffle.iota(DOUBLES, 1, 1, true);

  private static final VectorShuffle<Float> FLOATS_BY_HALF = VectorShuffle.iota(FLOATS, FLOAT_LANES / 2, 1, true);
  private static final VectorShuffle<Double> DOUBLES_BY_HALF = VectorShuffle.iota(DOUBLES, DOUBLE_LANES / 2, 1, true);

  static {
    if (FLOAT_LANES > 16 || DOUBLE_LANES > 8) throw new UnsupportedOperationException("vectors of more than 512 bits");
  }

  private Lanes() {}

  public static float sum(FloatVector v) {
    FloatVector s = v;
    if (FLOAT_LANES > 8) s = s.add(s.rearrange(FLOATS_BY_8));
    if (FLOAT_LANES > 4) s = s.add(s.rearrange(FLOATS_BY_4));
    if (FLOAT_LANES > 2) s = s.add(s.rearrange(FLOATS_BY_2));
    if (FLOAT_LANES > 1) s = s.add(s.rearrange(FLOATS_BY_1));
    return s.lane(0);
  }

  /// One after the other, as PyTorch does.
  public static double sum(DoubleVector v) {
    double s = addInOrder(0, v);
    if (DOUBLE_LANES > 4) s = s + v.lane(4) + v.lane(5) + v.lane(6) + v.lane(7);
    return s;
  }

  /// The upper half of the lanes in the lower half.
  static FloatVector upperHalf(FloatVector v) {
    return v.rearrange(FLOATS_BY_HALF);
  }

  /// The upper half of the lanes in the lower half.
  static DoubleVector upperHalf(DoubleVector v) {
    return v.rearrange(DOUBLES_BY_HALF);
  }

  /// `start` and the lanes, one after the other, of a vector's first 256 bits at most.
  public static float addInOrder(float start, FloatVector v) {
    float s = start + v.lane(0);
    if (FLOAT_LANES > 1) s += v.lane(1);
    if (FLOAT_LANES > 2) s = s + v.lane(2) + v.lane(3);
    if (FLOAT_LANES > 4) s = s + v.lane(4) + v.lane(5) + v.lane(6) + v.lane(7);
    return s;
  }

  /// `start` and the lanes, one after the other, of a vector's first 256 bits at most.
  public static double addInOrder(double start, DoubleVector v) {
    double s = start + v.lane(0);
    if (DOUBLE_LANES > 1) s += v.lane(1);
    if (DOUBLE_LANES > 2) s = s + v.lane(2) + v.lane(3);
    return s;
  }

  public static float product(FloatVector v) {
    FloatVector p = v;
    if (FLOAT_LANES > 8) p = p.mul(p.rearrange(FLOATS_BY_8));
    if (FLOAT_LANES > 4) p = p.mul(p.rearrange(FLOATS_BY_4));
    if (FLOAT_LANES > 2) p = p.mul(p.rearrange(FLOATS_BY_2));
    if (FLOAT_LANES > 1) p = p.mul(p.rearrange(FLOATS_BY_1));
    return p.lane(0);
  }

  public static double product(DoubleVector v) {
    DoubleVector p = v;
    if (DOUBLE_LANES > 4) p = p.mul(p.rearrange(DOUBLES_BY_4));
    if (DOUBLE_LANES > 2) p = p.mul(p.rearrange(DOUBLES_BY_2));
    if (DOUBLE_LANES > 1) p = p.mul(p.rearrange(DOUBLES_BY_1));
    return p.lane(0);
  }
}
