package jtorch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private static Row row(String name, int threads, double... micros) {
    var sides = java.util.Arrays.stream(micros).mapToObj(m -> new Sampling(1, List.of(m * 1000, m * 900, m * 1500)))
        .toList();
    return new Row(Benchmarks.named(List.of(name)).getFirst(), threads, sides);
  }

  private static String printed(int sides, Consumer<Table> use) {
    var bytes = new ByteArrayOutputStream();
    use.accept(new Table(new PrintStream(bytes, true, StandardCharsets.UTF_8), sides, List.of()));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsRatiosAndWhatIsTooSlow() {
    String text = printed(3, table -> {
      table.head();
      table.add(row("add16", 1, 10, 20, 40));
      table.add(row("linear", 1, 10, 20, 40));
      table.add(row("linear", 2, 12, 10, 10));
      table.foot();
    });
    assertThat(text.lines().map(String::stripTrailing)).containsExactly(
        "median      threads               JTorch              PyTorch  ratio     keeping its pages  ratio",
        "add16             1   10.0 µs  -10  +50%   20.0 µs  -10  +50%   0.50!   40.0 µs  -10  +50%   0.25",
        "linear            1   10.0 µs  -10  +50%   20.0 µs  -10  +50%   0.50    40.0 µs  -10  +50%   0.25",
        "linear            2   12.0 µs  -10  +50%   10.0 µs  -10  +50%   1.20!   10.0 µs  -10  +50%   1.20",
        "", "core, PyTorch as it comes: geometric mean 0.77 (at most 0.75), worst 1.20 at linear, 2 threads",
        "  over the limit: add16, 1 thread, 0.50 instead of 0.30",
        "  over the limit: linear, 2 threads, 1.20 instead of 1.10",
        "", "core, PyTorch keeping its pages: geometric mean 0.55 (at most 0.90), worst 1.20 at linear, 2 threads");
  }

  @Test
  void smallOperatorsDoNotCountInTheMean() {
    var table = new Table(System.out, 3, List.of());
    table.rows().add(row("add16", 1, 1, 100, 100));
    table.rows().add(row("softmax", 1, 50, 100, 200));
    assertThat(table.summary()).containsExactly(Map.entry("core",
        Map.of("geometric_mean", 0.5, "worst", 0.5, "geometric_mean_keeping_pages", 0.25, "worst_keeping_pages",
            0.25)));
  }

  @Test
  void groupsAreJudgedApart() {
    String text = printed(3, table -> {
      table.add(row("linear", 1, 5, 10, 10));
      table.add(row("cumprod", 1, 16, 10, 40));
      table.add(row("cumprod", 2, 10, 10, 10));
      table.foot();
    });
    assertThat(text.lines().skip(3)).containsExactly("",
        "core, PyTorch as it comes: geometric mean 0.50 (at most 0.75), worst 0.50 at linear, 1 thread", "",
        "core, PyTorch keeping its pages: geometric mean 0.50 (at most 0.90), worst 0.50 at linear, 1 thread", "",
        "operators, PyTorch as it comes: geometric mean 1.26 (at most 0.90), worst 1.60 at cumprod, 1 thread",
        "  over the limit: 1 of the group (at most 4 may be)",
        "  over the limit: cumprod, 1 thread, 1.60 instead of 1.50", "",
        "operators, PyTorch keeping its pages: geometric mean 0.63, worst 1.00 at cumprod, 2 threads");
  }

  @Test
  void showsTimesWithoutPyTorchAndFailures() {
    String text = printed(1, table -> {
      table.head();
      table.add(row("add16", 1, 0.0123));
      table.add(new Row(Benchmarks.named(List.of("mlp")).getFirst(), 2, new IllegalStateException("no memory")));
      table.foot();
    });
    assertThat(text.lines()).containsExactly("median      threads               JTorch",
        "add16             1   12.3 ns  -10  +50%", "mlp               2  no memory", "  failed: mlp, 2 threads");
  }

  @ParameterizedTest
  @CsvSource({"0.5,0.50 ns", "9.994,9.99 ns", "9.996,10.0 ns", "999.4,999 ns", "999.6,1.00 µs", "1234567,1.23 ms",
    "5e9,5.00 s", "5e12,5000 s"})
  void timesHaveThreeDigits(double nanos, String text) {
    assertThat(Table.time(nanos)).isEqualTo(text);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetween() {
    var times = new Sampling(3, List.of(4.0, 1.0, 2.0, 3.0));
    assertThat(times.median()).isEqualTo(2.5);
    assertThat(times.toJson()).containsEntry("min_ns", 1.0).containsEntry("max_ns", 4.0).containsEntry("samples", 4)
        .containsEntry("repetitions", 3L);
  }
}
