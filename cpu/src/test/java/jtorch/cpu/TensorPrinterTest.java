package jtorch.cpu;

import static jtorch.Torch.arange;
import static jtorch.Torch.tensor;
import static jtorch.Torch.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import jtorch.DType;
import jtorch.PrintOptions;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Printed tensors against what the real PyTorch prints (`printing.py` wrote the cases).
class TensorPrinterTest {
  @AfterEach
  void restore() {
    Torch.setPrintOptions(o -> PrintOptions.DEFAULT);
  }

  record Case(String head, String text) {
    @Override
    public String toString() {
      return head;
    }
  }

  static List<Case> cases() throws IOException {
    try (var in = Objects.requireNonNull(TensorPrinterTest.class.getResourceAsStream("printing.txt"))) {
      var cases = new ArrayList<Case>();
      for (String block : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^# ")) {
        if (block.isEmpty()) continue;
        int end = block.indexOf('\n');
        cases.add(new Case(block.substring(0, end), block.substring(end + 1).stripTrailing()));
      }
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void printsAsPytorch(Case c) {
    String[] fields = c.head().split(" \\| ?", -1);
    DType dtype = DType.of(fields[0]);
    long[] shape =
        fields[1].isEmpty() ? new long[0] : Arrays.stream(fields[1].split(" ")).mapToLong(Long::parseLong).toArray();
    String[] chosen = fields[3].strip().split(" ");
    Torch.setPrintOptions(o -> new PrintOptions(Integer.parseInt(chosen[0]), Long.parseLong(chosen[1]),
        Integer.parseInt(chosen[2]), Integer.parseInt(chosen[3]),
        chosen[4].equals("None") ? null : Boolean.valueOf(chosen[4])));
    Tensor t = values(dtype, fields[2].strip(), Arrays.stream(shape).reduce(1, (a, b) -> a * b)).reshape(shape);
    if (fields[4].equals("True")) t.requiresGrad(true);
    assertThat(t.toString()).isEqualTo(c.text());
  }

  private static Tensor values(DType dtype, String text, long count) {
    if (text.startsWith("arange")) {
      double factor = text.contains("*") ? Double.parseDouble(text.substring(7)) : 1;
      return arange(count).to(DType.FLOAT64).mul(factor).to(dtype);
    }
    String[] words = text.isEmpty() ? new String[0] : text.split(" ");
    if (dtype.isComplex()) {
      double[] pairs = Arrays.stream(words).flatMap(w -> Arrays.stream(w.split(",")))
          .mapToDouble(TensorPrinterTest::number).toArray();
      Tensor doubles = zeros(new long[] {pairs.length / 2, 2}, DType.FLOAT64);
      for (int i = 0; i < pairs.length; i++) doubles.set(pairs[i], i / 2, i % 2);
      return doubles.viewAsComplex().to(dtype);
    }
    if (dtype == DType.INT64) return tensor(Arrays.stream(words).mapToLong(Long::parseLong).toArray());
    Tensor doubles = zeros(new long[] {words.length}, DType.FLOAT64);
    for (int i = 0; i < words.length; i++) doubles.set(number(words[i]), i);
    return doubles.to(dtype);
  }

  private static double number(String word) {
    return switch (word) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "True" -> 1;
      case "False" -> 0;
      default -> Double.parseDouble(word);
    };
  }

  @Test
  void namesTheNodeOfTheGraph() {
    Tensor x = tensor(1.0, 2.0).requiresGrad(true);
    assertThat(x.mul(2).toString()).isEqualTo("tensor([2., 4.], grad_fn=<MulBackward0>)");
    assertThat(x.detach().toString()).isEqualTo("tensor([1., 2.])");
  }

  @Test
  void printsViewsWithoutCallingOperators() {
    Tensor x = arange(6).reshape(2, 3).t();
    assertThat(x.toString()).isEqualTo("tensor([[0, 3],\n        [1, 4],\n        [2, 5]])");
    assertThat(x.get(1).toString()).isEqualTo("tensor([1, 4])");
    assertThat(zeros(1).expand(2000, 3000).toString()).startsWith("tensor([[0., 0., 0.,  ..., 0., 0., 0.],\n");
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThatThrownBy(() -> Torch.setPrintOptions(o -> o.precision(-1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Torch.setPrintOptions(o -> o.lineWidth(0))).isInstanceOf(IllegalArgumentException.class);
    assertThat(Torch.printOptions()).isEqualTo(PrintOptions.DEFAULT);
  }
}
