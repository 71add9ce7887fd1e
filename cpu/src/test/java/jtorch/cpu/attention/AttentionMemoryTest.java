package jtorch.cpu.attention;

import static org.assertj.core.api.Assertions.assertThat;

import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Attention;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AttentionMemoryTest {
  private static final long WIDTH = 8;

  /// The scores of one head of 16,384 queries and keys would take a gigabyte.
  @Test
  @Tag("slow")
  void memoryGrowsWithTheLengthForwardAndBackward() {
    long few = peak(4096);
    long many = peak(16384);
    assertThat(many).isLessThan(8 * Math.max(few, 2L << 20)).isLessThan(64L << 20);
  }

  private static long peak(long length) {
    try (var scope = Torch.scope()) {
      Tensor q = Torch.randn(1, 1, length, WIDTH).requiresGrad(true);
      Tensor k = Torch.randn(1, 1, length, WIDTH).requiresGrad(true);
      Tensor v = Torch.randn(1, 1, length, WIDTH).requiresGrad(true);
      Torch.memory().resetPeak();
      long before = Torch.memory().statistics().live();
      Attention.SCALED_DOT_PRODUCT.tensor(q, k, v, null, 0.0, true, null, false).sum().backward();
      return Torch.memory().statistics().peak() - before;
    }
  }

  /// Long sequences in blocks give what short ones give at once.
  @Test
  void blocksOfKeysAndQueriesJoin() {
    Torch.manualSeed(1);
    Tensor q = Torch.randn(1, 4, 300, 16);
    Tensor k = Torch.randn(1, 2, 1100, 16);
    Tensor v = Torch.randn(1, 2, 1100, 16);
    Tensor mask = Torch.randn(300, 1100).gt(0.5);
    Tensor fused = Attention.SCALED_DOT_PRODUCT.tensor(q, k, v, mask, 0.0, false, null, true);
    Tensor plain = Attention.MATH.tensors(q, k, v, mask, 0.0, false, null, null, true)[0];
    assertThat(fused.sub(plain).abs().max().itemDouble()).isLessThan(1e-5);
  }

  @Test
  void rowsWithoutKeysGiveZeros() {
    Tensor q = Torch.randn(1, 1, 3, 4).requiresGrad(true);
    Tensor k = Torch.randn(1, 1, 5, 4).requiresGrad(true);
    Tensor mask = Torch.arange(3).unsqueeze(-1).ge(1L).expand(3, 5);
    Tensor out = Attention.SCALED_DOT_PRODUCT.tensor(q, k, k, mask, 0.0, false, null, false);
    assertThat(out.select(2, 0).abs().max().itemDouble()).isZero();
    Tensor[] grads = {Torch.grad(out.sum(), q)};
    assertThat(grads[0].select(2, 0).abs().max().itemDouble()).isZero();
  }
}
