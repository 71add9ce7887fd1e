package jtorch.op;

import java.util.Arrays;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// Views that copy (`permute_copy`), and copies in which a view was replaced (`slice_scatter`).
public final class ViewCopies {
  static {
    copying("alias_copy(Tensor self) -> Tensor", ViewForms.ALIAS);
    copying("detach_copy(Tensor self) -> Tensor", ViewForms.DETACH);
    copying("lift_fresh_copy(Tensor self) -> Tensor", ViewForms.LIFT_FRESH);
    copying("_conj_copy(Tensor self) -> Tensor", ComplexNumbers.CONJ);
    copying("as_strided_copy(Tensor self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor",
        Views.AS_STRIDED);
    copying("diagonal_copy(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor", Pieces.DIAGONAL);
    copying("expand_copy(Tensor self, SymInt[] size, *, bool implicit=False) -> Tensor", Views.EXPAND);
    copying("narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor", Pieces.NARROW);
    copying("permute_copy(Tensor self, int[] dims) -> Tensor", Views.PERMUTE);
    copying("_reshape_copy(Tensor self, SymInt[] size) -> Tensor", Views.RESHAPE);
    copying("_reshape_alias_copy(Tensor self, SymInt[] size, SymInt[] stride) -> Tensor", ViewForms.RESHAPE_ALIAS);
    copying("select_copy.int(Tensor self, int dim, SymInt index) -> Tensor", Views.SELECT);
    copying("slice_copy.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor",
        Views.SLICE);
    copying("squeeze_copy(Tensor self) -> Tensor", ViewForms.SQUEEZE);
    copying("squeeze_copy.dim(Tensor self, int dim) -> Tensor", ViewForms.SQUEEZE_DIM);
    copying("squeeze_copy.dims(Tensor self, int[] dim) -> Tensor", Views.SQUEEZE_DIMS);
    copying("t_copy(Tensor self) -> Tensor", ViewForms.T);
    copying("transpose_copy.int(Tensor self, int dim0, int dim1) -> Tensor", Views.TRANSPOSE);
    copying("unfold_copy(Tensor self, int dimension, int size, int step) -> Tensor", Pieces.UNFOLD);
    copying("unsqueeze_copy(Tensor self, int dim) -> Tensor", Views.UNSQUEEZE);
    // As PyTorch, it copies also what cannot be a view.
    copying("view_copy(Tensor self, SymInt[] size) -> Tensor", Views.RESHAPE);
    copying("view_copy.dtype(Tensor self, ScalarType dtype) -> Tensor", ViewForms.VIEW_DTYPE);
    copying("view_as_real_copy(Tensor self) -> Tensor", ViewForms.VIEW_AS_REAL);
    copying("view_as_complex_copy(Tensor self) -> Tensor", ViewForms.VIEW_AS_COMPLEX);
    copying("split_copy.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]", Pieces.SPLIT);
    copying("split_with_sizes_copy(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]", Pieces.SPLIT_WITH_SIZES);
    copying("unbind_copy.int(Tensor self, int dim=0) -> Tensor[]", Pieces.UNBIND);
  }

  // ---- copies in which a view was replaced -----------------------------------------------------------------------

  public static final Operator SELECT_SCATTER =
      differentiable("select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor", Views.SELECT);
  public static final Operator SLICE_SCATTER = differentiable(
      "slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor",
      Views.SLICE);
  public static final Operator DIAGONAL_SCATTER = differentiable(
      "diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor", Pieces.DIAGONAL);
  /// The gradient of `self` is PyTorch's `as_strided_scatter_backward`: that of the replaced elements, zeros elsewhere.
  public static final Operator AS_STRIDED_SCATTER = replacing(
      "as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor",
      Views.AS_STRIDED)
      .gradient("self", b -> {
        @Nullable Object[] rest = rest(b, Views.AS_STRIDED);
        Tensor given = b.grad().contiguous();
        Tensor grad = given.zerosLike();
        part(Views.AS_STRIDED, grad, rest).copy_(part(Views.AS_STRIDED, given, rest));
        return grad;
      });

  private ViewCopies() {}

  private static void copying(String schema, Operator view) {
    Operator.declare("aten::" + schema).composition(c -> {
      Object made = view.call(c.arguments());
      if (made instanceof Tensor one) return one.clone(MemoryFormat.CONTIGUOUS_FORMAT);
      Tensor[] all = ((Tensor[]) made).clone();
      for (int i = 0; i < all.length; i++) all[i] = all[i].clone(MemoryFormat.CONTIGUOUS_FORMAT);
      return all;
    });
  }

  /// The first argument is the whole, the second what replaces the view that the rest of them describe.
  private static Operator replacing(String schema, Operator view) {
    return Operator.declare("aten::" + schema)
        .composition(c -> {
          Tensor self = c.tensor("self");
          Tensor src = c.tensor("src");
          // With its strides, which `as_strided` reads; elements that several indices share get places of their own.
          Tensor whole = self.hasInternalOverlap() ? Torch.empty(self.sizes(), self.dtype(), self.device())
              : Torch.emptyStrided(self.sizes(), self.strides(), self.dtype(), self.device());
          Copying.write(self, whole);
          Tensor part = part(view, whole, Arrays.copyOfRange(c.arguments(), 2, c.arguments().length));
          if (!Arrays.equals(part.sizes(), src.sizes())) throw c.check()
              .because("expected src to have a size equal to the slice of self. src size = %s, slice size = %s",
                  Arrays.toString(src.sizes()), Arrays.toString(part.sizes()))
              .tensor("self", self).shapeFailure();
          Copying.write(src, part);
          return whole;
        })
        .gradient("src", b -> part(view, b.grad().contiguous(), rest(b, view)));
  }

  /// The whole's gradient is zero where it was replaced.
  private static Operator differentiable(String schema, Operator view) {
    return replacing(schema, view).gradient("self", b -> {
      Tensor grad = b.grad().clone(MemoryFormat.CONTIGUOUS_FORMAT);
      part(view, grad, rest(b, view)).zero_();
      return grad;
    });
  }

  private static @Nullable Object[] rest(Backward b, Operator view) {
    @Nullable Object[] rest = new @Nullable Object[view.schema().arguments().size() - 1];
    for (int i = 0; i < rest.length; i++) rest[i] = b.raw(i + 2);
    return rest;
  }

  private static Tensor part(Operator view, Tensor whole, @Nullable Object[] rest) {
    @Nullable Object[] all = new @Nullable Object[rest.length + 1];
    all[0] = whole;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return view.tensor(all);
  }
}
