package jtorch.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.bench.Benchmark.Group;
import org.jspecify.annotations.Nullable;

/// The rows on paper, with what they come to.
final class Table {
  private static final String[] SIDES = {"", "as it comes", "keeping its pages"};

  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();
  private final int sides;
  /// How wide the first column is.
  private final int width;

  /// @param sides how many sides are measured: 1 or 3
  /// @param benchmarks what will be in the table
  Table(PrintStream out, int sides, List<Benchmark> benchmarks) {
    this.out = out;
    this.sides = sides;
    this.width = benchmarks.stream().mapToInt(b -> b.name().length()).reduce(11, Math::max);
  }

  List<Row> rows() {
    return rows;
  }

  void head() {
    var line = new StringBuilder("%s %7s  %19s".formatted(padded("median"), "threads", "JTorch"));
    if (sides > 1) line.append("  %19s %6s   %19s %6s".formatted("PyTorch", "ratio", "keeping its pages", "ratio"));
    out.println(line);
  }

  void add(Row row) {
    rows.add(row);
    var line = new StringBuilder("%s %7d".formatted(padded(row.benchmark().name()), row.threads()));
    if (row.failure() != null) line.append("  ").append(row.failure());
    for (int i = 0; i < row.sides().size(); i++) {
      line.append("  %19s".formatted(cell(row.sides().get(i))));
      if (i > 0) line.append(" %6.2f%s".formatted(row.ratio(i), row.isOverLimit(i) ? "!" : " "));
    }
    out.println(line.toString().stripTrailing());
  }

  private String padded(String text) {
    return text + " ".repeat(Math.max(0, width - text.length()));
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
    for (Group group : groups()) {
      for (int side = 1; side < sides; side++) foot(group, side);
    }
    for (Row row : rows) {
      if (row.failure() != null) out.printf("  failed: %s%n", row.title());
    }
  }

  private void foot(Group group, int side) {
    List<Row> counted = counted(group, side);
    if (counted.isEmpty()) return;
    Row worst = worst(counted, side);
    out.printf("%n%s, PyTorch %s: geometric mean %.2f%s, worst %.2f at %s%n", group, SIDES[side],
        geometricMean(counted, side), limit(group.meanLimit(side)), worst.ratio(side), worst.title());
    List<Row> over = rows.stream().filter(row -> row.group() == group && row.isOverLimit(side)).toList();
    if (group.exceptions() > 0 && !over.isEmpty())
      out.printf("  over the limit: %d of the group (at most %d may be)%n",
          over.stream().map(Row::benchmark).distinct().count(), group.exceptions());
    for (Row row : over)
      out.printf("  over the limit: %s, %.2f instead of %.2f%n", row.title(), row.ratio(side), row.limit(side));
  }

  private static String limit(double limit) {
    return Double.isInfinite(limit) ? "" : " (at most %.2f)".formatted(limit);
  }

  private List<Group> groups() {
    return rows.stream().map(Row::group).distinct().toList();
  }

  private List<Row> counted(Group group, int side) {
    return rows.stream()
        .filter(row -> row.group() == group && row.benchmark().kind().isWork() && !Double.isNaN(row.ratio(side)))
        .toList();
  }

  private static double geometricMean(List<Row> counted, int side) {
    return Math.exp(counted.stream().mapToDouble(row -> Math.log(row.ratio(side))).average().orElseThrow());
  }

  private static Row worst(List<Row> counted, int side) {
    return counted.stream().max(Comparator.comparingDouble(row -> row.ratio(side))).orElseThrow();
  }

  /// By group, what its rows come to.
  Map<String, @Nullable Object> summary() {
    var groups = new LinkedHashMap<String, @Nullable Object>();
    for (Group group : groups()) {
      var json = new LinkedHashMap<String, @Nullable Object>();
      for (int side = 1; side < sides; side++) {
        List<Row> counted = counted(group, side);
        if (counted.isEmpty()) continue;
        String end = side == 1 ? "" : "_keeping_pages";
        json.put("geometric_mean" + end, Sampling.rounded(geometricMean(counted, side)));
        json.put("worst" + end, Sampling.rounded(worst(counted, side).ratio(side)));
      }
      groups.put(group.toString(), json);
    }
    return groups;
  }
}
