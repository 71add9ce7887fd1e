package jtorch.io;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.memory.Storage;
import jtorch.spi.Backends;
import org.jspecify.annotations.Nullable;

/// Files of named tensors in the safetensors format, which Hugging Face's libraries read and write too.
///
/// ```java
/// Safetensors.save(path, model.stateDict());
/// Map<String, Tensor> all = Safetensors.load(path);
/// try (var file = Safetensors.open(path)) {
///   Tensor one = file.tensor("fc.weight");            // reads these bytes only
/// }
/// ```
///
/// **Layout**: eight bytes with the length of the header, the header (a JSON object: dtype, shape and byte range of each
/// tensor, and `__metadata__`), the data. Reading checks what the format's reference reader checks before any memory is
/// asked for: the ranges cover the data without gap or overlap and fit the shapes. So a damaged or hostile file cannot ask
/// for more memory than it has bytes. Tensors are read into memory of their own rather than mapped: a mapped file that is
/// cut off later would end the whole JVM.
///
/// **Source**: https://github.com/huggingface/safetensors
public final class Safetensors implements AutoCloseable {
  /// What the reference reader allows too.
  private static final int LONGEST_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";
  private static final int SLICE = 1 << 30;

  /// The dtypes in the reference writer's order: data is laid out by falling rank, so wide elements come first.
  enum Format {
    BOOL(8, DType.BOOL),
    F4(4, null),
    F6_E2M3(6, null),
    F6_E3M2(6, null),
    U8(8, DType.UINT8),
    I8(8, DType.INT8),
    F8_E5M2(8, DType.FLOAT8_E5M2),
    F8_E4M3(8, DType.FLOAT8_E4M3FN),
    F8_E8M0(8, DType.FLOAT8_E8M0FNU),
    F8_E4M3FNUZ(8, DType.FLOAT8_E4M3FNUZ),
    F8_E5M2FNUZ(8, DType.FLOAT8_E5M2FNUZ),
    I16(16, DType.INT16),
    U16(16, DType.UINT16),
    F16(16, DType.FLOAT16),
    BF16(16, DType.BFLOAT16),
    I32(32, DType.INT32),
    U32(32, DType.UINT32),
    F32(32, DType.FLOAT32),
    C64(64, DType.COMPLEX64),
    F64(64, DType.FLOAT64),
    I64(64, DType.INT64),
    U64(64, DType.UINT64);

    private final int bits;
    private final @Nullable DType dtype;

    Format(int bits, @Nullable DType dtype) {
      this.bits = bits;
      this.dtype = dtype;
    }

    static @Nullable Format of(DType dtype) {
      for (Format f : values()) {
        if (f.dtype == dtype) return f;
      }
      return null;
    }

    static @Nullable Format of(String name) {
      for (Format f : values()) {
        if (f.name().equals(name)) return f;
      }
      return null;
    }
  }

  private record Entry(String name, Format format, long[] shape, long begin, long end) {}

  private final Path path;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private Safetensors(Path path, FileChannel channel, long dataStart, Map<String, Entry> entries,
      Map<String, String> metadata) {
    this.path = path;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entries = entries;
    this.metadata = metadata;
  }

  // ---- reading ---------------------------------------------------------------------------------------------------

  /// All tensors of a file by name, in the order of their data.
  ///
  /// @throws CorruptFileException saying which rule of the format the file breaks
  /// @throws UnsupportedOperationException if a tensor has a dtype that JTorch lacks
  public static Map<String, Tensor> load(Path path) throws IOException {
    return load(path, Device.CPU);
  }

  /// All tensors of a file, on a device: `safetensors.torch.load_file(path, device)`.
  ///
  /// @throws UnsupportedOperationException if the device is not there
  public static Map<String, Tensor> load(Path path, Device device) throws IOException {
    Backends.of(device);
    try (var file = open(path)) {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (String name : file.names()) tensors.put(name, file.tensor(name).to(device));
      return tensors;
    }
  }

  /// The `__metadata__` of a file; empty if it has none.
  public static Map<String, String> metadata(Path path) throws IOException {
    try (var file = open(path)) {
      return file.metadata();
    }
  }

  /// Opens a file and reads its header; tensors are read when asked for, by any thread.
  ///
  /// @throws CorruptFileException saying which rule of the format the file breaks
  public static Safetensors open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      long size = channel.size();
      if (size < 8) throw new CorruptFileException(path, "a file of " + size + " bytes is no safetensors file");
      long length = header(path, channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 0 || length > LONGEST_HEADER) throw new CorruptFileException(path,
          "the header's length, " + Long.toUnsignedString(length) + " bytes, is over the limit of " + LONGEST_HEADER);
      if (length > size - 8) throw new CorruptFileException(path,
          "the header's length, " + length + " bytes, goes beyond the file, which has " + size);
      var entries = new LinkedHashMap<String, Entry>();
      var metadata = new LinkedHashMap<String, String>();
      try {
        Map<String, @Nullable Object> header = Json.parseObject(Json.decode(header(path, channel, 8, (int) length)));
        for (var member : header.entrySet()) {
          if (member.getKey().equals(METADATA)) readMetadata(member.getValue(), metadata);
          else entries.put(member.getKey(), entry(member.getKey(), member.getValue()));
        }
        entries = covering(entries, size - 8 - length);
      } catch (IllegalArgumentException failure) {
        throw new CorruptFileException(path, "header: " + failure.getMessage(), failure);
      }
      return new Safetensors(path, channel, 8 + length, Collections.unmodifiableMap(entries),
          Collections.unmodifiableMap(metadata));
    } catch (Throwable failure) {
      channel.close();
      throw failure;
    }
  }

  /// Bytes of the header on the Java heap; their number has been compared with the file's.
  private static ByteBuffer header(Path path, FileChannel channel, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    read(path, channel, position, bytes);
    return bytes.flip();
  }

  private static void read(Path path, FileChannel channel, long position, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      int count = channel.read(into, position);
      if (count < 0) throw new CorruptFileException(path, "the file ends at byte " + position + " while it is read");
      position += count;
    }
  }

  private static void readMetadata(@Nullable Object value, Map<String, String> into) {
    if (!(value instanceof Map<?, ?> map)) throw new IllegalArgumentException(METADATA + " is no object");
    for (var member : map.entrySet()) {
      if (!(member.getValue() instanceof String text))
        throw new IllegalArgumentException(METADATA + ": the value of '" + member.getKey() + "' is no string");
      into.put((String) member.getKey(), text);
    }
  }

  private static Entry entry(String name, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) throw wrong(name, "its entry is no object");
    if (!(map.get("dtype") instanceof String dtype)) throw wrong(name, "dtype is missing or no string");
    Format format = Format.of(dtype);
    if (format == null) throw wrong(name, "the dtype '" + dtype + "' is unknown");
    long[] shape = integers(name, "shape", map.get("shape"));
    long[] range = integers(name, "data_offsets", map.get("data_offsets"));
    if (range.length != 2) throw wrong(name, "data_offsets are " + range.length + " numbers, not two");
    long bits = format.bits;
    try {
      long count = 1;
      for (long size : shape) count = Math.multiplyExact(count, size);
      bits = Math.multiplyExact(count, bits);
    } catch (ArithmeticException overflow) {
      throw wrong(name, "the shape " + Arrays.toString(shape) + " has more elements than can be counted");
    }
    if (range[1] < range[0] || bits % 8 != 0 || range[1] - range[0] != bits / 8) throw wrong(name, "data_offsets "
        + Arrays.toString(range) + " do not hold " + dtype + Arrays.toString(shape) + ", which has " + bits / 8
        + " bytes");
    return new Entry(name, format, shape, range[0], range[1]);
  }

  private static long[] integers(String name, String what, @Nullable Object value) {
    if (!(value instanceof List<?> list)) throw wrong(name, what + " is missing or no array");
    long[] all = new long[list.size()];
    for (int i = 0; i < all.length; i++) {
      if (!(list.get(i) instanceof Long number) || number < 0)
        throw wrong(name, what + " holds " + list.get(i) + " where an integer from 0 to 2^63 - 1 must stand");
      all[i] = number;
    }
    return all;
  }

  /// The entries in the order of their data.
  ///
  /// @throws IllegalArgumentException if they leave out bytes or share some
  private static LinkedHashMap<String, Entry> covering(Map<String, Entry> entries, long dataLength) {
    var ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    var sorted = new LinkedHashMap<String, Entry>();
    long next = 0;
    for (Entry e : ordered) {
      if (e.begin != next) throw wrong(e.name, "invalid offset: its data starts at byte " + e.begin + ", "
          + (e.begin < next ? "inside the tensor before" : "leaving a hole") + "; expected " + next);
      next = e.end;
      sorted.put(e.name, e);
    }
    if (next != dataLength) throw new IllegalArgumentException("the tensors cover " + next + " bytes, but the file has "
        + dataLength + " bytes of data: " + (next > dataLength ? "it is cut off" : "something follows the last one"));
    return sorted;
  }

  private static IllegalArgumentException wrong(String name, String reason) {
    return new IllegalArgumentException("tensor '" + name + "': " + reason);
  }

  /// The names of the tensors, in the order of their data.
  public Set<String> names() {
    return entries.keySet();
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /// The shape of a tensor, without reading it.
  public long[] shape(String name) {
    return present(name).shape.clone();
  }

  /// Reads one tensor.
  ///
  /// @throws IllegalArgumentException if the file has no tensor of that name
  /// @throws UnsupportedOperationException if its dtype is one that JTorch lacks
  public Tensor tensor(String name) throws IOException {
    Entry e = present(name);
    if (e.format.dtype == null) throw new UnsupportedOperationException(
        path + ": tensor '" + name + "' has the dtype " + e.format + ", which JTorch does not have");
    Tensor made = Torch.empty(e.shape.clone(), e.format.dtype, Device.CPU);
    long address = made.address();
    for (long done = 0; done < e.end - e.begin; done += SLICE)
      read(path, channel, dataStart + e.begin + done, slice(address + done, e.end - e.begin - done));
    if (e.format == Format.BOOL) Memory.normalizeTruths(address, e.end - e.begin);
    Reference.reachabilityFence(made);
    return made;
  }

  private Entry present(String name) {
    Entry e = entries.get(name);
    if (e == null) throw new IllegalArgumentException(path + " has no tensor '" + name + "'");
    return e;
  }

  private static ByteBuffer slice(long address, long bytes) {
    return Memory.ALL.asSlice(address, Math.min(SLICE, bytes)).asByteBuffer();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  // ---- writing ---------------------------------------------------------------------------------------------------

  /// Writes tensors with the metadata that Hugging Face's loaders ask for, `{"format": "pt"}`.
  ///
  /// @throws IllegalArgumentException as [#save(Path, Map, Map)]
  public static void save(Path path, Map<String, ? extends Tensor> tensors) throws IOException {
    save(path, tensors, Map.of("format", "pt"));
  }

  /// Writes tensors, the same bytes in the same order as the reference writer; strided ones are written contiguous.
  ///
  /// The file is replaced in one step when all is written: a failure leaves the old one whole.
  ///
  /// @throws IllegalArgumentException if a dtype has no form in the format, or two tensors share memory (the format would
  ///     store them twice and lose the tie; save one, and tie them again after loading)
  /// @throws IOException if the file cannot be written
  public static void save(Path path, Map<String, ? extends Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    save(path, tensors, metadata, UnaryOperator.identity());
  }

  static void save(Path path, Map<String, ? extends Tensor> tensors, Map<String, String> metadata,
      UnaryOperator<WritableByteChannel> through) throws IOException {
    record Piece(String name, byte[] key, Format format, Tensor tensor) {}
    var pieces = new ArrayList<Piece>();
    for (var named : tensors.entrySet()) {
      String name = named.getKey();
      Tensor tensor = named.getValue().detach();
      Format format = Format.of(tensor.dtype());
      if (format == null) throw new IllegalArgumentException(
          "safetensors has no form for " + tensor.dtype() + ", the dtype of '" + name + "'");
      if (name.equals(METADATA)) throw new IllegalArgumentException("no tensor can be called " + METADATA);
      pieces.add(new Piece(name, name.getBytes(StandardCharsets.UTF_8), format, tensor));
    }
    checkApart(tensors);
    pieces.sort(Comparator.comparing(Piece::format).reversed().thenComparing(Piece::key, Arrays::compareUnsigned));
    var header = new LinkedHashMap<String, Object>();
    if (!metadata.isEmpty()) header.put(METADATA, new TreeMap<>(metadata));
    long next = 0;
    for (Piece piece : pieces) {
      long end = next + piece.tensor.numel() * piece.tensor.elementSize();
      var entry = new LinkedHashMap<String, Object>();
      entry.put("dtype", piece.format.name());
      entry.put("shape", piece.tensor.sizes());
      entry.put("data_offsets", new long[] {next, end});
      header.put(piece.name, entry);
      next = end;
    }
    byte[] text = Json.write(header).getBytes(StandardCharsets.UTF_8);
    int length = (text.length + 7) / 8 * 8;
    if (length > LONGEST_HEADER)
      throw new IllegalArgumentException("the header would have " + length + " bytes, over the limit of "
          + LONGEST_HEADER);
    ByteBuffer start = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
    while (start.hasRemaining()) start.put((byte) ' ');
    AtomicFile.write(path, channel -> {
      AtomicFile.writeFully(channel, start.flip());
      for (Piece piece : pieces) write(channel, piece.tensor);
    }, through);
  }

  private static void write(WritableByteChannel channel, Tensor tensor) throws IOException {
    Tensor plain = tensor.contiguous().to(Device.CPU);
    long bytes = plain.numel() * plain.elementSize();
    for (long done = 0; done < bytes; done += SLICE)
      AtomicFile.writeFully(channel, slice(plain.address() + done, bytes - done));
    Reference.reachabilityFence(plain);
  }

  private static void checkApart(Map<String, ? extends Tensor> tensors) {
    var byStorage = new IdentityHashMap<Storage, List<Map.Entry<String, ? extends Tensor>>>();
    for (var named : tensors.entrySet()) {
      var neighbours = byStorage.computeIfAbsent(named.getValue().storage(), _ -> new ArrayList<>());
      for (var other : neighbours) {
        if (other.getValue().overlaps(named.getValue())) throw new IllegalArgumentException("'" + other.getKey()
            + "' and '" + named.getKey() + "' share memory, which safetensors cannot express: save one of them and tie"
            + " them again after loading, or save a clone()");
      }
      neighbours.add(named);
    }
  }
}
