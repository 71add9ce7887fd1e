package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Supplier;
import jtorch.Masked;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

/// Values are PyTorch's.
final class MaskedTest {
  private static final float NONE = Float.NaN;
  private final Tensor x = Torch.tensor(new float[][] {{0.5f, -1, 2}, {0.1f, 0.2f, -0.3f}});
  private final Tensor mask = Torch.tensor(new boolean[][] {{true, false, true}, {false, false, false}});

  private static void expect(Supplier<Tensor> computed, float... wanted) {
    float[] got = computed.get().toFloatArray();
    assertThat(got).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      if (Float.isFinite(wanted[i])) assertThat(got[i]).isCloseTo(wanted[i], within(1e-6f));
      else assertThat(Float.compare(got[i], wanted[i])).isZero();
    }
  }

  @Test
  void reductionsCountWhatTheMaskLets() {
    expect(() -> Masked.sum(x, mask, 1), 2.5f, 0);
    expect(() -> Masked.prod(x, mask, 1), 1, 1);
    expect(() -> Masked.amax(x, mask, 1), 2, Float.NEGATIVE_INFINITY);
    expect(() -> Masked.amin(x, mask, 1), 0.5f, Float.POSITIVE_INFINITY);
    expect(() -> Masked.mean(x, mask, 1), 1.25f, NONE);
    expect(() -> Masked.median(x, mask, 1, false), 0.5f, NONE);
    expect(() -> Masked.argmax(x, mask, 1), 2, 0);
    expect(() -> Masked.argmin(x, mask, 1), 0, 0);
    expect(() -> Masked.var(x, mask, 1, new long[] {1}, false), 1.125f, NONE);
    expect(() -> Masked.std(x, mask, 0, new long[] {1}, false), 0.75f, NONE);
    expect(() -> Masked.norm(x, mask, 2, new long[] {1}, false), 2.0615528f, 0);
    expect(() -> Masked.logsumexp(x, mask, 1, false), 2.2014134f, Float.NEGATIVE_INFINITY);
  }

  @Test
  void withoutAMaskAllCounts() {
    expect(() -> Masked.sum(x, null), 1.5f);
    expect(() -> Masked.mean(x, null), 0.25f);
    expect(() -> Masked.prod(x, null), 0.006f);
  }

  @Test
  void scansAndNormalisations() {
    expect(() -> Masked.cumsum(x, mask, 1), 0.5f, 0.5f, 2.5f, 0, 0, 0);
    expect(() -> Masked.cumprod(x, mask, 1), 0.5f, 0.5f, 1, 1, 1, 1);
    expect(() -> Masked.softmax(x, mask, 1), 0.18242551f, 0, 0.81757444f, NONE, NONE, NONE);
    expect(() -> Masked.logSoftmax(x, mask, 1), -1.7014134f, Float.NEGATIVE_INFINITY, -0.20141333f, NONE, NONE, NONE);
    expect(() -> Masked.softmin(x, mask, 1), 0.81757444f, 0, 0.18242551f, NONE, NONE, NONE);
    expect(() -> Masked.normalize(x, mask, 2, 1, 1e-12), 0.24253564f, 0, 0.97014254f, 0, 0, 0);
    expect(() -> Masked.logaddexp(x, x.add(1), mask, mask.logicalNot()), 0.5f, 0, 2, 1.1f, 1.2f, 0.7f);
  }
}
