package jtorch.testing;

import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;

/// Ways in which a tensor's elements may lie in memory. Around them lies what no operator may read: bytes that make NaN of
/// floating numbers and large integers.
enum Arrangement {
  /// Every other element of each row, and one row of two.
  SPACED {
    @Override
    Tensor of(Tensor x) {
      long[] sizes = x.sizes().clone();
      long[] strides = new long[sizes.length];
      long next = 2;
      for (int d = sizes.length - 1; d >= 0; d--) {
        strides[d] = next;
        next *= d == sizes.length - 1 ? 2 * Math.max(sizes[d], 1) : Math.max(sizes[d], 1);
      }
      return placed(x, strides, 0, next + 1);
    }
  },
  /// Contiguous, but in the middle of a larger storage, where vectors are not aligned.
  OFFSET {
    @Override
    Tensor of(Tensor x) {
      return placed(x, Tensor.contiguousStrides(x.sizes()), 3, x.numel() + 6);
    }
  },
  /// The first dimension innermost.
  TRANSPOSED {
    @Override
    Tensor of(Tensor x) {
      long[] strides = new long[x.dim()];
      long next = 1;
      for (int d = 0; d < strides.length; d++) {
        strides[d] = next;
        next *= Math.max(x.sizes()[d], 1);
      }
      return placed(x, strides, 0, x.numel());
    }
  };

  /// The same values in this arrangement.
  abstract Tensor of(Tensor x);

  private static Tensor placed(Tensor x, long[] strides, long offset, long room) {
    Tensor storage = Torch.empty(new long[] {Math.max(room, 1)}, x.dtype());
    Memory.fill(storage.address(), storage.numel() * x.dtype().size(), (byte) (x.dtype().size() == 1 ? 1 : 0x7f));
    Tensor made = storage.window(x.sizes().clone(), strides, offset);
    if (x.numel() > 0) made.copy_(x);
    return made;
  }
}
