package jtorch.random;

import static jtorch.random.Draw.check;

import jtorch.DType;
import jtorch.memory.Memory;

/// Random integers of equal chance, and permutations.
///
/// A range R below 2^28 takes one output an element (`r32 mod R`), a larger one two (`r64 mod R`, the first output in
/// the upper half).
public final class Integers {
  /// From this length on a permutation takes two outputs an element and another order of swaps.
  private static final long LONG_PERMUTATION = 0xFFFFFFFFL / 20;

  private Integers() {}

  /// All the integers that the dtype holds exactly and that are not negative: for int64 `r64 mod 2^63`, for the smaller
  /// ones `r32 mod 2^31`, `2^15`, `2^7` (int8), `2^8` (uint8), for bool the lowest bit; for floating dtypes 0 to 2^d
  /// inclusive, d being the digits of the significand. **As** `random_()`.
  public static void random(Generator generator, Region out) {
    fill(generator, out, range(out.dtype()));
  }

  /// Which integers, and how they come from random bits: `bits mod size + first`.
  ///
  /// @param first the least
  /// @param size how many there are, to be read as unsigned; 0 for all 64 bits
  /// @param wide whether each takes 64 bits instead of 32
  public record Range(long first, long size, boolean wide) {
    /// Of as many bits as the size asks for.
    private static Range of(long first, long size) {
      return new Range(first, size, Long.compareUnsigned(size, 1L << 28) >= 0);
    }
  }

  /// The range of [#random(Generator, Region)].
  public static Range range(DType dtype) {
    Draw.requireReal("random_", dtype);
    return new Range(0, largestExact(dtype) + 1, dtype == DType.INT64 || dtype == DType.FLOAT64);
  }

  /// Integers from `from` (inclusive) to `to` (exclusive). For floating dtypes the bounds first move inwards to numbers
  /// that the dtype has. **As** `random_(from, to)` and `randint`.
  ///
  /// @throws IllegalArgumentException if there is none, or the dtype cannot hold `from` or `to - 1`
  public static void random(Generator generator, Region out, long from, long to) {
    fill(generator, out, range(out.dtype(), from, to));
  }

  /// The range of [#random(Generator, Region, long, long)].
  public static Range range(DType dtype, long from, long to) {
    Draw.requireReal("random_", dtype);
    check(from < to, () -> "random_ expects 'from' to be less than 'to', but got from=" + from + " >= to=" + to);
    requireHeld("from", from, dtype);
    requireHeld("to - 1", to - 1, dtype);
    long first = dtype.isFloatingPoint() ? raise(from, dtype) : from;
    long end = dtype.isFloatingPoint() ? lower(to, dtype) : to;
    check(first < end, () -> "random_: no " + dtype + " lies between from=" + from + " and to=" + to);
    return Range.of(first, end - first);
  }

  /// Integers from `from` up to the largest one that the dtype holds exactly, that one included; from -2^63 any 64 bits,
  /// for int64, float64, float32 and bfloat16. **As** `random_(from, None)`.
  public static void randomFrom(Generator generator, Region out, long from) {
    fill(generator, out, rangeFrom(out.dtype(), from));
  }

  /// The range of [#randomFrom].
  public static Range rangeFrom(DType dtype, long from) {
    Draw.requireReal("random_", dtype);
    if (from == Long.MIN_VALUE) {
      boolean able = dtype == DType.INT64 || dtype.isFloatingPoint() && dtype != DType.FLOAT16;
      check(able, () -> "random_ over all 64 bits is for int64, float64, float32 and bfloat16, not " + dtype);
      return new Range(0, 0, true);
    }
    requireHeld("from", from, dtype);
    long last = largestExact(dtype);
    check(!dtype.isFloatingPoint() || from < last,
        () -> "random_ expects 'from' to be less than " + last + " for " + dtype + ", but got from=" + from);
    long first = dtype.isFloatingPoint() ? raise(from, dtype) : from;
    return Range.of(first, last - first + 1);
  }

  private static void fill(Generator generator, Region out, Range range) {
    long from = range.first;
    long size = range.size;
    if (!range.wide) {
      fill32(generator, out, from, size);
    } else if (size == 0) {
      Draw.fillIntegers(generator, out, MersenneTwister::longs);
    } else if (size == Long.MIN_VALUE && from == 0) {
      Draw.fillIntegers(generator, out, (t, into, n) -> {
        t.longs(into, n);
        for (int i = 0; i < n; i++) into[i] &= Long.MAX_VALUE;
      });
    } else {
      Draw.fillIntegers(generator, out, (t, into, n) -> {
        t.longs(into, n);
        for (int i = 0; i < n; i++) into[i] = Long.remainderUnsigned(into[i], size) + from;
      });
    }
  }

  /// One output an element, for ranges up to 2^31.
  private static void fill32(Generator generator, Region out, long from, long range) {
    // D. Lemire, O. Kaser, N. Kurz, Faster remainder by direct computation, Softw. Pract. Exp. 49 (2019): with the
    // inverse rounded up to 64 bits, the fraction of x / range times range is the remainder, for all x below 2^32.
    long inverse = Long.divideUnsigned(-1, range) + 1;
    Draw.fillIntegers(generator, out, (t, into, n) -> {
      t.unsignedInts(into, n);
      for (int i = 0; i < n; i++) into[i] = Math.unsignedMultiplyHigh(inverse * into[i], range) + from;
    });
  }

  private static void requireHeld(String name, long value, DType dtype) {
    boolean held = switch (dtype) {
      case FLOAT16 -> Math.abs(value) <= 65504;
      case INT32, INT16, INT8 -> value >= -largestExact(dtype) - 1 && value <= largestExact(dtype);
      case UINT8, BOOL -> value >= 0 && value <= largestExact(dtype);
      default -> true;
    };
    check(held, () -> "random_: " + name + " is out of bounds for " + dtype + ": " + value);
  }

  /// The largest integer up to which the dtype holds all.
  private static long largestExact(DType dtype) {
    return switch (dtype) {
      case BOOL -> 1;
      case UINT8 -> 255;
      case UINT16 -> 0xffff;
      case UINT32 -> 0xffffffffL;
      case INT8 -> Byte.MAX_VALUE;
      case INT16 -> Short.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      case INT64, UINT64 -> Long.MAX_VALUE;
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> 1L << digits(dtype);
      default -> throw new IllegalArgumentException("no integers in " + dtype);
    };
  }

  private static int digits(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> 11;
      case BFLOAT16 -> 8;
      case FLOAT32 -> 24;
      default -> 53;
    };
  }

  /// The first number of the dtype at or above `from`.
  private static long raise(long from, DType dtype) {
    long after = (long) round(from + 1, dtype);
    return after < from ? after + step(from + 1, dtype) : from;
  }

  /// The last bound that the dtype has at or below `to`.
  private static long lower(long to, DType dtype) {
    long before = (long) round(to - 1, dtype);
    return before >= to ? before - step(to - 1, dtype) : to;
  }

  private static double round(long value, DType dtype) {
    return dtype == DType.FLOAT64 ? (double) value : Draw.round((float) value, dtype);
  }

  /// The distance between neighbours of the dtype around a number.
  private static long step(long value, DType dtype) {
    return 1L << 63 - Long.numberOfLeadingZeros(Math.abs(value)) - digits(dtype) + 1;
  }

  /// The numbers 0 to n - 1 in random order, in `out`'s dtype, n being its count: for i = 0 to n - 2 the elements i and
  /// `i + r32 mod (n - i)` change places. From n = 214,748,364 on the shuffle goes inside out: for i = 0 to n - 1 element
  /// i takes the value at `r64 mod (i + 1)`, where i goes. **As** `randperm`.
  ///
  /// **Source**: R. Durstenfeld, *Algorithm 235: Random permutation*, CACM 7 (1964) 420.
  ///
  /// @throws IllegalArgumentException if the dtype cannot hold the numbers
  public static void permutation(Generator generator, Region out) {
    DType dtype = out.dtype();
    long n = out.count();
    check(out.dimensions() == 1, () -> "randperm makes one dimension, not " + out);
    checkPermutation(dtype, n);
    if (dtype == DType.INT64) {
      generator.exclusively(t -> shuffle(t, out.address(), n, 8 * out.stride(0)));
      return;
    }
    check(n < Integer.MAX_VALUE - 8, () -> "randperm of " + n + " numbers needs int64, not " + dtype);
    int[] numbers = new int[(int) n];
    generator.exclusively(t -> shuffle(t, numbers));
    var cursor = new Cursor(out);
    var chunk = new long[MersenneTwister.CHUNK];
    for (int done = 0; done < numbers.length; done += chunk.length) {
      int length = Math.min(numbers.length - done, chunk.length);
      for (int i = 0; i < length; i++) chunk[i] = numbers[done + i];
      cursor.put(chunk, length);
    }
  }

  /// @throws IllegalArgumentException if the dtype cannot hold the numbers 0 to n - 1
  public static void checkPermutation(DType dtype, long n) {
    check(dtype.isFloatingPoint() || dtype.isIntegral(),
        () -> "randperm is for integer and floating dtypes, not " + dtype);
    check(dtype == DType.BFLOAT16 || n - 1 <= largestExact(dtype),
        () -> "randperm: " + dtype + " cannot hold " + (n - 1));
  }

  /// The numbers 0 to n - 1 in random order, the same ones as in a tensor.
  public static int[] permutation(Generator generator, int n) {
    check(n >= 0, () -> "a permutation cannot have length " + n);
    int[] numbers = new int[n];
    generator.exclusively(t -> shuffle(t, numbers));
    return numbers;
  }

  private static void shuffle(MersenneTwister twister, int[] p) {
    int n = p.length;
    if (n >= LONG_PERMUTATION) {
      for (int i = 0; i < n; i++) {
        int j = (int) Long.remainderUnsigned(twister.next64(), i + 1L);
        p[i] = i;
        p[i] = p[j];
        p[j] = i;
      }
      return;
    }
    for (int i = 0; i < n; i++) p[i] = i;
    for (int i = 0; i < n - 1; i++) {
      int j = i + Integer.remainderUnsigned(twister.next32(), n - i);
      int value = p[i];
      p[i] = p[j];
      p[j] = value;
    }
  }

  private static void shuffle(MersenneTwister twister, long address, long n, long step) {
    if (n >= LONG_PERMUTATION) {
      for (long i = 0; i < n; i++) {
        long from = address + Long.remainderUnsigned(twister.next64(), i + 1) * step;
        Memory.putLong(address + i * step, i);
        Memory.putLong(address + i * step, Memory.getLong(from));
        Memory.putLong(from, i);
      }
      return;
    }
    for (long i = 0; i < n; i++) Memory.putLong(address + i * step, i);
    for (long i = 0; i < n - 1; i++) {
      long here = address + i * step;
      long there = here + Integer.remainderUnsigned(twister.next32(), (int) (n - i)) * step;
      long value = Memory.getLong(here);
      Memory.putLong(here, Memory.getLong(there));
      Memory.putLong(there, value);
    }
  }
}
