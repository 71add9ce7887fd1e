package jtorch.op;

import java.util.List;
import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Reductions of consecutive segments of a dimension.
public final class Segments {
  private static final List<String> REDUCTIONS = List.of("max", "mean", "min", "sum", "prod");

  /// Reduces segments along `axis` by "sum", "mean", "max", "min" or "prod". They are given by their lengths, or by
  /// offsets (one more than there are segments); both with the dimensions before `axis`.
  public static final Operator SEGMENT_REDUCE = Operator.declare(
      "aten::segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) -> Tensor")
      .shape(c -> {
        Tensor data = c.tensor("data");
        if (data.dim() == 0) throw c.check().because("expected data with at least one dimension").shapeFailure();
        int axis = c.dim("axis", data);
        if (!REDUCTIONS.contains(c.string("reduce")))
          throw c.check().because("unsupported reduction: %s", c.string("reduce")).failure();
        if (c.has("indices"))
          throw c.check().because("currently doesn't support indices input.").failure();
        if (!data.dtype().isFloatingPoint())
          throw c.check().because("not implemented for '%s'", data.dtype()).tensor("data", data).failure();
        Tensor bounds = bounds(c);
        checkBounds(c, data, bounds, axis);
        long[] sizes = data.sizes().clone();
        sizes[axis] = bounds.size(axis) - (c.has("offsets") ? 1 : 0);
        c.result(sizes, data.dtype());
      })
      .kernel("segment_reduce")
      .gradient("data", b -> Segments.SEGMENT_REDUCE_BACKWARD.tensor(b.grad(), b.result(), b.tensor("data"),
          b.string("reduce"), b.tensorOrNull("lengths"), b.tensorOrNull("offsets"),
          (long) b.dim("axis", "data"), b.raw(7)), "data", "lengths", "offsets", Operator.RESULT);

  public static final Operator SEGMENT_REDUCE_BACKWARD = Operator.declare(
      "aten::_segment_reduce_backward(Tensor grad, Tensor output, Tensor data, str reduce, *, Tensor? lengths=None, Tensor? offsets=None, int axis=0, Scalar? initial=None) -> Tensor")
      .shape(c -> c.result(c.tensor("data").sizes(), c.tensor("data").dtype()))
      .kernel("segment_reduce_backward")
      .notDifferentiable();

  private Segments() {}

  private static Tensor bounds(Call c) {
    Tensor lengths = c.tensorOrNull("lengths");
    Tensor offsets = c.tensorOrNull("offsets");
    if ((lengths == null) == (offsets == null))
      throw c.check().because("Either lengths or offsets must be defined, and not both.").failure();
    return lengths == null ? c.tensor("offsets") : lengths;
  }

  private static void checkBounds(Call c, Tensor data, Tensor bounds, int axis) {
    if (bounds.dtype() != DType.INT64 && bounds.dtype() != DType.INT32)
      throw c.check().because("lengths and offsets must be int32 or int64, got %s", bounds.dtype()).failure();
    if (bounds.dim() - 1 != axis) throw c.check().because(
        "Expected lengths.ndim - 1 to be axis or data.ndim - 1, but got lengths.dim() %d and axis %d", bounds.dim(),
        axis).tensor("data", data).shapeFailure();
    for (int d = 0; d < axis; d++) {
      if (bounds.size(d) != data.size(d)) throw c.check()
          .because("the dimensions before the axis differ: %d and %d", bounds.size(d), data.size(d))
          .tensor("data", data).tensor("bounds", bounds).shapeFailure();
    }
    boolean offsets = c.has("offsets");
    if (offsets && bounds.size(axis) == 0) throw c.check().because("offsets must not be empty").shapeFailure();
    if (c.bool("unsafe") || bounds.numel() == 0) return;
    Tensor plain = bounds.detach();
    if (offsets) {
      long count = bounds.size(axis);
      boolean falls = count > 1 && plain.diff(1, axis).lt(0L).any().itemBoolean();
      if (falls || plain.lt(0L).any().itemBoolean() || plain.gt(data.size(axis)).any().itemBoolean())
        throw c.check().because("offsets must rise from 0 to data.size(axis)").failure();
      return;
    }
    if (plain.lt(0L).any().itemBoolean()) throw c.check().because("lengths contains negative value!").failure();
    if (plain.sum(axis).ne(data.size(axis)).any().itemBoolean()) throw c.check()
        .because("Expected all rows of lengths along axis to sum to data.size(lengths.dim()-1) when !unsafe.")
        .tensor("data", data).failure();
  }

  /// The value that a reduction starts with.
  public static double start(String reduce, @Nullable Object initial) {
    if (initial instanceof Number n) return n.doubleValue();
    if (initial instanceof Boolean b) return b ? 1 : 0;
    return switch (reduce) {
      case "max" -> Double.NEGATIVE_INFINITY;
      case "min" -> Double.POSITIVE_INFINITY;
      case "prod" -> 1;
      default -> 0;
    };
  }
}
