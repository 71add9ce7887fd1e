package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import jtorch.DeviceProperties;
import jtorch.spi.Iteration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many threads draw, on devices of several sizes.
class DrawPolicyTest {
  private static DeviceProperties device(int processors, int threads) {
    return new DeviceProperties("test", 9, 0, 1L << 30, processors, threads, 48 << 10, 1 << 20);
  }

  /// Up to so many elements each has a thread; one more, and threads draw for several. The capacities are those that
  /// PyTorch's issues 194676 (T4, L4) and pull request 176584 (RTX 4090 D, H20) measured; the others are of the properties.
  @ParameterizedTest
  @CsvSource({"40, 1024, 40960", "58, 1536, 89088", "114, 1536, 175104", "78, 2048, 159744", "108, 2048, 221184",
    "132, 2048, 270336", "142, 1536, 218112"})
  void capacities(int processors, int threads, long capacity) {
    assertThat(DrawPolicy.of(capacity, 4, device(processors, threads)).blocks()).isEqualTo(capacity / 256);
    assertThat(DrawPolicy.of(capacity + 1, 4, device(processors, threads)).blocks()).isEqualTo(capacity / 256);
    assertThat(DrawPolicy.of(capacity - 256, 4, device(processors, threads)).blocks()).isEqualTo(capacity / 256 - 1);
    assertThat(DrawPolicy.of(4 * capacity, 4, device(processors, threads)).increment()).isEqualTo(4);
    assertThat(DrawPolicy.of(4 * capacity + 1, 4, device(processors, threads)).increment()).isEqualTo(8);
    assertThat(DrawPolicy.of(2 * capacity + 1, 2, device(processors, threads)).increment()).isEqualTo(8);
  }

  @Test
  void oneElement() {
    assertThat(DrawPolicy.of(1, 4, device(132, 2048))).isEqualTo(new DrawPolicy(1, 4));
  }

  @ParameterizedTest
  @CsvSource({"true, 512, 4, 1024, 4", "true, 512, 2, 1024, 8", "true, 512, 8, 1024, 2", "true, 512, 4, 1022, 2",
    "true, 512, 4, 1021, 1", "true, 516, 4, 1024, 1", "true, 520, 4, 1024, 2", "true, 514, 2, 1024, 1",
    "true, 520, 2, 1024, 4", "false, 512, 4, 1024, 1"})
  void widthOfDropout(boolean dense, long address, int size, long elements, int expected) {
    assertThat(DrawPolicy.vector(dense, address, size, elements)).isEqualTo(expected);
  }

  @Test
  void whatIsLargeIsHalved() {
    long n = (1L << 30) + 7;
    var pieces = DrawPolicy.pieces(Iteration.flat(n, new long[] {64}, new long[] {4}));
    assertThat(pieces).extracting(Iteration::count)
        .containsExactly(n / 4, n / 2 - n / 4, (n - n / 2) / 2, (n - n / 2) - (n - n / 2) / 2);
    long at = 64;
    for (Iteration piece : pieces) {
      assertThat(piece.address(0)).isEqualTo(at);
      at += 4 * piece.count();
    }
    assertThat(DrawPolicy.pieces(Iteration.flat(1000, new long[] {64}, new long[] {4}))).hasSize(1);
  }
}
