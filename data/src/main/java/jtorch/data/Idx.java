package jtorch.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Reads arrays of bytes in the IDX format, packed with gzip or not.
///
/// **Layout**, numbers big endian: two zero bytes, the type (8: bytes), the number of dimensions, their sizes (32 bits
/// each), the data. Whatever sizes a file claims, memory grows only with the data that is really there.
///
/// **Source**: https://yann.lecun.org/exdb/mnist
final class Idx {
  private static final int BYTES = 8;
  private static final int CHUNK = 1 << 20;
  /// What a Java array holds at most.
  private static final long MOST = Integer.MAX_VALUE - 8;

  private Idx() {}

  /// The bytes of a file as uint8.
  ///
  /// @param dims how many dimensions the array must have
  /// @throws IOException naming the file and what is wrong with it
  static Tensor read(Path file, int dims) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in = new DataInputStream(unpacked(raw))) {
      int magic = in.readInt();
      if (magic != (BYTES << 8 | dims)) throw wrong(file, "not an IDX file of bytes with " + dims
          + " dimensions: it starts with %08x, expected %08x".formatted(magic, BYTES << 8 | dims));
      long[] sizes = new long[dims];
      long count = 1;
      for (int d = 0; d < dims; d++) {
        sizes[d] = Integer.toUnsignedLong(in.readInt());
        count = count > MOST ? count : count * sizes[d];
      }
      if (count <= 0 || count > MOST)
        throw wrong(file, "its header claims the impossible size " + Arrays.toString(sizes));
      byte[] data = read(in, file, sizes, (int) count);
      if (in.read() >= 0) throw wrong(file, "it goes on after the " + count + " bytes that its header claims");
      return Torch.fromSegment(MemorySegment.ofArray(data), DType.UINT8, sizes);
    } catch (EOFException cut) {
      throw new IOException(file + ": cut off", cut);
    } catch (ZipException damaged) {
      throw new IOException(file + ": damaged: " + damaged.getMessage(), damaged);
    }
  }

  private static InputStream unpacked(InputStream raw) throws IOException {
    raw.mark(2);
    boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return packed ? new GZIPInputStream(raw, 1 << 16) : raw;
  }

  private static byte[] read(InputStream in, Path file, long[] sizes, int count) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    int done = 0;
    while (done < count) {
      byte[] chunk = in.readNBytes(Math.min(CHUNK, count - done));
      if (chunk.length == 0) throw wrong(file,
          "cut off: its header claims " + Arrays.toString(sizes) + ", " + count + " bytes, but there are " + done);
      chunks.add(chunk);
      done += chunk.length;
    }
    byte[] all = new byte[count];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, all, at, chunk.length);
      at += chunk.length;
    }
    return all;
  }

  static IOException wrong(Path file, String reason) {
    return new IOException(file + ": " + reason);
  }
}
