package jtorch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  /// A disk that takes so many bytes and no more.
  static UnaryOperator<WritableByteChannel> fullAfter(int bytes) {
    return channel -> new WritableByteChannel() {
      private int left = bytes;

      @Override
      public int write(ByteBuffer source) throws IOException {
        if (left == 0) throw new IOException("No space left on device");
        int count = Math.min(left, source.remaining());
        ByteBuffer part = source.slice(source.position(), count);
        while (part.hasRemaining()) channel.write(part);
        source.position(source.position() + count);
        left -= count;
        return count;
      }

      @Override
      public boolean isOpen() {
        return channel.isOpen();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static AtomicFile.Content text(String text) {
    return channel -> AtomicFile.writeFully(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.write(file, text("one"));
    AtomicFile.write(file, text("two"));
    assertThat(file).hasContent("two");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "the old content");
    assertThatThrownBy(() -> AtomicFile.write(file, text("something new"), fullAfter(5)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("could not write " + file).hasMessageContaining("No space left on device")
        .hasMessageContaining("unchanged");
    assertThat(file).hasContent("the old content");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void aFullDiskLeavesNoNewFile() throws IOException {
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("a.txt"), text("new"), fullAfter(0)))
        .isInstanceOf(IOException.class).hasMessageNotContaining("unchanged");
    assertThat(names()).isEmpty();
  }

  @Test
  void exceptionsOfTheWriterPass() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "old");
    var failure = new UncheckedIOException(new IOException("mine"));
    assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
      throw failure;
    })).isSameAs(failure);
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("no/where.txt"), text("x")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("where.txt");
  }

  @Test
  void linksStayLinks() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    AtomicFile.write(link, text("new"));
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }
}
