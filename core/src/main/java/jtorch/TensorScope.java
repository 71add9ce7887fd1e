package jtorch;

import jtorch.memory.Scope;

/// A scope of tensors; made by [Torch#scope].
public final class TensorScope implements AutoCloseable {
  private final Scope scope;

  TensorScope(Scope scope) {
    this.scope = scope;
  }

  /// Lets a tensor outlive the scope; returns it.
  public Tensor keep(Tensor tensor) {
    scope.keep(tensor.storage());
    return tensor;
  }

  /// Frees what was made inside and not kept.
  @Override
  public void close() {
    scope.close();
  }
}
