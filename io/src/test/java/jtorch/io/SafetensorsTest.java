package jtorch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
  @TempDir Path folder;

  /// Written by the reference library, safetensors 0.8: every dtype, odd names, two metadata entries.
  private byte[] reference() throws IOException {
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("reference.safetensors"))) {
      return in.readAllBytes();
    }
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("x.safetensors"), bytes);
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return file(ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length)
        .put(text).array());
  }

  @Test void readsTheReferenceWritersFile() throws IOException {
    Path file = file(reference());
    Map<String, Tensor> all = Safetensors.load(file);
    assertThat(all.keySet()).containsExactly("i64", "f64", "c64", "a", "b", "q\"\\\n\u0007", "～", "😀", "i32", "bf16",
        "f16", "i16", "i8", "u8", "zz.bool");
    assertThat(Safetensors.metadata(file)).containsExactly(Map.entry("a note", "tab\there"), Map.entry("format", "pt"));
    assertThat(all.get("b").sizes()).containsExactly(2, 3);
    assertThat(all.get("b").toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(all.get("a").sizes()).containsExactly(0, 4);
    assertThat(all.get("i64").item()).isEqualTo(1L << 60);
    assertThat(all.get("f64").toDoubleArray()).containsExactly(0.1);
    assertThat(all.get("f16").toFloatArray()).containsExactly(1.5f, -0.25f);
    assertThat(all.get("bf16").toFloatArray()).containsExactly(1.5f, -0.25f);
    assertThat(all.get("i8").toLongArray()).containsExactly(-128, 127);
    assertThat(all.get("u8").toLongArray()).containsExactly(0, 255);
    assertThat(all.get("i16").toLongArray()).containsExactly(-5, 6);
    assertThat(all.get("i32").toLongArray()).containsExactly(7, -8);
    assertThat(all.get("zz.bool").toBooleanArray()).containsExactly(true, false, true);
    assertThat(all.get("c64").dtype()).isEqualTo(DType.COMPLEX64);
    assertThat(all.get("c64").item()).hasToString("(1.0+2.0j)");
  }

  @Test void writesTheReferenceWritersBytes() throws IOException {
    byte[] wanted = reference();
    Map<String, Tensor> all = Safetensors.load(file(wanted));
    var shuffled = new LinkedHashMap<String, Tensor>();
    all.keySet().stream().sorted().forEach(name -> shuffled.put(name, all.get(name)));
    Path copy = folder.resolve("copy.safetensors");
    Safetensors.save(copy, shuffled, Map.of("format", "pt", "a note", "tab\there"));
    assertThat(Files.readString(copy, StandardCharsets.ISO_8859_1))
        .isEqualTo(new String(wanted, StandardCharsets.ISO_8859_1));
  }

  @Test void writesNothingAsTheReferenceWriterDoes() throws IOException {
    Path file = folder.resolve("none.safetensors");
    Safetensors.save(file, Map.of(), Map.of());
    assertThat(Files.readAllBytes(file)).isEqualTo("\10\0\0\0\0\0\0\0{}      ".getBytes(StandardCharsets.UTF_8));
    assertThat(Safetensors.load(file)).isEmpty();
  }

  @Test void stridedTensorsAndLeavesAreWrittenInOrder() throws IOException {
    Path file = folder.resolve("t.safetensors");
    Tensor matrix = Torch.tensor(new float[][] {{1, 2, 3}, {4, 5, 6}}).requiresGrad(true);
    Safetensors.save(file, Map.of("t", matrix.t()));
    assertThat(Safetensors.metadata(file)).isEqualTo(Map.of("format", "pt"));
    Tensor read = Safetensors.load(file).get("t");
    assertThat(read.sizes()).containsExactly(3, 2);
    assertThat(read.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(read.requiresGrad()).isFalse();
  }

  @Test void tensorsThatShareMemoryAreRefused() {
    Tensor a = Torch.tensor(1f, 2f, 3f, 4f);
    Path file = folder.resolve("x.safetensors");
    assertThatThrownBy(() -> Safetensors.save(file, Map.of("a", a, "b", a.view(2, 2))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("share memory");
    assertThat(file).doesNotExist();
  }

  @Test void partsOfOneStorageAreFine() throws IOException {
    Tensor a = Torch.tensor(1f, 2f, 3f, 4f);
    Path file = folder.resolve("x.safetensors");
    Safetensors.save(file, Map.of("a", a.narrow(0, 0, 2), "b", a.narrow(0, 2, 2)));
    assertThat(Safetensors.load(file).get("b").toFloatArray()).containsExactly(3, 4);
  }

  @Test void whatTheFormatLacksIsRefused() {
    Path file = folder.resolve("x.safetensors");
    assertThatThrownBy(() -> Safetensors.save(file, Map.of("z", Torch.empty(new long[] {2}, DType.COMPLEX128))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("complex128, the dtype of 'z'");
    assertThatThrownBy(() -> Safetensors.save(file, Map.of("__metadata__", Torch.tensor(1f))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file).doesNotExist();
  }

  @Test void aFullDiskLeavesTheOldFileWhole() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Safetensors.save(file, Map.of("w", Torch.tensor(1f, 2f)));
    byte[] before = Files.readAllBytes(file);
    Map<String, Tensor> larger = Map.of("w", Torch.zeros(5000));
    for (int space : new int[] {0, 5, 8, 60, 200, 10_000}) {
      assertThatThrownBy(() -> Safetensors.save(file, larger, Map.of(), AtomicFileTest.fullAfter(space)))
          .isInstanceOf(IOException.class).hasMessageContaining("No space left on device");
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      try (var files = Files.list(folder)) {
        assertThat(files).containsExactly(file);
      }
    }
    Safetensors.save(file, larger, Map.of(), AtomicFileTest.fullAfter(100_000));
    assertThat(Safetensors.load(file).get("w").numel()).isEqualTo(5000);
  }

  /// Bytes of data, the header, what the message says.
  static Stream<Arguments> brokenFiles() {
    return """
        8 | {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | tensor 'a': data_offsets [0, 8] do not hold F32[3]
        8 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | starts at byte 4, leaving a hole; expected 0
        8 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | tensor 'b': invalid offset: its data starts at byte 4, inside the tensor before
        9 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | cover 8 bytes, but the file has 9 bytes of data: something follows
        7 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | cover 8 bytes, but the file has 7 bytes of data: it is cut off
        8 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | do not hold
        0 | {'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}} | more elements than can be counted
        0 | {'a':{'dtype':'F64','shape':[2305843009213693952],'data_offsets':[0,0]}} | more elements than can be counted
        0 | {'a':{'dtype':'F32','shape':[1099511627776],'data_offsets':[0,4398046511104]}} | cover 4398046511104 bytes, but the file has 0
        4 | {'a':{'dtype':'F32','shape':[-1,-1],'data_offsets':[0,4]}} | shape holds -1 where an integer
        4 | {'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | shape holds 1.0 where an integer
        4 | {'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | where an integer from 0 to 2^63 - 1
        4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,4]}} | data_offsets are 3 numbers, not two
        4 | {'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}} | the dtype 'F33' is unknown
        4 | {'a':{'dtype':'F32','data_offsets':[0,4]}} | shape is missing
        4 | {'a':{'shape':[1],'data_offsets':[0,4]}} | dtype is missing
        4 | {'a':[1]} | tensor 'a': its entry is no object
        0 | {'__metadata__':{'a':1}} | __metadata__: the value of 'a' is no string
        0 | {'__metadata__':[]} | __metadata__ is no object
        8 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | the key "a" stands twice
        0 | [] | header: expected an object, found an array
        0 | {'a':  | header: line 1, column 7: expected a value
        """.lines().map(line -> Arguments.of((Object[]) line.split(" \\| ")));
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void brokenFilesAreRefused(int dataBytes, String header, String message) throws IOException {
    Path file = file(header.replace('\'', '"'), dataBytes);
    assertThatThrownBy(() -> Safetensors.load(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageStartingWith(file + ": header: ").hasMessageContaining(message);
  }

  @Test void theHeadersLengthIsNeverTrusted() throws IOException {
    assertThatThrownBy(() -> Safetensors.load(file(new byte[7]))).hasMessageContaining("a file of 7 bytes");
    byte[] bytes = reference();
    for (long length : new long[] {bytes.length - 7, 99_999_999}) {
      Path file = file(withLength(bytes, length));
      assertThatThrownBy(() -> Safetensors.load(file)).isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("goes beyond the file");
    }
    for (long length : new long[] {-1, Long.MIN_VALUE, 100_000_001, Long.MAX_VALUE}) {
      Path file = file(withLength(bytes, length));
      assertThatThrownBy(() -> Safetensors.load(file)).isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("over the limit");
    }
  }

  private static byte[] withLength(byte[] bytes, long length) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    return changed;
  }

  @Test void aHeaderThatIsNotTextIsRefused() throws IOException {
    byte[] bytes = reference();
    bytes[20] = (byte) 0xff;
    Path file = file(bytes);
    assertThatThrownBy(() -> Safetensors.load(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("not UTF-8 at byte 12");
  }

  @Test void blanksAndUnknownKeysAreFine() throws IOException {
    Path file = file("\n {\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4], \"more\": 1}}   ", 4);
    assertThat(Safetensors.load(file).get("a").toFloatArray()).containsExactly(0);
  }

  @Test void truthsBecomeZeroOrOne() throws IOException {
    String header = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    Path file = file(header, 1);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] = 2;
    assertThat(Safetensors.load(file(bytes)).get("a").to(DType.INT64).toLongArray()).containsExactly(1);
  }

  @Test void dtypesThatJTorchLacksAreNamedWhenRead() throws IOException {
    Path path = file("{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[8],\"data_offsets\":[0,6]},"
        + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}}", 8);
    try (var file = Safetensors.open(path)) {
      assertThat(file.shape("a")).containsExactly(8);
      assertThat(file.tensor("b").numel()).isEqualTo(2);
      assertThatThrownBy(() -> file.tensor("a")).isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("'a' has the dtype F6_E2M3");
      assertThatThrownBy(() -> file.tensor("c")).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no tensor 'c'");
    }
  }

  @Test void aFileCutOffWhileItIsReadIsAnError() throws IOException {
    Path path = file(reference());
    try (var file = Safetensors.open(path)) {
      byte[] bytes = Files.readAllBytes(path);
      Files.write(path, Arrays.copyOf(bytes, bytes.length - 10));
      assertThatThrownBy(() -> file.tensor("zz.bool")).isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("the file ends at byte");
    }
  }

  /// Damaged files give a file exception or tensors, never another failure.
  @Test void damagedFilesNeverDoHarm() throws IOException {
    byte[] bytes = reference();
    var random = new Random(1);
    for (int i = 0; i < 600; i++) {
      byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
      for (int hits = random.nextInt(1, 4); hits > 0 && damaged.length > 0; hits--)
        damaged[random.nextInt(Math.min(damaged.length, 1100))] =
            random.nextBoolean() ? (byte) random.nextInt() : (byte) "0123456789[]{},:\" -".charAt(random.nextInt(19));
      Path file = file(damaged);
      try {
        Safetensors.load(file);
      } catch (CorruptFileException | UnsupportedOperationException expected) {
        assertThat(expected).hasMessageStartingWith(file.toString());
      }
    }
  }
}
