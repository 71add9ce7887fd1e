package jtorch.testing.emulator;

/// The plain twin of cuRAND's Philox4x32-10, in Java: words of a thread's sequence, and numbers made of them.
///
/// **Source**: J. K. Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, SC11 (2011).
final class CurandTwin {
  private CurandTwin() {}

  /// Ten rounds over a counter of four words, by a key of two.
  static int[] words(int[] counter, int[] key) {
    int[] c = counter.clone();
    int k0 = key[0];
    int k1 = key[1];
    for (int round = 0; round < 10; round++) {
      long a = Integer.toUnsignedLong(0xD2511F53) * Integer.toUnsignedLong(c[0]);
      long b = Integer.toUnsignedLong(0xCD9E8D57) * Integer.toUnsignedLong(c[2]);
      c = new int[] {(int) (b >>> 32) ^ c[1] ^ k0, (int) b, (int) (a >>> 32) ^ c[3] ^ k1, (int) a};
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return c;
  }

  /// The four words at a multiple of four in a sequence.
  static int[] block(long seed, long sequence, long offset) {
    long block = offset / 4;
    return words(new int[] {(int) block, (int) (block >>> 32), (int) sequence, (int) (sequence >>> 32)},
        new int[] {(int) seed, (int) (seed >>> 32)});
  }

  /// `curand_uniform`
  static float uniform(int word) {
    return Math.fma((float) Integer.toUnsignedLong(word), 0x1p-32f, 0x1p-33f);
  }

  /// `curand_uniform2_double`: one of two.
  static double uniformDouble(int[] words, int which) {
    long bits = Integer.toUnsignedLong(words[2 * which]) ^ Integer.toUnsignedLong(words[2 * which + 1]) << 21;
    return Math.fma(bits, 0x1p-53, 0x1p-54);
  }

  /// `curand_normal4`: one of four, in double precision.
  static double normal(int[] words, int which) {
    double radius = Math.sqrt(-2 * Math.log(uniform(words[which & 2])));
    double angle = Math.fma((float) Integer.toUnsignedLong(words[which | 1]), 0x1p-32 * 6.2831855f,
        0x1p-33 * 6.2831855f);
    return radius * ((which & 1) == 0 ? Math.sin(angle) : Math.cos(angle));
  }

  /// The number of an element where a thread draws four at once: `distribution(which of the four)` over its words.
  static double of(long seed, long offset, long element, long threads, Drawn drawn) {
    long turn = element / (4 * threads);
    long within = element % (4 * threads);
    int[] words = block(seed, within % threads, offset + 4 * turn);
    return drawn.of(words, (int) (within / threads));
  }

  interface Drawn {
    double of(int[] words, int which);
  }
}
