package jtorch;

import jtorch.op.Quantization;

/// Questions to quantized tensors ([QuantizedTensor]), and the way back to numbers.
public sealed interface QuantizationMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private IllegalStateException notQuantized(String name) {
    return new IllegalStateException(name + ": not a quantized tensor: " + self().describe());
  }

  /// Whether the elements are integers that stand for numbers.
  default boolean isQuantized() {
    return false;
  }

  /// The integers of a quantized tensor, as uint8, int8 or int32; a copy.
  default Tensor intRepr() {
    return Quantization.INT_REPR.tensor(self());
  }

  /// The numbers, as float32; of a tensor that is not quantized, itself as float32.
  default Tensor dequantize() {
    return Quantization.DEQUANTIZE.tensor(self());
  }

  /// @throws IllegalStateException if the tensor is not quantized
  default QScheme qscheme() {
    throw notQuantized("qscheme");
  }

  /// The step between neighbouring integers.
  ///
  /// @throws IllegalStateException if the tensor is not quantized, or by channels
  default double qScale() {
    throw notQuantized("q_scale");
  }

  /// The integer that stands for zero.
  ///
  /// @throws IllegalStateException if the tensor is not quantized, or by channels
  default long qZeroPoint() {
    throw notQuantized("q_zero_point");
  }

  /// The step of each channel: float64.
  ///
  /// @throws IllegalStateException if the tensor is not quantized by channels
  default Tensor qPerChannelScales() {
    throw notQuantized("q_per_channel_scales");
  }

  /// The integer that stands for zero in each channel: int64.
  ///
  /// @throws IllegalStateException if the tensor is not quantized by channels
  default Tensor qPerChannelZeroPoints() {
    throw notQuantized("q_per_channel_zero_points");
  }

  /// The dimension of the channels.
  ///
  /// @throws IllegalStateException if the tensor is not quantized by channels
  default int qPerChannelAxis() {
    throw notQuantized("q_per_channel_axis");
  }
}
