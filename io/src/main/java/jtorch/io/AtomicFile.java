package jtorch.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/// Writes a file whole or not at all.
///
/// The content goes to a temporary file in the same folder, is forced to the disk, and then takes the place of the old
/// file in one step. Whatever fails on the way (a full disk, an exception of the writer's own) leaves the old file as it
/// was and removes the temporary one.
public final class AtomicFile {
  /// Gives the content of a file to a channel.
  @FunctionalInterface
  public interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /// Replaces a file, or makes it; a symbolic link stays and the file it names is replaced.
  ///
  /// @throws IOException naming the file, if it could not be written; nothing has changed then
  public static void write(Path file, Content content) throws IOException {
    write(file, content, UnaryOperator.identity());
  }

  /// Replaces a file with these bytes.
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  /// @param through stands between the writer and the file: the way in which tests make a disk full
  static void write(Path file, Content content, UnaryOperator<WritableByteChannel> through) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path temporary = target.resolveSibling(
        "." + target.getFileName() + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(through.apply(channel));
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (Throwable failure) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
      if (failure instanceof IOException) throw new IOException("could not write " + file + ": "
          + failure.getMessage() + (Files.exists(target) ? " (the file that was there is unchanged)" : ""), failure);
      throw failure;
    }
    forceFolder(target);
  }

  /// The new name is on the disk only when the folder is; systems that cannot force a folder do it by themselves.
  private static void forceFolder(Path target) {
    try (FileChannel folder = FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException unsupported) {
      // Windows opens no folders. The file itself is whole in either case.
    }
  }

  static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) channel.write(bytes);
  }
}
