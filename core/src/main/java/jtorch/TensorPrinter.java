package jtorch;

/// Prints tensors as PyTorch does.
final class TensorPrinter {
  private TensorPrinter() {}

  static String print(Tensor tensor) {
    return tensor.describe() + java.util.Arrays.toString(tensor.toDoubleArray());
  }
}
