package jtorch.random;

import static java.lang.Math.fma;

import java.lang.foreign.MemorySegment;

/// Normal float32 numbers from uniform ones, 16 at a time: `randn` from 16 elements on.
///
/// The transform is that of Box and Muller: of the 16 uniform numbers u of a block, for j = 0 to 7 with
/// `r = sqrt(-2 log(1 - u[j]))` and `t = 2 pi u[j + 8]`, number j becomes `mean + std r cos t` and number j + 8 becomes
/// `mean + std r sin t`. Logarithm, sine and cosine are the polynomials of the Cephes library in the arrangement of
/// PyTorch's AVX code, every step and every fused multiply-add in its place, so the bits are the same.
///
/// Up to 64 blocks go through a few plain loops over arrays, which the JIT compiler turns into vector code. Selections are
/// made on the numbers' bits; arrays are copied to read floats as bits and back, since a loop that does both would stay
/// scalar. (The same in the Vector API was eight times slower when warm, and took seconds for its first million.)
///
/// **Source**: G. E. P. Box, M. E. Muller, *A note on the generation of random normal deviates*, Ann. Math. Stat. 29
/// (1958) 610-611; S. L. Moshier, *Cephes*: `logf`, `sinf`, `cosf`; J. Pommier, *avx_mathfun*.
final class NormalBlocks {
  static final int BLOCK = 16;
  static final int MOST = MersenneTwister.CHUNK / BLOCK;

  private static final int HALF = BLOCK / 2;
  private static final int SQRT_HALF_BITS = Float.floatToRawIntBits(0.707106781186547524f);

  private final int[] words = new int[BLOCK * MOST];
  private final float[] numbers = new float[BLOCK * MOST];
  private final float[] radii = new float[HALF * MOST];
  private final float[] exponents = new float[HALF * MOST];
  private final float[] turns = new float[HALF * MOST];
  private final float[] sines = new float[HALF * MOST];
  private final float[] cosines = new float[HALF * MOST];
  private final int[] octants = new int[HALF * MOST];
  private final int[] bits = new int[HALF * MOST];
  private final int[] otherBits = new int[HALF * MOST];

  /// Draws up to `MOST` blocks; the result is overwritten by the next call.
  float[] draw(MersenneTwister twister, int blocks, float mean, float std) {
    int pairs = HALF * blocks;
    twister.words(words, BLOCK * blocks);
    for (int block = 0; block < blocks; block++) {
      for (int j = 0; j < HALF; j++) {
        radii[HALF * block + j] = 1f - (words[BLOCK * block + j] & 0xFFFFFF) * 0x1p-24f;
        turns[HALF * block + j] = (words[BLOCK * block + HALF + j] & 0xFFFFFF) * 0x1p-24f;
      }
    }
    copy(radii, bits, pairs);
    split(bits, exponents, pairs);
    copy(bits, radii, pairs);
    radius(radii, exponents, pairs);
    octant(turns, octants, sines, cosines, pairs);
    copy(sines, bits, pairs);
    copy(cosines, otherBits, pairs);
    place(octants, bits, otherBits, pairs);
    copy(bits, sines, pairs);
    copy(otherBits, cosines, pairs);
    scale(radii, sines, mean, std, pairs);
    scale(radii, cosines, mean, std, pairs);
    for (int block = 0; block < blocks; block++) {
      for (int j = 0; j < HALF; j++) {
        numbers[BLOCK * block + j] = cosines[HALF * block + j];
        numbers[BLOCK * block + HALF + j] = sines[HALF * block + j];
      }
    }
    return numbers;
  }

  /// Splits `x = m 2^e` with m from 1/sqrt 2 to sqrt 2, all in place of the bits of x.
  private static void split(int[] bits, float[] exponents, int n) {
    for (int i = 0; i < n; i++) {
      int half = bits[i] & 0x007FFFFF | 0x3F000000;
      int below = half - SQRT_HALF_BITS >> 31;
      exponents[i] = (bits[i] >> 23) - 126 + below;
      bits[i] = half - (below << 23);
    }
  }

  /// `sqrt(-2 log(m 2^e))`, in place of m.
  private static void radius(float[] mantissas, float[] exponents, int n) {
    for (int i = 0; i < n; i++) {
      float e = exponents[i];
      float m = mantissas[i] - 1f;
      float z = m * m;
      float y = fma(7.0376836292e-2f, m, -1.1514610310e-1f);
      y = fma(y, m, 1.1676998740e-1f);
      y = fma(y, m, -1.2420140846e-1f);
      y = fma(y, m, 1.4249322787e-1f);
      y = fma(y, m, -1.6668057665e-1f);
      y = fma(y, m, 2.0000714765e-1f);
      y = fma(y, m, -2.4999993993e-1f);
      y = fma(y, m, 3.3333331174e-1f);
      y = fma(y * m, z, e * -2.12194440e-4f);
      y = fma(-z, 0.5f, y);
      mantissas[i] = (float) Math.sqrt(-2f * fma(e, 0.693359375f, m + y));
    }
  }

  /// Sine and cosine of what is left of a turn beyond the next lower even octant.
  private static void octant(float[] turns, int[] octants, float[] sines, float[] cosines, int n) {
    for (int i = 0; i < n; i++) {
      float angle = (float) (2 * Math.PI) * turns[i];
      int octant = (int) (angle * 1.27323954473516f) + 1 & ~1;
      float y = octant;
      float x = fma(y, -0.78515625f, angle);
      x = fma(y, -2.4187564849853515625e-4f, x);
      x = fma(y, -3.77489497744594108e-8f, x);
      float z = x * x;
      float cosine = fma(2.443315711809948e-5f, z, -1.388731625493765e-3f);
      cosine = fma(cosine, z, 4.166664568298827e-2f);
      cosines[i] = fma(cosine * z, z, z * -0.5f) + 1f;
      float sine = fma(-1.9515295891e-4f, z, 8.3321608736e-3f);
      sine = fma(sine, z, -1.6666654611e-1f);
      sines[i] = fma(sine * z, x, x);
      octants[i] = octant;
    }
  }

  /// Gives sine and cosine their octant: they change places where its bit 1 is set; the sine is negative where bit 2 is
  /// set, the cosine where bit 2 of octant - 2 is clear.
  private static void place(int[] octants, int[] sines, int[] cosines, int n) {
    for (int i = 0; i < n; i++) {
      int octant = octants[i];
      int change = (sines[i] ^ cosines[i]) & octant << 30 >> 31;
      sines[i] ^= change ^ (octant & 4) << 29;
      cosines[i] ^= change ^ (~(octant - 2) & 4) << 29;
    }
  }

  private static void scale(float[] radii, float[] directions, float mean, float std, int n) {
    for (int i = 0; i < n; i++) directions[i] = fma(radii[i] * directions[i], std, mean);
  }

  private static void copy(float[] from, int[] to, int n) {
    MemorySegment.copy(MemorySegment.ofArray(from), 0, MemorySegment.ofArray(to), 0, 4L * n);
  }

  private static void copy(int[] from, float[] to, int n) {
    MemorySegment.copy(MemorySegment.ofArray(from), 0, MemorySegment.ofArray(to), 0, 4L * n);
  }
}
