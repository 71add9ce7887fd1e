package jtorch.cuda;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.cuda.driver.Driver.Grid;

/// How the threads of blocks are given to lines of elements that each need several.
final class Lines {
  private static final int THREADS = 256;

  private Lines() {}

  /// Lines that lie side by side in memory: lanes along x, several short lines a block.
  static Grid rows(long lines, long length) {
    int x = (int) Math.min(THREADS, Long.highestOneBit(Math.max(1, length - 1)) * (length > 1 ? 2 : 1));
    int y = (int) Math.clamp(THREADS / 2 / x, 1, Math.max(1, Math.min(lines, THREADS)));
    return new Grid(Math.toIntExact((lines + y - 1) / y), 1, 1, x, y, 0);
  }

  /// The same for kernels that read 16 bytes of a line at once, where its length and all addresses allow it: as many lanes
  /// as there are such pieces.
  static Grid packedRows(long lines, long length, Tensor... all) {
    int width = 16 / all[0].dtype().size();
    boolean packed = length % width == 0 && Arrays.stream(all).allMatch(t -> (t.pointer() & 15) == 0);
    return rows(lines, packed ? length / width : length);
  }

  /// Lines whose neighbours lie side by side: lanes along y.
  static Grid columns(long lines, long length) {
    int y = (int) Math.min(8, Long.highestOneBit(Math.max(1, length)));
    return new Grid(Math.toIntExact((lines + 31) / 32), 1, 1, 32, y, 0);
  }
}
