package jtorch.testing;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jtorch.testing.Outcome.Result;

/// The outcomes of a run, and how they are shown.
public final class Report {
  /// How many failures `--verbose` shows.
  private static final int SHOWN = 40;

  private final List<Outcome> outcomes = new ArrayList<>();

  void add(Outcome outcome) {
    outcomes.add(outcome);
  }

  public List<Outcome> outcomes() {
    return outcomes;
  }

  public int count(Result result) {
    return (int) outcomes.stream().filter(o -> o.result() == result).count();
  }

  public int passed() {
    return count(Result.PASSED);
  }

  public int failed() {
    return count(Result.FAILED);
  }

  public int skipped() {
    return count(Result.SKIPPED);
  }

  /// The failures with their messages: the first of each name first, so that one broken operator hides no other.
  void printFailures(PrintStream out) {
    var byName = new LinkedHashMap<String, List<Outcome>>();
    for (Outcome o : outcomes) {
      if (o.result() == Result.FAILED) byName.computeIfAbsent(o.name(), _ -> new ArrayList<>()).add(o);
    }
    int shown = 0;
    for (int round = 0; shown < Math.min(SHOWN, failed()); round++) {
      for (List<Outcome> failures : byName.values()) {
        if (round >= failures.size() || shown == SHOWN) continue;
        Outcome o = failures.get(round);
        out.println(
            "FAILED " + o.id() + "  " + o.name() + "\n    " + String.valueOf(o.message()).replace("\n", "\n    "));
        shown++;
      }
    }
    if (failed() > shown) out.println("... and " + (failed() - shown) + " failures more");
  }

  /// A line a name: how many passed, failed, and were not there.
  void printByName(PrintStream out, String heading) {
    Map<String, int[]> counts = new TreeMap<>();
    for (Outcome o : outcomes) counts.computeIfAbsent(o.name(), _ -> new int[3])[o.result().ordinal()]++;
    int width = counts.keySet().stream().mapToInt(String::length).max().orElse(0);
    width = Math.max(width, heading.length());
    out.printf("%-" + width + "s %8s %8s %10s%n", heading, "passed", "failed", "not there");
    for (var name : counts.entrySet()) {
      int[] n = name.getValue();
      out.printf("%-" + width + "s %8d %8d %10d%n", name.getKey(), n[0], n[1], n[2]);
    }
  }

  /// `N passed, M failed, K skipped`.
  public String summary() {
    return passed() + " passed, " + failed() + " failed, " + skipped() + " skipped";
  }

  /// What the commands print: failures if asked for, the table if asked for, and last the summary.
  public void print(PrintStream out, String heading, boolean byName, boolean verbose) {
    if (verbose) printFailures(out);
    if (byName) printByName(out, heading);
    out.println(summary());
  }
}
