package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;

/// Sums, means, extremes over dimensions.
public final class Reductions {
  /// The sum over dimensions, none given: over all. Integers and bools add up in int64.
  public static final Operator SUM_DIMS = Operator
      .declare(
          "aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .shape(c -> c.result(reducedSizes(c), c.dtype("dtype", sumType(c.tensor("self").dtype()))))
      .kernel("sum")
      .gradient("self", b -> expandBack(b.grad(), b.longsOrNull("dim"), b.bool("keepdim"), b.sizes("self")));

  public static final Operator SUM = Operator.declare("aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> SUM_DIMS.call(c.tensor("self"), null, false, c.dtype("dtype")));

  /// The mean over dimensions, none given: over all.
  public static final Operator MEAN_DIMS = Operator
      .declare("aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        DType dtype = c.dtype("dtype", self.dtype());
        if (!dtype.isDifferentiable()) throw c.check()
            .because(
                "could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: %s",
                dtype)
            .tensor("self", self).hint("mean with a dtype converts first").failure();
        long n = 1;
        for (int d : Check.dims(c.operator(), c.longsOrNull("dim"), self.dim()))
          n *= self.dim() == 0 ? 1 : self.size(d);
        return SUM_DIMS.tensor(self, c.longsOrNull("dim"), c.bool("keepdim"), dtype).div(n);
      });

  public static final Operator MEAN = Operator.declare("aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> MEAN_DIMS.call(c.tensor("self"), null, false, c.dtype("dtype")));

  /// The sum that undoes broadcasting.
  public static final Operator SUM_TO_SIZE = Operator.declare("aten::sum_to_size(Tensor self, SymInt[] size) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        long[] size = c.longs("size");
        int shift = self.dim() - size.length;
        long[] dims = new long[self.dim()];
        int count = 0;
        boolean fits = shift >= 0;
        for (int d = 0; d < self.dim() && fits; d++) {
          if (d < shift || size[d - shift] == 1 && self.size(d) != 1) dims[count++] = d;
          else fits = size[d - shift] == self.size(d);
        }
        if (!fits) throw c.check().because("size {%s} is not expandable to size {%s}.", java.util.Arrays.toString(size),
            java.util.Arrays.toString(self.sizes())).shapeFailure();
        if (count == 0) return self;
        Tensor summed = SUM_DIMS.tensor(self, java.util.Arrays.copyOf(dims, count), true, self.dtype());
        return shift == 0 ? summed : summed.reshape(size);
      });

  private Reductions() {}

  static DType sumType(DType dtype) {
    return dtype.isDifferentiable() ? dtype : DType.INT64;
  }

  /// The sizes after a reduction over `dim` (all where it is null or empty), kept as ones if `keepdim`.
  static long[] reducedSizes(Call c) {
    Tensor self = c.tensor("self");
    return reducedSizes(self.sizes(), Check.dims(c.operator(), c.longsOrNull("dim"), self.dim()), c.bool("keepdim"));
  }

  static long[] reducedSizes(long[] sizes, int[] dims, boolean keep) {
    boolean[] gone = new boolean[sizes.length];
    for (int d : dims) {
      if (d < gone.length) gone[d] = true;
    }
    long[] rest = new long[sizes.length];
    int n = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (!gone[d]) rest[n++] = sizes[d];
      else if (keep) rest[n++] = 1;
    }
    return java.util.Arrays.copyOf(rest, n);
  }

  /// A reduced tensor, expanded back over the dimensions that went.
  static Tensor expandBack(Tensor reduced, long @org.jspecify.annotations.Nullable [] dim, boolean keep, long[] sizes) {
    if (sizes.length == 0) return reduced;
    if (!keep) {
      long[] kept = sizes.clone();
      boolean all = dim == null || dim.length == 0;
      for (int d = 0; d < kept.length; d++) {
        boolean gone = all;
        if (dim != null) {
          for (long given : dim) gone |= (given < 0 ? given + sizes.length : given) == d;
        }
        if (gone) kept[d] = 1;
      }
      reduced = reduced.reshape(kept);
    }
    return reduced.expand(sizes);
  }

}
