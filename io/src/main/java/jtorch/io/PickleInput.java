package jtorch.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of a pickle inside a larger source, read in pieces: where it ends is known only when it has been read.
final class PickleInput {
  private final ByteSource source;
  private final ByteBuffer piece = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  /// Where in the source the piece ends.
  private long pieceEnd;

  PickleInput(ByteSource source, long position) {
    this.source = source;
    pieceEnd = position;
  }

  long position() {
    return pieceEnd - piece.remaining();
  }

  long remaining() {
    return source.size() - position();
  }

  private void need(int count) throws IOException {
    if (piece.remaining() >= count) return;
    if (count > remaining()) throw new PickleException("the file ends in the middle of the pickle");
    piece.compact().limit((int) Math.min(piece.capacity(), piece.position() + source.size() - pieceEnd));
    int fresh = piece.remaining();
    source.read(pieceEnd, piece);
    pieceEnd += fresh;
    piece.flip();
  }

  int u8() throws IOException {
    need(1);
    return piece.get() & 0xff;
  }

  int u16() throws IOException {
    need(2);
    return piece.getShort() & 0xffff;
  }

  int i32() throws IOException {
    need(4);
    return piece.getInt();
  }

  long u32() throws IOException {
    return i32() & 0xffffffffL;
  }

  long i64() throws IOException {
    need(8);
    return piece.getLong();
  }

  double bigEndianDouble() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(i64()));
  }

  /// Bytes whose number the pickle tells.
  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > remaining()) throw new PickleException(
        "a value of " + Long.toUnsignedString(count) + " bytes where only " + remaining() + " are left");
    if (count > Integer.MAX_VALUE - 8) throw new PickleException("a value of " + count + " bytes is too long");
    byte[] all = new byte[(int) count];
    int here = Math.min(piece.remaining(), all.length);
    piece.get(all, 0, here);
    if (here < all.length) {
      source.read(pieceEnd, ByteBuffer.wrap(all, here, all.length - here));
      pieceEnd += all.length - here;
    }
    return all;
  }

  /// The bytes before the next line feed, which is passed too.
  byte[] line() throws IOException {
    var line = new java.io.ByteArrayOutputStream();
    for (int b = u8(); b != '\n'; b = u8()) line.write(b);
    return line.toByteArray();
  }
}
