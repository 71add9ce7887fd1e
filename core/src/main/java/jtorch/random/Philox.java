package jtorch.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The place of a GPU's generator: Philox computes each number from its place, so all that is remembered is the seed and
/// how many numbers of each thread's sequence are taken. The numbers themselves are the kernels' (`philox.cu`).
///
/// **Source**: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC11
/// (2011).
final class Philox implements Stream {
  /// The seed and the offset, 64 bits each, little endian: `torch.cuda.get_rng_state`.
  private static final int BYTES = 16;
  /// Four numbers come at once, so an offset is a multiple of as many.
  private static final int WORDS = 4;

  private long seed;
  private long offset;

  Philox(long seed) {
    this.seed = seed;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public void seed(long newSeed) {
    seed = newSeed;
    offset = 0;
  }

  long offset() {
    return offset;
  }

  /// @throws IllegalArgumentException if it is not a multiple of 4
  void offset(long newOffset) {
    offset = checked(newOffset);
  }

  private static long checked(long offset) {
    if (offset % WORDS != 0) throw new IllegalArgumentException("offset must be a multiple of 4, got " + offset);
    return offset;
  }

  /// Takes so many numbers of each thread's sequence, rounded up to a multiple of 4.
  Generator.Place take(long numbers) {
    var place = new Generator.Place(seed, offset);
    offset += (numbers + WORDS - 1) / WORDS * WORDS;
    return place;
  }

  @Override
  public Philox copy() {
    var copy = new Philox(seed);
    copy.offset = offset;
    return copy;
  }

  @Override
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(seed).putLong(offset).array();
  }

  /// A state of 8 bytes is a seed whose numbers have not been used.
  @Override
  public void read(byte[] bytes) {
    if (bytes.length != BYTES && bytes.length != Long.BYTES) throw new IllegalArgumentException(
        "RNG state is wrong size: a GPU's has " + BYTES + " bytes, not " + bytes.length);
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long newSeed = from.getLong();
    offset = bytes.length == BYTES ? checked(from.getLong()) : 0;
    seed = newSeed;
  }
}
