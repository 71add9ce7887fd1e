package jtorch.cuda.dnn;

import jtorch.DType;
import org.jspecify.annotations.Nullable;

/// Types of numbers in cuDNN.
///
/// **Source**: `cudnnDataType_t`.
enum DataType {
  FLOAT(0),
  DOUBLE(1),
  HALF(2),
  BFLOAT16(9);

  final int code;

  DataType(int code) {
    this.code = code;
  }

  /// Null where cuDNN's convolutions of floats have none.
  static @Nullable DataType of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> FLOAT;
      case FLOAT64 -> DOUBLE;
      case FLOAT16 -> HALF;
      case BFLOAT16 -> BFLOAT16;
      default -> null;
    };
  }

  /// What sums are made in: halves in float32.
  DataType sums() {
    return this == DOUBLE ? DOUBLE : FLOAT;
  }
}
