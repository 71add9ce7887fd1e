package jtorch.cpu;

import static jtorch.Torch.arange;
import static org.assertj.core.api.Assertions.assertThat;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Copies of every shape of stride against one that goes element by element.
class StridedCopyTest {
  private static final DType[] DTYPES = {DType.INT8, DType.INT16, DType.FLOAT32, DType.FLOAT64, DType.COMPLEX128};

  private enum Layout {
    TRANSPOSED(new long[] {37, 53}) {
      @Override
      Tensor of(Tensor t) {
        return t.t();
      }
    },
    TRANSPOSED_LARGE(new long[] {700, 411}) {
      @Override
      Tensor of(Tensor t) {
        return t.t();
      }
    },
    CHANNELS_LAST(new long[] {2, 19, 7, 23}) {
      @Override
      Tensor of(Tensor t) {
        return t.permute(0, 2, 3, 1);
      }
    },
    HEADS(new long[] {3, 40, 5, 17}) {
      @Override
      Tensor of(Tensor t) {
        return t.permute(2, 0, 3, 1);
      }
    },
    SHORT_ROWS(new long[] {9, 300, 12}) {
      @Override
      Tensor of(Tensor t) {
        return t.slice(2, 3L, 6L, 1);
      }
    },
    STEPS(new long[] {6, 50, 31}) {
      @Override
      Tensor of(Tensor t) {
        return t.slice(2, 1L, null, 3).slice(1, null, null, 2);
      }
    },
    EXPANDED(new long[] {1, 33, 1, 5}) {
      @Override
      Tensor of(Tensor t) {
        return t.expand(4, 33, 6, 5);
      }
    };

    final long[] sizes;

    Layout(long[] sizes) {
      this.sizes = sizes;
    }

    abstract Tensor of(Tensor t);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void copiesEveryElement(Layout layout) {
    Tensor numbers = arange(count(layout.sizes)).remainder(101).reshape(layout.sizes);
    double[] expected = elements(layout.of(numbers.to(DType.FLOAT64)));
    for (DType dtype : DTYPES) {
      Tensor from = layout.of(numbers.to(dtype));
      assertThat(elements(from.contiguous())).as("%s", dtype).isEqualTo(expected);
      Tensor to = layout.of(Torch.zeros(layout.sizes, dtype)).clone();
      assertThat(elements(to.copy_(from))).as("%s", dtype).isEqualTo(expected);
      Tensor flipped = from.flip(0, from.dim() - 1);
      assertThat(elements(flipped.flip(from.dim() - 1).flip(0))).as("%s", dtype).isEqualTo(expected);
      int last = from.dim() - 1;
      assertThat(elements(flipped.select(0, 0).select(-1, 0)))
          .isEqualTo(elements(from.select(0, from.size(0) - 1).select(-1, from.size(last) - 1)));
    }
  }

  private static long count(long[] sizes) {
    long n = 1;
    for (long s : sizes) n *= s;
    return n;
  }

  /// One after the other, by their indices.
  private static double[] elements(Tensor t) {
    double[] all = new double[Math.toIntExact(t.numel())];
    long[] index = new long[t.dim()];
    Tensor real = t.dtype().isComplex() ? t.real() : t;
    for (int i = 0; i < all.length; i++) {
      long offset = real.storageOffset();
      for (int d = 0; d < index.length; d++) offset += index[d] * real.stride(d);
      long at = real.address() + (offset - real.storageOffset()) * real.elementSize();
      all[i] = Numbers.getDouble(real.dtype(), at);
      for (int d = index.length - 1; d >= 0 && ++index[d] == t.size(d); d--) index[d] = 0;
    }
    java.lang.ref.Reference.reachabilityFence(t);
    return all;
  }
}
