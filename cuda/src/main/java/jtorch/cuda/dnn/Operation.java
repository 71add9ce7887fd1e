package jtorch.cuda.dnn;

import java.util.List;

/// A node of a graph of work, as data. [Descriptors] puts it into the library's words.
sealed interface Operation {
  /// `y = x * w`, or one of its gradients; the padding is the same on both sides, and the number of groups is that of
  /// x's channels divided by w's.
  record Convolution(Way way, DataType sums, Operand x, Operand w, Operand y, List<Long> stride, List<Long> padding,
      List<Long> dilation) implements Operation {}

  /// `y = x + b`, where b may be repeated along dimensions in which its size is 1.
  record Sum(DataType sums, Operand x, Operand b, Operand y) implements Operation {}

  /// A tensor.
  ///
  /// @param id by which graphs and variant packs know it
  /// @param isVirtual whether it only passes from one operation to the next, and has no memory
  record Operand(long id, DataType type, List<Long> sizes, List<Long> strides, int alignment, boolean isVirtual) {}
}
