package jtorch;

/// Functions of several tensors, or of none, that [Torch] inherits.
public abstract class TensorFunctions {
  TensorFunctions() {}

  /// The integers from 0 below `end`.
  public static Tensor arange(long end) {
    Tensor made = Torch.empty(new long[] {end}, DType.INT64);
    for (long i = 0; i < end; i++) jtorch.memory.Memory.putLong(made.address() + 8 * i, i);
    return made;
  }
}
