package jtorch.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import jtorch.op.Operators;
import org.jspecify.annotations.Nullable;

/// How much of PyTorch's public surface is there: the rows of the inventory's `ops.tsv`, looked up by reflection in the
/// facades ([PublicNames] has the rules for names) and in the registry of operators.
public final class Coverage {
  /// A row of the inventory.
  ///
  /// @param name as in Python: `torch.linalg.norm`
  /// @param tier 1 (every script) to 3 (rare)
  /// @param kind function, method, property or class
  /// @param category tensor-op or utility
  /// @param status documented, undocumented, deprecated, internal or vendor
  /// @param schemas ATen's operators behind it
  public record Row(String name, int tier, String kind, String category, String status, List<String> schemas) {}

  /// What was found out about a row.
  ///
  /// @param place where it is or should be
  /// @param there whether it is
  /// @param leftOut why it does not count, or null
  public record Finding(Row row, String place, boolean there, @Nullable String leftOut) {}

  /// Names that mean nothing in Java, and why.
  private record Reason(Pattern names, String text) {
    static Reason of(String text, String names) {
      return new Reason(Pattern.compile(names), text);
    }
  }

  private static final List<Reason> REASONS = List.of( //
      Reason.of("Python's protocols between objects (pickle, NumPy, subclasses)",
          "torch\\.Tensor\\.(__(array|array_wrap|reduce|reduce_ex|setstate|delitem|torch_function|torch_dispatch)__"
              + "|as_subclass|numpy|share_memory_|is_shared|new)|torch\\.from_numpy"),
      Reason.of("DLPack: Python's capsules between libraries of one process",
          "torch\\.(Tensor\\.__dlpack(_device)?__|from_dlpack|to_dlpack)"),
      Reason.of("Java's language: instanceof, getClass, long[]",
          "torch\\.(is_tensor|is_storage|typename|Size|classproperty)"),
      Reason.of("TorchScript's and libtorch's own bindings to Python",
          "torch\\.(parse_ir|parse_schema|parse_type_comment|import_ir_module(_from_buffer)?|unify_type_list"
              + "|merge_type_from_type_comment|fork|wait|compiled_with_cxx11_abi|init_num_threads"
              + "|thread_safe_generator|get_device_module|Tensor\\.storage_type)"),
      Reason.of("streams and events of GPUs, which come with their backend",
          "torch\\.(Event|Stream|Tensor\\.record_stream)"),
      Reason.of("left over from older forms of PyTorch: names of tensors, volatile, resize",
          "torch\\.Tensor\\.(name|volatile|resize|reinforce)"),
      Reason.of("symbolic numbers of PyTorch's exporter",
          "torch\\.(sym_\\w+)"),
      Reason.of("tests of devices and kernels that are no part of JTorch",
          "torch\\.Tensor\\.(is_(ipu|maia|mtia|xla|mps|xpu|vulkan|mkldnn)|ipu|mtia|xpu|to_mkldnn)"
              + "|torch\\.\\w*autocast_(ipu|xla)\\w*|torch\\.is_vulkan_available"));

  private final List<Finding> findings;

  private Coverage(List<Finding> findings) {
    this.findings = findings;
  }

  /// Looks up all rows of a table.
  ///
  /// @throws IOException if the table cannot be read
  /// @throws IllegalArgumentException if it lacks a column
  public static Coverage of(Path table) throws IOException {
    var findings = new ArrayList<Finding>();
    for (Row row : read(table)) {
      List<PublicNames.Place> places = PublicNames.places(row.name(), row.kind().equals("class"));
      findings.add(
          new Finding(row, places.getLast().toString(), PublicNames.exists(places), reason(row)));
    }
    return new Coverage(findings);
  }

  private static @Nullable String reason(Row row) {
    if (row.status().equals("vendor") || row.status().equals("internal"))
      return "the table calls it " + row.status();
    return REASONS.stream().filter(r -> r.names().matcher(row.name()).matches()).map(Reason::text).findFirst()
        .orElse(null);
  }

  private static List<Row> read(Path table) throws IOException {
    List<String> lines = Files.readAllLines(table);
    if (lines.isEmpty()) throw new IllegalArgumentException(table + " is empty");
    List<String> heading = List.of(lines.getFirst().split("\t", -1));
    int name = column(table, heading, "name");
    int tier = column(table, heading, "tier");
    int kind = column(table, heading, "kind");
    int category = column(table, heading, "category");
    int status = column(table, heading, "status");
    int schemas = column(table, heading, "aten_schemas");
    var rows = new ArrayList<Row>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.isBlank()) continue;
      String[] cells = line.split("\t", -1);
      if (cells.length != heading.size()) throw new IllegalArgumentException(
          table + ": " + cells.length + " cells where the heading has " + heading.size() + ": " + line);
      rows.add(new Row(cells[name], Integer.parseInt(cells[tier]), cells[kind], cells[category], cells[status],
          cells[schemas].isEmpty() ? List.of() : Arrays.asList(cells[schemas].split(","))));
    }
    return rows;
  }

  private static int column(Path table, List<String> heading, String name) {
    int column = heading.indexOf(name);
    if (column < 0) throw new IllegalArgumentException(table + " has no column '" + name + "'");
    return column;
  }

  public List<Finding> findings() {
    return findings;
  }

  /// The rows of a tier that count and are not there.
  public List<Finding> missing(int tier) {
    return findings.stream().filter(f -> f.row().tier() == tier && f.leftOut() == null && !f.there()).toList();
  }

  /// How many rows of a tier count.
  public int total(int tier) {
    return (int) findings.stream().filter(f -> f.row().tier() == tier && f.leftOut() == null).count();
  }

  /// The ATen operators behind the rows of a tier that count, without the forms that write into `out=`.
  private Set<String> schemas(int tier) {
    var all = new LinkedHashSet<String>();
    for (Finding f : findings) {
      if (f.row().tier() != tier || f.leftOut() != null) continue;
      for (String schema : f.row().schemas()) {
        String overload = schema.substring(schema.indexOf('.') + 1);
        if (!schema.startsWith("aten::")) continue;
        boolean out = schema.contains(".")
            && (overload.endsWith("out") || overload.startsWith("out_") || overload.contains("_out_")
                || Set.of("grad_input", "values", "dim_values", "dim_min", "dim_max", "U", "X", "L", "Q", "e", "a")
                    .contains(overload));
        if (!out) all.add(schema);
      }
    }
    return all;
  }

  /// A table by tier; then, if wanted, what is missing.
  public void print(PrintStream out, boolean missing) {
    out.printf("%-6s %8s %8s %8s   %s%n", "tier", "covered", "total", "percent", "operators behind them registered");
    for (int tier : tiers()) {
      int total = total(tier);
      int covered = total - missing(tier).size();
      Set<String> schemas = schemas(tier);
      long registered = schemas.stream().filter(s -> Operators.find(s) != null).count();
      out.printf("%-6d %8d %8d %7.1f%%   %d of %d%n", tier, covered, total, percent(covered, total), registered,
          schemas.size());
    }
    Map<String, Integer> reasons = new LinkedHashMap<>();
    for (Finding f : findings) {
      if (f.leftOut() != null) reasons.merge(f.leftOut(), 1, Integer::sum);
    }
    reasons.forEach((reason, count) -> out.printf("left out: %d, %s%n", count, reason));
    if (!missing) return;
    for (int tier : tiers()) {
      Map<String, List<String>> byType = new TreeMap<>();
      for (Finding f : missing(tier)) {
        int dot = f.row().name().lastIndexOf('.');
        byType.computeIfAbsent(f.row().name().substring(0, dot), _ -> new ArrayList<>())
            .add(f.row().name().substring(dot + 1));
      }
      byType.forEach((module, names) -> out.printf("%nmissing in tier %d, %s (%d): %s%n", tier, module, names.size(),
          String.join(" ", names)));
      var unregistered = new TreeSet<String>();
      for (String schema : schemas(tier)) {
        if (Operators.find(schema) == null) unregistered.add(schema.replaceFirst("^aten::", ""));
      }
      if (!unregistered.isEmpty()) out.printf("%noperators not registered, tier %d (%d): %s%n", tier,
          unregistered.size(), String.join(" ", unregistered));
    }
  }

  private List<Integer> tiers() {
    return findings.stream().map(f -> f.row().tier()).distinct().sorted().toList();
  }

  private static double percent(int part, int whole) {
    return whole == 0 ? 100 : 100.0 * part / whole;
  }
}
