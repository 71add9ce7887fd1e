package jtorch.cpu.kernel;

import jtorch.cpu.Parallel;
import jtorch.memory.Memory;

/// A walk over the columns of contiguous `[outer, n, inner]`, one *panel* of neighbouring columns at a time.
///
/// The walk goes from strip to strip. Where `inner` is at least [#WIDE], a strip is one row's part of the panel, narrow
/// enough that what belongs to the panel stays in the caches. Narrower rows would leave lanes empty; there a panel is
/// the whole of `[n, inner]`, `group` neighbouring rows make one strip, and what belongs to a column is repeated
/// `group` times along a panel. The last strip may then be shorter.
///
/// Offsets are in elements, from the first element of the tensor.
final class Columns {
  /// Strips that are folded into a panel one after the other.
  static final int LEAF = 64;

  private static final long WIDE = 64;
  private static final long GROUPED = 128;
  private static final long PANEL = 1024;

  /// The work on one panel.
  interface Body {
    void run(Columns columns);
  }

  /// The work on one strip: the offset of its first element and its length.
  interface Strip {
    void run(long offset, long length);
  }

  private final long n;
  private final long inner;
  /// Rows a strip.
  private final long group;
  /// Elements from one strip to the next.
  private final long stride;
  /// Strips of full length.
  private final long strips;
  private final long panelSize;
  private final long panels;
  private long outerIndex;
  private long panelIndex;

  private Columns(long n, long inner, long panel) {
    this.n = n;
    this.inner = inner;
    group = inner >= WIDE ? 1 : Math.clamp(GROUPED / inner, 1, n);
    stride = group * inner;
    strips = n / group;
    panelSize = group > 1 ? stride : Math.min(stride, panel);
    panels = Math.ceilDiv(stride, panelSize);
  }

  private Columns(Columns walk, long task) {
    this(walk.n, walk.inner, walk.panelSize);
    outerIndex = task / panels;
    panelIndex = task % panels;
  }

  /// Walks for folds, which keep little more than the panel itself.
  static Columns of(long n, long inner) {
    return new Columns(n, inner, PANEL);
  }

  /// Walks that pass several times over a panel's columns, `bytes` an element: all of them should fit the L2 cache.
  static Columns revisited(long n, long inner, int bytes) {
    long fits = (256 << 10) / (n * bytes) / WIDE * WIDE;
    return new Columns(n, inner, Math.clamp(fits, WIDE, PANEL));
  }

  /// Runs `body` for every panel, in parallel. `n` must be positive.
  void forEach(long outer, Body body) {
    Parallel.run(outer * panels, Reductions.grain(n * panelSize), (begin, end) -> {
      for (long task = begin; task < end; task++) {
        body.run(new Columns(this, task));
      }
    });
  }

  /// The panel numbered `task` of `outer * panels()`.
  Columns panel(long task) {
    return new Columns(this, task);
  }

  /// Number of panels in one `[n, inner]`.
  long panels() {
    return panels;
  }

  /// Number of strips of full length.
  long strips() {
    return strips;
  }

  /// Elements of a panel, at most.
  long panelSize() {
    return panelSize;
  }

  /// Elements of this panel.
  long width() {
    return Math.min(panelSize, stride - panelIndex * panelSize);
  }

  /// Columns of this panel.
  long columns() {
    return Math.min(inner, width());
  }

  /// Offset of this panel's first element in `[outer, n, inner]`.
  long offset() {
    return outerIndex * n * inner + panelIndex * panelSize;
  }

  /// Offset of this panel's first column in `[outer, inner]`.
  long columnOffset() {
    return outerIndex * inner + panelIndex * panelSize;
  }

  /// Bytes of scratch for `panels` panels and a fold.
  long scratch(int panels, Rows rows) {
    long depth = Long.SIZE - Long.numberOfLeadingZeros(strips / LEAF);
    return (panels + depth) * width() * rows.bytes();
  }

  void forEachStrip(Strip body) {
    long offset = offset();
    for (long s = 0; s < strips; s++, offset += stride) {
      body.run(offset, width());
    }
    if (strips * group < n) {
      body.run(offset, (n - strips * group) * inner);
    }
  }

  /// Folds this panel's columns of `x` into the panel `into`, repeated along it. `centre` is a panel, or 0 for folds
  /// that need none; `free` is scratch.
  void fold(Fold fold, Rows rows, long x, long centre, long into, long free) {
    foldStrips(fold, rows, x, centre, into, free, 0, strips);
    collapse(fold, rows, x, centre, into);
  }

  /// Folds some strips, pairwise, into a panel.
  void foldStrips(Fold fold, Rows rows, long x, long centre, long into, long free, long begin, long end) {
    if (end - begin <= LEAF) {
      rows.fill(into, width(), fold.neutral());
      long first = x + (offset() + begin * stride) * rows.bytes();
      fold.rows().into(rows, into, first, centre, end - begin, stride, width());
      return;
    }
    long middle = (begin + end) >>> 1;
    foldStrips(fold, rows, x, centre, into, free, begin, middle);
    foldStrips(fold, rows, x, centre, free, free + width() * rows.bytes(), middle, end);
    fold.joinRows().into(rows, into, free, centre, 1, stride, width());
  }

  /// Makes the fold of the columns from that of the whole strips: folds the short one too, then joins and repeats.
  void collapse(Fold fold, Rows rows, long x, long centre, long panel) {
    long rest = (n - strips * group) * inner;
    if (rest > 0) {
      fold.rows().into(rows, panel, x + (offset() + strips * stride) * rows.bytes(), centre, 1, stride, rest);
    }
    join(fold, rows, panel);
  }

  /// Joins the rows that make up a strip and repeats the result along the panel.
  void join(Fold fold, Rows rows, long panel) {
    if (group > 1) {
      fold.joinRows().into(rows, panel, panel + inner * rows.bytes(), 0, group - 1, inner, inner);
      spread(rows, panel, panel);
    }
  }

  /// Repeats the values of this panel's columns along `panel`; `values` is the address of the first one.
  void spread(Rows rows, long panel, long values) {
    long bytes = rows.bytes();
    if (panel != values) {
      Memory.copy(values, panel, columns() * bytes);
    }
    for (long done = inner; done < width(); done += Math.min(done, width() - done)) {
      Memory.copy(panel, panel + done * bytes, Math.min(done, width() - done) * bytes);
    }
  }
}
