package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// The way in which `scatter_reduce` and `index_reduce` bring elements together: "sum", "prod", "mean", "amax", "amin".
public record IndexReduction(Combining way, boolean isMean, boolean includesSelf) {
  /// What the arguments `reduce` and `include_self` say.
  public static IndexReduction of(Call c) {
    Combining way = switch (c.string("reduce")) {
      case "prod" -> Combining.MULTIPLY;
      case "amax" -> Combining.MAXIMUM;
      case "amin" -> Combining.MINIMUM;
      case "sum", "mean" -> Combining.ADD;
      default ->
        throw c.check().because("reduce argument must be either prod, mean, amax or amin, got %s", c.string("reduce"))
            .failure();
    };
    return new IndexReduction(way, c.string("reduce").equals("mean"), c.bool("include_self"));
  }

  /// The number that changes nothing, 0-dim: places start from it where their own number does not count.
  public Tensor neutral(DType dtype) {
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
  public Tensor counts(Tensor out) {
    return Torch.full(out.sizes(), includesSelf ? 1L : 0L, DType.INT64);
  }

  /// Divides sums by their counts; integers are rounded down.
  public void divide(Tensor out, Tensor counts) {
    Tensor divisor = counts.clampMin(1L);
    if (out.dtype().isDifferentiable()) out.div_(divisor.to(out.dtype()));
    else out.copy_(Arithmetic.DIV_MODE.tensor(out, divisor, "floor"));
  }
}
