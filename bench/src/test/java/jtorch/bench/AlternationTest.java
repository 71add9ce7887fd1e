package jtorch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternationTest {
  private static final Benchmark BENCHMARK = Benchmarks.named(List.of("add16")).getFirst();
  private static final Duration SHORT = Duration.ofMillis(1);

  @Test
  void sidesTakeTurns() {
    var calls = new ArrayList<String>();
    var sides = List.of(new FakeSide("a", 1, 1_000_000, calls), new FakeSide("b", 1, 2_000_000, calls));
    List<Sampling> times = new Alternation(sides, SHORT).measure(BENCHMARK, 1);
    assertThat(times).extracting(Sampling::median).containsExactly(1e6, 2e6);
    assertThat(times).extracting(Sampling::repetitions).containsExactly(10L, 5L);
    int rounds = times.getFirst().nanos().size();
    assertThat(rounds).isGreaterThanOrEqualTo(7);
    List<String> last = calls.subList(calls.size() - 2 * rounds - 2, calls.size());
    for (int i = 0; i < 2 * rounds; i++) assertThat(last.get(i)).isEqualTo(i % 2 == 0 ? "a" : "b");
    assertThat(last.subList(2 * rounds, last.size())).containsExactly("a releases", "b releases");
  }

  @Test
  void sidesThatComputeDifferentThingsAreNotCompared() {
    var calls = new ArrayList<String>();
    var sides = List.of(new FakeSide("a", 1.002, 1000, calls), new FakeSide("b", 1, 1000, calls));
    assertThatThrownBy(() -> new Alternation(sides, SHORT).measure(BENCHMARK, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the results differ: their mean is 1.002 in a and 1.0 in b");
    assertThat(calls).containsExactly("a prepares", "b prepares", "a releases", "b releases");
  }

  @Test
  void aResultThatIsNoNumberEqualsNone() {
    var sides = List.of(new FakeSide("a", Double.NaN, 1000, new ArrayList<>()),
        new FakeSide("b", Double.NaN, 1000, new ArrayList<>()));
    assertThatThrownBy(() -> new Alternation(sides, SHORT).measure(BENCHMARK, 1)).hasMessageContaining("differ");
  }
}
