package jtorch.cpu.kernel;

import java.lang.foreign.Arena;
import jtorch.cpu.Parallel;

/// Sums over rows that come about while the rows are worked on: each row adds to some panels of one value a column.
///
/// The rows are cut into blocks by their number alone and summed leaf by leaf, so the result has the accuracy of a
/// cascade and does not depend on the number of threads.
final class PanelSums {
  private static final int LEAF = 64;
  private static final long BLOCKS = 64;
  /// Rows a block has at least, for a block costs its own panels.
  private static final long ROWS = 16;

  /// The work on one row: adds to `panels`, which lie one behind the other.
  interface Body {
    void row(long index, long panels);
  }

  private PanelSums() {}

  /// Runs `body` for `count` rows of `width` columns, in parallel; `out`, as many panels in one row, receives the sums.
  static void run(Rows rows, long count, long width, int panels, long out, Body body) {
    long size = panels * width;
    long blocks = Math.clamp(Math.min(count * width / Reductions.GRAIN, count / ROWS), 1, BLOCKS);
    rows.fill(out, size, 0);
    if (blocks == 1) {
      block(rows, 0, count, size, out, body);
      return;
    }
    long bytes = size * rows.bytes();
    try (Arena arena = Arena.ofConfined()) {
      long partial = arena.allocate(blocks * bytes, 64).address();
      Parallel.run(blocks, 1, (begin, end) -> {
        for (long b = begin; b < end; b++) {
          block(rows, count * b / blocks, count * (b + 1) / blocks, size, partial + b * bytes, body);
        }
      });
      Parallel.run(size, Reductions.grain(blocks), (begin, end) -> rows.addRows(out + begin * rows.bytes(),
          partial + begin * rows.bytes(), blocks, size, end - begin));
    }
  }

  private static void block(Rows rows, long begin, long end, long size, long out, Body body) {
    long leaf = Scratch.of(size * rows.bytes());
    for (long first = begin; first < end; first += LEAF) {
      rows.fill(leaf, size, 0);
      for (long r = first; r < Math.min(end, first + LEAF); r++) {
        body.row(r, leaf);
      }
      rows.plus(out, out, leaf, size);
    }
  }
}
