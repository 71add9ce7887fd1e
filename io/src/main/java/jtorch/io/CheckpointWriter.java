package jtorch.io;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.memory.Memory;

/// Writes records as PyTorch does: stored, each beginning at a multiple of 64 bytes, sums and sizes after the data, one
/// zip64 end record always.
///
/// Source: `caffe2/serialize/inline_container.cc`.
final class CheckpointWriter {
  private static final int ALIGNMENT = 64;
  private static final long ALL_ONES = 0xffffffffL;
  private static final int PIECE = 1 << 20;

  private record Entry(byte[] name, long header, long size, int crc) {}

  private final String folder;
  private final WritableByteChannel channel;
  private final List<Entry> entries = new ArrayList<>();
  private long position;

  private CheckpointWriter(String folder, WritableByteChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /// The folder that all records lie in: the file's name without its last extension.
  static String folder(Path path) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String bare = dot < 0 ? name : name.substring(0, dot);
    boolean plain = bare.chars().allMatch(c -> c < 128);
    return bare.isEmpty() || !plain ? "archive" : bare;
  }

  static void write(PickleWriter.Pickle pickle, String folder, WritableByteChannel channel) throws IOException {
    var writer = new CheckpointWriter(folder, channel);
    writer.record("data.pkl", pickle.bytes());
    writer.record(".format_version", "1");
    writer.record(".storage_alignment", Integer.toString(ALIGNMENT));
    writer.record("byteorder", ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "little" : "big");
    for (int i = 0; i < pickle.storages().size(); i++) {
      PickleWriter.Stored stored = pickle.storages().get(i);
      writer.record("data/" + i, stored);
    }
    writer.record("version", "3\n");
    writer.record(".data/serialization_id", writer.identity());
    writer.finish();
  }

  private void put(ByteBuffer bytes) throws IOException {
    position += bytes.remaining();
    AtomicFile.writeFully(channel, bytes);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void record(String name, String text) throws IOException {
    record(name, text.getBytes(StandardCharsets.US_ASCII));
  }

  private void record(String name, byte[] bytes) throws IOException {
    Entry begun = begin(name, bytes.length);
    var crc = new CRC32();
    crc.update(bytes);
    put(ByteBuffer.wrap(bytes));
    end(begun, (int) crc.getValue());
  }

  private void record(String name, PickleWriter.Stored stored) throws IOException {
    long bytes = stored.bytes();
    Entry begun = begin(name, bytes);
    var crc = new CRC32();
    // Other devices' memory is read by way of a copy.
    Tensor whole = new Tensor(stored.storage(), DType.UINT8, new long[] {bytes}, new long[] {1}, stored.offset());
    Tensor here = whole.to(Device.CPU);
    long address = bytes == 0 ? 0 : here.address();
    for (long done = 0; done < bytes; done += PIECE) {
      ByteBuffer piece =
          Memory.ALL.asSlice(address + done, Math.min(PIECE, bytes - done)).asByteBuffer();
      crc.update(piece.duplicate());
      put(piece);
    }
    Reference.reachabilityFence(here);
    end(begun, (int) crc.getValue());
  }

  /// The header before a record's bytes, as long as it takes for them to begin at a multiple of 64.
  private Entry begin(String name, long size) throws IOException {
    byte[] full = (folder + "/" + name).getBytes(StandardCharsets.UTF_8);
    boolean wideSize = size >= ALL_ONES;
    boolean widePosition = position >= ALL_ONES;
    int zip64 = (wideSize || widePosition ? 4 : 0) + (wideSize ? 16 : 0) + (widePosition ? 8 : 0);
    long start = position + 30 + full.length + 4 + zip64;
    int padding = (int) ((ALIGNMENT - start % ALIGNMENT) % ALIGNMENT);
    ByteBuffer header = little(30 + full.length + zip64 + 4 + padding);
    header.putInt(0x04034b50).putShort((short) 0).putShort(flags(size)).putShort((short) 0).putInt(0).putInt(0);
    header.putInt(wideSize ? -1 : 0).putInt(wideSize ? -1 : 0);
    header.putShort((short) full.length).putShort((short) (zip64 + 4 + padding)).put(full);
    if (zip64 > 0) {
      header.putShort((short) 1).putShort((short) (zip64 - 4));
      if (wideSize) header.putLong(0).putLong(0);
      if (widePosition) header.putLong(position);
    }
    header.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    while (header.hasRemaining()) header.put((byte) 'Z');
    var begun = new Entry(full, position, size, 0);
    put(header.flip());
    return begun;
  }

  /// Sizes and sums come after the data (bit 3), names are UTF-8 (bit 11); an empty record has nothing after it.
  private static short flags(long size) {
    return (short) (size == 0 ? 0x0800 : 0x0808);
  }

  private void end(Entry begun, int crc) throws IOException {
    entries.add(new Entry(begun.name, begun.header, begun.size, crc));
    if (begun.size == 0) return;
    boolean wide = begun.size >= ALL_ONES || begun.header >= ALL_ONES;
    ByteBuffer descriptor = little(wide ? 24 : 16).putInt(0x08074b50).putInt(crc);
    if (wide) descriptor.putLong(begun.size).putLong(begun.size);
    else descriptor.putInt((int) begun.size).putInt((int) begun.size);
    put(descriptor.flip());
  }

  /// Forty digits that tell files apart: a number made of the names, and one of the sums.
  private String identity() {
    long names = 0;
    long sums = 0;
    for (Entry e : entries) {
      names = 31 * names + java.util.Arrays.hashCode(e.name);
      sums = 0x9e3779b97f4a7c15L * (sums + (e.crc & ALL_ONES) + 1);
    }
    return String.format("%020d", new java.math.BigInteger(Long.toUnsignedString(names)))
        + String.format("%020d", new java.math.BigInteger(Long.toUnsignedString(sums)));
  }

  private void finish() throws IOException {
    long directory = position;
    for (Entry e : entries) {
      boolean wideSize = e.size >= ALL_ONES;
      boolean widePosition = e.header >= ALL_ONES;
      int zip64 = (wideSize || widePosition ? 4 : 0) + (wideSize ? 16 : 0) + (widePosition ? 8 : 0);
      ByteBuffer entry = little(46 + e.name.length + zip64);
      entry.putInt(0x02014b50).putShort((short) 0).putShort((short) 0).putShort(flags(e.size)).putShort((short) 0);
      entry.putInt(0).putInt(e.crc).putInt(wideSize ? -1 : (int) e.size).putInt(wideSize ? -1 : (int) e.size);
      entry.putShort((short) e.name.length).putShort((short) zip64).putShort((short) 0).putShort((short) 0);
      entry.putShort((short) 0).putInt(0).putInt(widePosition ? -1 : (int) e.header).put(e.name);
      if (zip64 > 0) {
        entry.putShort((short) 1).putShort((short) (zip64 - 4));
        if (wideSize) entry.putLong(e.size).putLong(e.size);
        if (widePosition) entry.putLong(e.header);
      }
      put(entry.flip());
    }
    long size = position - directory;
    long end = position;
    int count = entries.size();
    ByteBuffer tail = little(56 + 20 + 22);
    tail.putInt(0x06064b50).putLong(44).putShort((short) 0x31e).putShort((short) 45).putInt(0).putInt(0);
    tail.putLong(count).putLong(count).putLong(size).putLong(directory);
    tail.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    short few = (short) Math.min(count, 0xffff);
    tail.putInt(0x06054b50).putShort((short) 0).putShort((short) 0).putShort(few).putShort(few);
    tail.putInt((int) Math.min(size, ALL_ONES)).putInt((int) Math.min(directory, ALL_ONES)).putShort((short) 0);
    put(tail.flip());
  }
}
