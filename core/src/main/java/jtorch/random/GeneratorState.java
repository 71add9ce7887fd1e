package jtorch.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The state of a [Generator] and PyTorch's bytes for it (`torch.get_rng_state`): 5,056 of them, little endian.
///
/// | at | what |
/// |---|---|
/// | 0 | the seed, 64 bits |
/// | 8 | `left`, 32 bits: words left in the block, plus one |
/// | 12 | whether it was seeded, 32 bits |
/// | 16 | `next`, 64 bits: the next word of the block |
/// | 24 | 624 words, 64 bits each |
/// | 5016 | three doubles, the second of which is the kept normal number |
/// | 5040 | whether there is one, 32 bits |
/// | 5048 | a float and its flag, which nothing uses |
///
/// After seeding `left` is 1 and `next` 0: the words are renewed at the first draw.
@SuppressWarnings("ArrayRecordComponent") // made, read once and dropped; never compared
record GeneratorState(long seed, int[] words, int next, int available, double keptNormal, boolean normalKept) {
  static final int BYTES = 5056;

  private static final int WORDS_AT = 24;
  private static final int NORMAL_AT = WORDS_AT + 8 * MersenneTwister.WORDS + 8;
  private static final int NORMAL_KEPT_AT = NORMAL_AT + 16;

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(seed).putInt(available + 1).putInt(1).putLong(next);
    for (int word : words) bytes.putLong(word & 0xFFFFFFFFL);
    bytes.putDouble(NORMAL_AT, keptNormal).putInt(NORMAL_KEPT_AT, normalKept ? 1 : 0);
    return bytes.array();
  }

  /// Reads a state and checks it.
  ///
  /// @throws IllegalArgumentException if the length is not 5,056 or the counts point outside of the block
  static GeneratorState fromBytes(byte[] state) {
    if (state.length != BYTES) {
      throw new IllegalArgumentException(
          "Expected a generator state of size " + BYTES + " but found the input state size to be " + state.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
    long seed = bytes.getLong();
    int left = bytes.getInt();
    int seeded = bytes.getInt();
    long next = bytes.getLong();
    int words = MersenneTwister.WORDS;
    boolean inside = left >= 1 && left <= words && next >= 0 && next <= words - left + 1;
    if (seeded != 1 || !inside) {
      throw new IllegalArgumentException(
          "not the state of a Mersenne Twister: seeded = " + seeded + ", left = " + left + ", next = " + next);
    }
    int[] block = new int[words];
    for (int i = 0; i < words; i++) block[i] = (int) bytes.getLong();
    boolean kept = bytes.getInt(NORMAL_KEPT_AT) != 0;
    return new GeneratorState(seed, block, (int) next, left - 1, kept ? bytes.getDouble(NORMAL_AT) : 0, kept);
  }
}
