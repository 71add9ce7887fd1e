package jtorch.cpu.kernel;

import jtorch.DType;

/// The vocabulary of the row kernels: loops over rows of one floating dtype, each row `n` neighbouring elements.
///
/// Scalars travel as `double` and are rounded to the dtype on entry. Sums are kept in blocks of [#BLOCK] elements: a
/// block is added up in the dtype over many lanes, blocks are added up in `float64`. A result row may be one of the
/// input rows unless said otherwise. Rows of length 0 are allowed.
///
/// A *panel* is a row of values that belong to columns; `...Rows` loops run over `rows` rows that lie `stride` elements
/// apart and fold each of them into the panel.
public interface Rows {
  /// Elements that are added up before their sum is widened to `float64`.
  int BLOCK = 4096;

  /// The loops for `float32`: on the Vector API where its module is present.
  static Rows f32() {
    return Dispatch.F32;
  }

  /// The loops for `float64`: on the Vector API where its module is present.
  static Rows f64() {
    return Dispatch.F64;
  }

  /// The loops for a dtype.
  ///
  /// @throws IllegalArgumentException unless the dtype is `float32` or `float64`
  static Rows of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> f32();
      case FLOAT64 -> f64();
      default -> throw new IllegalArgumentException("no row kernels for " + dtype + "; convert to float32 first");
    };
  }

  /// Bytes an element.
  @Apart.Inlined
  int bytes();

  /// The loops of the normalisations, for the same dtype.
  @Apart.Inlined
  NormalizationRows normalization();

  /// The loops of pooling, for the same dtype.
  @Apart.Inlined
  PoolRows pooling();

  /// The loops of optimizer steps, for the same dtype.
  @Apart.Inlined
  StepRows steps();

  /// Element `i` of the row `x`.
  @Apart.Inlined
  double get(long x, long i);

  /// Rounds `value` into element `i` of the row `x`.
  @Apart.Inlined
  void put(long x, long i, double value);

  // ---- one row to one number

  /// `sum x[i]`.
  double sum(long x, long n);

  /// The sum in the order of PyTorch's `sum`, for rows that it does not divide: a little slower than [#sum].
  default double cascadeSum(long x, long n) {
    return sum(x, n);
  }

  /// [#cascadeSum] of each of `count` neighbouring rows: between short rows, calls cost as much as the sums.
  default void cascadeSums(long x, long n, long out, long count) {
    for (long r = 0; r < count; r++) put(out, r, cascadeSum(x + r * n * bytes(), n));
  }

  /// `sum |x[i]|`.
  double sumAbs(long x, long n);

  /// `sum (x[i] - centre)^2`.
  double sumSquares(long x, long n, double centre);

  /// The same, in short rows with one sum in lanes, as PyTorch's norm.
  default double sumSquaresInOrder(long x, long n, double centre) {
    return sumSquares(x, n, centre);
  }

  /// `sum x[i] * (y[i] - centre)`.
  double dot(long x, long y, long n, double centre);

  /// `product of x[i]`.
  double product(long x, long n);

  /// The greatest element, NaN if there is one, `-inf` of nothing.
  double max(long x, long n);

  /// The least element, NaN if there is one, `inf` of nothing.
  double min(long x, long n);

  /// Index of the first element equal to `value`, or of the first NaN if `value` is NaN; `n` if there is none.
  long indexOf(long x, long n, double value);

  /// `sum exp(x[i] - shift)`, for `shift` no less than any element.
  double sumExp(long x, long n, double shift);

  // ---- rows to a row

  /// `y[i] = value`.
  void fill(long y, long n, double value);

  /// `y[i] = exp(x[i] - shift)`, for `shift` no less than any element; returns the sum of `y`.
  double exp(long y, long x, long n, double shift);

  /// `y[i] = x[i] * factor`.
  void scale(long y, long x, long n, double factor);

  /// `y[i] = x[i] / divisor`.
  void divide(long y, long x, long n, double divisor);

  /// `y[i] = (x[i] - a) - b`.
  void subtract(long y, long x, long n, double a, double b);

  /// The logarithm of a sum, nearly always rounded as the exact one.
  double log(double sum);

  /// `y[i] = log(x[i])`, for `x[i]` at least 1 (or NaN).
  void log(long y, long x, long n);

  /// `y[i] = exp((x[i] - a) - b) * factor`, for `a + b` no less than any element.
  void scaledExp(long y, long x, long n, double a, double b, double factor);

  /// `y[i] = x[i] * (g[i] - centre)`.
  void timesCentred(long y, long x, long g, long n, double centre);

  /// `y[i] = g[i] - exp(x[i]) * factor`, for `x[i]` at most 0.
  void minusExp(long y, long x, long g, long n, double factor);

  // ---- rows and panels to a row

  /// `y[i] = exp(x[i] - m[i])`, for `x[i]` at most `m[i]`.
  void expOfDifference(long y, long x, long m, long n);

  /// `y[i] = a[i] + b[i]`.
  void plus(long y, long a, long b, long n);

  /// `y[i] = a[i] - b[i]`.
  void minus(long y, long a, long b, long n);

  /// `y[i] = a[i] * b[i]`.
  void times(long y, long a, long b, long n);

  /// `y[i] = a[i] / b[i]`.
  void over(long y, long a, long b, long n);

  /// `y[i] = x[i] * (g[i] - centre[i])`.
  void timesDifference(long y, long x, long g, long centre, long n);

  /// `y[i] = g[i] - exp(x[i]) * factor[i]`, for `x[i]` at most 0.
  void minusExpTimes(long y, long x, long g, long factor, long n);

  /// `y[i] += a[i] * b[i]`.
  void addProducts(long y, long a, long b, long n);

  // ---- many rows into a panel

  /// `panel[i] += sum x[r, i]`.
  void addRows(long panel, long x, long rows, long stride, long n);

  /// `panel[i] += sum |x[r, i]|`.
  void addAbsRows(long panel, long x, long rows, long stride, long n);

  /// `panel[i] += sum (x[r, i] - centre[i])^2`.
  void addSquaresRows(long panel, long x, long centre, long rows, long stride, long n);

  /// `panel[i] += sum exp(x[r, i] - shift[i])`, for `shift` no less than any element of its column.
  void addExpRows(long panel, long x, long shift, long rows, long stride, long n);

  /// `panel[i] *= product x[r, i]`.
  void multiplyRows(long panel, long x, long rows, long stride, long n);

  /// `panel[i] = max(panel[i], x[r, i])`, NaN if there is one.
  void maxRows(long panel, long x, long rows, long stride, long n);

  /// `panel[i] = min(panel[i], x[r, i])`, NaN if there is one.
  void minRows(long panel, long x, long rows, long stride, long n);

  /// `panel[i]` = the first `r` with `x[r, i] == value[i]`, or NaN where that is NaN; unchanged where there is none.
  /// This panel holds integers as wide as the dtype.
  void firstRow(long panel, long x, long value, long rows, long stride, long n);
}
