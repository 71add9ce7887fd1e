package jtorch.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows on paper, with what they come to.
final class Table {
  private static final double[] MEAN_LIMITS = {0, 0.75, 0.9};
  private static final String[] SIDES = {"", "as it comes", "keeping its pages"};

  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();
  private final int sides;

  /// @param sides how many sides are measured: 1 or 3
  Table(PrintStream out, int sides) {
    this.out = out;
    this.sides = sides;
  }

  List<Row> rows() {
    return rows;
  }

  void head() {
    var line = new StringBuilder("%-11s %7s  %19s".formatted("median", "threads", "JTorch"));
    if (sides > 1) line.append("  %19s %6s   %19s %6s".formatted("PyTorch", "ratio", "keeping its pages", "ratio"));
    out.println(line);
  }

  void add(Row row) {
    rows.add(row);
    var line = new StringBuilder("%-11s %7d".formatted(row.benchmark().name(), row.threads()));
    if (row.failure() != null) line.append("  ").append(row.failure());
    for (int i = 0; i < row.sides().size(); i++) {
      line.append("  %19s".formatted(cell(row.sides().get(i))));
      if (i > 0) line.append(" %6.2f%s".formatted(row.ratio(i), row.isOverLimit(i) ? "!" : " "));
    }
    out.println(line.toString().stripTrailing());
  }

  /// The median, and how far below and above it the least and the greatest sample lie.
  private static String cell(Sampling times) {
    double median = times.median();
    return "%s %4s %5s".formatted(time(median), "-" + percent(median - times.least(), median),
        "+" + percent(times.greatest() - median, median) + "%");
  }

  private static String percent(double part, double whole) {
    return Long.toString(Math.min(999, Math.round(100 * part / whole)));
  }

  static String time(double nanos) {
    String[] units = {"ns", "µs", "ms", "s"};
    int unit = 0;
    double value = nanos;
    while (value >= 999.5 && unit < 3) {
      value /= 1000;
      unit++;
    }
    return (value < 9.995 ? "%.2f %s" : value < 99.95 ? "%.1f %s" : "%.0f %s").formatted(value, units[unit]);
  }

  void foot() {
    for (int side = 1; side < sides; side++) {
      double mean = geometricMean(side);
      if (Double.isNaN(mean)) continue;
      Row worst = worst(side);
      out.printf("%nPyTorch %s: geometric mean %.2f (at most %.2f), worst %.2f at %s%n", SIDES[side], mean,
          MEAN_LIMITS[side], worst.ratio(side), worst.title());
      int column = side;
      for (Row row : rows.stream().filter(row -> row.isOverLimit(column)).toList())
        out.printf("  over the limit: %s, %.2f instead of %.2f%n", row.title(), row.ratio(side), row.limit(side));
    }
    for (Row row : rows) {
      if (row.failure() != null) out.printf("  failed: %s%n", row.title());
    }
  }

  private List<Row> counted(int side) {
    return rows.stream().filter(row -> row.benchmark().kind() == Benchmark.Kind.WORK && !Double.isNaN(row.ratio(side)))
        .toList();
  }

  private double geometricMean(int side) {
    return Math.exp(counted(side).stream().mapToDouble(row -> Math.log(row.ratio(side))).average().orElse(Double.NaN));
  }

  private Row worst(int side) {
    return counted(side).stream().max(Comparator.comparingDouble(row -> row.ratio(side))).orElseThrow();
  }

  Map<String, @Nullable Object> summary() {
    var json = new LinkedHashMap<String, @Nullable Object>();
    for (int side = 1; side < sides; side++) {
      double mean = geometricMean(side);
      if (Double.isNaN(mean)) continue;
      String end = side == 1 ? "" : "_keeping_pages";
      json.put("geometric_mean" + end, Sampling.rounded(mean));
      json.put("worst" + end, Sampling.rounded(worst(side).ratio(side)));
    }
    return json;
  }
}
