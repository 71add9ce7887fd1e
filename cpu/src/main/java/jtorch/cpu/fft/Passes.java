package jtorch.cpu.fft;

/// The steps of transforms on planes: real parts of `rows` rows of `width` lanes, and `plane` bytes after them the
/// imaginary parts. Each lane is a line of its own. With the planes exchanged a transform is the inverse one.
///
/// @param <T> the type of tables: `float[]` or `double[]`
interface Passes<T> {
  /// Rows that are moved from or to one line before the next line has its turn.
  int GROUP = 8;
  /// Rows to one entry of the coarse table of [#multiplyLanes].
  int FINE = 32;

  /// Lines side by side in a vector; widths are multiples of it.
  int lanes();

  /// Bytes a real number.
  int bytes();

  T table(double[] values);

  /// Reads `rows` numbers of each of `count` lines into the first lanes, number k to row `order[k]`; other lanes become
  /// zeros.
  ///
  /// @param spare memory for as much as is read
  void load(Side side, int first, int count, int rows, int width, long to, long plane, int[] order, long spare);

  /// Writes `rows` numbers, times `scale`, to each of `count` lines.
  ///
  /// @param spare memory for as much as is written
  void store(Side side, int first, int count, int rows, int width, long from, long plane, double scale, long spare);

  /// Copies row k to row `order[k]`.
  void reorder(long from, long to, long plane, int rows, int width, int[] order);

  /// One stage, in place: in each of `blocks` blocks of `radix * apart` rows, butterflies of rows that lie `apart` rows
  /// from each other.
  ///
  /// @param roots for k from 1 to radix - 1 the k-th powers of the roots of the `apart` butterflies of a block; then the
  ///     radix's own roots
  /// @param spare memory for two vectors an input, for other radices than 2, 3, 4 and 5
  void stage(int radix, long at, long plane, int apart, int blocks, int width, T roots, long spare);

  /// Multiplies row k by the k-th complex number of a table.
  void multiplyRows(long at, long plane, int rows, int width, T table);

  /// Multiplies row k, lane by lane, by `coarse[k / FINE] * fine[k % FINE]`: `width` real, then `width` imaginary parts
  /// an entry.
  void multiplyLanes(long at, long plane, int rows, int width, T coarse, T fine);

  /// Makes `half + 1` rows of the spectrum of real lines from the transform of their pairs.
  void splitReal(long from, long to, long plane, int half, int width, T roots);

  /// The inverse of [#splitReal], times 2.
  void mergeReal(long from, long to, long plane, int half, int width, T roots);

  /// Fills the upper half of `rows` rows with the conjugates of the lower one.
  void mirror(long at, long plane, int rows, int width);
}
