package jtorch.memory;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentHashMap;

/// Memory of the checked mode, `-Djtorch.checked=true`: each piece ends where pages begin that nobody may touch.
///
/// Whoever reads or writes behind the end, a kernel in vectors or a native library, stops the process at that very
/// instruction, and the crash report of the JVM names the method. So does whoever uses memory after it was given back,
/// for it is unmapped at once. The bytes before the start, up to the page's begin, and the few behind the end that align
/// the start are compared when the piece is given back. New memory is full of NaN (as integers, -1), so that whoever reads
/// what nobody has written computes nonsense.
///
/// Slow, and three mappings a tensor: for tests.
final class FencedMemory {
  /// Whether all memory is fenced.
  static final boolean ON = Boolean.getBoolean("jtorch.checked");

  private static final long PAGE = 16 << 10;
  private static final long ALIGNMENT = 16;
  private static final int NO_ACCESS = 0;
  private static final int READ_WRITE = 3;
  private static final byte NEW = (byte) 0xff;
  private static final byte OUTSIDE = (byte) 0xa5;

  private static final MethodHandle MPROTECT = SystemMemory.find("mprotect", ValueLayout.JAVA_INT,
      ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

  /// What was mapped around an address.
  private record Piece(long mapped, long length, long firstPage, long bytes) {
    long lastPageEnd() {
      return mapped + length - PAGE;
    }
  }

  private static final ConcurrentHashMap<Long, Piece> PIECES = new ConcurrentHashMap<>();

  private FencedMemory() {}

  /// The address of new memory, aligned to 16 bytes, or 0 if the system has none.
  static long allocate(long bytes) throws Throwable {
    long inside = (bytes + PAGE - 1) & -PAGE;
    long length = inside + 2 * PAGE;
    long mapped = SystemMemory.map(length, NO_ACCESS);
    if (mapped == -1) return 0;
    long first = mapped + PAGE;
    if ((int) MPROTECT.invokeExact(first, inside, READ_WRITE) != 0) {
      SystemMemory.unmap(mapped, length);
      return 0;
    }
    long address = first + inside - ((bytes + ALIGNMENT - 1) & -ALIGNMENT);
    Memory.fill(first, inside, OUTSIDE);
    Memory.fill(address, bytes, NEW);
    PIECES.put(address, new Piece(mapped, length, first, bytes));
    return address;
  }

  /// @throws IllegalStateException if somebody has written beside the piece
  static void free(long address) throws Throwable {
    Piece piece = PIECES.remove(address);
    if (piece == null) throw new IllegalStateException("no memory was lent at this address");
    long before = written(piece.firstPage, address);
    long behind = written(address + piece.bytes, piece.lastPageEnd());
    SystemMemory.unmap(piece.mapped, piece.length);
    if (before != 0) throw new IllegalStateException(
        "%d bytes before memory of %d bytes have been written".formatted(address - before, piece.bytes));
    if (behind != 0) throw new IllegalStateException("byte %d of memory of %d bytes has been written"
        .formatted(behind - address, piece.bytes));
  }

  /// The first address that does not hold any more what was put there, 0 if there is none.
  private static long written(long from, long to) {
    for (long at = from; at < to; at++) {
      if (Memory.getByte(at) != OUTSIDE) return at;
    }
    return 0;
  }
}
