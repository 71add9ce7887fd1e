package jtorch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and hostile files: each loads or gives a file exception, and none gets more memory than it has bytes.
class CheckpointFuzzTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"views.pt", "dtypes.pt", "nested_python.pt", "sparse.pt", "quantized.pt", "legacy.pth",
    "legacy_py2.pth", "tar_era.pth", "whole_module.pt", "numpy_inside.pt", "zip_deflated.pt", "zip_zip64.pt",
    "protocol5.pt", "conj_neg.pt", "parameters.pt", "bigendian.pt"})
  void damagedFilesNeverDoHarm(String name) throws IOException {
    byte[] bytes = CheckpointTest.sample(name);
    var random = new Random(name.hashCode());
    for (int i = 0; i < 400; i++) {
      byte[] damaged = random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
      for (int hits = random.nextInt(1, 6); hits > 0 && damaged.length > 0; hits--) {
        int at = random.nextInt(random.nextInt(3) == 0 ? damaged.length : Math.min(damaged.length, 1500));
        damaged[at] = (byte) switch (random.nextInt(4)) {
          case 0 -> random.nextInt();
          case 1 -> damaged[at] ^ 1 << random.nextInt(8);
          case 2 ->
            "(.012FIJKLMNPQRSTUVX]abcdeghijlopqrstu}\u0080\u0081\u0085\u0086\u0087\u0088\u008a\u008e\u0093\u0094"
                .charAt(random.nextInt(48));
          default -> damaged[random.nextInt(damaged.length)];
        };
      }
      boolean weightsOnly = random.nextBoolean();
      Path file = Files.write(folder.resolve("x.pt"), damaged);
      try {
        touch(Torch.load(file, o -> o.weightsOnly(weightsOnly)));
      } catch (CorruptFileException | UnsupportedOperationException expected) {
        assertThat(expected).hasMessageStartingWith(file.toString());
      }
    }
  }

  /// Reads every element of tensors that are not far larger than their storage.
  private static void touch(Object value) {
    var open = new ArrayList<Object>(List.of(value == null ? List.of() : value));
    for (int steps = 0; !open.isEmpty() && steps < 10_000; steps++) {
      Object next = open.removeLast();
      if (next instanceof Map<?, ?> map) map.values().stream().filter(v -> v != null).forEach(open::add);
      else if (next instanceof Collection<?> items) items.stream().filter(v -> v != null).forEach(open::add);
      else if (next instanceof Tensor t && !t.isNested() && !t.isQuantized() && t.layout() == jtorch.Layout.STRIDED
          && t.numel() < 100_000)
        t.clone();
    }
  }

  private static byte[] zip(Map<String, byte[]> records, int method) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (var record : records.entrySet()) {
        var entry = new ZipEntry("archive/" + record.getKey());
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          var crc = new java.util.zip.CRC32();
          crc.update(record.getValue());
          entry.setCrc(crc.getValue());
          entry.setSize(record.getValue().length);
        }
        zip.putNextEntry(entry);
        zip.write(record.getValue());
      }
    }
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A tensor of this many floats, of which the file has fewer.
  private static byte[] pickle(int count) {
    ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(count);
    String n = "J" + new String(number.array(), StandardCharsets.ISO_8859_1);
    return ascii("\u0080\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0"
        + "X\3\0\0\0cpu" + n + "tQK\0" + n + "\u0085K\1\u0085\u0089}tR.");
  }

  @Test void aStorageCannotBeLargerThanItsRecord() throws IOException {
    for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
      Path file = Files.write(folder.resolve("x.pt"), zip(Map.of("data.pkl", pickle(1 << 30), "version", ascii("3"),
          "data/0", new byte[16]), method));
      assertThatThrownBy(() -> Torch.load(file)).isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("has 16 bytes, but its storage has 4294967296");
      Files.write(file, zip(Map.of("data.pkl", pickle(4), "version", ascii("3"), "data/0", new byte[16]), method));
      assertThat(Torch.<Tensor>load(file).toFloatArray()).containsExactly(0, 0, 0, 0);
    }
  }

  @Test void aDeflatedRecordCannotClaimMoreThanItDelivers() throws IOException {
    byte[] good = zip(Map.of("data.pkl", pickle(1000), "version", ascii("3"), "data/0", new byte[4000]), 8);
    // The size in the directory, which alone counts, grows to what deflate could hold at most.
    byte[] name = ascii("archive/data/0");
    for (int claimed : new int[] {4001, 8000, 20_000}) {
      byte[] bytes = good.clone();
      int at = 0;
      for (int i = 0; i + name.length < bytes.length; i++) {
        if (Arrays.equals(bytes, i, i + name.length, name, 0, name.length)) at = i - 46;
      }
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 24, claimed);
      Path file = Files.write(folder.resolve("x.pt"), bytes);
      assertThatThrownBy(() -> Torch.load(file)).isInstanceOf(CorruptFileException.class)
          .hasMessageMatching("(?s).*(cannot be " + claimed + " unpacked|has " + claimed + " bytes, but).*");
    }
  }

  @Test void recordsCannotLieOverEachOther() throws IOException {
    byte[] bytes = zip(Map.of("data.pkl", pickle(4), "version", ascii("3"), "data/0", new byte[16]), ZipEntry.STORED);
    var wide = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int first = bytes.length - 22;
    int directory = wide.getInt(first + 16);
    int last = directory;
    for (int at = directory; at < first; at += 46 + wide.getShort(at + 28) + wide.getShort(at + 30)) last = at;
    wide.putInt(last + 42, 0);
    Path file = Files.write(folder.resolve("x.pt"), bytes);
    assertThatThrownBy(() -> Torch.load(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("overlaps what comes after it");
  }

  @Test void aSmallFileCannotFillTheHeap() throws IOException {
    // A list of a million items, copied again and again in six bytes each time.
    var pickle = new StringBuilder("\u0080\2c__builtin__\nlist\nq\0](");
    pickle.append("N".repeat(1_000_000)).append("eq\1(");
    pickle.append("h\0h\1\u0085R".repeat(100_000)).append("t.");
    Path file = Files.write(folder.resolve("x.pkl"), ascii(pickle.toString()));
    assertThatThrownBy(() -> Torch.load(file, o -> o.weightsOnly(false))).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("of the Java heap");
  }

  @Test void tuplesOfTuplesAreNoWayToWasteTime() throws IOException {
    // Each tuple holds the one before twice: as a key, comparing two would take 2^60 steps.
    var pickle = new StringBuilder("\u0080\2}");
    for (int copy = 0; copy < 2; copy++) {
      pickle.append(")q\0");
      for (int i = 0; i < 60; i++) pickle.append("h\0\u0086q\0");
      pickle.append("K\1s");
    }
    Path file = Files.write(folder.resolve("x.pkl"), ascii(pickle.append('.').toString()));
    assertThatThrownBy(() -> Torch.load(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("unhashable type: tuple");
  }
}
