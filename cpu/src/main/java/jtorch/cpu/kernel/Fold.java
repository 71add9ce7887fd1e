package jtorch.cpu.kernel;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// What a reduction does with the elements: maps each to a number and joins the numbers, in any grouping.
///
/// A centre is a number (a panel of them) that some folds take from each element first; it is 0 where a fold needs
/// none.
///
/// @param neutral the result of nothing
/// @param join joins two results
/// @param row folds a row
/// @param rows folds rows into a panel
/// @param joinRows joins rows of results into a panel
record Fold(double neutral, DoubleBinaryOperator join, Row row, Panel rows, Panel joinRows) {
  interface Row {
    double of(Rows rows, long x, long n, double centre);

    /// Folds neighbouring rows, to neighbouring elements.
    ///
    /// @param centre the address of a centre for each, or 0 where they are 0
    default void each(Rows rows, long x, long n, long centre, long out, long count) {
      for (long r = 0; r < count; r++)
        rows.put(out, r, of(rows, x + r * n * rows.bytes(), n, centre == 0 ? 0 : rows.get(centre, r)));
    }
  }

  /// Folds that have a loop of their own over neighbouring rows, and no centre.
  private record Together(Row one, Each all) implements Row {
    interface Each {
      void of(Rows rows, long x, long n, long out, long count);
    }

    @Override
    public double of(Rows rows, long x, long n, double centre) {
      return one.of(rows, x, n, centre);
    }

    @Override
    public void each(Rows rows, long x, long n, long centre, long out, long count) {
      all.of(rows, x, n, out, count);
    }
  }

  interface Panel {
    void into(Rows rows, long panel, long x, long centre, long count, long stride, long n);
  }

  /// A loop over rows that knows no centre.
  interface Plain {
    void into(Rows rows, long panel, long x, long count, long stride, long n);
  }

  static final Fold SUM =
      of(0, Double::sum, new Together((rows, x, n, c) -> rows.cascadeSum(x, n), Rows::cascadeSums), Rows::addRows);
  static final Fold PRODUCT = of(1, (a, b) -> a * b, (rows, x, n, c) -> rows.product(x, n), Rows::multiplyRows);
  static final Fold MAX = of(Double.NEGATIVE_INFINITY, Math::max, (rows, x, n, c) -> rows.max(x, n), Rows::maxRows);
  static final Fold MIN = of(Double.POSITIVE_INFINITY, Math::min, (rows, x, n, c) -> rows.min(x, n), Rows::minRows);

  /// `sum |x|`.
  static final Fold SUM_ABS =
      SUM.mapped(
          (rows, x, n, c) -> rows.sumAbs(x, n),
          (rows, panel, x, c, count, stride, n) -> rows.addAbsRows(panel, x, count, stride, n));

  /// `sum (x - centre)^2`.
  static final Fold SUM_SQUARES = SUM.mapped(Rows::sumSquaresInOrder, Rows::addSquaresRows);

  /// `sum exp(x - centre)`, for `centre` no less than any element.
  static final Fold SUM_EXP = SUM.mapped(Rows::sumExp, Rows::addExpRows);

  private static Fold of(double neutral, DoubleBinaryOperator join, Row row, Plain rows) {
    Panel panel = (r, p, x, c, count, stride, n) -> rows.into(r, p, x, count, stride, n);
    return new Fold(neutral, join, row, panel, panel);
  }

  /// The same join over mapped elements.
  private Fold mapped(Row row, Panel rows) {
    return new Fold(neutral, join, row, rows, joinRows);
  }

  /// The same join over any function of the elements, one by one: for the rare folds.
  Fold mapped(DoubleUnaryOperator map) {
    return mapped(
        (rows, x, n, c) -> {
          double result = neutral;
          for (long i = 0; i < n; i++) {
            result = join.applyAsDouble(result, map.applyAsDouble(rows.get(x, i)));
          }
          return result;
        },
        (rows, panel, x, c, count, stride, n) -> {
          for (long r = 0; r < count; r++) {
            for (long i = 0; i < n; i++) {
              double mapped = map.applyAsDouble(rows.get(x, r * stride + i));
              rows.put(panel, i, join.applyAsDouble(rows.get(panel, i), mapped));
            }
          }
        });
  }
}
