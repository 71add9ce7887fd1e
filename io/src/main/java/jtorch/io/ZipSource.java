package jtorch.io;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import jtorch.memory.Memory;
import jtorch.memory.Storage;
import org.jspecify.annotations.Nullable;

/// The records of a zip file as PyTorch writes them, found by the central directory: `java.util.zip` refuses the dates and
/// tells no positions.
///
/// Records may be stored or deflated, with or without zip64; they lie in one folder, whose name does not count. Sums (CRC)
/// are not checked, as PyTorch does not. A file cannot ask for more memory than it delivers: stored records may not
/// overlap, and a deflated one is unpacked once to count its bytes before memory is asked for them.
final class ZipSource {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final long ALL_ONES = 0xffffffffL;
  /// Deflate's best.
  private static final long BEST_RATIO = 1032;

  private record Entry(String name, int method, long compressed, long size, long header) {}

  private final ByteSource source;
  private final String folder;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  ZipSource(ByteSource source) throws IOException {
    this.source = source;
    long end = endRecord();
    ByteBuffer record = little(end, 22);
    long count = record.getShort(10) & 0xffff;
    long size = record.getInt(12) & ALL_ONES;
    long start = record.getInt(16) & ALL_ONES;
    if (end >= 20 && little(end - 20, 4).getInt(0) == 0x07064b50) {
      long wide = little(end - 12, 8).getLong(0);
      source.check(wide, 56);
      ByteBuffer large = little(wide, 56);
      if (large.getInt(0) != 0x06064b50) throw corrupt("the zip64 end record at byte " + wide + " is none");
      count = large.getLong(32);
      size = large.getLong(40);
      start = large.getLong(48);
    }
    if (start < 0 || size < 0 || start > end || size > end - start) throw corrupt("the zip directory of " + size
        + " bytes at byte " + start + " goes beyond its end at byte " + end);
    if (count < 0 || count > size / 46) throw corrupt("the zip directory of " + size + " bytes cannot have " + count
        + " entries");
    folder = readDirectory(source.bytes(start, size), count, start);
  }

  private CorruptFileException corrupt(String reason) {
    return new CorruptFileException(source.name(), reason);
  }

  private ByteBuffer little(long position, int count) throws IOException {
    return ByteBuffer.wrap(source.bytes(position, count)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private long endRecord() throws IOException {
    long size = source.size();
    int tail = (int) Math.min(size, 22 + 65535);
    byte[] bytes = source.bytes(size - tail, tail);
    for (int i = tail - 22; i >= 0; i--) {
      if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 5 && bytes[i + 3] == 6) return size - tail + i;
    }
    throw corrupt("it begins as a zip file but has no end record: it is cut off (PyTorch says: failed finding central"
        + " directory)");
  }

  private String readDirectory(byte[] bytes, long count, long start) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String prefix = null;
    int at = 0;
    for (long i = 0; i < count; i++) {
      if (at + 46 > bytes.length || all.getInt(at) != 0x02014b50)
        throw corrupt("entry " + i + " of the zip directory is none");
      int nameLength = all.getShort(at + 28) & 0xffff;
      int extraLength = all.getShort(at + 30) & 0xffff;
      int commentLength = all.getShort(at + 32) & 0xffff;
      if (46 + nameLength + extraLength + commentLength > bytes.length - at)
        throw corrupt("entry " + i + " of the zip directory goes beyond it");
      String full = new String(bytes, at + 46, nameLength, StandardCharsets.UTF_8);
      Entry entry = entry(full, all, at, at + 46 + nameLength, extraLength, start);
      at += 46 + nameLength + extraLength + commentLength;
      int slash = full.indexOf('/');
      if (slash < 0)
        throw corrupt("the record '" + full + "' lies in no folder, which every record of PyTorch's files does");
      if (prefix == null) prefix = full.substring(0, slash + 1);
      if (full.startsWith(prefix) && entries.put(full.substring(prefix.length()), entry) != null)
        throw corrupt("the record '" + full + "' is there twice");
    }
    if (prefix == null) throw corrupt("a zip file without records");
    checkApart(start);
    return prefix;
  }

  private Entry entry(String name, ByteBuffer all, int at, int extra, int extraLength, long directory)
      throws CorruptFileException {
    if ((all.getShort(at + 8) & 1) != 0) throw corrupt("the record '" + name + "' is encrypted");
    int method = all.getShort(at + 10) & 0xffff;
    long[] wide = {all.getInt(at + 24) & ALL_ONES, all.getInt(at + 20) & ALL_ONES, all.getInt(at + 42) & ALL_ONES};
    for (int i = extra; i + 4 <= extra + extraLength; i += 4 + (all.getShort(i + 2) & 0xffff)) {
      if (all.getShort(i) != 1) continue;
      // The fields of zip64, each there only where the plain one is all ones.
      int next = i + 4;
      int last = Math.min(next + (all.getShort(i + 2) & 0xffff), extra + extraLength);
      for (int f = 0; f < 3; f++) {
        if (wide[f] != ALL_ONES) continue;
        if (next + 8 > last) throw corrupt("the record '" + name + "' lacks a field of zip64");
        wide[f] = all.getLong(next);
        next += 8;
      }
      break;
    }
    long size = wide[0];
    long compressed = wide[1];
    if (method != STORED && method != DEFLATED)
      throw corrupt("the record '" + name + "' is compressed by method " + method + ", neither stored nor deflated");
    if (wide[2] < 0 || compressed < 0 || wide[2] > directory || compressed > directory - wide[2])
      throw corrupt("the record '" + name + "' of " + compressed + " bytes at byte " + wide[2]
          + " goes beyond the records' end at byte " + directory);
    if (size < 0 || method == STORED && size != compressed || size / BEST_RATIO > compressed)
      throw corrupt("the record '" + name + "' of " + compressed + " bytes cannot be " + size + " unpacked");
    return new Entry(name, method, compressed, size, wide[2]);
  }

  /// Many records over the same bytes would multiply what a small file delivers.
  private void checkApart(long directory) throws CorruptFileException {
    List<Entry> ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::header));
    for (int i = 0; i < ordered.size(); i++) {
      Entry e = ordered.get(i);
      long next = i + 1 < ordered.size() ? ordered.get(i + 1).header : directory;
      if (e.compressed > next - e.header - 30)
        throw corrupt("the record '" + e.name + "' overlaps what comes after it");
    }
  }

  Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  boolean has(String record) {
    return entries.containsKey(record);
  }

  private Entry present(String record) throws CorruptFileException {
    Entry e = entries.get(record);
    if (e == null) throw corrupt("there is no record '" + folder + record + "'");
    return e;
  }

  /// The number of bytes of a record, unpacked.
  long size(String record) throws CorruptFileException {
    return present(record).size;
  }

  /// Where a record's bytes begin, after a header whose length only the header itself tells.
  private long data(Entry e) throws IOException {
    source.check(e.header, 30);
    ByteBuffer header = little(e.header, 30);
    if (header.getInt(0) != 0x04034b50)
      throw corrupt("the header of '" + e.name + "' at byte " + e.header + " is none");
    long data = e.header + 30 + (header.getShort(26) & 0xffff) + (header.getShort(28) & 0xffff);
    source.check(data, e.compressed);
    return data;
  }

  /// Where a record's bytes lie in the file, if they lie there as they are; -1 if not.
  long stored(String record) throws IOException {
    Entry e = present(record);
    return e.method == STORED ? data(e) : -1;
  }

  /// A whole record on the heap.
  byte[] bytes(String record) throws IOException {
    Entry e = present(record);
    long data = data(e);
    if (e.method == STORED) return source.bytes(data, e.size);
    if (e.size > Integer.MAX_VALUE - 8) throw corrupt("the record '" + e.name + "' has too many bytes: " + e.size);
    inflate(e, data, null);
    byte[] all = new byte[(int) e.size];
    inflate(e, data, ByteBuffer.wrap(all));
    return all;
  }

  /// A record's text without blanks around it; null if there is no such record.
  @Nullable String text(String record) throws IOException {
    if (!has(record)) return null;
    if (size(record) > 1000) throw corrupt("the record '" + record + "' is too long: " + size(record) + " bytes");
    return new String(bytes(record), StandardCharsets.UTF_8).strip();
  }

  /// A whole record in native memory.
  Storage storage(String record) throws IOException {
    Entry e = present(record);
    long data = data(e);
    if (e.method == DEFLATED) inflate(e, data, null);
    Storage made = Storage.allocate(e.size);
    if (e.size > 0) {
      long address = made.address();
      if (e.method == STORED) source.read(data, address, e.size);
      else {
        int slice = 1 << 30;
        if (e.size > slice) throw new UnsupportedOperationException(source.name() + ": the record '" + e.name + "' of "
            + e.size + " bytes is deflated; only records up to 1 GB may be");
        inflate(e, data, Memory.ALL.asSlice(address, e.size).asByteBuffer());
      }
    }
    Reference.reachabilityFence(made);
    return made;
  }

  /// Unpacks a record, only to count its bytes if there is no place for them.
  private void inflate(Entry e, long data, @Nullable ByteBuffer into) throws IOException {
    var inflater = new Inflater(true);
    try {
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(1 << 16, Math.max(1, e.compressed)));
      ByteBuffer sink = ByteBuffer.allocate(into == null ? 1 << 16 : 1);
      long done = 0;
      long read = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          piece.clear().limit((int) Math.min(piece.capacity(), e.compressed - read));
          if (!piece.hasRemaining()) break;
          source.read(data + read, piece);
          read += piece.flip().remaining();
          inflater.setInput(piece);
        }
        ByteBuffer target = into == null || !into.hasRemaining() ? sink.clear() : into;
        done += inflater.inflate(target);
        if (done > e.size || inflater.needsDictionary()) break;
      }
      if (done != e.size || !inflater.finished()) throw corrupt("the record '" + e.name + "' says that it has " + e.size
          + " bytes, but unpacks to " + (done > e.size ? "more" : "no more than " + done));
    } catch (DataFormatException failure) {
      throw new CorruptFileException(source.name(), "the record '" + e.name + "' cannot be unpacked: "
          + failure.getMessage(), failure);
    } finally {
      inflater.end();
    }
  }

  Path name() {
    return source.name();
  }
}
