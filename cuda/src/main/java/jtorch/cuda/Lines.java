package jtorch.cuda;

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

  /// Lines whose neighbours lie side by side: lanes along y.
  static Grid columns(long lines, long length) {
    int y = (int) Math.min(8, Long.highestOneBit(Math.max(1, length)));
    return new Grid(Math.toIntExact((lines + 31) / 32), 1, 1, 32, y, 0);
  }
}
