package jtorch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private record Named(String name, Tensor value) {}

  private record Counted(long count) {}

  @Test
  void tensorDatasetNeedsTensorsOfOneLength() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TensorDataset(Torch.zeros(3, 2), Torch.zeros(4)))
        .withMessage("TensorDataset: Size mismatch between tensors: float32[3, 2] cpu, float32[4] cpu");
    assertThatIllegalArgumentException().isThrownBy(() -> new TensorDataset());
  }

  @Test
  void subsetsOfSubsetsKnowTheirItems() {
    var data = new TensorDataset(Torch.arange(10));
    var part = new Subset<>(new Subset<>(data, 9, 7, 5, 3), 2, 0);
    assertThat(part.size()).isEqualTo(2);
    assertThat(part.get(0)[0].itemLong()).isEqualTo(5);
    assertThat(part.batch(new long[] {1, 0})[0].toLongArray()).containsExactly(9, 5);
  }

  @Test
  void splitsThatDoNotAddUpAreRefused() {
    var data = new TensorDataset(Torch.arange(10));
    assertThatIllegalArgumentException().isThrownBy(() -> data.randomSplit(7, 4))
        .withMessageContaining("Sum of input lengths does not equal the length of the input dataset");
    assertThatIllegalArgumentException().isThrownBy(() -> data.randomSplit(0.5, 0.6)).withMessageContaining("sum to 1");
  }

  @Test
  void stackingKeepsTheFormOfItems() {
    List<Map<String, Object>> maps = List.of(Map.of("x", Torch.ones(2), "n", 1, "s", "a", "d", 0.5),
        Map.of("x", Torch.zeros(2), "n", 2, "s", "b", "d", 0.25));
    Map<String, Object> batch = Collate.<Map<String, Object>>stacking().apply(maps);
    assertThat(((Tensor) batch.get("x")).toFloatArray()).containsExactly(1, 1, 0, 0);
    assertThat(((Tensor) batch.get("n")).toLongArray()).containsExactly(1, 2);
    assertThat(((Tensor) batch.get("d")).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(batch.get("s")).isEqualTo(List.of("a", "b"));

    Example examples = Collate.<Example>stacking().apply(IntStream.range(0, 3)
        .mapToObj(i -> new Example(Torch.full(new long[] {2}, (double) i), Torch.scalarTensor((long) i))).toList());
    assertThat(examples.input().sizes()).containsExactly(3, 2);
    assertThat(examples.target().toLongArray()).containsExactly(0, 1, 2);
  }

  @Test
  void stackingNamesWhatHasNoBatch() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Collate.<Named>stacking().apply(List.of(new Named("a", Torch.zeros(1)))))
        .withMessageContaining("item.name()").withMessageContaining("String");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Collate.<Counted>stacking().apply(List.of(new Counted(1))))
        .withMessageContaining("item.count() is a Tensor").withMessageContaining("make it a Tensor");
    assertThatIllegalArgumentException().isThrownBy(() -> Collate.<Long>stacking().apply(List.of(1L)))
        .withMessageContaining("give the loader a collate function");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Collate.<List<?>>stacking().apply(List.of(List.of(1), List.of(1, 2))))
        .withMessageContaining("a list of 1 in one item of the batch and a list of 2 in another");
  }

  @Test
  void digitsAreSplitByFifthsOfEachClass() {
    assertThat(Digits.all().size()).isEqualTo(1797);
    assertThat(Digits.train().size()).isEqualTo(1442);
    Digits test = Digits.test();
    assertThat(test.size()).isEqualTo(355);
    long[] counts = new long[10];
    for (int label : test.labels().toIntArray()) counts[label]++;
    assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count >= 34 && count <= 37);
    Example first = test.get(0);
    assertThat(first.input().sizes()).containsExactly(1, 8, 8);
    assertThat(first.input().doubleStream()).allMatch(v -> v >= 0 && v <= 1 && v * 16 == Math.rint(v * 16));
    Example all = test.batch(LongStream.range(0, 355).toArray());
    assertThat(all.input().doubleStream().max()).hasValue(1);
    assertThat(all.input().select(0, 17).toFloatArray()).isEqualTo(test.get(17).input().toFloatArray());
  }
}
