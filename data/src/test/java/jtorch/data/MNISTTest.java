package jtorch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MNISTTest {
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  @TempDir Path root;
  private Path raw;

  @BeforeEach
  void writeThreeImages() throws IOException {
    raw = Files.createDirectories(root.resolve("MNIST/raw"));
    Files.write(raw.resolve("train-images-idx3-ubyte.gz"), gzip(idx(IMAGES, pixels(), 3, 2, 4)));
    Files.write(raw.resolve("train-labels-idx1-ubyte"), idx(LABELS, new byte[] {7, 0, 9}, 3));
  }

  private static byte[] pixels() {
    byte[] pixels = new byte[3 * 2 * 4];
    for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) (10 * i);
    return pixels;
  }

  private static byte[] idx(int magic, byte[] data, int... sizes) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.length + data.length).putInt(magic);
    for (int size : sizes) bytes.putInt(size);
    return bytes.put(data).array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  @Test
  void readsPackedAndPlainFiles() throws IOException {
    var data = new MNIST(root, true);
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.images().sizes()).containsExactly(3, 2, 4);
    assertThat(data.images().toByteArray()).isEqualTo(pixels());
    assertThat(data.labels().toLongArray()).containsExactly(7, 0, 9);
    Example last = data.get(2);
    assertThat(last.input().sizes()).containsExactly(1, 2, 4);
    assertThat(last.input().toFloatArray()[7]).isEqualTo(230 / 255f);
    assertThat(last.target().itemLong()).isEqualTo(9);
    Example batch = data.batch(new long[] {2, 0});
    assertThat(batch.input().sizes()).containsExactly(2, 1, 2, 4);
    assertThat(batch.input().select(0, 0).toFloatArray()).isEqualTo(last.input().toFloatArray());
    assertThat(batch.target().toLongArray()).containsExactly(9, 7);
  }

  @Test
  void namesTheFileThatIsMissing() {
    assertThatThrownBy(() -> new MNIST(root, false)).isInstanceOf(IOException.class)
        .hasMessage("no " + raw.resolve("t10k-images-idx3-ubyte.gz") + ", nor without .gz");
    assertThatThrownBy(() -> new FashionMNIST(root, true)).isInstanceOf(IOException.class)
        .hasMessageContaining("FashionMNIST");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 12, 15, 16, 30, 39})
  void refusesFilesThatAreCutOff(int length) throws IOException {
    byte[] whole = idx(IMAGES, pixels(), 3, 2, 4);
    assertBroken(Arrays.copyOf(whole, length), "cut off");
    byte[] packed = gzip(whole);
    if (length >= 2) assertBroken(Arrays.copyOf(packed, Math.min(length, packed.length - 9)), "cut off");
  }

  @Test
  void refusesOtherFormats() throws IOException {
    assertBroken(idx(LABELS, new byte[3], 3), "it starts with 00000801, expected 00000803");
    assertBroken("<html>not found</html>".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "not an IDX file");
    byte[] damaged = gzip(idx(IMAGES, pixels(), 3, 2, 4));
    damaged[20] ^= 0x55;
    assertBroken(damaged, "");
  }

  /// Header of 16 bytes that claim up to 2^96 bytes: refused, or read only as far as there is data.
  @Test
  void refusesSizesThatAreNotThere() throws IOException {
    assertBroken(idx(IMAGES, pixels(), 4, 2, 4), "claims [4, 2, 4], 32 bytes, but there are 24");
    assertBroken(idx(IMAGES, pixels(), 2, 2, 4), "goes on after the 16 bytes");
    assertBroken(idx(IMAGES, pixels(), 0, 2, 4), "impossible size [0, 2, 4]");
    assertBroken(idx(IMAGES, pixels(), -1, -1, -1), "impossible size [4294967295, 4294967295, 4294967295]");
    assertBroken(gzip(idx(IMAGES, pixels(), 2_000_000, 32, 32)), "but there are 24");
  }

  @Test
  void refusesLabelsThatDoNotFit() throws IOException {
    Path labels = raw.resolve("train-labels-idx1-ubyte");
    Files.write(labels, idx(LABELS, new byte[2], 2));
    assertThatThrownBy(() -> new MNIST(root, true)).isInstanceOf(IOException.class)
        .hasMessage(labels + ": it has 2 labels, but train-images-idx3-ubyte.gz has 3 images");
    Files.write(labels, idx(LABELS, new byte[] {1, (byte) 200, 2}, 3));
    assertThatThrownBy(() -> new MNIST(root, true)).hasMessage(labels + ": label 1 is 200, expected 0 to 9");
  }

  private void assertBroken(byte[] bytes, String reason) throws IOException {
    Path file = raw.resolve("train-images-idx3-ubyte");
    Files.write(file, bytes);
    assertThatThrownBy(() -> new MNIST(root, true)).isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": ").hasMessageContaining(reason);
  }
}
