package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

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

  // ---- with a reduction ------------------------------------------------------------------------------------------

  /// As [#SCATTER], but "add" adds to what is there, "multiply" multiplies it.
  public static final Operator SCATTER_WITH =
      Operator.declare("aten::scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor")
          .shape(Scattering::checked)
          .update("scatter_with")
          .notDifferentiable()
          .inPlace();
  public static final Operator SCATTER_VALUE_WITH = Operator
      .declare("aten::scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor")
      .shape(Scattering::checked)
      .update("scatter_with")
      .notDifferentiable()
      .inPlace();

  /// "sum", "prod", "mean", "amax" or "amin" of all elements of `src` that go to a place, and of what was there if
  /// `include_self`. Places that nothing goes to stay.
  public static final Operator SCATTER_REDUCE = Operator.declare(
      "aten::scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor")
      .shape(Scattering::checked)
      .update("scatter_reduce")
      .gradients(new String[] {"self", "src"}, b -> reduced(b, b.tensor("src"), new Along() {
        @Override
        public Tensor read(Tensor from) {
          return from.gather(b.integer("dim"), b.tensor("index"));
        }

        @Override
        public Tensor add(Tensor to, Tensor values) {
          return to.scatterAdd(b.integer("dim"), b.tensor("index"), values);
        }

        @Override
        public Tensor zero(Tensor in) {
          return in.scatter(b.integer("dim"), b.tensor("index"), 0L);
        }

        @Override
        public Tensor again(Tensor self, Tensor source) {
          return SCATTER_REDUCE.tensor(self, b.integer("dim"), b.tensor("index"), source, b.string("reduce"),
              b.bool("include_self"));
        }
      }), "self", "index", "src", Operator.RESULT)
      .inPlace();

  /// As [#SCATTER_REDUCE] for whole rows along a dimension: "prod", "mean", "amax" or "amin".
  public static final Operator INDEX_REDUCE = Operator.declare(
      "aten::index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor")
      .shape(Indexing::rowsOfSource)
      .update("index_reduce")
      .gradients(new String[] {"self", "source"}, b -> reduced(b, b.tensor("source"), new Along() {
        @Override
        public Tensor read(Tensor from) {
          return from.indexSelect(b.integer("dim"), b.tensor("index"));
        }

        @Override
        public Tensor add(Tensor to, Tensor values) {
          return to.indexAdd(b.integer("dim"), b.tensor("index"), values);
        }

        @Override
        public Tensor zero(Tensor in) {
          return in.indexFill(b.integer("dim"), b.tensor("index"), 0L);
        }

        @Override
        public Tensor again(Tensor self, Tensor source) {
          return INDEX_REDUCE.tensor(self, b.integer("dim"), b.tensor("index"), source, b.string("reduce"),
              b.bool("include_self"));
        }
      }), "self", "index", "source", Operator.RESULT)
      .inPlace();

  /// How the elements that an index names are read and written.
  private interface Along {
    Tensor read(Tensor from);

    Tensor add(Tensor to, Tensor values);

    Tensor zero(Tensor in);

    /// The same reduction of other tensors.
    Tensor again(Tensor self, Tensor source);
  }

  private Scattering() {}

  /// The gradients of a reduction into places. **Source**: `scatter_reduce_backward` in ATen's FunctionsManual.
  private static @Nullable Tensor[] reduced(Backward b, Tensor source, Along along) {
    Tensor grad = b.grad();
    Tensor self = b.tensor("self");
    Tensor result = b.result();
    Tensor toSelf;
    Tensor toSource;
    switch (b.string("reduce")) {
      case "sum" -> {
        toSelf = grad;
        toSource = along.read(grad);
      }
      case "mean" -> {
        Tensor counts = b.bool("include_self") ? grad.onesLike() : grad.zerosLike();
        counts = along.add(counts, source.onesLike());
        counts = counts.maskedFill(counts.eq(0L), 1L);
        toSelf = grad.div(counts);
        toSource = along.read(grad).div(along.read(counts));
      }
      case "prod" -> {
        // What a zero's own factor would be is the product without it.
        Tensor filled = self.maskedFill(self.eq(0L), 1L);
        toSelf = grad.mul(along.again(filled, source)).div(filled);
        Tensor zero = source.eq(0L);
        Tensor zeros = along.read(along.add(self.zerosLike(), zero.to(self.dtype())));
        Tensor single = zero.logicalAnd(zeros.eq(1L));
        Tensor without = along.again(self, source.maskedFill(single, 1L));
        toSource = Torch.where(single, along.read(grad.mul(without)),
            along.read(grad.mul(result)).div(source.maskedFill(zero, 1L)));
      }
      default -> {
        // Of equal extremes each has the same share.
        Tensor mine = self.eq(result).to(self.dtype());
        Tensor theirs = source.eq(along.read(result)).to(self.dtype());
        Tensor share = grad.div(along.add(mine, theirs));
        toSelf = mine.mul(share);
        toSource = theirs.mul(along.read(share));
      }
    }
    return new @Nullable Tensor[] {b.bool("include_self") ? toSelf : along.zero(toSelf), toSource};
  }

  private static void sameDims(Call c, Tensor a, Tensor index, String name) {
    if (Math.max(1, a.dim()) != Math.max(1, index.dim())) throw c.check()
        .because("Index tensor must have the same number of dimensions as %s tensor", name).tensor(name, a)
        .tensor("index", index)
        .shapeFailure();
  }

  static void checked(Call c) {
    for (Schema.Argument a : c.operator().schema().arguments()) {
      if (a.name().equals("reduce")) checkReduction(c);
    }
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

  private static void checkReduction(Call c) {
    String reduce = c.string("reduce");
    String known = c.operator().schema().overload().equals("two") ? "sum prod mean amax amin" : "add multiply";
    if (!Arrays.asList(known.split(" ")).contains(reduce)) throw c.check()
        .because("reduce argument must be one of %s, not '%s'", known.replace(" ", ", "), reduce).failure();
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
