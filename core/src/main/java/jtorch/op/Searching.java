package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Finding elements: where something is, which bin a number falls into, what is in a set.
public final class Searching {
  /// The indices of all elements that are not zero, in order: `[count, dims]`.
  public static final Operator NONZERO =
      Operator.declare("aten::nonzero(Tensor self) -> Tensor").kernel("nonzero").notDifferentiable();

  public static final Operator ARGWHERE = Operator.declare("aten::argwhere(Tensor self) -> Tensor")
      .composition(c -> NONZERO.call(c.tensor("self")))
      .notDifferentiable();

  /// The indices of all elements that are not zero, a vector for each dimension.
  public static final Operator NONZERO_NUMPY = Operator.declare("aten::nonzero_numpy(Tensor self) -> Tensor[]")
      .composition(c -> byDimension(c.tensor("self")))
      .notDifferentiable();

  public static final Operator WHERE = Operator.declare("aten::where(Tensor condition) -> Tensor[]")
      .composition(c -> byDimension(c.tensor("condition")))
      .notDifferentiable();

  /// The first `size` indices, filled up where there are fewer: a shape that does not depend on the data.
  public static final Operator NONZERO_STATIC =
      Operator.declare("aten::nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            long size = c.integer("size");
            if (size < 0)
              throw c.check().because("nonzero_static: 'size' must be an non-negative integer").failure();
            Tensor found = NONZERO.tensor(self);
            Tensor made = Torch.full(new long[] {size, self.dim()}, c.integer("fill_value"), DType.INT64);
            long kept = Math.min(size, found.size(0));
            Copying.write(found.narrow(0, 0, kept), made.narrow(0, 0, kept));
            return made;
          }).notDifferentiable();

  /// How many elements are not zero, over dimensions; none given: over all.
  public static final Operator COUNT_NONZERO_DIMS =
      Operator.declare("aten::count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor")
          .composition(c -> c.tensor("self").ne(0L).sum(c.longs("dim")))
          .notDifferentiable();
  public static final Operator COUNT_NONZERO =
      Operator.declare("aten::count_nonzero(Tensor self, int? dim=None) -> Tensor")
          .composition(c -> c.tensor("self").ne(0L).sum(c.has("dim") ? new long[] {c.integer("dim")} : new long[0]))
          .notDifferentiable();

  // ---- in sorted numbers -----------------------------------------------------------------------------------------

  /// Where each number would have to be put into a sorted sequence: before equal ones, or after them if `right`. The
  /// sequence is a vector, or has the leading dimensions of the numbers.
  public static final Operator SEARCHSORTED = Operator.declare(
      "aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor")
      .shape(c -> {
        Tensor sequence = c.tensor("sorted_sequence");
        Tensor self = c.tensor("self");
        Tensor sorter = c.tensorOrNull("sorter");
        Object side = c.value("side");
        if (side != null && !side.equals("left") && !side.equals("right")) throw c.check()
            .because("side can only be 'left' or 'right' but got %s", side).failure();
        if ("left".equals(side) && c.bool("right")) throw c.check()
            .because("side and right can't be set to opposites, got side of left while right was True").failure();
        boolean fits = sequence.dim() == 1 || self.dim() == 0 && sequence.dim() <= 1;
        if (!fits && sequence.dim() == self.dim() && sequence.dim() > 0) fits = Arrays.equals(
            Arrays.copyOf(sequence.sizes(), sequence.dim() - 1), Arrays.copyOf(self.sizes(), self.dim() - 1));
        if (sequence.dim() == 0) throw c.check()
            .because("boundaries tensor should have positive dimension, but got 0 dimension").shapeFailure();
        if (!fits) throw c.check().because(
            "boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor %s and input value tensor %s",
            shape(sequence), shape(self)).shapeFailure();
        if (sorter != null && (!Arrays.equals(sorter.sizes(), sequence.sizes()) || sorter.dtype() != DType.INT64))
          throw c.check()
              .because(
                  "boundary and sorter must have the same size and the sorter must be int64, but got boundary tensor %s and got sorter tensor %s",
                  shape(sequence), shape(sorter))
              .shapeFailure();
        c.result(self.sizes(), c.bool("out_int32") ? DType.INT32 : DType.INT64);
      })
      .kernel("searchsorted")
      .notDifferentiable();

  public static final Operator SEARCHSORTED_SCALAR = Operator.declare(
      "aten::searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor")
      .composition(c -> SEARCHSORTED.call(c.tensor("sorted_sequence"), Torch.wrappedNumber(c.scalar("self")),
          c.bool("out_int32"), c.bool("right"), c.value("side"), c.tensorOrNull("sorter")))
      .notDifferentiable();

  /// The number of the bucket that each number falls into; `boundaries` are sorted.
  public static final Operator BUCKETIZE = Operator.declare(
      "aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor")
      .composition(
          c -> SEARCHSORTED.call(boundaries(c), c.tensor("self"), c.bool("out_int32"), c.bool("right"), null, null))
      .notDifferentiable();
  public static final Operator BUCKETIZE_SCALAR = Operator.declare(
      "aten::bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor")
      .composition(c -> SEARCHSORTED.call(boundaries(c), Torch.wrappedNumber(c.scalar("self")), c.bool("out_int32"),
          c.bool("right"), null, null))
      .notDifferentiable();

  // ---- counts ----------------------------------------------------------------------------------------------------

  /// How many elements lie in each of `bins` equal intervals between min and max (both 0: the extremes of the data).
  public static final Operator HISTC =
      Operator.declare("aten::histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            if (self.dtype().isComplex() || self.dtype() == DType.BOOL)
              throw c.check().because("not implemented for '%s'", self.dtype()).tensor("self", self).failure();
            if (c.integer("bins") <= 0) throw c.check().because("bins must be > 0").failure();
            c.result(new long[] {c.integer("bins")}, self.dtype());
          })
          .kernel("histc")
          .notDifferentiable();

  /// How often each number from 0 to the largest (at least `minlength` of them) is there, or the sum of its weights.
  public static final Operator BINCOUNT =
      Operator.declare("aten::bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor")
          .kernel("bincount")
          .notDifferentiable();

  private Searching() {}

  private static Tensor boundaries(Call c) {
    Tensor boundaries = c.tensor("boundaries");
    if (boundaries.dim() != 1) throw c.check()
        .because("boundaries tensor must be 1 dimension, but got dim(%d)", boundaries.dim()).shapeFailure();
    return boundaries;
  }

  private static Tensor[] byDimension(Tensor self) {
    return Pieces.UNBIND.tensors(NONZERO.tensor(self.dim() == 0 ? self.reshape(1) : self), 1L);
  }

  static String shape(Tensor t) {
    return Arrays.toString(t.sizes());
  }
}
