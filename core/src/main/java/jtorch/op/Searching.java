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

  private Searching() {}

  private static Tensor[] byDimension(Tensor self) {
    return Pieces.UNBIND.tensors(NONZERO.tensor(self.dim() == 0 ? self.reshape(1) : self), 1L);
  }

  static String shape(Tensor t) {
    return Arrays.toString(t.sizes());
  }
}
