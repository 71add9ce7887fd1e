package jtorch.random;

import java.util.function.DoublePredicate;
import java.util.function.Supplier;
import jtorch.DType;
import jtorch.memory.Halves;

/// What the draws have in common: loops in chunks over elements in the order of memory, and checks.
final class Draw {
  private Draw() {}

  /// Draws the next `count` numbers, at most `MersenneTwister.CHUNK`.
  @FunctionalInterface
  interface Doubles {
    void next(MersenneTwister from, double[] into, int count);
  }

  @FunctionalInterface
  interface Longs {
    void next(MersenneTwister from, long[] into, int count);
  }

  /// Draws one number for one parameter or two.
  @FunctionalInterface
  interface Sample {
    double of(MersenneTwister from, double first, double second);
  }

  static void fill(Generator generator, Region out, Doubles numbers) {
    generator.exclusively(twister -> {
      var cursor = new Cursor(out);
      var chunk = new double[(int) Math.min(out.count(), MersenneTwister.CHUNK)];
      for (long left = out.count(); left > 0; left -= chunk.length) {
        int n = (int) Math.min(left, chunk.length);
        numbers.next(twister, chunk, n);
        cursor.put(chunk, n);
      }
    });
  }

  static void fillIntegers(Generator generator, Region out, Longs numbers) {
    generator.exclusively(twister -> {
      var cursor = new Cursor(out);
      var chunk = new long[(int) Math.min(out.count(), MersenneTwister.CHUNK)];
      for (long left = out.count(); left > 0; left -= chunk.length) {
        int n = (int) Math.min(left, chunk.length);
        numbers.next(twister, chunk, n);
        cursor.put(chunk, n);
      }
    });
  }

  /// Fills `out` from parameters of the same sizes, in the order of `out`'s memory.
  static void map(Generator generator, Region out, Region first, Region second, Sample sample) {
    int[] order = out.memoryOrder();
    generator.exclusively(twister -> {
      var target = new Cursor(out, order);
      var firstSource = new Cursor(first, order);
      var secondSource = new Cursor(second, order);
      int length = (int) Math.min(out.count(), MersenneTwister.CHUNK);
      var a = new double[length];
      var b = new double[length];
      for (long left = out.count(); left > 0; left -= length) {
        int n = (int) Math.min(left, length);
        firstSource.get(a, n);
        secondSource.get(b, n);
        for (int i = 0; i < n; i++) a[i] = sample.of(twister, a[i], b[i]);
        target.put(a, n);
      }
    });
  }

  static void map(Generator generator, Region out, Region parameter, Sample sample) {
    map(generator, out, parameter, parameter, sample);
  }

  /// The nearest number that the dtype has; float64 has all of them.
  static float round(float value, DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> Halves.roundToFloat16(value);
      case BFLOAT16 -> Halves.roundToBfloat16(value);
      default -> value;
    };
  }

  static void check(boolean condition, Supplier<String> message) {
    if (!condition) throw new IllegalArgumentException(message.get());
  }

  static void requireFloating(String name, DType dtype) {
    check(dtype.isFloatingPoint(), () -> name + " is for floating dtypes, not " + dtype);
  }

  static void requireReal(String name, DType dtype) {
    check(!dtype.isComplex(), () -> name + " is for real dtypes, not " + dtype);
  }

  static void requireSameSizes(String name, Region out, Region parameter) {
    check(out.hasSizesOf(parameter), () -> name + " needs a parameter for each element: " + out + " and " + parameter);
  }

  /// Whether all elements, of a floating dtype, pass the test.
  static boolean all(Region elements, DoublePredicate test) {
    var cursor = new Cursor(elements);
    var chunk = new double[(int) Math.min(elements.count(), MersenneTwister.CHUNK)];
    for (long left = elements.count(); left > 0; left -= chunk.length) {
      int n = (int) Math.min(left, chunk.length);
      cursor.get(chunk, n);
      for (int i = 0; i < n; i++) {
        if (!test.test(chunk[i])) return false;
      }
    }
    return true;
  }
}
