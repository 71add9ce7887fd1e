package jtorch.random;

import static jtorch.random.Draw.check;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jtorch.DType;
import jtorch.memory.Halves;
import jtorch.memory.Memory;

/// Normal and log-normal numbers.
public final class Normals {
  /// From this many contiguous elements on, numbers come in blocks of as many.
  private static final int BLOCK = NormalBlocks.BLOCK;

  private Normals() {}

  /// Normal numbers of a mean and a standard deviation; complex ones have `std / sqrt 2` in each part. **As** `normal_`,
  /// and as `randn` for 0 and 1.
  ///
  /// Fewer than 16 elements, and those not contiguous, are drawn one at a time (in the order of memory), in double
  /// precision for every dtype, and the second number of a pair is kept for the next such draw from the generator.
  ///
  /// Other elements are drawn in blocks: uniform numbers for all of them, each 16 of them transformed (see
  /// [NormalBlocks]); if the count is no multiple of 16, the last 16 elements are drawn and transformed anew. The halves
  /// do this in float32 block by block, float64 with the C library's functions.
  ///
  /// @throws IllegalArgumentException for other dtypes and for `std < 0`
  public static void normal(Generator generator, Region out, double mean, double std) {
    checkNormal(out.dtype(), std);
    Region parts = out.parts();
    double deviation = out.dtype().isComplex() ? std / Math.sqrt(2) : std;
    long count = parts.count();
    if (count < BLOCK || !parts.isContiguous()) {
      Draw.fill(generator, parts, (t, into, n) -> oneByOne(t, into, n, mean, deviation));
      return;
    }
    long address = parts.address();
    generator.exclusively(t -> {
      if (parts.dtype() == DType.FLOAT64) {
        doubles(t, address, count, mean, deviation);
      } else {
        singles(t, parts.dtype(), address, count, (float) mean, (float) deviation);
      }
    });
  }

  static void checkNormal(DType dtype, double std) {
    check(dtype.isDifferentiable(), () -> "normal_ is for floating and complex dtypes, not " + dtype);
    check(std >= 0, () -> "normal expects std >= 0.0, but found std " + std);
  }

  /// `exp` of normal numbers drawn one at a time. **As** `log_normal_`.
  public static void logNormal(Generator generator, Region out, double mean, double std) {
    checkLogNormal(out.dtype(), std);
    Draw.fill(generator, out, (t, into, n) -> {
      oneByOne(t, into, n, mean, std);
      for (int i = 0; i < n; i++) into[i] = CLibrary.exp(into[i]);
    });
  }

  static void checkLogNormal(DType dtype, double std) {
    Draw.requireFloating("log_normal_", dtype);
    check(std > 0, () -> "log_normal_ expects std > 0.0, but found std=" + std);
  }

  private static void oneByOne(MersenneTwister twister, double[] into, int n, double mean, double std) {
    for (int i = 0; i < n; i++) into[i] = Math.fma(twister.normal(), std, mean);
  }

  /// float32 and the halves.
  private static void singles(MersenneTwister t, DType dtype, long address, long count, float mean, float std) {
    int most = NormalBlocks.MOST;
    for (long left = count / BLOCK, at = address; left > 0; left -= most, at += (long) most * BLOCK * dtype.size()) {
      int blocks = (int) Math.min(left, most);
      store(t.normalBlocks().draw(t, blocks, mean, std), blocks * BLOCK, dtype, at);
    }
    int rest = (int) (count % BLOCK);
    if (rest == 0) return;
    // PyTorch draws a float32 number for each element before it draws the last block anew; for halves it does not.
    if (dtype == DType.FLOAT32) t.skip(rest);
    store(t.normalBlocks().draw(t, 1, mean, std), BLOCK, dtype, address + (count - BLOCK) * dtype.size());
  }

  private static void store(float[] numbers, int count, DType dtype, long address) {
    if (dtype == DType.FLOAT32) {
      MemorySegment.copy(numbers, 0, Memory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, address, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      short half = dtype == DType.FLOAT16 ? Float.floatToFloat16(numbers[i]) : Halves.floatToBfloat16(numbers[i]);
      Memory.putShort(address + 2L * i, half);
    }
  }

  private static void doubles(MersenneTwister twister, long address, long count, double mean, double std) {
    var chunk = new double[MersenneTwister.CHUNK];
    for (long left = count / BLOCK * BLOCK, at = address; left > 0; left -= chunk.length, at += 8L * chunk.length) {
      int n = (int) Math.min(left, chunk.length);
      twister.uniforms53(chunk, n);
      transform(chunk, n / BLOCK, mean, std);
      MemorySegment.copy(chunk, 0, Memory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, at, n);
    }
    int rest = (int) (count % BLOCK);
    if (rest == 0) return;
    twister.skip(2 * rest);
    twister.uniforms53(chunk, BLOCK);
    transform(chunk, 1, mean, std);
    MemorySegment.copy(chunk, 0, Memory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, address + 8 * (count - BLOCK), BLOCK);
  }

  private static void transform(double[] u, int blocks, double mean, double std) {
    for (int block = 0; block < blocks; block++) {
      for (int j = BLOCK * block; j < BLOCK * block + BLOCK / 2; j++) {
        double radius = Math.sqrt(-2 * CLibrary.log(1 - u[j]));
        double angle = 2 * Math.PI * u[j + BLOCK / 2];
        u[j] = Math.fma(radius * CLibrary.cos(angle), std, mean);
        u[j + BLOCK / 2] = Math.fma(radius * CLibrary.sin(angle), std, mean);
      }
    }
  }
}
