package jtorch.profiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import jtorch.profiler.Profiler.Event;
import org.jspecify.annotations.Nullable;

/// Events added up by name, and the table that `torch.profiler` prints of them. Times are in microseconds.
///
/// @param rows a name each, in the order in which it was first met
public record KeyAverages(List<Row> rows) {
  /// What the calls of one name took together.
  ///
  /// @param shapes the sizes of the calls' tensors, if those are told apart
  public record Row(String key, @Nullable List<List<Long>> shapes, long count, double cpuTimeTotal,
      double selfCpuTimeTotal, double deviceTimeTotal, double selfDeviceTimeTotal) {
    public double cpuTime() {
      return cpuTimeTotal / count;
    }

    public double deviceTime() {
      return deviceTimeTotal / count;
    }

    private Row plus(Event e) {
      return new Row(key, shapes, count + 1, cpuTimeTotal + e.duration() / 1e3,
          selfCpuTimeTotal + e.selfDuration() / 1e3, deviceTimeTotal + e.deviceDuration() / 1e3,
          selfDeviceTimeTotal + e.selfDeviceDuration() / 1e3);
    }
  }

  private static final Map<String, ToDoubleFunction<Row>> ORDERS = Map.ofEntries( //
      Map.entry("cpu_time", Row::cpuTime), //
      Map.entry("cpu_time_total", Row::cpuTimeTotal), //
      Map.entry("self_cpu_time_total", Row::selfCpuTimeTotal), //
      Map.entry("cuda_time", Row::deviceTime), //
      Map.entry("cuda_time_total", Row::deviceTimeTotal), //
      Map.entry("self_cuda_time_total", Row::selfDeviceTimeTotal), //
      Map.entry("device_time", Row::deviceTime), //
      Map.entry("device_time_total", Row::deviceTimeTotal), //
      Map.entry("self_device_time_total", Row::selfDeviceTimeTotal), //
      Map.entry("count", r -> r.count));

  private static final int WIDTH = 12;
  private static final int LONGEST_NAME = 55;

  static KeyAverages of(List<Event> events, boolean byShape) {
    record Key(String name, @Nullable List<List<Long>> shapes) {}
    var rows = new LinkedHashMap<Key, Row>();
    for (Event e : events) {
      var key = new Key(e.name(), byShape ? e.shapes() : null);
      rows.put(key, rows.getOrDefault(key, new Row(key.name, key.shapes, 0, 0, 0, 0, 0)).plus(e));
    }
    return new KeyAverages(List.copyOf(rows.values()));
  }

  public String table() {
    return table("cpu_time_total", 100);
  }

  /// The rows as a table with PyTorch's columns.
  ///
  /// @param sortBy PyTorch's name of a column: `self_cuda_time_total`, `cpu_time_total`, `count` and so on
  /// @param rowLimit at most so many rows; -1 for all
  /// @throws IllegalArgumentException if no column has that name
  public String table(String sortBy, int rowLimit) {
    ToDoubleFunction<Row> order = ORDERS.get(sortBy);
    if (order == null) throw new IllegalArgumentException(
        "table: no column is called '" + sortBy + "': expected one of " + ORDERS.keySet().stream().sorted().toList());
    if (rows.isEmpty()) return "";
    var sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingDouble(order).reversed());
    boolean device = rows.stream().anyMatch(r -> r.selfDeviceTimeTotal > 0);
    boolean shaped = rows.stream().anyMatch(r -> r.shapes != null);
    double cpu = rows.stream().mapToDouble(Row::selfCpuTimeTotal).sum();
    double gpu = rows.stream().mapToDouble(Row::selfDeviceTimeTotal).sum();
    var lines = new ArrayList<List<String>>();
    var head = new ArrayList<>(List.of("Name", "Self CPU %", "Self CPU", "CPU total %", "CPU total", "CPU time avg"));
    if (device) head.addAll(List.of("Self CUDA", "Self CUDA %", "CUDA total", "CUDA time avg"));
    head.add("# of Calls");
    if (shaped) head.add("Input Shapes");
    lines.add(head);
    for (Row r : sorted.subList(0, rowLimit < 0 ? sorted.size() : Math.min(rowLimit, sorted.size()))) {
      var line = new ArrayList<>(List.of(shortened(r.key), share(r.selfCpuTimeTotal, cpu), time(r.selfCpuTimeTotal),
          share(r.cpuTimeTotal, cpu), time(r.cpuTimeTotal), time(r.cpuTime())));
      if (device) line.addAll(List.of(time(r.selfDeviceTimeTotal), share(r.selfDeviceTimeTotal, gpu),
          time(r.deviceTimeTotal), time(r.deviceTime())));
      line.add(Long.toString(r.count));
      if (shaped) line.add(String.valueOf(r.shapes));
      lines.add(line);
    }
    return text(lines) + "Self CPU time total: " + time(cpu) + "\n"
        + (device ? "Self CUDA time total: " + time(gpu) + "\n" : "");
  }

  private static String shortened(String name) {
    return name.length() > LONGEST_NAME - 4 ? name.substring(0, LONGEST_NAME - 7) + "..." : name;
  }

  private static String share(double part, double whole) {
    return whole == 0 ? "0.00%" : String.format(Locale.ROOT, "%.2f%%", part / whole * 100);
  }

  private static String time(double microseconds) {
    return microseconds >= 1e6 ? String.format(Locale.ROOT, "%.3fs", microseconds / 1e6)
        : microseconds >= 1e3 ? String.format(Locale.ROOT, "%.3fms", microseconds / 1e3)
        : String.format(Locale.ROOT, "%.3fus", microseconds);
  }

  /// Columns to the right, with lines of dashes around the head and at the end.
  private static String text(List<List<String>> lines) {
    int columns = lines.getFirst().size();
    var widths = new int[columns];
    for (int i = 0; i < columns; i++) {
      int column = i;
      int longest = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
      widths[i] = i == 0 ? longest + 4 : Math.max(WIDTH, longest);
    }
    var text = new StringBuilder();
    var dashes = new ArrayList<String>();
    for (int width : widths) dashes.add("-".repeat(width));
    line(text, dashes, widths);
    for (int i = 0; i < lines.size(); i++) {
      line(text, lines.get(i), widths);
      if (i == 0) line(text, dashes, widths);
    }
    line(text, dashes, widths);
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++)
      text.append(" ".repeat(widths[i] - cells.get(i).length())).append(cells.get(i)).append("  ");
    text.append('\n');
  }

  @Override
  public String toString() {
    return table();
  }
}
