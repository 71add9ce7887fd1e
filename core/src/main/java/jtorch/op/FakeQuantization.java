package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Rounding numbers to those that integers would stand for, while they stay numbers: training that knows of quantization.
/// Gradients pass unchanged where nothing was cut off.
public final class FakeQuantization {
  /// The rounded numbers, and where the integers were within their range.
  public static final Operator PER_TENSOR_MASK = Operator
      .declare(
          "aten::fake_quantize_per_tensor_affine_cachemask(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> (Tensor output, Tensor mask)")
      .composition(c -> {
        checkRange(c);
        long zeroPoint = c.integer("zero_point");
        if (zeroPoint < c.integer("quant_min") || zeroPoint > c.integer("quant_max"))
          throw c.check().because("`zero_point` must be between `quant_min` and `quant_max`.").failure();
        Tensor scale = Torch.scalarTensor(c.number("scale")).to(DType.FLOAT32);
        return rounded(c, scale, Torch.scalarTensor((double) zeroPoint).to(DType.FLOAT32));
      })
      .gradient("self", b -> b.grad().mul(b.result(1)), Operator.RESULT)
      .notDifferentiable(1);

  public static final Operator PER_TENSOR = Operator
      .declare(
          "aten::fake_quantize_per_tensor_affine(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> Tensor")
      .composition(c -> PER_TENSOR_MASK.tensors(c.tensor("self"), c.number("scale"), c.integer("zero_point"),
          c.integer("quant_min"), c.integer("quant_max"))[0]);

  /// As [#PER_TENSOR_MASK] with scale and zero point as tensors, and a switch.
  public static final Operator PER_TENSOR_TENSOR_MASK = Operator
      .declare(
          "aten::_fake_quantize_per_tensor_affine_cachemask_tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, Tensor fake_quant_enabled, int quant_min, int quant_max) -> (Tensor output, Tensor mask)")
      .composition(c -> {
        checkRange(c);
        Tensor self = c.tensor("self");
        if (c.tensor("fake_quant_enabled").itemDouble() == 0)
          return new Tensor[] {self.clone(), Torch.ones(self.sizes(), DType.BOOL)};
        return rounded(c, c.tensor("scale").reshape(), c.tensor("zero_point").reshape());
      })
      .gradient("self", b -> b.grad().mul(b.result(1)), Operator.RESULT)
      .notDifferentiable(1);

  public static final Operator PER_TENSOR_TENSOR = Operator
      .declare(
          "aten::fake_quantize_per_tensor_affine.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, int quant_min, int quant_max) -> Tensor")
      .composition(c -> PER_TENSOR_TENSOR_MASK.tensors(c.tensor("self"), c.tensor("scale"), c.tensor("zero_point"),
          Torch.ones(1), c.integer("quant_min"), c.integer("quant_max"))[0]);

  public static final Operator PER_CHANNEL_MASK = Operator
      .declare(
          "aten::fake_quantize_per_channel_affine_cachemask(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> (Tensor output, Tensor mask)")
      .composition(c -> {
        checkRange(c);
        Tensor self = c.tensor("self");
        Tensor scale = c.tensor("scale");
        Tensor zeroPoint = c.tensor("zero_point");
        int axis = c.dim("axis", self);
        if (scale.dtype() != DType.FLOAT32 && scale.dtype() != DType.BFLOAT16) throw c.check()
            .because("Scale must be Float or BFloat16, found %s", scale.dtype().scalarTypeName()).failure();
        if (zeroPoint.dtype() != DType.INT32 && zeroPoint.dtype() != DType.FLOAT32
            && zeroPoint.dtype() != DType.FLOAT16)
          throw c.check()
              .because("Zero-point must be Int32, Float or Half, found %s", zeroPoint.dtype().scalarTypeName())
              .failure();
        if (scale.dim() != 1) throw c.check().because("scale should be a 1-D tensor").shapeFailure();
        if (zeroPoint.dim() != 1) throw c.check().because("zero point should be a 1-D tensor").shapeFailure();
        if (scale.numel() != zeroPoint.numel())
          throw c.check().because("scale and zero-point need to have the same dimensions").shapeFailure();
        if (scale.numel() != self.size(axis))
          throw c.check().because("dimensions of scale and zero-point are not consistent with input tensor")
              .shapeFailure();
        long[] sizes = Quantization.along(self, axis);
        return rounded(c, scale.reshape(sizes), zeroPoint.reshape(sizes));
      })
      .gradient("self", b -> b.grad().mul(b.result(1)), Operator.RESULT)
      .notDifferentiable(1);

  public static final Operator PER_CHANNEL = Operator
      .declare(
          "aten::fake_quantize_per_channel_affine(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> Tensor")
      .composition(c -> PER_CHANNEL_MASK.tensors(c.tensor("self"), c.tensor("scale"), c.tensor("zero_point"),
          c.integer("axis"), c.integer("quant_min"), c.integer("quant_max"))[0]);

  /// Observes the range, chooses scale and zero point, rounds.
  public static final Operator OBSERVED = Operator
      .declare(
          "aten::fused_moving_avg_obs_fake_quant(Tensor self, Tensor observer_on, Tensor fake_quant_on, Tensor(a!) running_min, Tensor(b!) running_max, Tensor(c!) scale, Tensor(d!) zero_point, float averaging_const, int quant_min, int quant_max, int ch_axis, bool per_row_fake_quant=False, bool symmetric_quant=False) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        boolean perRow = c.bool("per_row_fake_quant");
        if (c.tensor("observer_on").itemDouble() != 0) observe(c, self.detach(), perRow);
        if (c.tensor("fake_quant_on").itemDouble() == 0) return self.clone();
        if (perRow) return PER_CHANNEL.call(self, c.tensor("scale"), c.tensor("zero_point"), c.integer("ch_axis"),
            c.integer("quant_min"), c.integer("quant_max"));
        return PER_TENSOR_TENSOR.call(self, c.tensor("scale"), c.tensor("zero_point"), c.integer("quant_min"),
            c.integer("quant_max"));
      });

  private FakeQuantization() {}

  private static void checkRange(Call c) {
    if (c.integer("quant_min") > c.integer("quant_max"))
      throw c.check().because("`quant_min` should be less than or equal to `quant_max`.").failure();
    if (!c.tensor("self").dtype().isFloatingPoint())
      throw c.check().because("expected a floating tensor").tensor("self", c.tensor("self")).failure();
  }

  /// `(clamp(round(x / scale) + zero_point) - zero_point) * scale`; what is no number counts as the smallest integer.
  private static Tensor[] rounded(Call c, Tensor scale, Tensor zeroPoint) {
    Tensor self = c.tensor("self");
    DType compute = self.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    long lowest = c.integer("quant_min");
    long highest = c.integer("quant_max");
    Tensor step = scale.to(DType.FLOAT32);
    Tensor zero = zeroPoint.to(compute);
    Tensor steps = self.to(compute).mul(step.reciprocal().to(compute)).round().add(zero);
    Tensor mask = steps.ge(lowest).logicalAnd(steps.le(highest));
    Tensor kept = steps.nanToNum((double) lowest, null, null).clamp(lowest, highest);
    return new Tensor[] {kept.sub(zero).mul(step.to(compute)).to(self.dtype()), mask};
  }

  private static void observe(Call c, Tensor self, boolean perRow) {
    Tensor runningMin = c.tensor("running_min");
    Tensor runningMax = c.tensor("running_max");
    Tensor scale = c.tensor("scale");
    Tensor zeroPoint = c.tensor("zero_point");
    Tensor rows = perRow ? self.transpose(c.integer("ch_axis"), 0).reshape(self.size(c.dim("ch_axis", self)), -1)
        : self.reshape(1, -1);
    double[] smallest = moved(c, runningMin, rows.amin(1));
    double[] largest = moved(c, runningMax, rows.amax(1));
    double[] scales = new double[smallest.length];
    double[] zeroPoints = new double[smallest.length];
    for (int i = 0; i < scales.length; i++) {
      var range = Quantization.Range.choose(smallest[i], largest[i], c.integer("quant_min"), c.integer("quant_max"),
          c.bool("symmetric_quant"));
      scales[i] = range.scale();
      zeroPoints[i] = range.zeroPoint();
    }
    write(scales, scale);
    write(zeroPoints, zeroPoint);
  }

  private static double[] moved(Call c, Tensor running, Tensor seen) {
    double[] before = running.toDoubleArray();
    double[] now = seen.toDoubleArray();
    if (before.length != now.length) before = java.util.Arrays.copyOf(before, now.length);
    for (int i = 0; i < now.length; i++) {
      float from = (float) before[i];
      if (!Float.isInfinite(from)) now[i] = from + (float) c.number("averaging_const") * ((float) now[i] - from);
    }
    write(now, running);
    return now;
  }

  /// Writes numbers into a tensor, which takes their length.
  private static void write(double[] values, Tensor into) {
    if (into.numel() != values.length) into.resize_(values.length);
    into.copy_(Torch.fromSegment(java.lang.foreign.MemorySegment.ofArray(values), DType.FLOAT64, into.sizes()));
  }
}
