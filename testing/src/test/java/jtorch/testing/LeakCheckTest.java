package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void workThatGivesBackPasses() {
    LeakCheck.assertNoGrowth(20, () -> Torch.zeros(100_000).add(1));
  }

  @Test
  void workThatKeepsIsCaught() {
    var kept = new ArrayList<Tensor>();
    assertThatThrownBy(() -> LeakCheck.assertNoGrowth(20, () -> kept.add(Torch.zeros(100_000))))
        .isInstanceOf(AssertionError.class).hasMessageStartingWith("20 rounds left ");
  }
}
