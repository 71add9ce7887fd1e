package jtorch.cpu;

import static jtorch.Torch.arange;
import static jtorch.Torch.rand;
import static jtorch.Torch.randint;
import static jtorch.Torch.randn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that treat long lines otherwise than short ones, against the plainest way to compute the same.
class LongLinesTest {
  @BeforeEach
  void seed() {
    Torch.manualSeed(7);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void topkIsTheBeginningOfTheOrder(boolean largest) {
    Tensor x = randn(5, 3000);
    for (int i = 0; i < 40; i++) x.set(Double.NaN, i % 5, 70 * i);
    x.set(Double.POSITIVE_INFINITY, 3, 17).set(Double.NEGATIVE_INFINITY, 4, 2999);
    var sorted = x.sort(true, -1, largest);
    for (long k : new long[] {1, 7, 33, 700}) {
      var top = x.topk(k, -1, largest, true);
      assertThat(top.values().toDoubleArray())
          .isEqualTo(sorted.values().narrow(1, 0, k).contiguous().toDoubleArray());
    }
  }

  /// Integers that lie closer together than 2^32 have their places beside them; others do not.
  @ParameterizedTest
  @ValueSource(longs = {10_000_000, 1L << 32, 1L << 32 | 3, 1L << 62})
  void integersAreSortedStably(long range) {
    Tensor x = randint(-1_000_000_000_000L, range - 1_000_000_000_000L, 140_000);
    x.set(-1_000_000_000_000L, 77).set(range - 1_000_000_000_001L, 139_000).narrow(0, 500, 300).fill_(5);
    long[] numbers = x.toLongArray();
    for (boolean descending : new boolean[] {false, true}) {
      var sorted = x.sort(true, 0, descending);
      long[] order = IntStream.range(0, numbers.length).boxed()
          .sorted((a, b) -> descending ? Long.compare(numbers[b], numbers[a]) : Long.compare(numbers[a], numbers[b]))
          .mapToLong(i -> i).toArray();
      assertThat(sorted.indices().toLongArray()).isEqualTo(order);
      assertThat(sorted.values().toLongArray()).isEqualTo(Arrays.stream(order).map(i -> numbers[(int) i]).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1500, 5000, 140_000})
  void numbersAreSortedStably(int count) {
    Tensor x = randn(count).mul(100).round().mul(0.25);
    x.narrow(0, 10, 2).fill_(Double.NaN);
    x.set(-0.0, 100).set(0.0, 101).set(Double.NEGATIVE_INFINITY, 103);
    double[] numbers = Arrays.stream(x.toDoubleArray()).map(v -> v + 0.0).toArray();
    for (boolean descending : new boolean[] {false, true}) {
      long[] order = IntStream.range(0, count).boxed()
          .sorted(
              (a, b) -> descending ? Double.compare(numbers[b], numbers[a]) : Double.compare(numbers[a], numbers[b]))
          .mapToLong(i -> i).toArray();
      assertThat(x.sort(true, 0, descending).indices().toLongArray()).isEqualTo(order);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000_007_000L})
  void setsOfIntegersFarAndNear(long distance) {
    Tensor x = randint(-300, 300, 5000).mul(distance);
    long[] numbers = x.toLongArray();
    long[] distinct = Arrays.stream(numbers).sorted().distinct().toArray();
    var all = x.uniqueWithCounts();
    assertThat(all.values().toLongArray()).isEqualTo(distinct);
    assertThat(all.values().index(all.inverse()).toLongArray()).isEqualTo(numbers);
    assertThat(all.counts().toLongArray()).isEqualTo(
        Arrays.stream(distinct).map(d -> Arrays.stream(numbers).filter(n -> n == d).count()).toArray());
    Tensor set = x.narrow(0, 0, 40);
    boolean[] member = new boolean[numbers.length];
    for (int i = 0; i < member.length; i++) {
      long n = numbers[i];
      member[i] = Arrays.stream(set.toLongArray()).anyMatch(s -> s == n);
    }
    assertThat(x.isin(set).toBooleanArray()).isEqualTo(member);
    assertThat(x.isin(set.add(5_000_000_000L * distance)).any().itemBoolean()).isFalse();
  }

  @Test
  void runningSumsProductsAndExtremes() {
    Tensor x = rand(7, 300).add(0.5);
    x.set(Double.NaN, 6, 200);
    double[] sums = new double[2100];
    double[] products = new double[2100];
    double[] most = new double[2100];
    long[] places = new long[2100];
    double[] values = x.toDoubleArray();
    for (int i = 0; i < 2100; i++) {
      boolean first = i % 300 == 0;
      sums[i] = first ? values[i] : sums[i - 1] + values[i];
      products[i] = first ? values[i] : products[i - 1] * values[i];
      boolean fresh = first || Double.isNaN(values[i]) || values[i] >= most[i - 1];
      most[i] = fresh ? values[i] : most[i - 1];
      places[i] = fresh ? i % 300 : places[i - 1];
    }
    assertThat(x.cumsum(1).toDoubleArray()).isEqualTo(floats(sums));
    assertThat(x.cumprod(1).toDoubleArray()).isEqualTo(floats(products));
    assertThat(x.cummax(1).values().toDoubleArray()).isEqualTo(most);
    assertThat(x.cummax(1).indices().toLongArray()).isEqualTo(places);
  }

  private static double[] floats(double[] values) {
    return Arrays.stream(values).map(v -> (float) v).toArray();
  }

  @Test
  void placesInSortedNumbers() {
    Tensor bounds = randint(0, 500, 777).sort(0, false).values();
    Tensor x = randint(-10, 510, 900);
    long[] sorted = bounds.toLongArray();
    for (boolean right : new boolean[] {false, true}) {
      long[] expected = Arrays.stream(x.toLongArray())
          .map(v -> Arrays.stream(sorted).filter(b -> right ? b <= v : b < v).count()).toArray();
      assertThat(Torch.searchsorted(bounds, x, right).toLongArray()).isEqualTo(expected);
      assertThat(Torch.searchsorted(bounds.to(DType.FLOAT32), x.to(DType.FLOAT32), right).toLongArray())
          .isEqualTo(expected);
    }
    Tensor nan = Torch.tensor(Float.NaN);
    assertThat(Torch.searchsorted(bounds.to(DType.FLOAT32), nan, false).itemLong()).isEqualTo(777);
  }

  @Test
  void lastDimensionGatheredAndScattered() {
    Tensor x = randn(30, 200);
    Tensor index = randint(0, 200, 30, 150);
    Tensor rows = arange(30).unsqueeze(1).expand(30, 150);
    Tensor expected = x.index(rows, index);
    assertThat(x.gather(1, index).toFloatArray()).isEqualTo(expected.toFloatArray());
    assertThat(x.t().contiguous().t().gather(1, index).toFloatArray()).isEqualTo(expected.toFloatArray());
    assertThat(x.to(DType.FLOAT64).gather(1, index).toDoubleArray()).isEqualTo(expected.toDoubleArray());
    Tensor source = randn(30, 150);
    Tensor added = x.indexPut(new Tensor[] {rows, index}, source, true);
    assertThat(x.scatterAdd(1, index, source).toFloatArray()).isEqualTo(added.toFloatArray());
    assertThat(x.t().contiguous().t().scatterAdd(1, index, source).toFloatArray()).isEqualTo(added.toFloatArray());
  }

  @Test
  void sumsOfIntegersInAllDirections() {
    Tensor x = randint(-1000, 1000, 3, 700, 5);
    long[] numbers = x.toLongArray();
    assertThat(x.sum().itemLong()).isEqualTo(Arrays.stream(numbers).sum());
    long[] columns = new long[15];
    long[] last = new long[2100];
    for (int i = 0; i < numbers.length; i++) {
      columns[i / 3500 * 5 + i % 5] += numbers[i];
      last[i / 5] += numbers[i];
    }
    assertThat(x.sum(1).toLongArray()).isEqualTo(columns);
    assertThat(x.sum(2).toLongArray()).isEqualTo(last);
    assertThat(x.gt(0).sum().itemLong()).isEqualTo(Arrays.stream(numbers).filter(n -> n > 0).count());
    assertThat(x.gt(0).nonzero().size(0)).isEqualTo((int) Arrays.stream(numbers).filter(n -> n > 0).count());
  }
}
