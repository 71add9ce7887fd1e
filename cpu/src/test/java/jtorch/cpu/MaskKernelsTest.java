package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Masks of several pieces, dense and thin, against loops over their elements.
class MaskKernelsTest {
  @ParameterizedTest
  @CsvSource({"1, 1, 0.5", "3, 7, 0", "300, 411, 0.5", "300, 411, 0.001", "2, 70000, 0.3", "70000, 1, 1"})
  void placesAndElementsAreThoseOfALoop(long rows, long columns, double share) {
    Torch.manualSeed(1);
    Tensor mask = Torch.rand(rows, columns).lt(share);
    Tensor x = Torch.randn(new long[] {rows, columns}, o -> o.dtype(DType.FLOAT64));
    List<Long> places = new ArrayList<>();
    for (long i = 0; i < mask.numel(); i++) {
      if (Memory.getByte(mask.address() + i) != 0) places.add(i);
    }
    Tensor found = mask.nonzero();
    assertThat(found.sizes()).containsExactly(places.size(), 2);
    long[] coordinates = found.toLongArray();
    double[] read = x.index(mask).toDoubleArray();
    double[] all = x.toDoubleArray();
    assertThat(read).hasSize(places.size());
    for (int i = 0; i < places.size(); i++) {
      long place = places.get(i);
      assertThat(coordinates[2 * i]).isEqualTo(place / columns);
      assertThat(coordinates[2 * i + 1]).isEqualTo(place % columns);
      assertThat(read[i]).isEqualTo(all[(int) place]);
    }
    Tensor source = Torch.arange(mask.numel()).to(DType.FLOAT64);
    double[] written = x.maskedScatter(mask, source).toDoubleArray();
    for (int i = 0, next = 0; i < written.length; i++) {
      boolean there = next < places.size() && places.get(next) == i;
      assertThat(written[i]).isEqualTo(there ? next++ : all[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "16", "17", "33", "100"})
  void rowsOfAMaskAreCopiedWhole(long width) {
    Tensor x = Torch.arange(50 * width).reshape(50, width).to(DType.INT8);
    Tensor mask = Torch.arange(50).remainder(3).eq(0);
    Tensor wanted = x.indexSelect(0, mask.nonzero().squeeze(1));
    assertThat(x.index(mask).equal(wanted)).isTrue();
  }

  @Test
  void tooFewElementsAreRefusedBeforeAnythingChanges() {
    Tensor x = Torch.zeros(4);
    assertThatThrownBy(() -> x.maskedScatter_(Torch.ones(4).gt(0), Torch.ones(3)))
        .hasMessageContaining("masked_scatter");
    assertThat(x.toFloatArray()).containsOnly(0f);
  }
}
