package jtorch;

import jtorch.op.FakeQuantization;
import jtorch.op.Quantization;

/// Tensors of small integers that stand for numbers, and training that knows of them, for [Torch] to inherit.
public abstract class QuantizationFunctions extends LayerFunctions {
  QuantizationFunctions() {}

  // ---- quantized tensors -----------------------------------------------------------------------------------------

  /// `q = clamp(zeroPoint + round(x / scale))`, halves to even; stands for `(q - zeroPoint) * scale`.
  ///
  /// @param dtype quint8, qint8 or qint32
  /// @throws IllegalArgumentException if the input is not float32 or the zero point no integer of the dtype
  public static Tensor quantizePerTensor(Tensor input, double scale, long zeroPoint, DType dtype) {
    return Quantization.PER_TENSOR.tensor(input, scale, zeroPoint, dtype);
  }

  public static Tensor quantizePerTensor(Tensor input, Tensor scale, Tensor zeroPoint, DType dtype) {
    return Quantization.PER_TENSOR_TENSOR.tensor(input, scale, zeroPoint, dtype);
  }

  /// Each tensor with its own scale and zero point.
  public static Tensor[] quantizePerTensor(Tensor[] tensors, Tensor scales, Tensor zeroPoints, DType dtype) {
    return Quantization.PER_TENSOR_TENSORS.tensors(tensors, scales, zeroPoints, dtype);
  }

  /// As [#quantizePerTensor(Tensor, double, long, DType)] with scale and zero point for each index of a dimension.
  public static Tensor quantizePerChannel(Tensor input, Tensor scales, Tensor zeroPoints, long axis, DType dtype) {
    return Quantization.PER_CHANNEL.tensor(input, scales, zeroPoints, axis, dtype);
  }

  /// With the scale and zero point that the input's smallest and largest number ask for; for float16 a conversion.
  ///
  /// @param reduceRange whether one bit stays free, as some processors' products need
  public static Tensor quantizePerTensorDynamic(Tensor input, DType dtype, boolean reduceRange) {
    return Quantization.PER_TENSOR_DYNAMIC.tensor(input, dtype, reduceRange);
  }

  /// Zeros that stand for numbers as another tensor's integers do.
  public static Tensor emptyQuantized(long[] size, Tensor qtensor) {
    return Quantization.EMPTY.tensor(size, qtensor, null, null, null, null, null);
  }

  public static Tensor dequantize(Tensor input) {
    return input.dequantize();
  }

  public static Tensor[] dequantize(Tensor... tensors) {
    return Quantization.DEQUANTIZE_TENSORS.tensors((Object) tensors);
  }

  public static Tensor intRepr(Tensor input) {
    return input.intRepr();
  }

  public static double qScale(Tensor input) {
    return input.qScale();
  }

  public static long qZeroPoint(Tensor input) {
    return input.qZeroPoint();
  }

  public static Tensor qPerChannelScales(Tensor input) {
    return input.qPerChannelScales();
  }

  public static Tensor qPerChannelZeroPoints(Tensor input) {
    return input.qPerChannelZeroPoints();
  }

  public static int qPerChannelAxis(Tensor input) {
    return input.qPerChannelAxis();
  }

  /// The range `[max, min]` of a row that quantizing to `bitWidth` bits loses least with, found greedily by narrowing the
  /// range of its first `numel` numbers in steps of `1 / nBins`.
  public static Tensor[] chooseQparamsOptimized(Tensor input, long numel, long nBins, double ratio, long bitWidth) {
    return Quantization.CHOOSE_OPTIMIZED.tensors(input, numel, nBins, ratio, bitWidth);
  }

  // ---- training with quantization in mind ------------------------------------------------------------------------

  /// Rounds to what integers in `[quantMin, quantMax]` would stand for; the gradient passes where none was cut off.
  public static Tensor fakeQuantizePerTensorAffine(Tensor input, double scale, long zeroPoint, long quantMin,
      long quantMax) {
    return FakeQuantization.PER_TENSOR.tensor(input, scale, zeroPoint, quantMin, quantMax);
  }

  public static Tensor fakeQuantizePerTensorAffine(Tensor input, Tensor scale, Tensor zeroPoint, long quantMin,
      long quantMax) {
    return FakeQuantization.PER_TENSOR_TENSOR.tensor(input, scale, zeroPoint, quantMin, quantMax);
  }

  /// With scale and zero point (int32 or floating) for each index of a dimension.
  public static Tensor fakeQuantizePerChannelAffine(Tensor input, Tensor scale, Tensor zeroPoint, long axis,
      long quantMin, long quantMax) {
    return FakeQuantization.PER_CHANNEL.tensor(input, scale, zeroPoint, axis, quantMin, quantMax);
  }

  /// Moves running minimum and maximum towards the input's, chooses scale and zero point by them (all four are written),
  /// and rounds the input accordingly; each where its switch, a tensor of one element, is not zero.
  public static Tensor fusedMovingAvgObsFakeQuant(Tensor input, Tensor observerOn, Tensor fakeQuantOn,
      Tensor runningMin, Tensor runningMax, Tensor scale, Tensor zeroPoint, double averagingConst, long quantMin,
      long quantMax, long chAxis, boolean perRowFakeQuant, boolean symmetricQuant) {
    return FakeQuantization.OBSERVED.tensor(input, observerOn, fakeQuantOn, runningMin, runningMax, scale, zeroPoint,
        averagingConst, quantMin, quantMax, chAxis, perRowFakeQuant, symmetricQuant);
  }
}
