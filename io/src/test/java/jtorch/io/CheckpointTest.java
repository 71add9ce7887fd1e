package jtorch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Layout;
import jtorch.Nested;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.python.Counter;
import jtorch.python.NumpyArray;
import jtorch.python.OrderedDict;
import jtorch.python.PythonObject;
import jtorch.python.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path folder;

  static byte[] sample(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(CheckpointTest.class.getResourceAsStream("checkpoint/" + name))) {
      return in.readAllBytes();
    }
  }

  private Path copy(String name) throws IOException {
    return Files.write(folder.resolve(name), sample(name));
  }

  private static Map<String, Object> expected(String name) throws IOException {
    return Json.parseObject(new String(sample(name.replaceFirst("\\.pth?$", ".json")), StandardCharsets.UTF_8));
  }

  /// The samples of PyTorch, read, written and read again; as a mapped file too.
  @ParameterizedTest
  @ValueSource(strings = {"bigendian.pt", "conj_neg.pt", "dtypes.pt", "legacy.pth", "legacy_py2.pth",
    "nested_python.pt",
    "numpy_inside.pt", "parameters.pt", "protocol4.pt", "protocol5.pt", "quantized.pt", "sparse.pt", "state_dict.pt",
    "storages.pt", "tar_era.pth", "tensor_only.pt", "views.pt", "whole_module.pt", "zip_deflated.pt", "zip_minimal.pt",
    "zip_zip64.pt"})
  void readsWhatPyTorchWrote(String name) throws IOException {
    Map<String, Object> json = expected(name);
    boolean plain = (boolean) json.get("weights_only") || name.startsWith("protocol") || name.startsWith("tar");
    String path = name.replaceFirst("\\..*", "");
    Object value = Torch.load(copy(name), o -> o.weightsOnly(plain));
    ExpectedValues.check(path, json.get("value"), value);
    ExpectedValues.check(path, json.get("value"),
        Torch.<Object>load(folder.resolve(name), o -> o.weightsOnly(plain).mmap(name.endsWith(".pt"))));
    Path again = folder.resolve("again.pt");
    Torch.save(value, again);
    ExpectedValues.check(path, json.get("value"), Torch.<Object>load(again, o -> o.weightsOnly(plain).mmap(true)));
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, mode = EnumSource.Mode.EXCLUDE, names = {"QINT8", "QUINT8", "QINT32",
    "FLOAT4_E2M1FN_X2"})
  void everyDTypeGoesThereAndBack(DType dtype) throws IOException {
    Tensor values = Torch.tensor(0f, 1, 2, 3, 100, 7).to(dtype).reshape(2, 3);
    Torch.save(Map.of("x", values.t()), folder.resolve("x.pt"));
    Tensor read = Torch.<Map<String, Tensor>>load(folder.resolve("x.pt")).get("x");
    assertThat(read.dtype()).isEqualTo(dtype);
    assertThat(read.sizes()).containsExactly(3, 2);
    assertThat(read.strides()).containsExactly(1, 3);
    assertThat(read.t().contiguous().asSegment().mismatch(values.asSegment())).isEqualTo(-1);
  }

  @Test void pythonsValuesGoThereAndBack() throws IOException {
    var value = new LinkedHashMap<String, Object>();
    value.put("none", null);
    value.put("ints", Arrays.asList(0L, 255L, 256L, 65536L, -1L, Long.MAX_VALUE, BigInteger.TWO.pow(700)));
    value.put("floats", List.of(0.1, Double.NEGATIVE_INFINITY, -0.0));
    value.put("text", "h\u00e9llo \u6f22 \ud83d\ude00 \ud800");
    value.put("tuple", Tuple.of(1L, Tuple.of(), Tuple.of("a", null), 4L, true));
    value.put("set", new LinkedHashSet<>(List.of(3L, "x", Tuple.of(1L))));
    value.put("complex", Complex.of(1, -2));
    value.put("dtype", DType.BFLOAT16);
    value.put("device", Device.cuda(1));
    value.put("layout", Layout.SPARSE_CSR);
    value.put("bytearray", ByteBuffer.wrap(new byte[] {1, -1}));
    value.put("counter", new Counter<>(Map.of("a", 2L)));
    var attributed = new OrderedDict<Object, Object>(Map.of(Tuple.of(1L, 2L), List.of()));
    attributed.attributes().put("_metadata", new OrderedDict<>(Map.of("", Map.of("version", 1L))));
    value.put("ordered", attributed);
    Torch.save(value, folder.resolve("x.pt"));
    Map<String, Object> read = Torch.load(folder.resolve("x.pt"));
    assertThat(read).isEqualTo(value);
    assertThat(read.get("ordered")).isInstanceOf(OrderedDict.class);
    assertThat(((OrderedDict<?, ?>) read.get("ordered")).attributes()).isEqualTo(attributed.attributes());
    assertThat(read.get("counter")).isInstanceOf(Counter.class);
    Torch.save(Map.of("bytes", new byte[] {0, -128, 5}, "size", new long[] {2, 3}), folder.resolve("y.pt"));
    Map<String, Object> arrays = Torch.load(folder.resolve("y.pt"));
    assertThat((byte[]) arrays.get("bytes")).containsExactly(0, -128, 5);
    assertThat((long[]) arrays.get("size")).containsExactly(2, 3);
  }

  @Test void viewsAndTiesStayTied() throws IOException {
    Tensor base = Torch.arange(12).toFloat().reshape(3, 4);
    var list = new ArrayList<Object>(List.of(base, base.select(1, 2), base));
    list.add(list);
    Torch.save(list, folder.resolve("x.pt"));
    List<Object> read = Torch.load(folder.resolve("x.pt"));
    Tensor first = (Tensor) read.get(0);
    first.fill_(7);
    assertThat(((Tensor) read.get(1)).toFloatArray()).containsExactly(7, 7, 7);
    assertThat(read.get(2)).isSameAs(first);
    assertThat(read.get(3)).isSameAs(read);
  }

  @Test void sparseQuantizedAndNestedTensorsGoThereAndBack() throws IOException {
    Tensor dense = Torch.tensor(new float[][] {{0, 2}, {3, 0}});
    Tensor quantized = Torch.quantizePerChannel(dense, Torch.tensor(0.5, 0.25), Torch.tensor(0L, 1L), 1, DType.QINT8);
    Torch.save(List.of(dense.toSparse(), dense.toSparse().coalesce(), dense.toSparseCsr(), dense.toSparseCsc(),
        dense.toSparseBsr(1, 2), dense.toSparseBsc(2, 1), quantized, Nested.nestedTensor(dense, Torch.ones(3, 2))),
        folder.resolve("x.pt"));
    List<Tensor> read = Torch.load(folder.resolve("x.pt"));
    for (Tensor sparse : read.subList(0, 6)) assertThat(sparse.toDense().equal(dense)).isTrue();
    assertThat(read.get(1).isCoalesced()).isTrue();
    assertThat(read.subList(2, 6)).extracting(Tensor::layout).containsExactly(Layout.SPARSE_CSR, Layout.SPARSE_CSC,
        Layout.SPARSE_BSR, Layout.SPARSE_BSC);
    assertThat(read.get(6).dequantize().equal(quantized.dequantize())).isTrue();
    assertThat(read.get(7).unbind()[0].equal(dense)).isTrue();
    assertThat(read.get(7).unbind()[1].sizes()).containsExactly(3, 2);
  }

  @Test void deepNestingNeedsNoStack() throws IOException {
    Object value = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) value = i % 2 == 0 ? Tuple.of(value) : new ArrayList<>(List.of(value));
    Torch.save(value, folder.resolve("x.pt"));
    Object read = Torch.load(folder.resolve("x.pt"));
    int depth = 0;
    while (read instanceof Tuple || !((List<?>) read).isEmpty()) {
      read = read instanceof Tuple t ? t.get(0) : ((List<?>) read).getFirst();
      depth++;
    }
    assertThat(depth).isEqualTo(100_000);
  }

  @Test void streamsWorkAsFilesDo() throws IOException {
    var out = new ByteArrayOutputStream();
    Torch.save(Torch.tensor(1f, 2f), out);
    Tensor read = Torch.load(new ByteArrayInputStream(out.toByteArray()));
    assertThat(read.toFloatArray()).containsExactly(1, 2);
    assertThat(new String(out.toByteArray(), StandardCharsets.ISO_8859_1)).contains("archive/data.pkl");
  }

  @Test void recordsLieAsPyTorchsDo() throws IOException {
    Path file = folder.resolve("net.v2.pt");
    Torch.save(List.of(Torch.ones(3), Torch.ones(5, 5), Torch.empty(0)), file);
    try (ByteSource source = ByteSource.of(file)) {
      var records = new ZipSource(source);
      assertThat(records.names()).containsExactly("data.pkl", ".format_version", ".storage_alignment", "byteorder",
          "data/0", "data/1", "data/2", "version", ".data/serialization_id");
      for (String record : records.names()) assertThat(records.stored(record) % 64).as(record).isZero();
      assertThat(records.text(".data/serialization_id")).matches("\\d{40}");
    }
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("net.v2/data.pkl");
  }

  /// `pickle.dump` of `{"a": [1, 2.5, "h\u00e9llo\\n", True, None, 2**70, b"xy", (1,), {1, 2}, frozenset([3])],
  /// "t": torch.arange(3.), "n": numpy.arange(3)}`.
  @ParameterizedTest
  @ValueSource(strings = {"plain0.pkl", "plain5.pkl"})
  void readsPlainPickles(String name) throws IOException {
    Map<String, Object> read = Torch.load(copy(name), o -> o.weightsOnly(false));
    List<?> items = (List<?>) read.get("a");
    assertThat(items.subList(0, 6)).isEqualTo(
        Arrays.asList(1L, 2.5, "h\u00e9llo\n", true, null, BigInteger.TWO.pow(70)));
    assertThat((byte[]) items.get(6)).isEqualTo("xy".getBytes(StandardCharsets.US_ASCII));
    assertThat(items.get(7)).isEqualTo(Tuple.of(1L));
    assertThat(items.get(8)).isEqualTo(java.util.Set.of(1L, 2L));
    assertThat(items.get(9)).hasToString("<builtins.frozenset object>");
    assertThat(((Tensor) read.get("t")).toFloatArray()).containsExactly(0, 1, 2);
    assertThat(((NumpyArray) read.get("n")).tensor().toLongArray()).containsExactly(0, 1, 2);
  }

  // ---- refusals ----------------------------------------------------------------------------------------------------

  @Test void unknownClassesAreRefusedUnlessAskedFor() throws IOException {
    Path file = copy("whole_module.pt");
    assertThatThrownBy(() -> Torch.load(file)).isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith(file + ": data.pkl, byte 2: ")
        .hasMessageContaining("Unsupported global: GLOBAL torch.nn.modules.container.Sequential was not an allowed")
        .hasMessageContaining("weightsOnly(false)");
    PythonObject module = Torch.load(file, o -> o.weightsOnly(false));
    assertThat(module.stateDict().keySet()).containsExactly("0.weight", "0.bias");
    // nn.Sequential(a, nn.ReLU(), a, nn.Sequential(a, nn.BatchNorm1d(2))) with a = nn.Linear(2, 2)
    PythonObject shared = Torch.load(copy("shared_module.pt"), o -> o.weightsOnly(false));
    assertThat(shared.stateDict().keySet()).containsExactly("0.weight", "0.bias", "2.weight", "2.bias", "3.0.weight",
        "3.0.bias", "3.1.weight", "3.1.bias", "3.1.running_mean", "3.1.running_var", "3.1.num_batches_tracked");
    Path evil = Files.writeString(folder.resolve("evil.pkl"), "\u0080\2cposix\nsystem\nX\2\0\0\0ls\u0085R.",
        StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Torch.load(evil)).hasMessageContaining("posix.system whose module posix is blocked");
    assertThat(Torch.<Object>load(evil, o -> o.weightsOnly(false))).hasToString("<posix.system object>");
  }

  /// Pickles of protocol 2 in hexadecimal (`@` a tensor's storage of 4 floats), and what the message says.
  @ParameterizedTest
  @ValueSource(strings = {"2e | not with one value", "4e4e2e | stops with 2 values", "65 | there is no mark",
    "6805 | memo number 5 was never set", "58ffffffff61 | a value of 4294967295 bytes where only",
    "8e00000000000000804e | where only", "7d5d4e73 | unhashable type: list",
    "4e4e61 | can only append to lists, got None",
    "ff | opcode 0xff: there is no such opcode", "8006 | protocol 6", "8b000000f0 | where only",
    "285d4e7475 | there is no mark", "63746f7263680a53697a650a4b0152 | arguments must be a tuple"})
  void brokenPicklesAreRefused(String hexAndMessage) throws IOException {
    String[] parts = hexAndMessage.split(" \\| ");
    byte[] pickle = java.util.HexFormat.of().parseHex("8002" + parts[0]);
    Path file = Files.write(folder.resolve("x.pkl"), pickle);
    assertThatThrownBy(() -> Torch.load(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageStartingWith(file + ": the pickle, byte ").hasMessageContaining(parts[1]);
  }

  /// What stands where the numbers of a tensor do: size, stride, offset.
  @ParameterizedTest
  @ValueSource(strings = {"5 1 0", "2 4 0", "4 1 1", "-1 1 0", "4 -1 3", "4611686018427387904 4 0", "1 1 4", "1 1 -1",
    "4 9223372036854775807 0"})
  void tensorsOutsideTheirStorageAreRefused(String numbers) throws IOException {
    String[] n = numbers.split(" ");
    Tensor tensor = new Tensor(Torch.ones(4).storage(), DType.FLOAT32, new long[] {Long.parseLong(n[0])},
        new long[] {Long.parseLong(n[1])}, Long.parseLong(n[2]));
    Torch.save(tensor, folder.resolve("x.pt"));
    assertThatThrownBy(() -> Torch.load(folder.resolve("x.pt"))).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("data.pkl, byte ").hasMessageMatching("(?s).*(goes beyond its storage|negative).*");
  }

  @Test void whatHasNoFormIsRefusedBeforeThereIsAFile() {
    Path file = folder.resolve("x.pt");
    Tensor floats = Torch.ones(4);
    for (Object wrong : new Object[] {new Object(), Map.of(List.of(), 1), List.of(floats, floats.view(DType.INT32))})
      assertThatThrownBy(() -> Torch.save(wrong, file)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("save: ");
    assertThat(file).doesNotExist();
  }

  @Test void otherFilesAreNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("x.txt"), "hello");
    assertThatThrownBy(() -> Torch.load(text)).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("no file of torch.save: it begins with 68 65 6c 6c 6f");
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    assertThatThrownBy(() -> Torch.load(empty)).isInstanceOf(CorruptFileException.class);
  }

  @Test void aFullDiskLeavesTheOldFileWhole() throws IOException {
    Path file = folder.resolve("model.pt");
    Torch.save(Map.of("w", Torch.tensor(1f, 2f)), file);
    byte[] before = Files.readAllBytes(file);
    Map<String, Tensor> larger = Map.of("w", Torch.zeros(5000));
    for (int space : new int[] {0, 5, 60, 300, 10_000, 20_000, 21_000}) {
      assertThatThrownBy(() -> Checkpoint.save(larger, file, AtomicFileTest.fullAfter(space)))
          .isInstanceOf(IOException.class).hasMessageContaining("No space left on device");
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      try (var files = Files.list(folder)) {
        assertThat(files).containsExactly(file);
      }
    }
    Checkpoint.save(larger, file, AtomicFileTest.fullAfter(100_000));
    assertThat(Torch.<Map<String, Tensor>>load(file).get("w").numel()).isEqualTo(5000);
  }
}
