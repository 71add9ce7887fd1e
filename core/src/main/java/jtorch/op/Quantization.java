package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.QuantizedTensor;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Halves;

/// From numbers to integers that stand for them, and back. Computed in float32 as PyTorch's kernels do: numbers are multiplied
/// by the rounded inverse of the scale, and rounded halves to even before the zero point is added.
public final class Quantization {
  /// Below it a chosen scale is not to be trusted.
  private static final float SMALLEST_SCALE = 6.1e-5f;

  public static final Operator PER_TENSOR = Operator
      .declare("aten::quantize_per_tensor(Tensor self, float scale, int zero_point, ScalarType dtype) -> Tensor")
      .composition(c -> perTensor(c, c.tensor("self"), c.number("scale"), c.integer("zero_point"), dtype(c)))
      .notDifferentiable();

  public static final Operator PER_TENSOR_TENSOR = Operator
      .declare(
          "aten::quantize_per_tensor.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, ScalarType dtype) -> Tensor")
      .composition(c -> PER_TENSOR.call(c.tensor("self"), c.tensor("scale").itemDouble(),
          c.tensor("zero_point").itemLong(), dtype(c)));

  public static final Operator PER_TENSOR_TENSORS = Operator
      .declare(
          "aten::quantize_per_tensor.tensors(Tensor[] tensors, Tensor scales, Tensor zero_points, ScalarType dtype) -> Tensor[]")
      .composition(c -> {
        Tensor[] tensors = c.tensors("tensors");
        double[] scales = c.tensor("scales").toDoubleArray();
        long[] zeroPoints = c.tensor("zero_points").toLongArray();
        Tensor[] made = new Tensor[tensors.length];
        for (int i = 0; i < made.length; i++)
          made[i] = PER_TENSOR.tensor(tensors[i], scales[i], zeroPoints[i], dtype(c));
        return made;
      });

  public static final Operator PER_CHANNEL = Operator
      .declare(
          "aten::quantize_per_channel(Tensor self, Tensor scales, Tensor zero_points, int axis, ScalarType dtype) -> Tensor")
      .composition(c -> {
        Tensor self = checkFloat(c, c.tensor("self"));
        DType dtype = dtype(c);
        int axis = c.dim("axis", self);
        Tensor scales = c.tensor("scales");
        Tensor zeroPoints = c.tensor("zero_points");
        if (scales.dim() != 1 || scales.numel() != self.size(axis)) throw c.check()
            .because("length of scales must equal to channel, expected %d got, %d", self.size(axis), scales.numel())
            .shapeFailure();
        if (zeroPoints.dim() != 1 || zeroPoints.numel() != self.size(axis)) throw c.check()
            .because("length of zero_points must equal to channel, expected %d got, %d", self.size(axis),
                zeroPoints.numel())
            .shapeFailure();
        for (long zeroPoint : zeroPoints.toLongArray()) checkZeroPoint(c, zeroPoint, dtype);
        long[] sizes = along(self, axis);
        Tensor inverse = scales.to(DType.FLOAT32).reciprocal().reshape(sizes);
        Tensor integers = rounded(self, inverse, zeroPoints.reshape(sizes), dtype);
        return QuantizedTensor.of(integers, dtype, scales.to(DType.FLOAT64).clone(), zeroPoints.to(DType.INT64).clone(),
            axis);
      })
      .notDifferentiable();

  public static final Operator PER_TENSOR_DYNAMIC = Operator
      .declare("aten::quantize_per_tensor_dynamic(Tensor self, ScalarType dtype, bool reduce_range) -> Tensor")
      .composition(c -> {
        Tensor self = checkFloat(c, c.tensor("self"));
        DType dtype = c.dtype("dtype", DType.QUINT8);
        if (dtype == DType.FLOAT16) return self.to(DType.FLOAT16);
        if (dtype != DType.QINT8 && dtype != DType.QUINT8) throw c.check().because(
            "dtype %s not supported in quantize_per_tensor_dynamic", dtype).failure();
        if (self.numel() == 0) throw c.check().because("cannot find the range of an empty tensor").failure();
        long lowest = lowest(dtype);
        long highest = highest(dtype);
        if (c.bool("reduce_range")) {
          lowest /= 2;
          highest /= 2;
        }
        Range chosen = Range.choose(self.min().itemDouble(), self.max().itemDouble(), lowest, highest, false);
        return PER_TENSOR.call(self, chosen.scale(), chosen.zeroPoint(), dtype);
      });

  public static final Operator EMPTY = Operator.declare(
      "aten::empty_quantized(int[] size, Tensor qtensor, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor")
      .composition(c -> {
        QuantizedTensor like = quantized(c, c.tensor("qtensor"));
        return like.with(Torch.zeros(c.longs("size").clone(), like.integers().dtype()));
      })
      .anyQuantization().notDifferentiable();

  public static final Operator INT_REPR = Operator.declare("aten::int_repr(Tensor self) -> Tensor")
      .composition(c -> quantized(c, c.tensor("self")).integers().clone())
      .anyQuantization().notDifferentiable();

  /// `(q - zero_point) * scale` in float32
  public static final Operator DEQUANTIZE = Operator.declare("aten::dequantize.self(Tensor self) -> Tensor")
      .composition(c -> {
        if (!(c.tensor("self") instanceof QuantizedTensor self)) return c.tensor("self").to(DType.FLOAT32);
        Tensor integers = self.integers().to(DType.INT64);
        if (self.qscheme() == jtorch.QScheme.PER_TENSOR_AFFINE)
          return integers.sub(self.qZeroPoint()).to(DType.FLOAT32).mul((double) (float) self.qScale());
        long[] sizes = along(self, self.qPerChannelAxis());
        return integers.sub(self.qPerChannelZeroPoints().reshape(sizes)).to(DType.FLOAT32)
            .mul(self.qPerChannelScales().to(DType.FLOAT32).reshape(sizes));
      })
      .anyQuantization();

  public static final Operator DEQUANTIZE_TENSOR = Operator.declare("aten::dequantize.tensor(Tensor qtensor) -> Tensor")
      .composition(c -> DEQUANTIZE.call(c.tensor("qtensor")));

  public static final Operator DEQUANTIZE_TENSORS =
      Operator.declare("aten::dequantize.tensors(Tensor[] tensors) -> Tensor[]")
          .composition(c -> Arrays.stream(c.tensors("tensors")).map(DEQUANTIZE::tensor).toArray(Tensor[]::new));

  public static final Operator DEQUANTIZE_LIST =
      Operator.declare("aten::dequantize.list(Tensor[] qtensors) -> Tensor[]")
          .composition(c -> DEQUANTIZE_TENSORS.call((Object) c.tensors("qtensors")));

  public static final Operator Q_SCALE = Operator.declare("aten::q_scale(Tensor self) -> float")
      .composition(c -> c.tensor("self").qScale()).anyQuantization();

  public static final Operator Q_ZERO_POINT = Operator.declare("aten::q_zero_point(Tensor self) -> int")
      .composition(c -> c.tensor("self").qZeroPoint()).anyQuantization();

  public static final Operator Q_SCALES = Operator.declare("aten::q_per_channel_scales(Tensor self) -> Tensor")
      .composition(c -> c.tensor("self").qPerChannelScales()).anyQuantization();

  public static final Operator Q_ZERO_POINTS =
      Operator.declare("aten::q_per_channel_zero_points(Tensor self) -> Tensor")
          .composition(c -> c.tensor("self").qPerChannelZeroPoints()).anyQuantization();

  public static final Operator Q_AXIS = Operator.declare("aten::q_per_channel_axis(Tensor self) -> int")
      .composition(c -> (long) c.tensor("self").qPerChannelAxis()).anyQuantization();

  /// The range of a row, largest and smallest number, that loses least when it is cut into `2^bit_width` steps.
  public static final Operator CHOOSE_OPTIMIZED = Operator
      .declare(
          "aten::choose_qparams_optimized(Tensor input, int numel, int n_bins, float ratio, int bit_width) -> (Tensor, Tensor)")
      .composition(Quantization::chooseOptimized)
      .notDifferentiable();

  /// `int8 [n, k] x int8 [k, m] -> int32 [n, m]`; the left one may be uint8.
  public static final Operator INT_MM = Operator.declare("aten::_int_mm(Tensor self, Tensor mat2) -> Tensor")
      .composition(c -> {
        Tensor a = c.tensor("self");
        Tensor b = c.tensor("mat2");
        if (a.dim() != 2) throw c.check()
            .because("int_mm_out_cpu: Expected self to be of dimension 2 but got %d", a.dim()).shapeFailure();
        if (b.dim() != 2) throw c.check()
            .because("int_mm_out_cpu: Expected mat2 to be of dimension 2 but got %d", b.dim()).shapeFailure();
        if (a.size(1) != b.size(0)) throw c.check().because(
            "int_mm_out_cpu: self.size(1) needs to match mat2.size(0) but got %d and %d", a.size(1), b.size(0))
            .shapeFailure();
        if (a.dtype() != DType.INT8 && a.dtype() != DType.UINT8) throw c.check().because(
            "int_mm_out_cpu: Expected self dtype to be int8 or uint8 but got %s", a.dtype()).failure();
        if (b.dtype() != DType.INT8)
          throw c.check().because("int_mm_out_cpu: Expected mat2 dtype to be int8 but got %s", b.dtype()).failure();
        // Products of up to 512 bytes add up exactly in float32, whose matrix products are the fastest there are.
        Tensor sum = Torch.zeros(new long[] {a.size(0), b.size(1)}, DType.INT32);
        for (long from = 0; from < a.size(1); from += 512) {
          long length = Math.min(512, a.size(1) - from);
          sum.add_(a.narrow(1, from, length).to(DType.FLOAT32).mm(b.narrow(0, from, length).to(DType.FLOAT32))
              .to(DType.INT32));
        }
        return sum;
      })
      .notDifferentiable();

  private Quantization() {}

  /// What the integers of a tensor stand for.
  record Range(double scale, long zeroPoint) {
    /// The scale and zero point by which integers cover a range of numbers and zero.
    ///
    /// @param symmetric whether zero lies in the middle where the range has both signs
    static Range choose(double smallest, double largest, long lowest, long highest, boolean symmetric) {
      float min = (float) smallest;
      float max = (float) largest;
      if (min < 0 && max > 0 && symmetric) {
        long below = -((highest - lowest) / 2 + 1);
        long above = (highest - lowest) / 2;
        double widest = Math.max(Math.abs((double) min / below), Math.abs((double) max / above));
        min = (float) (widest * below);
        max = (float) (widest * above);
      }
      min = Math.min(min, 0f);
      max = Math.max(max, 0f);
      double scale = ((double) max - min) / (highest - lowest);
      if ((float) scale == 0f || Float.isInfinite(1f / (float) scale)) scale = 0.1;
      if (scale < SMALLEST_SCALE) {
        float before = (float) scale;
        scale = SMALLEST_SCALE;
        if (min == 0) max = SMALLEST_SCALE * (highest - lowest);
        else if (max == 0) min = -SMALLEST_SCALE * (highest - lowest);
        else {
          min *= SMALLEST_SCALE / before;
          max *= SMALLEST_SCALE / before;
        }
      }
      // Of the two ends the one whose number comes out with the smaller error says where zero is.
      double errorBelow = Math.abs(lowest) + Math.abs(min / scale);
      double errorAbove = Math.abs(highest) + Math.abs(max / scale);
      double zero = errorBelow < errorAbove ? lowest - min / scale : highest - max / scale;
      if (min < 0 && max > 0 && symmetric) zero = (lowest + highest) / 2.0;
      return new Range(scale, Math.clamp((long) Math.rint(zero), lowest, highest));
    }
  }

  static long lowest(DType dtype) {
    return dtype == DType.QUINT8 ? 0 : dtype == DType.QINT8 ? -128 : Integer.MIN_VALUE;
  }

  static long highest(DType dtype) {
    return dtype == DType.QUINT8 ? 255 : dtype == DType.QINT8 ? 127 : Integer.MAX_VALUE;
  }

  /// The sizes in which values for each index of a dimension are broadcast.
  static long[] along(Tensor like, int axis) {
    long[] sizes = new long[like.dim()];
    Arrays.fill(sizes, 1);
    sizes[axis] = like.size(axis);
    return sizes;
  }

  private static DType dtype(Call c) {
    DType dtype = c.dtype("dtype", DType.QUINT8);
    if (!dtype.isQuantized())
      throw c.check().because("ScalarType %s is not supported in new_qtensor.", dtype.scalarTypeName()).failure();
    return dtype;
  }

  private static QuantizedTensor quantized(Call c, Tensor t) {
    if (t instanceof QuantizedTensor q) return q;
    throw c.check().because("not a quantized tensor").tensor("self", t).failure();
  }

  private static Tensor checkFloat(Call c, Tensor t) {
    if (t.dtype() != DType.FLOAT32) throw c.check().because("Quantize only works on Float Tensor, got %s",
        t.dtype().scalarTypeName()).failure();
    return t;
  }

  private static void checkZeroPoint(Call c, long zeroPoint, DType dtype) {
    if (zeroPoint > highest(dtype)) throw c.check()
        .because("quantize_tensor_per_tensor_affine zero_point %d is above upper bound.", zeroPoint).failure();
    if (zeroPoint < lowest(dtype)) throw c.check()
        .because("quantize_tensor_per_tensor_affine zero_point %d is below lower bound.", zeroPoint).failure();
  }

  private static Tensor perTensor(Call c, Tensor self, double scale, long zeroPoint, DType dtype) {
    checkFloat(c, self);
    checkZeroPoint(c, zeroPoint, dtype);
    Tensor inverse = Torch.scalarTensor((double) (1f / (float) scale)).to(DType.FLOAT32);
    return QuantizedTensor.of(rounded(self, inverse, Torch.scalarTensor(zeroPoint), dtype), dtype, scale, zeroPoint);
  }

  /// The integers; float64 holds those of 32 bits exactly, NaN counts as too large.
  private static Tensor rounded(Tensor self, Tensor inverse, Tensor zeroPoint, DType dtype) {
    Tensor steps = self.mul(inverse).round().to(DType.FLOAT64).add(zeroPoint);
    Tensor kept = steps.clamp(lowest(dtype), highest(dtype)).nanToNum((double) highest(dtype), null, null);
    return kept.to(dtype == DType.QUINT8 ? DType.UINT8 : dtype == DType.QINT8 ? DType.INT8 : DType.INT32);
  }

  private static Object chooseOptimized(Call c) {
    Tensor input = checkFloat(c, c.tensor("input"));
    int numel = Math.toIntExact(c.integer("numel"));
    if (numel > input.numel())
      throw c.check().because("numel %d greater than input_tensor.numel() %d", numel, input.numel()).failure();
    if (numel < 1) throw c.check().because("numel must be positive, got %d", numel).failure();
    float[] row = Arrays.copyOf(input.toFloatArray(), numel);
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float v : row) {
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
    long bins = c.integer("n_bins");
    float step = (max - min) / bins;
    int fewest = (int) (bins * (1.0 - (float) c.number("ratio")));
    long bits = c.integer("bit_width");
    float low = min;
    float high = max;
    float loss = loss(row, low, high, bits);
    float best = loss;
    float width = fewest * step;
    while (low + width < high) {
      float left = loss(row, low + step, high, bits);
      float right = loss(row, low, high - step, bits);
      if (loss < left && loss < right && loss < best) {
        best = loss;
        min = low;
        max = high;
      }
      if (left < right) {
        low += step;
        loss = left;
      } else {
        high -= step;
        loss = right;
      }
    }
    return new Tensor[] {Torch.tensor(new float[] {max}), Torch.tensor(new float[] {min})};
  }

  /// The distance between a row and what it becomes in a range.
  private static float loss(float[] row, float from, float to, long bits) {
    float low = Halves.roundToFloat16(from);
    float range = to - low;
    float most = (1L << bits) - 1;
    float scale = range == 0 ? 1f : Halves.roundToFloat16(range / most);
    float inverse = scale == 0 ? 1f : 1f / scale;
    float sum = 0;
    for (float v : row) {
      float q = Math.max(0f, Math.min((float) Math.rint((v - low) * inverse), most));
      float error = v - (q * scale + low);
      sum += error * error;
    }
    return (float) Math.sqrt(sum);
  }
}
