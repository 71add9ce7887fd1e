package jtorch.cpu;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Arithmetic;
import jtorch.op.Call;

/// The way in which `scatter_reduce` and `index_reduce` bring elements together: "sum", "prod", "mean", "amax", "amin".
record Reduction(Combiner.Way way, boolean isMean, boolean includesSelf) {
  static Reduction of(Call c) {
    Combiner.Way way = switch (c.string("reduce")) {
      case "prod" -> Combiner.Way.MULTIPLY;
      case "amax" -> Combiner.Way.MAXIMUM;
      case "amin" -> Combiner.Way.MINIMUM;
      case "sum", "mean" -> Combiner.Way.ADD;
      default ->
        throw c.check().because("reduce argument must be either prod, mean, amax or amin, got %s", c.string("reduce"))
            .failure();
    };
    return new Reduction(way, c.string("reduce").equals("mean"), c.bool("include_self"));
  }

  /// The number that changes nothing, 0-dim: places start from it where their own number does not count.
  Tensor neutral(DType dtype) {
    Object value = switch (way) {
      case MULTIPLY -> 1L;
      case MAXIMUM -> dtype.isFloatingPoint() ? (Object) Double.NEGATIVE_INFINITY : lowest(dtype);
      case MINIMUM -> dtype.isFloatingPoint() ? (Object) Double.POSITIVE_INFINITY : highest(dtype);
      default -> 0L;
    };
    return Torch.full(new long[0], value, dtype);
  }

  private static long lowest(DType dtype) {
    return dtype == DType.BOOL || dtype == DType.UINT8 ? 0 : Long.MIN_VALUE >> (64 - 8 * dtype.size());
  }

  private static long highest(DType dtype) {
    return dtype == DType.BOOL ? 1 : dtype == DType.UINT8 ? 255 : Long.MAX_VALUE >> (64 - 8 * dtype.size());
  }

  /// Where a mean counts what comes together.
  Tensor counts(Tensor out) {
    return Torch.full(out.sizes(), includesSelf ? 1L : 0L, DType.INT64);
  }

  /// Divides sums by their counts; integers are rounded down.
  void divide(Tensor out, Tensor counts) {
    Tensor divisor = counts.clampMin(1L);
    if (out.dtype().isDifferentiable()) out.div_(divisor.to(out.dtype()));
    else out.copy_(Arithmetic.DIV_MODE.tensor(out, divisor, "floor"));
  }
}
