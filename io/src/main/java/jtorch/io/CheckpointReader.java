package jtorch.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;
import jtorch.Device;
import jtorch.LoadOptions;
import jtorch.memory.Memory;
import jtorch.memory.Storage;
import jtorch.python.PythonClass;
import jtorch.python.Tuple;
import org.jspecify.annotations.Nullable;

/// Reads one file of `torch.save`: which format it is, and where its storages lie.
final class CheckpointReader implements PickleValues.Surroundings {
  /// `pickle(0x1950a86a20f9469cfc6c)`
  private static final byte[] LEGACY =
      {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8,
        0x50,
        0x19, '.'};
  private static final int DEEPEST_NESTING = 3;

  private final ByteSource source;
  private final LoadOptions options;
  private final Locations locations;
  private final int depth;
  private final Map<String, TypedStorage> storages = new HashMap<>();
  /// Storages that are part of another.
  private final Map<String, TypedStorage> windows = new HashMap<>();
  private final PickleValues values;

  // Of the zip format.
  private @Nullable ZipSource zip;
  private @Nullable MemorySegment mapped;
  private boolean bigEndian;
  private final Set<Storage> turned = new HashSet<>();
  // Of the stream format, whose storages come after the pickle.
  private boolean deferred;
  private long promised;

  CheckpointReader(ByteSource source, LoadOptions options, int depth) {
    this.source = source;
    this.options = options;
    this.depth = depth;
    locations = new Locations(options);
    values = new PickleValues(options.weightsOnly(), this);
  }

  @Nullable Object read() throws IOException {
    int head = (int) Math.min(512, source.size());
    byte[] start = source.bytes(0, head);
    if (head >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) return readZip();
    if (startsWith(start, LEGACY)) return readStream();
    if (TarCheckpoint.isTar(start)) return new TarCheckpoint(source, options).read();
    if (head > 0 && looksLikePickle(start)) {
      var in = new PickleInput(source, 0);
      return PickleReader.read(source, in, values, "the pickle");
    }
    throw new CorruptFileException(source.name(), "it is no file of torch.save: it begins with "
        + java.util.HexFormat.ofDelimiter(" ").formatHex(Arrays.copyOf(start, Math.min(8, head))));
  }

  private static boolean startsWith(byte[] bytes, byte[] wanted) {
    return bytes.length >= wanted.length && Arrays.equals(Arrays.copyOf(bytes, wanted.length), wanted);
  }

  /// A pickle of protocol 2 or later says so; earlier ones end with STOP and begin with what makes a value.
  private boolean looksLikePickle(byte[] start) throws IOException {
    if (start[0] == (byte) 0x80) return start.length > 1 && start[1] >= 2 && start[1] <= 5;
    byte last = source.bytes(source.size() - 1, 1)[0];
    return last == '.' && "(cNIFJKMGVXSTU]})lL".indexOf(start[0]) >= 0;
  }

  // ---- zip ---------------------------------------------------------------------------------------------------------

  private @Nullable Object readZip() throws IOException {
    ZipSource records = new ZipSource(source);
    zip = records;
    if (records.has("constants.pkl")) throw new UnsupportedOperationException(source.name()
        + ": a TorchScript archive (torch.jit.save), which is a program; this reads checkpoints");
    if (records.has("archive_format")) throw new UnsupportedOperationException(source.name()
        + ": an archive of torch.export, which is a program; this reads checkpoints");
    if (!records.has("data.pkl"))
      throw new CorruptFileException(source.name(), "a zip file without data.pkl is no file of torch.save");
    String version = records.text("version");
    if (version == null) version = records.text(".data/version");
    if (version == null || !version.matches("[1-9]|10"))
      throw new CorruptFileException(source.name(), "its version is " + version + "; 1 to 10 can be read");
    String order = records.text("byteorder");
    if (order != null && !order.equals("little") && !order.equals("big"))
      throw new CorruptFileException(source.name(), "its byteorder is '" + order + "', neither little nor big");
    bigEndian = "big".equals(order);
    if (options.mmap()) mapped = source.map();
    ByteSource pickle = ByteSource.of(source.name(), records.bytes("data.pkl"));
    Object value = PickleReader.read(pickle, new PickleInput(pickle, 0), values, "data.pkl");
    values.tensors().finish();
    return value;
  }

  /// The bytes of a record as elements; in the byte order of this machine where the dtype is known.
  private TypedStorage record(ZipSource records, @Nullable DType dtype, String key, long bytes, long size,
      Device device) throws IOException {
    String record = "data/" + key;
    if (bytes == 0 && !records.has(record)) return new TypedStorage(Locations.allocate(0, device), dtype, 0, 0);
    if (records.size(record) != bytes) throw new CorruptFileException(source.name(), "the record '" + record + "' has "
        + records.size(record) + " bytes, but its storage has " + bytes);
    long position = mapped == null ? -1 : records.stored(record);
    Storage storage = position < 0 || bytes == 0 || mapped == null ? records.storage(record)
        : Storage.foreign(mapped.address() + position, bytes, mapped);
    var made = new TypedStorage(storage, dtype, 0, size);
    if (dtype != null) finish(made, dtype);
    return device.isHost() ? made : new TypedStorage(Locations.moved(storage, device), dtype, 0, size);
  }

  private void finish(TypedStorage storage, DType dtype) {
    long address = storage.storage().address();
    long bytes = storage.storage().bytes();
    if (bigEndian && turned.add(storage.storage())) {
      DType part = dtype.isQuantized() ? dtype : dtype.toReal();
      if (bytes > 0) Memory.reverseElements(address, bytes, part.size());
    }
    if (dtype == DType.BOOL) Memory.normalizeTruths(address, bytes);
  }

  // ---- what stands outside the pickle ------------------------------------------------------------------------------

  @Override
  public boolean isDeferred() {
    return deferred;
  }

  @Override
  public void typed(TypedStorage storage, DType dtype) {
    if (storage.dtype() != null || deferred) return;
    Storage there = storage.storage();
    if (there.device().isHost()) finish(storage, dtype);
    else if ((bigEndian || dtype == DType.BOOL) && turned.add(there)) {
      var here = new TypedStorage(Locations.moved(there, Device.CPU), null, 0, storage.size());
      finish(here, dtype);
      Locations.write(here.storage(), there);
    }
  }

  @Override
  public Device device(@Nullable Object location) {
    return locations.device(location);
  }

  @Override
  public @Nullable Object nested(byte[] file) throws IOException {
    if (depth == DEEPEST_NESTING) throw new PickleException("files inside files inside files");
    var inner = new CheckpointReader(ByteSource.of(source.name(), file), options.mmap(false), depth + 1);
    // One heap for both.
    long before = values.spent();
    inner.values.spend(before);
    Object value = inner.read();
    values.spend(inner.values.spent() - before);
    return value;
  }

  @Override
  public Object load(@Nullable Object id) throws IOException {
    if (!(id instanceof Tuple parts) || parts.size() < 2)
      throw new PickleException("an outside name that is no tuple: " + PickleValues.describe(id));
    if ("module".equals(parts.get(0)) && parts.get(1) != null) return parts.get(1);
    if (!"storage".equals(parts.get(0)) || parts.size() < 5 || !(parts.get(4) instanceof Long size) || size < 0)
      throw PickleValues.wrong("an outside name", parts);
    if (zip == null && !deferred) throw new PickleException("storages are named, but the file has none");
    DType dtype = storageType(parts.get(1));
    String key = key(parts.get(2));
    TypedStorage known = storages.get(key);
    if (known == null) {
      long bytes = bytes(size, dtype);
      Device device = device(parts.get(3));
      known = zip != null ? record(zip, dtype, key, bytes, size, device) : promised(dtype, bytes, size, device);
      storages.put(key, known);
    }
    if (known.dtype() != dtype) throw new PickleException("storage '" + key + "' is one of " + known.dtype()
        + " here and one of " + dtype + " there");
    if (known.size() != size) throw new PickleException("storage '" + key + "' has " + known.size()
        + " elements here and " + size + " there");
    if (parts.size() > 5 && parts.get(5) instanceof Tuple view) return window(known, view);
    return known;
  }

  /// A storage that is part of another: (its own key, offset, size).
  private TypedStorage window(TypedStorage root, Tuple view) {
    if (view.size() != 3 || !(view.get(1) instanceof Long offset) || !(view.get(2) instanceof Long size))
      throw PickleValues.wrong("a view of a storage", view);
    String key = key(view.get(0));
    TypedStorage known = windows.get(key);
    if (known == null) {
      known = part(root, offset, size);
      windows.put(key, known);
    }
    return known;
  }

  static TypedStorage part(TypedStorage root, long offset, long size) {
    if (offset < 0 || size < 0 || offset > root.size() || size > root.size() - offset)
      throw new PickleException("a view of " + size + " elements from " + offset + " on goes beyond its storage of "
          + root.size());
    return new TypedStorage(root.storage(), root.dtype(), root.offset() + offset, size);
  }

  static String key(@Nullable Object key) {
    if (key instanceof String || key instanceof Long) return key.toString();
    throw new PickleException("the key of a storage is a " + PickleValues.describe(key));
  }

  static long bytes(long size, @Nullable DType dtype) {
    if (size < 0 || dtype != null && size > Long.MAX_VALUE / dtype.size())
      throw new PickleException("a storage of " + size + " elements");
    return dtype == null ? size : size * dtype.size();
  }

  /// The dtype of a class of storages or tensors, null for bare bytes.
  static @Nullable DType storageType(@Nullable Object type) {
    if (!(type instanceof PythonClass known))
      throw new PickleException("the type of a storage is a " + PickleValues.describe(type));
    String name = known.name().replaceFirst("(Storage|Tensor)$", "");
    for (DType dtype : DType.values()) {
      if (dtype.scalarTypeName().equals(name)) return dtype;
    }
    // Two or four numbers in a byte: JTorch has no such elements, but keeps the bytes.
    if (Set.of("Untyped", "QUInt4x2", "QUInt2x4").contains(name)) return null;
    throw new PickleException("there is no storage of type " + known.qualifiedName());
  }

  // ---- one stream --------------------------------------------------------------------------------------------------

  private @Nullable Object readStream() throws IOException {
    deferred = true;
    var in = new PickleInput(source, 0);
    var plain = new PickleValues(true, this);
    PickleReader.read(source, in, plain, "magic number");
    Object protocol = PickleReader.read(source, in, plain, "protocol version");
    if (!Long.valueOf(1001).equals(protocol))
      throw new CorruptFileException(source.name(), "its protocol version is not 1001");
    PickleReader.read(source, in, plain, "system information");
    Object value = PickleReader.read(source, in, values, "the object");
    if (!(PickleReader.read(source, in, plain, "storage keys") instanceof List<?> keys))
      throw new CorruptFileException(source.name(), "its storage keys are no list");
    long position = in.position();
    var read = new HashSet<String>();
    for (Object each : keys) {
      String key = String.valueOf(each);
      TypedStorage storage = storages.get(key);
      if (storage == null || !read.add(key))
        throw new CorruptFileException(source.name(), "the bytes of a storage '" + key + "' that nothing uses");
      source.check(position, 8);
      long count =
          java.nio.ByteBuffer.wrap(source.bytes(position, 8)).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
      if (count != storage.size()) throw new CorruptFileException(source.name(), "storage '" + key + "' has " + count
          + " elements where its bytes are and " + storage.size() + " where it is used");
      position += 8;
      position += fill(storage, position);
    }
    for (var named : storages.entrySet()) {
      if (!read.contains(named.getKey()))
        throw new CorruptFileException(source.name(), "storage '" + named.getKey() + "' has no bytes");
    }
    finishDeferred();
    return value;
  }

  private void finishDeferred() throws IOException {
    try {
      values.tensors().finish();
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException failure) {
      throw new CorruptFileException(source.name(), String.valueOf(failure.getMessage()), failure);
    }
  }

  /// Memory for bytes that the file has after the pickle; all together never more than the file has.
  private TypedStorage promised(@Nullable DType dtype, long bytes, long size, Device device) {
    if (bytes > source.size() - promised) throw new PickleException("storages of " + bytes + " bytes and " + promised
        + " before, more than the file has: " + source.size());
    promised += bytes;
    return new TypedStorage(Locations.allocate(bytes, device), dtype, 0, size);
  }

  private long fill(TypedStorage storage, long position) throws IOException {
    long bytes = storage.storage().bytes();
    source.check(position, bytes);
    if (bytes == 0) return 0;
    Storage there = storage.storage();
    Storage here = there.device().isHost() ? there : Storage.allocate(bytes);
    source.read(position, here.address(), bytes);
    if (storage.dtype() == DType.BOOL) Memory.normalizeTruths(here.address(), bytes);
    if (here != there) Locations.write(here, there);
    return bytes;
  }
}
