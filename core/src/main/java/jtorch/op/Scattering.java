package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;

/// Reading and writing single elements along a dimension: each element of `index` says where its own one lies.
///
/// For `dim` 1 of a matrix: `gather` gives `self[i, index[i, j]]`, `scatter` writes `src[i, j]` there. `index` may be
/// smaller than the others in each dimension but must not be larger. All indices are checked before anything is written.
public final class Scattering {
  /// `self[i, index[i, j]]` for dimension 1; the result has the shape of `index`.
  public static final Operator GATHER = Operator
      .declare("aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor")
      .shape(c -> {
        Tensor self = c.tensor("self");
        Tensor index = Indexing.longs(c, "index");
        int dim = c.dim("dim", self);
        if (index.numel() > 0) {
          sameDims(c, self, index, "input");
          for (int d = 0; d < index.dim(); d++) {
            if (d != dim && index.size(d) > self.size(d)) throw c.check()
                .because(
                    "Size does not match at dimension %d expected index %s to be no larger than self %s apart from dimension %d",
                    d, Arrays.toString(index.sizes()), Arrays.toString(self.sizes()), dim)
                .shapeFailure();
          }
        }
        c.result(index.sizes(), self.dtype());
      })
      .kernel("gather")
      .gradient("self", b -> Torch.zeros(b.sizes("self"), b.grad().dtype(), b.grad().device())
          .scatterAdd(b.integer("dim"), b.tensor("index"), b.grad()), "index");

  /// A copy with elements of `src` at the places that `index` says.
  public static final Operator SCATTER =
      Operator.declare("aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor")
          .shape(Scattering::checked)
          .update("scatter")
          .gradient("self", b -> b.grad().scatter(b.integer("dim"), b.tensor("index"), 0L), "index")
          .gradient("src", Scattering::sourceGradient, "index")
          .inPlace();

  public static final Operator SCATTER_VALUE =
      Operator.declare("aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor")
          .shape(Scattering::checked)
          .update("scatter")
          .gradient("self", b -> b.grad().scatter(b.integer("dim"), b.tensor("index"), 0L), "index")
          .inPlace();

  /// A copy with elements of `src` added at the places that `index` says.
  public static final Operator SCATTER_ADD =
      Operator.declare("aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor")
          .shape(Scattering::checked)
          .update("scatter_add")
          .gradient("self", b -> b.grad())
          .gradient("src", Scattering::sourceGradient, "index")
          .inPlace();

  private Scattering() {}

  private static void sameDims(Call c, Tensor a, Tensor index, String name) {
    if (Math.max(1, a.dim()) != Math.max(1, index.dim())) throw c.check()
        .because("Index tensor must have the same number of dimensions as %s tensor", name).tensor(name, a)
        .tensor("index", index)
        .shapeFailure();
  }

  static void checked(Call c) {
    Tensor self = c.tensor("self");
    Tensor index = Indexing.longs(c, "index");
    int dim = c.dim("dim", self);
    Object given =
        c.operator().schema().arguments().stream().anyMatch(a -> a.name().equals("src")) ? c.tensor("src") : null;
    if (given instanceof Tensor src && src.dtype() != self.dtype()) throw c.check()
        .because("Expected self.dtype to be equal to src.dtype").tensor("self", self).tensor("src", src).failure();
    if (index.numel() == 0) return;
    sameDims(c, self, index, "self");
    if (given instanceof Tensor src) sameDims(c, src, index, "src");
    for (int d = 0; d < index.dim(); d++) {
      boolean tooLarge = d != dim && self.dim() > 0 && index.size(d) > self.size(d);
      if (given instanceof Tensor src) tooLarge |= index.size(d) > (src.dim() == 0 ? 1 : src.size(d));
      if (tooLarge) throw c.check()
          .because("Expected index %s to be no larger than self %s apart from dimension %d%s",
              Arrays.toString(index.sizes()),
              Arrays.toString(self.sizes()), dim,
              given instanceof Tensor src ? " and to be no larger size than src " + Arrays.toString(src.sizes()) : "")
          .shapeFailure();
    }
  }

  /// The gradient of `src`: zeros where `index` is smaller.
  private static Tensor sourceGradient(Backward b) {
    Tensor grad = b.grad().gather(b.integer("dim"), b.tensor("index"));
    long[] sizes = b.sizes("src");
    for (int d = 0; d < grad.dim() && d < sizes.length; d++) {
      if (grad.size(d) == sizes[d]) continue;
      long[] larger = grad.sizes().clone();
      larger[d] = sizes[d];
      grad = Pieces.SLICE_BACKWARD.tensor(grad, larger, (long) d, 0L, grad.size(d), 1L);
    }
    return grad.reshape(sizes);
  }
}
