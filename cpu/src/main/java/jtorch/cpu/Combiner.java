package jtorch.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jtorch.DType;
import jtorch.memory.Memory;
import jtorch.op.Combining;

/// Puts elements into places that already hold some: replaces, adds, multiplies, keeps the greater or the smaller.
///
/// Each step is rounded to the dtype, as PyTorch does where the order of steps is the order of indices.
abstract class Combiner {
  private final int size;

  Combiner(int size) {
    this.size = size;
  }

  /// Combines one element into a place.
  abstract void one(long source, long target);

  /// Combines neighbouring elements into neighbouring places.
  void row(long source, long target, long count) {
    for (long i = 0; i < count; i++) one(source + i * size, target + i * size);
  }

  /// Combines elements with any strides in bytes.
  final void row(long source, long sourceStride, long target, long targetStride, long count) {
    if (sourceStride == size && targetStride == size) {
      row(source, target, count);
      return;
    }
    for (long i = 0; i < count; i++) one(source + i * sourceStride, target + i * targetStride);
  }

  /// Combines elements that lie `step` bytes apart into the places of a line that these int64 numbers name.
  ///
  /// @throws IndexOutOfBoundsException if a number is none of the line's
  void scatter(long source, long step, MemorySegment line, long numbers, long count) {
    long places = line.byteSize() / size;
    for (long i = 0; i < count; i++) {
      long place = Objects.checkIndex(Memory.getLong(numbers + 8 * i), places);
      one(source + i * step, line.address() + place * size);
    }
  }

  static Combiner of(DType dtype, Combining way) {
    if (way == Combining.REPLACE) return new Replace(dtype.size());
    if (way == Combining.ADD && dtype == DType.FLOAT32 && VectorApi.PRESENT) return new AddFloats();
    if (way == Combining.ADD && dtype == DType.FLOAT64 && VectorApi.PRESENT) return new AddDoubles();
    if (dtype.isComplex()) return new Complexes(dtype, way);
    if (dtype.isFloatingPoint()) return new Reals(dtype, switch (way) {
      case ADD -> Double::sum;
      case MULTIPLY -> (a, b) -> a * b;
      // NaN wins.
      case MAXIMUM -> Math::max;
      default -> Math::min;
    });
    return new Integers(dtype, switch (way) {
      case ADD -> Long::sum;
      case MULTIPLY -> (a, b) -> a * b;
      case MAXIMUM -> Math::max;
      default -> Math::min;
    });
  }

  private static final class Replace extends Combiner {
    private final int bytes;

    Replace(int bytes) {
      super(bytes);
      this.bytes = bytes;
    }

    @Override
    void one(long source, long target) {
      Bytes.move(bytes, source, target);
    }

    @Override
    void row(long source, long target, long count) {
      Bytes.copy(source, target, count * bytes);
    }

    @Override
    void scatter(long source, long step, MemorySegment line, long numbers, long count) {
      if (bytes != 4) {
        super.scatter(source, step, line, numbers, count);
        return;
      }
      long all = 0;
      for (long i = 0; i < count; i++) {
        long place = Memory.getLong(numbers + 8 * i);
        all |= place;
        line.set(JAVA_INT_UNALIGNED, 4 * place, Memory.getInt(source + i * step));
      }
      LongRows.checkBytes(all);
    }
  }

  private static final class AddFloats extends Combiner {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    AddFloats() {
      super(4);
    }

    @Override
    void one(long source, long target) {
      Memory.putFloat(target, Memory.getFloat(target) + Memory.getFloat(source));
    }

    @Override
    void scatter(long source, long step, MemorySegment line, long numbers, long count) {
      if (step != 4) {
        super.scatter(source, step, line, numbers, count);
        return;
      }
      long all = 0;
      for (long i = 0; i < count; i++) {
        long place = Memory.getLong(numbers + 8 * i);
        all |= place;
        line.set(JAVA_FLOAT_UNALIGNED, 4 * place,
            line.get(JAVA_FLOAT_UNALIGNED, 4 * place) + Memory.getFloat(source + 4 * i));
      }
      LongRows.checkBytes(all);
    }

    @Override
    void row(long source, long target, long count) {
      ByteOrder order = ByteOrder.nativeOrder();
      long i = 0;
      for (; i <= count - SPECIES.length(); i += SPECIES.length()) {
        FloatVector there = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, target + 4 * i, order);
        there.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, source + 4 * i, order))
            .intoMemorySegment(Memory.ALL, target + 4 * i, order);
      }
      for (; i < count; i++) one(source + 4 * i, target + 4 * i);
    }
  }

  private static final class AddDoubles extends Combiner {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    AddDoubles() {
      super(8);
    }

    @Override
    void one(long source, long target) {
      Memory.putDouble(target, Memory.getDouble(target) + Memory.getDouble(source));
    }

    @Override
    void row(long source, long target, long count) {
      ByteOrder order = ByteOrder.nativeOrder();
      long i = 0;
      for (; i <= count - SPECIES.length(); i += SPECIES.length()) {
        DoubleVector there = DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, target + 8 * i, order);
        there.add(DoubleVector.fromMemorySegment(SPECIES, Memory.ALL, source + 8 * i, order))
            .intoMemorySegment(Memory.ALL, target + 8 * i, order);
      }
      for (; i < count; i++) one(source + 8 * i, target + 8 * i);
    }
  }

  private static final class Reals extends Combiner {
    private final DType dtype;
    private final DoubleBinaryOperator combine;

    Reals(DType dtype, DoubleBinaryOperator combine) {
      super(dtype.size());
      this.dtype = dtype;
      this.combine = combine;
    }

    @Override
    void one(long source, long target) {
      Numbers.putDouble(dtype, target,
          combine.applyAsDouble(Numbers.getDouble(dtype, target), Numbers.getDouble(dtype, source)));
    }
  }

  private static final class Integers extends Combiner {
    private final DType dtype;
    private final LongBinaryOperator combine;

    Integers(DType dtype, LongBinaryOperator combine) {
      super(dtype.size());
      this.dtype = dtype;
      this.combine = combine;
    }

    @Override
    void one(long source, long target) {
      Numbers.putLong(dtype, target,
          combine.applyAsLong(Numbers.getLong(dtype, target), Numbers.getLong(dtype, source)));
    }
  }

  private static final class Complexes extends Combiner {
    private final DType dtype;
    private final boolean multiply;

    Complexes(DType dtype, Combining way) {
      super(dtype.size());
      if (way != Combining.ADD && way != Combining.MULTIPLY)
        throw new IllegalArgumentException(dtype + " numbers have no order: no maximum and minimum");
      this.dtype = dtype;
      this.multiply = way == Combining.MULTIPLY;
    }

    @Override
    void one(long source, long target) {
      double a = Numbers.getDouble(dtype, target);
      double b = Numbers.getImaginary(dtype, target);
      double c = Numbers.getDouble(dtype, source);
      double d = Numbers.getImaginary(dtype, source);
      Numbers.putDouble(dtype, target, multiply ? a * c - b * d : a + c);
      Numbers.putImaginary(dtype, target, multiply ? a * d + b * c : b + d);
    }
  }
}
