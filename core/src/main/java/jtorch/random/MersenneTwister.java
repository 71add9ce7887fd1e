package jtorch.random;

/// The generator mt19937 and the numbers made directly from its output, without locks: [Generator] holds one and guards
/// it.
///
/// A block of 624 words is renewed and tempered at a time, in loops that the JIT compiler turns into vector code.
/// **Source**: M. Matsumoto, T. Nishimura, *Mersenne Twister*, ACM TOMACS 8 (1998) 3-30.
final class MersenneTwister implements Stream {
  static final int WORDS = 624;
  /// Region that bulk draws work on at a time.
  static final int CHUNK = 1024;

  private static final int MIDDLE = 397;
  private static final int MATRIX = 0x9908B0DF;
  private static final double TWO_TO_MINUS_53 = 0x1p-53;
  private static final long LOW_53_BITS = (1L << 53) - 1;

  /// What was seeded with, all 64 bits; the words come from the lower 32.
  private long seed;
  private final int[] state = new int[WORDS];
  private final int[] tempered = new int[WORDS];
  /// The next word, and how many are left before the block is renewed.
  private int next;
  private int available;
  /// The second normal number of a pair, and whether there is one.
  private double keptNormal;
  private boolean normalKept;

  private final int[] scratch = new int[2 * CHUNK];
  private final NormalBlocks normalBlocks = new NormalBlocks();

  MersenneTwister(long seed) {
    seed(seed);
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public void seed(long newSeed) {
    seed = newSeed;
    state[0] = (int) newSeed;
    for (int i = 1; i < WORDS; i++) state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    next = 0;
    available = 0;
    normalKept = false;
  }

  void copyFrom(MersenneTwister other) {
    seed = other.seed;
    System.arraycopy(other.state, 0, state, 0, WORDS);
    System.arraycopy(other.tempered, 0, tempered, 0, WORDS);
    next = other.next;
    available = other.available;
    keptNormal = other.keptNormal;
    normalKept = other.normalKept;
  }

  @Override
  public MersenneTwister copy() {
    var copy = new MersenneTwister(seed);
    copy.copyFrom(this);
    return copy;
  }

  @Override
  public byte[] bytes() {
    return state().toBytes();
  }

  @Override
  public void read(byte[] bytes) {
    readState(GeneratorState.fromBytes(bytes));
  }

  void readState(GeneratorState from) {
    seed = from.seed();
    System.arraycopy(from.words(), 0, state, 0, WORDS);
    temper(state, tempered);
    next = from.next();
    available = from.available();
    keptNormal = from.keptNormal();
    normalKept = from.normalKept();
  }

  GeneratorState state() {
    return new GeneratorState(seed, state.clone(), next, available, normalKept ? keptNormal : 0, normalKept);
  }

  /// Room to work in for block normals.
  NormalBlocks normalBlocks() {
    return normalBlocks;
  }

  int next32() {
    if (available == 0) renew();
    available--;
    return tempered[next++];
  }

  /// Two outputs, the first in the upper half.
  long next64() {
    long high = next32();
    return high << 32 | next32() & 0xFFFFFFFFL;
  }

  /// A multiple of 2^-53 in [0, 1).
  double uniform53() {
    return (next64() & LOW_53_BITS) * TWO_TO_MINUS_53;
  }

  /// A standard normal number by the polar form of Box and Muller; the sine half of a pair is kept for the next call.
  double normal() {
    if (normalKept) {
      normalKept = false;
      return keptNormal;
    }
    double turn = uniform53();
    double radius = Math.sqrt(-2 * CLibrary.log1p(-uniform53()));
    double angle = 2 * Math.PI * turn;
    keptNormal = radius * CLibrary.sin(angle);
    normalKept = true;
    return radius * CLibrary.cos(angle);
  }

  void words(int[] into, int count) {
    for (int done = 0; done < count;) {
      if (available == 0) renew();
      int n = Math.min(available, count - done);
      System.arraycopy(tempered, next, into, done, n);
      next += n;
      available -= n;
      done += n;
    }
  }

  /// Leaves out at most 2 `CHUNK` outputs.
  void skip(int count) {
    words(scratch, count);
  }

  /// Multiples of 2^-24 in [0, 1), at most 2 `CHUNK` of them.
  void uniforms24(float[] into, int count) {
    words(scratch, count);
    for (int i = 0; i < count; i++) into[i] = (scratch[i] & 0xFFFFFF) * 0x1p-24f;
  }

  /// Multiples of 2^-53 in [0, 1), at most `CHUNK` of them.
  void uniforms53(double[] into, int count) {
    words(scratch, 2 * count);
    for (int i = 0; i < count; i++) {
      long bits = (long) scratch[2 * i] << 32 | scratch[2 * i + 1] & 0xFFFFFFFFL;
      into[i] = (bits & LOW_53_BITS) * TWO_TO_MINUS_53;
    }
  }

  /// Pairs of outputs, the first of each in the upper half; at most `CHUNK` pairs.
  void longs(long[] into, int count) {
    words(scratch, 2 * count);
    for (int i = 0; i < count; i++) into[i] = (long) scratch[2 * i] << 32 | scratch[2 * i + 1] & 0xFFFFFFFFL;
  }

  /// Single outputs, as numbers in [0, 2^32); at most `CHUNK` of them.
  void unsignedInts(long[] into, int count) {
    words(scratch, count);
    for (int i = 0; i < count; i++) into[i] = scratch[i] & 0xFFFFFFFFL;
  }

  private void renew() {
    twist(state);
    temper(state, tempered);
    next = 0;
    available = WORDS;
  }

  private static void twist(int[] s) {
    for (int i = 0; i < WORDS - MIDDLE; i++) s[i] = s[i + MIDDLE] ^ mix(s[i], s[i + 1]);
    for (int i = WORDS - MIDDLE; i < WORDS - 1; i++) s[i] = s[i + MIDDLE - WORDS] ^ mix(s[i], s[i + 1]);
    s[WORDS - 1] = s[MIDDLE - 1] ^ mix(s[WORDS - 1], s[0]);
  }

  private static int mix(int upper, int lower) {
    return (upper & 0x80000000 | lower & 0x7FFFFFFF) >>> 1 ^ -(lower & 1) & MATRIX;
  }

  private static void temper(int[] from, int[] to) {
    for (int i = 0; i < WORDS; i++) {
      int y = from[i];
      y ^= y >>> 11;
      y ^= y << 7 & 0x9D2C5680;
      y ^= y << 15 & 0xEFC60000;
      to[i] = y ^ y >>> 18;
    }
  }
}
