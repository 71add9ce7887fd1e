package jtorch.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// The bytes of a file, or of an array, from any position. Nothing is asked of the heap that has not been compared with
/// the number of bytes there are.
sealed interface ByteSource extends AutoCloseable {
  /// The name in messages.
  Path name();

  long size();

  /// Fills a buffer from a position on.
  ///
  /// @throws CorruptFileException if the bytes end before
  void read(long position, ByteBuffer into) throws IOException;

  /// All of it mapped into memory, changes staying private; null where the system or the file does not allow it.
  @Nullable MemorySegment map() throws IOException;

  @Override
  void close() throws IOException;

  /// Copies bytes to native memory.
  default void read(long position, long address, long bytes) throws IOException {
    int slice = 1 << 30;
    for (long done = 0; done < bytes; done += slice)
      read(position + done, Memory.ALL.asSlice(address + done, Math.min(slice, bytes - done)).asByteBuffer());
  }

  /// Bytes on the heap.
  ///
  /// @throws CorruptFileException if there are not as many
  default byte[] bytes(long position, long count) throws IOException {
    check(position, count);
    if (count > Integer.MAX_VALUE - 8)
      throw new CorruptFileException(name(), "a record of " + count + " bytes, too many for what it is");
    byte[] all = new byte[(int) count];
    read(position, ByteBuffer.wrap(all));
    return all;
  }

  /// @throws CorruptFileException if that range is not in the file
  default void check(long position, long count) throws CorruptFileException {
    if (position < 0 || count < 0 || position > size() || count > size() - position)
      throw new CorruptFileException(name(), "it has " + size() + " bytes, but " + count + " are expected from byte "
          + position + " on: it is cut off or damaged");
  }

  static ByteSource of(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      return new File(path, channel, channel.size());
    } catch (Throwable failure) {
      channel.close();
      throw failure;
    }
  }

  static ByteSource of(Path name, byte[] bytes) {
    return new Array(name, bytes);
  }

  /// A file. It is read rather than mapped unless asked: where a mapped file is cut off later, the JVM ends.
  record File(Path name, FileChannel channel, long size) implements ByteSource {
    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) throw new CorruptFileException(name, "it ends at byte " + at + " while it is read");
        at += count;
      }
    }

    @Override
    public @Nullable MemorySegment map() throws IOException {
      // Java wants to write for a private mapping, though nothing is ever written to the file.
      try (FileChannel writable = FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return writable.map(FileChannel.MapMode.PRIVATE, 0, size, Arena.ofAuto());
      } catch (AccessDeniedException readOnly) {
        return null;
      } catch (FileSystemException refused) {
        if (Files.isWritable(name)) throw refused;
        return null;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /// An array.
  record Array(Path name, byte[] array) implements ByteSource {
    @Override
    public long size() {
      return array.length;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      check(position, into.remaining());
      into.put(array, (int) position, into.remaining());
    }

    @Override
    public @Nullable MemorySegment map() {
      return null;
    }

    @Override
    public void close() {}
  }
}
