package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;

/// Order: sorted values with the indices where they were, the largest, the one in the middle, the most frequent.
///
/// NaN counts as greater than all numbers. A stable sort leaves equal elements in their order; otherwise their order is
/// that of PyTorch's algorithms for lines of up to 32768 elements, and stable for longer ones.
public final class Sorting {
  private static final String NOT_COMPLEX = "complex numbers have no order";

  public static final Operator SORT_STABLE = Operator.declare(
      "aten::sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)")
      .shape(c -> {
        Tensor self = ordered(c);
        c.dim("dim", self);
        c.result(self.sizes(), self.dtype());
        c.result(self.sizes(), DType.INT64);
      })
      .kernel("sort")
      .gradient("self", b -> back(b, b.integer("dim")), Operator.RESULT);

  public static final Operator SORT = Operator
      .declare("aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)")
      .composition(c -> SORT_STABLE.call(c.tensor("self"), false, c.integer("dim"), c.bool("descending")));

  public static final Operator ARGSORT =
      Operator.declare("aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor")
          .composition(c -> SORT_STABLE.tensors(c.tensor("self"), false, c.integer("dim"), c.bool("descending"))[1])
          .notDifferentiable();
  public static final Operator ARGSORT_STABLE =
      Operator.declare("aten::argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor")
          .composition(
              c -> SORT_STABLE.tensors(c.tensor("self"), c.bool("stable"), c.integer("dim"), c.bool("descending"))[1])
          .notDifferentiable();

  /// Sorted along the first dimension.
  public static final Operator MSORT = Operator.declare("aten::msort(Tensor self) -> Tensor")
      .composition(c -> SORT_STABLE.tensors(c.tensor("self"), false, 0L, false)[0]);

  /// The k largest, or smallest, along a dimension.
  public static final Operator TOPK = Operator.declare(
      "aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)")
      .shape(c -> {
        Tensor self = ordered(c);
        int dim = c.dim("dim", self);
        long k = c.integer("k");
        long size = self.dim() == 0 ? 1 : self.size(dim);
        if (k < 0 || k > size) throw c.check().because("selected index k out of range").tensor("self", self)
            .hint("k must be between 0 and " + size).failure();
        long[] sizes = self.sizes().clone();
        if (sizes.length > 0) sizes[dim] = k;
        c.result(sizes, self.dtype());
        c.result(sizes, DType.INT64);
      })
      .kernel("topk")
      .gradient("self", b -> back(b, b.integer("dim")), Operator.RESULT);

  /// The k-th smallest along a dimension.
  public static final Operator KTHVALUE = Operator.declare(
      "aten::kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)")
      .shape(c -> {
        Tensor self = ordered(c);
        int dim = c.dim("dim", self);
        long size = self.dim() == 0 ? 1 : self.size(dim);
        if (size == 0) throw c.check().because("Expected reduction dim %d to have non-zero size.", dim).indexFailure();
        if (c.integer("k") < 1 || c.integer("k") > size) throw c.check()
            .because("selected number k out of range for dimension %d", dim).tensor("self", self).failure();
        reduced(c, self, dim);
      })
      .kernel("kthvalue")
      .gradient("self", Sorting::backReduced, Operator.RESULT);

  // ---- in the middle, most frequent ------------------------------------------------------------------------------

  /// The middle one along a dimension, of an even number the lower; NaN where there is one.
  public static final Operator MEDIAN_DIM =
      Operator.declare("aten::median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")
          .shape(Sorting::reducedDim)
          .kernel("median")
          .gradient("self", Sorting::backReduced, Operator.RESULT);

  /// The middle one of those that are not NaN.
  public static final Operator NANMEDIAN_DIM =
      Operator
          .declare("aten::nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")
          .shape(Sorting::reducedDim)
          .kernel("nanmedian")
          .gradient("self", Sorting::backReduced, Operator.RESULT);

  /// The middle one of all elements. Of equal ones each has the same share of the gradient.
  public static final Operator MEDIAN = Operator.declare("aten::median(Tensor self) -> Tensor")
      .composition(c -> middle(c, MEDIAN_DIM))
      .gradient("self", Sorting::share, "self", Operator.RESULT);
  public static final Operator NANMEDIAN = Operator.declare("aten::nanmedian(Tensor self) -> Tensor")
      .composition(c -> middle(c, NANMEDIAN_DIM))
      .gradient("self", Sorting::share, "self", Operator.RESULT);

  /// The most frequent one along a dimension, of several the smallest, with the index of its last occurrence.
  public static final Operator MODE =
      Operator.declare("aten::mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)")
          .shape(Sorting::reducedDim)
          .kernel("mode")
          .gradient("self", Sorting::backReduced, Operator.RESULT);

  private Sorting() {}

  private static Tensor ordered(Call c) {
    Tensor self = c.tensor("self");
    if (self.dtype().isComplex()) throw c.check().because(NOT_COMPLEX).tensor("self", self).failure();
    return self;
  }

  private static void reducedDim(Call c) {
    Tensor self = ordered(c);
    int dim = c.dim("dim", self);
    if (self.dim() > 0 && self.size(dim) == 0)
      throw c.check().because("Expected reduction dim %d to have non-zero size.", dim).tensor("self", self)
          .indexFailure();
    reduced(c, self, dim);
  }

  private static void reduced(Call c, Tensor self, int dim) {
    long[] sizes =
        self.dim() == 0 ? self.sizes() : c.bool("keepdim") ? self.sizes().clone() : Views.without(self.sizes(), dim);
    if (self.dim() > 0 && c.bool("keepdim")) sizes[dim] = 1;
    c.result(sizes, self.dtype());
    c.result(sizes, DType.INT64);
  }

  private static Tensor middle(Call c, Operator along) {
    Tensor self = ordered(c);
    if (self.numel() == 0) {
      Object nothing = self.dtype().isFloatingPoint() ? (Object) Double.NaN : 0L;
      return Torch.full(new long[0], nothing, self.dtype());
    }
    return along.tensors(self.reshape(-1), 0L, false)[0];
  }

  /// The gradient put back to where the values were.
  private static Tensor back(Backward b, long dim) {
    Tensor zeros = Torch.zeros(b.sizes("self"), b.grad().dtype(), b.grad().device());
    return zeros.scatter(dim, b.result(1), b.grad());
  }

  private static Tensor backReduced(Backward b) {
    if (b.sizes("self").length == 0) return b.grad();
    long dim = b.integer("dim");
    boolean kept = b.bool("keepdim");
    Tensor zeros = Torch.zeros(b.sizes("self"), b.grad().dtype(), b.grad().device());
    return zeros.scatter(dim, kept ? b.result(1) : b.result(1).unsqueeze(dim),
        kept ? b.grad() : b.grad().unsqueeze(dim));
  }

  private static Tensor share(Backward b) {
    Tensor self = b.tensor("self");
    Tensor result = b.result();
    Tensor same = self.eq(result);
    if (self.dtype().isFloatingPoint()) same = same.logicalOr(self.ne(self).logicalAnd(result.ne(result)));
    Tensor weights = same.to(b.grad().dtype());
    return weights.mul(b.grad().div(weights.sum()));
  }
}
