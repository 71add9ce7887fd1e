package jtorch.cpu;

import static jtorch.Torch.ELLIPSIS;
import static jtorch.Torch.NEW_AXIS;
import static jtorch.Torch.all;
import static jtorch.Torch.arange;
import static jtorch.Torch.slice;
import static jtorch.Torch.tensor;
import static jtorch.Torch.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Index;
import jtorch.ShapeException;
import jtorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `x[...]` against what the real PyTorch answers (`indexing.py` wrote the cases), and the Java way to write it.
class IndexExpressionTest {
  static Stream<String> cases() throws IOException {
    try (var in = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(IndexExpressionTest.class.getResourceAsStream("indexing.txt")),
        StandardCharsets.UTF_8))) {
      return in.lines().toList().stream();
    }
  }

  private static long[] numbers(String text) {
    return text.isBlank() ? new long[0] : Arrays.stream(text.strip().split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static Object[] parts(String text) {
    List<Object> parts = new ArrayList<>();
    for (String part : text.strip().split(", ")) {
      if (part.startsWith("T[") || part.startsWith("M[")) {
        long[] shape = numbers(part.substring(2, part.indexOf(']')));
        Tensor t = tensor(numbers(part.substring(part.indexOf('(') + 1, part.length() - 1))).reshape(shape);
        parts.add(part.startsWith("M") ? t.to(DType.BOOL) : t);
      } else {
        parts.addAll(Index.parse(part));
      }
    }
    return parts.toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPytorch(String line) {
    String[] fields = line.split(" \\| ?", -1);
    long[] shape = numbers(fields[0]);
    Object[] parts = parts(fields[1]);
    Tensor x = arange(Arrays.stream(shape).reduce(1, (a, b) -> a * b)).reshape(shape);
    if (fields[2].startsWith("!")) {
      assertThatThrownBy(() -> x.get(parts)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> x.set(-1, parts)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(x.toLongArray()).isEqualTo(LongStream.range(0, x.numel()).toArray());
      return;
    }
    Tensor y = x.get(parts);
    assertThat(y.shape()).isEqualTo(numbers(fields[2]));
    assertThat(y.toLongArray()).isEqualTo(numbers(fields[3]));
    long[] values = y.toLongArray();
    boolean distinct = Arrays.stream(values).distinct().count() == values.length;
    Tensor after = x.clone();
    after.set(distinct ? arange(y.numel()).neg().sub(1).reshape(y.sizes()) : -1, parts);
    assertThat(after.toLongArray()).isEqualTo(numbers(fields[4]));
    Tensor leaf = x.to(DType.FLOAT64).requiresGrad(true);
    Tensor weights = arange(y.numel()).add(1).to(DType.FLOAT64).reshape(y.sizes());
    leaf.get(parts).mul(weights).sum().backward();
    assertThat(Objects.requireNonNull(leaf.grad()).toLongArray()).isEqualTo(numbers(fields[5]));
  }

  @Test
  void javaHasPartsForEverything() {
    Tensor x = arange(24).reshape(2, 3, 4);
    assertThat(x.get(0, slice(1, 3), ELLIPSIS).toLongArray()).containsExactly(4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(x.get(all(), -1, slice(null, null, 2)).toLongArray()).containsExactly(8, 10, 20, 22);
    assertThat(x.get(1, slice(null, 1), slice(2, null)).toLongArray()).containsExactly(14, 15);
    assertThat(x.get(NEW_AXIS, 0).shape()).containsExactly(1, 3, 4);
    assertThat(x.get(ELLIPSIS, tensor(0L, 3L)).shape()).containsExactly(2, 3, 2);
    assertThat(x.get(new int[] {1, 0}, 0, 0).toLongArray()).containsExactly(12, 0);
    assertThat(x.get(x.gt(21)).toLongArray()).containsExactly(22, 23);
    assertThat(x.at("..., 1:3, ::2").toLongArray())
        .isEqualTo(x.get(ELLIPSIS, slice(1, 3), slice(null, null, 2)).toLongArray());
    assertThat(x.at("1,").shape()).containsExactly(3, 4);
  }

  @Test
  void slicesAreViewsAndTensorsCopy() {
    Tensor x = zeros(3, 4);
    x.get(1).fill_(2);
    x.get(new long[] {0}).fill_(7);
    assertThat(x.sum().itemDouble()).isEqualTo(8);
  }

  @Test
  void writesNumbersAndTensors() {
    Tensor x = zeros(2, 3);
    x.set(1.5, 0, slice(1, 3));
    x.setAt("1, ::2", tensor(3f, 4f));
    x.set(9, new boolean[] {true, false}, 0);
    assertThat(x.toFloatArray()).containsExactly(9, 1.5f, 1.5f, 3, 0, 4);
    // Leading dimensions of size 1 do not matter.
    x.set(tensor(1f, 2f, 3f).reshape(1, 1, 3), 0);
    assertThat(x.get(0).toFloatArray()).containsExactly(1, 2, 3);
  }

  @Test
  void writingIsSeenByTheGraph() {
    Tensor x = tensor(1.0, 2.0, 3.0, 4.0).requiresGrad(true);
    Tensor v = tensor(5.0, 6.0).requiresGrad(true);
    Tensor y = x.mul(2);
    y.set(v.mul(3), slice(1, 3));
    y.mul(tensor(1.0, 10.0, 100.0, 1000.0)).sum().backward();
    assertThat(Objects.requireNonNull(x.grad()).toDoubleArray()).containsExactly(2, 0, 0, 2000);
    assertThat(Objects.requireNonNull(v.grad()).toDoubleArray()).containsExactly(30, 300);
  }

  @Test
  void writingByTensorsIntoAViewIsSeenByTheGraph() {
    Tensor x = tensor(1.0, 2.0, 3.0, 4.0, 5.0, 6.0).requiresGrad(true);
    Tensor v = tensor(5.0, 6.0).requiresGrad(true);
    Tensor y = x.mul(2).view(2, 3);
    y.set(v, 1, new long[] {2, 0});
    y.sum().backward();
    assertThat(Objects.requireNonNull(x.grad()).toDoubleArray()).containsExactly(2, 2, 2, 0, 2, 0);
    assertThat(Objects.requireNonNull(v.grad()).toDoubleArray()).containsExactly(1, 1);
  }

  @Test
  void aWrittenTensorCannotBeReadBackward() {
    Tensor x = tensor(1.0, 2.0).requiresGrad(true);
    Tensor y = x.mul(2);
    Tensor z = y.mul(y);
    y.set(0, 0);
    assertThatThrownBy(() -> z.sum().backward()).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("modified by an inplace operation");
  }

  @Test
  void errorsSayWhatIsWrong() {
    Tensor x = zeros(2, 3);
    assertThatThrownBy(() -> x.get(0, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("too many indices for tensor of dimension 2");
    assertThatThrownBy(() -> x.get(5)).hasMessageContaining("index 5 is out of bounds for dimension 0 with size 2");
    assertThatThrownBy(() -> x.get(0, tensor(0L, 4L)))
        .hasMessageContaining("index 4 is out of bounds for dimension 0 with size 3");
    assertThatThrownBy(() -> x.get(1.5)).hasMessageContaining("valid indices (got Double)");
    assertThatThrownBy(() -> x.get(tensor(1f))).hasMessageContaining("must be long, int, byte or bool tensors");
    assertThatThrownBy(() -> x.get(new boolean[] {true, false, true}))
        .hasMessageContaining(
            "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [2, 3]");
    assertThatThrownBy(() -> x.get(tensor(0L, 1L), tensor(0L, 1L, 2L)))
        .hasMessageContaining("could not be broadcast together with shapes [2], [3]");
    assertThatThrownBy(() -> x.get(slice(0, 2, -1))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step must be greater than zero");
    assertThatThrownBy(() -> x.set(tensor(1f, 2f), 0)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> x.at("0, a")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at column 3 of '0, a', found 'a'");
    assertThatThrownBy(() -> x.at("1:2:3:4")).hasMessageContaining("found '1:2:3:4'");
    assertThatThrownBy(() -> x.at("0,,1")).hasMessageContaining("at column 3");
  }
}
