package jtorch;

import java.util.function.UnaryOperator;
import jtorch.op.Creation;

/// New tensors with the dtype and the device of this one.
public sealed interface CreationMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// The same shape, filled with a value.
  default Tensor fullLike(Object value) {
    return Creation.FULL_LIKE.tensor(self(), value, null, null, null, null, null);
  }

  /// The same shape, filled with a value; another dtype if the options say so.
  default Tensor fullLike(Object value, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(Creation.FULL_LIKE.tensor(self(), value, o.dtype(), null, null, null, null));
  }

  default Tensor newZeros(long... size) {
    return Creation.NEW_ZEROS.tensor(self(), size, null, null, null, null);
  }

  default Tensor newOnes(long... size) {
    return Creation.NEW_ONES.tensor(self(), size, null, null, null, null);
  }

  /// Filled with a value.
  default Tensor newFull(long[] size, Object value) {
    return Creation.NEW_FULL.tensor(self(), size, value, null, null, null, null);
  }

  /// With undefined content.
  default Tensor newEmpty(long... size) {
    return Creation.NEW_EMPTY.tensor(self(), size, null, null, null, null);
  }
}
