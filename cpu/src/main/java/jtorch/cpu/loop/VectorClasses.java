package jtorch.cpu.loop;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/// Tells HotSpot the class of a vector.
///
/// Loads, constants, conversions and reinterpretations return a `FloatVector`, and late in a compilation HotSpot finds
/// out of which shape. Until then it goes by what the Vector API's methods have met in the whole process. If that were
/// two shapes, it compiles the methods that are called on the result for both, and keeps vectors as objects on the heap
/// for the one that cannot be: memory for every vector of every round, and kernels that are several times as slow, but
/// in programs only that have met other shapes before. A cast to the species' class says it at once, and is gone when
/// HotSpot has found out.
public final class VectorClasses {
  private VectorClasses() {}

  public static FloatVector floats(VectorSpecies<Float> species, Vector<?> x) {
    return (FloatVector) species.vectorType().cast(x);
  }

  public static DoubleVector doubles(VectorSpecies<Double> species, Vector<?> x) {
    return (DoubleVector) species.vectorType().cast(x);
  }

  public static IntVector ints(VectorSpecies<Integer> species, Vector<?> x) {
    return (IntVector) species.vectorType().cast(x);
  }

  public static LongVector longs(VectorSpecies<Long> species, Vector<?> x) {
    return (LongVector) species.vectorType().cast(x);
  }

  public static ShortVector shorts(VectorSpecies<Short> species, Vector<?> x) {
    return (ShortVector) species.vectorType().cast(x);
  }

  public static ByteVector bytes(VectorSpecies<Byte> species, Vector<?> x) {
    return (ByteVector) species.vectorType().cast(x);
  }
}
