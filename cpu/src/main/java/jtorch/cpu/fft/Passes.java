package jtorch.cpu.fft;

/// The steps of transforms on planes: real parts of `rows` rows of `width` lanes, and `plane` numbers after them the
/// imaginary parts. Each lane is a line of its own. With the planes exchanged a transform is the inverse one.
///
/// Planes lie in Java arrays: the compiler's code for a vector in a segment of native memory is several times as much, and
/// butterflies of native rows are too much for one method.
///
/// @param <T> the type of planes and tables: `float[]` or `double[]`
interface Passes<T> {
  /// Rows that are moved from or to one line before the next line has its turn.
  int GROUP = 8;
  /// Rows to one entry of the coarse table of [#multiplyLanes].
  int FINE = 32;

  /// Lines side by side in a vector; widths are multiples of it.
  int lanes();

  /// Bytes a real number.
  int bytes();

  /// An array of zeros.
  T numbers(int count);

  T table(double[] values);

  /// Makes numbers zeros.
  void clear(T m, int from, int count);

  /// What [#load], [#store] and [#stage] need for themselves, in numbers.
  default int spare() {
    return 320 * lanes();
  }

  /// Reads `rows` numbers of each of `count` lines into the first lanes, number k to row `order[k]`; the others of `lanes`
  /// lanes become zeros.
  void load(Side side, int first, int count, int rows, T m, int to, int plane, int width, int lanes, int[] order,
      int spare);

  /// Writes `rows` numbers, times `scale`, to each of `count` lines.
  void store(Side side, int first, int count, int rows, T m, int from, int plane, int width, double scale, int spare);

  /// Copies row k to row `order[k]`.
  void reorder(T m, int from, int to, int plane, int rows, int width, int[] order);

  /// One stage, in place: in each of `blocks` blocks of `radix * apart` rows, butterflies of rows that lie `apart` rows
  /// from each other.
  ///
  /// @param roots the powers 1 to radix - 1 of the roots of the `apart` butterflies of a block, one butterfly after the
  ///     other; then the radix's own roots
  void stage(int radix, T m, int at, int plane, int apart, int blocks, int width, T roots, int spare);

  /// Multiplies row k by the k-th complex number of a table.
  void multiplyRows(T m, int at, int plane, int rows, int width, T table);

  /// Multiplies row k, lane by lane, by `coarse[k / FINE] * fine[k % FINE]`: `width` real, then `width` imaginary parts
  /// an entry.
  void multiplyLanes(T m, int at, int plane, int rows, int width, T coarse, T fine);

  /// Multiplies rows of `count` lines, each in `columns` lanes, by the entries of a table, and makes columns of rows: column
  /// k becomes row `order[k]`. Both counts are multiples of [#lanes]. The result lies at `from` or at `other`, which it
  /// returns.
  ///
  /// @param roots for each row `columns` real, then `columns` imaginary parts
  int twist(T m, int from, int width, int other, int nextWidth, int plane, int rows, int columns, int count, T roots,
      int[] order);

  /// Makes `half + 1` rows of the spectrum of real lines from the transform of their pairs.
  void splitReal(T m, int at, int plane, int half, int width, T roots);

  /// The inverse of [#splitReal], times 2.
  void mergeReal(T m, int at, int plane, int half, int width, T roots);

  /// Fills the upper half of `rows` rows with the conjugates of the lower one.
  void mirror(T m, int at, int plane, int rows, int width);

  /// What [#fold] needs for lines of n numbers.
  T folds(int n);

  /// [#splitReal], or with `merge` [#mergeReal], of one line in memory whose numbers are pairs of neighbours. The length
  /// is at least twice [#lanes].
  void fold(long from, long to, int half, boolean merge, T folds);

  /// [#mirror] of one such line of n numbers.
  void mirror(long at, int n);
}
