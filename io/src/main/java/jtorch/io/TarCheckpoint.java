package jtorch.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jtorch.DType;
import jtorch.Device;
import jtorch.LoadOptions;
import jtorch.Tensor;
import jtorch.memory.Memory;
import jtorch.memory.Storage;
import jtorch.python.Tuple;
import org.jspecify.annotations.Nullable;

/// The tar files of PyTorch before 0.2, read only: storages, then tensors on them, then a pickle that names tensors.
final class TarCheckpoint implements PickleValues.Surroundings {
  private static final int BLOCK = 512;

  /// Where a member's bytes lie.
  private record Member(long position, long size) {}

  private final ByteSource source;
  private final Locations locations;
  private final PickleValues values;
  private final Map<String, Member> members = new HashMap<>();
  private final Map<String, TypedStorage> storages = new HashMap<>();
  private final Map<String, Tensor> tensors = new HashMap<>();

  TarCheckpoint(ByteSource source, LoadOptions options) {
    this.source = source;
    locations = new Locations(options);
    values = new PickleValues(options.weightsOnly(), this);
  }

  static boolean isTar(byte[] start) {
    return start.length >= 262 && new String(start, 257, 5, StandardCharsets.US_ASCII).equals("ustar");
  }

  @Nullable Object read() throws IOException {
    for (long at = 0; at + BLOCK <= source.size();) {
      byte[] header = source.bytes(at, BLOCK);
      if (header[0] == 0) break;
      long size = octal(header);
      source.check(at + BLOCK, size);
      String name = text(header, 0, 100).replaceFirst("^\\./", "");
      members.put(name, new Member(at + BLOCK, size));
      at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    try {
      readStorages();
      readTensors();
    } catch (PickleException | ArithmeticException failure) {
      throw new CorruptFileException(source.name(), String.valueOf(failure.getMessage()), failure);
    }
    return pickle(input("pickle"), "pickle");
  }

  private static String text(byte[] header, int start, int length) {
    int end = start;
    while (end < start + length && header[end] != 0) end++;
    return new String(header, start, end - start, StandardCharsets.UTF_8);
  }

  private long octal(byte[] header) throws CorruptFileException {
    String digits = text(header, 124, 12).strip();
    if (!digits.matches("[0-7]{1,11}"))
      throw new CorruptFileException(source.name(), "a member of the tar file has the size '" + digits + "'");
    return Long.parseLong(digits, 8);
  }

  private PickleInput input(String name) throws CorruptFileException {
    Member member = members.get(name);
    if (member == null) throw new CorruptFileException(source.name(), "a tar file without '" + name
        + "' is no file of torch.save");
    return new PickleInput(source, member.position);
  }

  private @Nullable Object pickle(PickleInput in, String name) throws IOException {
    return PickleReader.read(source, in, values, name);
  }

  private Tuple tuple(PickleInput in, String name, int size) throws IOException {
    if (pickle(in, name) instanceof Tuple t && t.size() == size) return t;
    throw new PickleException("an entry of " + name + " is no tuple of " + size);
  }

  private long count(PickleInput in, String name) throws IOException {
    if (pickle(in, name) instanceof Long count && count >= 0) return count;
    throw new PickleException(name + " does not begin with how many there are");
  }

  private void readStorages() throws IOException {
    PickleInput in = input("storages");
    long count = count(in, "storages");
    for (long i = 0; i < count; i++) {
      Tuple entry = tuple(in, "storages", 3);
      DType dtype = CheckpointReader.storageType(entry.get(2));
      long size = in.i64();
      long bytes = CheckpointReader.bytes(size, dtype);
      long position = in.position();
      source.check(position, bytes);
      Storage storage = Storage.allocate(bytes);
      if (bytes > 0) source.read(position, storage.address(), bytes);
      if (dtype == DType.BOOL && bytes > 0) Memory.normalizeTruths(storage.address(), bytes);
      Storage placed = Locations.moved(storage, device(entry.get(1)));
      storages.put(CheckpointReader.key(entry.get(0)), new TypedStorage(placed, dtype, 0, size));
      in = new PickleInput(source, position + bytes);
    }
    if (!(pickle(in, "storages") instanceof List<?> views))
      throw new PickleException("the views of storages are no list");
    for (Object view : views) {
      if (!(view instanceof Tuple t) || t.size() != 4 || !(t.get(2) instanceof Long offset)
          || !(t.get(3) instanceof Long size))
        throw new PickleException("a view of a storage is no tuple of 4");
      storages.put(CheckpointReader.key(t.get(0)), CheckpointReader.part(storage(t.get(1)), offset, size));
    }
  }

  private TypedStorage storage(@Nullable Object key) {
    TypedStorage known = storages.get(CheckpointReader.key(key));
    if (known == null) throw new PickleException("there is no storage '" + key + "'");
    return known;
  }

  private void readTensors() throws IOException {
    PickleInput in = input("tensors");
    long count = count(in, "tensors");
    for (long i = 0; i < count; i++) {
      Tuple entry = tuple(in, "tensors", 3);
      TypedStorage storage = storage(entry.get(1));
      int dims = in.i32();
      in.i32();
      if (dims < 0 || dims > 64) throw new PickleException("a tensor of " + dims + " dimensions");
      ByteBuffer numbers = ByteBuffer.wrap(in.bytes(16L * dims + 8)).order(ByteOrder.LITTLE_ENDIAN);
      long[] sizes = new long[dims];
      long[] strides = new long[dims];
      for (int d = 0; d < dims; d++) sizes[d] = numbers.getLong();
      for (int d = 0; d < dims; d++) strides[d] = numbers.getLong();
      DType dtype = storage.dtype() == null ? DType.UINT8 : storage.dtype();
      tensors.put(CheckpointReader.key(entry.get(0)),
          values.tensors().window(storage, dtype, numbers.getLong(), sizes, strides));
    }
  }

  // ---- what stands outside the pickle ------------------------------------------------------------------------------

  @Override
  public Object load(@Nullable Object id) {
    if (id instanceof Tuple t && t.size() > 1 && "module".equals(t.get(0)) && t.get(1) != null) return t.get(1);
    Tensor known = tensors.get(CheckpointReader.key(id));
    if (known == null) throw new PickleException("there is no tensor '" + id + "'");
    return known;
  }

  @Override
  public boolean isDeferred() {
    return false;
  }

  @Override
  public void typed(TypedStorage storage, DType dtype) {}

  @Override
  public Device device(@Nullable Object location) {
    return locations.device(location);
  }

  @Override
  public Object nested(byte[] file) {
    throw new PickleException("a file inside a tar file");
  }
}
