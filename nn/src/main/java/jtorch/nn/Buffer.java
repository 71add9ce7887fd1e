package jtorch.nn;

import jtorch.Tensor;

/// A tensor that belongs to a module's state without being learnt: running statistics, masks.
public final class Buffer extends Tensor {
  private final boolean persistent;

  public Buffer(Tensor data) {
    this(data, true);
  }

  /// @param persistent whether it is part of the state_dict
  public Buffer(Tensor data, boolean persistent) {
    super(Parameter.longLived(data));
    this.persistent = persistent;
    storage().hold();
  }

  public boolean isPersistent() {
    return persistent;
  }

  @Override
  protected boolean holdsStorage() {
    return true;
  }
}
