package jtorch.nn;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// A tensor that belongs to a module's state without being learnt: running statistics, masks.
public final class Buffer extends Tensor {
  private final boolean persistent;
  private boolean uninitialized;

  public Buffer(Tensor data) {
    this(data, true);
  }

  /// @param persistent whether it is part of the state_dict
  public Buffer(Tensor data, boolean persistent) {
    super(Parameter.longLived(data));
    this.persistent = persistent;
    storage().hold();
  }

  /// A buffer whose shape is not known yet; [#materialize] gives it one. As `torch.nn.UninitializedBuffer`.
  public static Buffer uninitialized(DType dtype) {
    var made = new Buffer(Torch.empty(new long[] {0}, dtype));
    made.uninitialized = true;
    return made;
  }

  /// Whether it waits for its shape, as buffers of lazy modules do until the first call.
  public boolean isUninitialized() {
    return uninitialized;
  }

  /// Gives an uninitialized buffer its shape; the values are whatever the memory holds.
  public void materialize(long... sizes) {
    if (!uninitialized) throw new IllegalStateException("materialize: the buffer has its shape already");
    data(Parameter.longLived(Torch.empty(sizes, dtype())));
    uninitialized = false;
  }

  public boolean isPersistent() {
    return persistent;
  }

  @Override
  protected boolean holdsStorage() {
    return true;
  }
}
