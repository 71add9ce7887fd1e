package jtorch;

import java.util.List;
import jtorch.op.Check;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// A tensor of integers that stand for numbers: `(q - zeroPoint) * scale`, one pair for all or one for each channel.
///
/// Made by [Torch#quantizePerTensor] and [Torch#quantizePerChannel]; [#dequantize] gives the numbers and [#intRepr] the
/// integers. Views share the memory; operators that compute refuse quantized tensors by name.
public final class QuantizedTensor extends Tensor {
  private static boolean made;

  private final double scale;
  private final long zeroPoint;
  private final @Nullable Tensor scales;
  private final @Nullable Tensor zeroPoints;
  private final int axis;

  private QuantizedTensor(Tensor memory, DType dtype, long[] sizes, long[] strides, long offset, double scale,
      long zeroPoint, @Nullable Tensor scales, @Nullable Tensor zeroPoints, int axis) {
    super(memory.storage(), dtype, sizes, strides, offset);
    made = true;
    this.scale = scale;
    this.zeroPoint = zeroPoint;
    this.scales = scales;
    this.zeroPoints = zeroPoints;
    this.axis = axis;
  }

  /// Integers that stand for numbers; shares their memory.
  public static QuantizedTensor of(Tensor integers, DType dtype, double scale, long zeroPoint) {
    return new QuantizedTensor(integers, dtype, integers.sizes(), integers.strides(), integers.storageOffset(), scale,
        zeroPoint, null, null, 0);
  }

  /// Integers that stand for numbers by channels along a dimension; shares their memory.
  public static QuantizedTensor of(Tensor integers, DType dtype, Tensor scales, Tensor zeroPoints, int axis) {
    return new QuantizedTensor(integers, dtype, integers.sizes(), integers.strides(), integers.storageOffset(), 1, 0,
        scales, zeroPoints, axis);
  }

  /// Whether there has been any quantized tensor in this program.
  public static boolean areThere() {
    return made;
  }

  /// Refuses quantized tensors for an operator that computes with numbers.
  public static void refuse(Operator operator, @Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor[] list) refuse(operator, list);
      else if (argument instanceof QuantizedTensor) throw Check.of(operator)
          .because("not there for quantized tensors").hint("dequantize() gives the numbers").unsupported();
    }
  }

  @Override
  public boolean isQuantized() {
    return true;
  }

  @Override
  public QScheme qscheme() {
    return scales == null ? QScheme.PER_TENSOR_AFFINE : QScheme.PER_CHANNEL_AFFINE;
  }

  @Override
  public double qScale() {
    expect(scales == null, QScheme.PER_TENSOR_AFFINE);
    return scale;
  }

  @Override
  public long qZeroPoint() {
    expect(scales == null, QScheme.PER_TENSOR_AFFINE);
    return zeroPoint;
  }

  @Override
  public Tensor qPerChannelScales() {
    return channels(scales);
  }

  @Override
  public Tensor qPerChannelZeroPoints() {
    return channels(zeroPoints);
  }

  @Override
  public int qPerChannelAxis() {
    expect(scales != null, QScheme.PER_CHANNEL_AFFINE);
    return axis;
  }

  private Tensor channels(@Nullable Tensor values) {
    if (values == null) throw wrongScheme(QScheme.PER_CHANNEL_AFFINE);
    return values;
  }

  private void expect(boolean fits, QScheme wanted) {
    if (!fits) throw wrongScheme(wanted);
  }

  private IllegalStateException wrongScheme(QScheme wanted) {
    return new IllegalStateException("Expected quantizer->qscheme() == " + wanted + ", got " + qscheme());
  }

  /// The integers themselves, another window on the memory.
  public Tensor integers() {
    DType dtype = switch (dtype()) {
      case QUINT8 -> DType.UINT8;
      case QINT8 -> DType.INT8;
      default -> DType.INT32;
    };
    return new Tensor(storage(), dtype, sizes(), strides(), storageOffset());
  }

  /// Other integers that stand for numbers in the same way.
  public QuantizedTensor with(Tensor integers) {
    return scales == null || zeroPoints == null ? of(integers, dtype(), scale, zeroPoint)
        : of(integers, dtype(), scales, zeroPoints, axis);
  }

  @Override
  public Tensor window(long[] sizes, long[] strides, long offset) {
    if (scales != null) throw new UnsupportedOperationException(
        "a tensor quantized by channels has no views; dequantize() gives the numbers, intRepr() the integers");
    return new QuantizedTensor(this, dtype(), sizes, strides, offset, scale, zeroPoint, null, null, 0);
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public Tensor clone() {
    return with(integers().clone());
  }

  @Override
  public Tensor contiguous() {
    return isContiguous() ? this : with(integers().contiguous());
  }

  @Override
  public Tensor detach() {
    return with(integers());
  }

  /// The number that the only element stands for.
  @Override
  public Object item() {
    return dequantize().item();
  }

  /// What is printed after the numbers.
  List<String> suffixes() {
    String how = "quantization_scheme=" + qscheme();
    if (scales == null || zeroPoints == null)
      return List.of("dtype=torch." + dtype(), how, "scale=" + scale, "zero_point=" + zeroPoint);
    return List.of("dtype=torch." + dtype(), how, "scale=" + scales, "zero_point=" + zeroPoints, "axis=" + axis);
  }
}
