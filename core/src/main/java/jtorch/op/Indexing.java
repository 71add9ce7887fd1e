package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Reading and writing whole positions by index tensors: `x[i, :, j]`, rows by number, flat indices, tables.
///
/// All indices are checked before anything is written.
public final class Indexing {
  // ---- x[i, :, j] ------------------------------------------------------------------------------------------------

  /// `self[indices]`, as NumPy's: null stands for a whole dimension, masks for what is true in them. See [IndexPlan].
  public static final Operator INDEX = Operator.declare("aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor")
      .kernel("index").fromAnywhere("indices")
      .gradient("self", b -> zeros(b).indexPut(b.tensors("indices"), b.grad(), true), "indices");

  /// A copy in which `self[indices]` was replaced by `values`, or had them added.
  public static final Operator INDEX_PUT = Operator.declare(
      "aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor")
      .update("index_put").fromAnywhere("indices")
      .gradient("self", b -> b.bool("accumulate") ? b.grad()
          : b.grad().indexPut(b.tensors("indices"), Torch.zeros(new long[0], b.grad().dtype()), false), "indices")
      .gradient("values", b -> b.grad().index(b.tensors("indices")), "indices")
      .inPlace();

  public static final Operator INDEX_TWIN =
      Operator.declare("aten::index.Tensor_hacked_twin(Tensor self, Tensor[] indices) -> Tensor")
          .composition(c -> INDEX.call(c.arguments()));
  public static final Operator UNSAFE_INDEX =
      Operator.declare("aten::_unsafe_index.Tensor(Tensor self, Tensor?[] indices) -> Tensor")
          .composition(c -> INDEX.call(c.arguments()));
  public static final Operator UNSAFE_INDEX_PUT = Operator.declare(
      "aten::_unsafe_index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor")
      .composition(c -> INDEX_PUT.call(c.arguments()));
  public static final Operator INDEX_PUT_TWIN = Operator.declare(
      "aten::index_put.hacked_twin(Tensor self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor")
      .composition(c -> INDEX_PUT.call(c.arguments()));
  public static final Operator INDEX_PUT_TWIN_ = Operator.declare(
      "aten::index_put_.hacked_twin(Tensor(a!) self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)")
      .composition(c -> INDEX_PUT.mutating().call(c.arguments()));
  public static final Operator INDEX_PUT_RAW_ = Operator.declare(
      "aten::_index_put_impl_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False, bool unsafe=False) -> Tensor(a!)")
      .composition(c -> INDEX_PUT.mutating().call(Arrays.copyOf(c.arguments(), 4)));

  // ---- rows along a dimension ------------------------------------------------------------------------------------

  /// The rows with these numbers along a dimension.
  public static final Operator INDEX_SELECT =
      Operator.declare("aten::index_select(Tensor self, int dim, Tensor index) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            Tensor index = vector(c);
            int dim = c.dim("dim", self);
            long[] sizes = self.sizes().clone();
            if (sizes.length > 0) sizes[dim] = index.numel();
            else if (index.numel() != 1) throw c.check()
                .because("Index to scalar can have only 1 value, got %d value(s)", index.numel()).failure();
            c.result(sizes, self.dtype());
          })
          .kernel("index_select")
          .gradient("self", b -> b.sizes("self").length == 0 ? b.grad()
              : zeros(b).indexAdd(b.integer("dim"), b.tensor("index"), b.grad()), "index");

  /// A copy with rows of `source`, times alpha, added to those with these numbers.
  public static final Operator INDEX_ADD = Operator
      .declare("aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor")
      .shape(Indexing::rowsOfSource)
      .update("index_add")
      .gradient("self", b -> b.grad())
      .gradient("source", b -> MatrixProducts.scaled(rowsBack(b), b.scalar("alpha")), "index")
      .inPlace();

  /// A copy with rows of `source` in the place of those with these numbers.
  public static final Operator INDEX_COPY =
      Operator.declare("aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor")
          .shape(Indexing::rowsOfSource)
          .update("index_copy")
          .gradient("self", b -> b.grad().indexFill(b.integer("dim"), b.tensor("index"), 0L), "index")
          .gradient("source", Indexing::rowsBack, "index")
          .inPlace();

  /// A copy with a number in the rows with these numbers.
  public static final Operator INDEX_FILL =
      Operator.declare("aten::index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor")
          .shape(Indexing::vector)
          .update("index_fill")
          .gradient("self", b -> b.grad().indexFill(b.integer("dim"), b.tensor("index"), 0L), "index")
          .inPlace();

  public static final Operator INDEX_FILL_TENSOR =
      Operator.declare("aten::index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor")
          .shape(c -> {
            vector(c);
            if (c.tensor("value").dim() != 0) throw c.check().because(
                "index_fill_ only supports a 0-dimensional value tensor, but got tensor with %d dimension(s).",
                c.tensor("value").dim()).shapeFailure();
          })
          .update("index_fill")
          .gradient("self", b -> b.grad().indexFill(b.integer("dim"), b.tensor("index"), 0L), "index")
          .gradient("value", b -> {
            // Each filled element counts once, however often its row is named.
            Tensor filled = zeros(b).indexFill(b.integer("dim"), b.tensor("index"), 1L);
            return b.grad().mul(filled).sum();
          }, "index")
          .inPlace();

  // ---- flat indices ----------------------------------------------------------------------------------------------

  /// Elements by their number in the order of indices; the result has the shape of `index`.
  public static final Operator TAKE = Operator.declare("aten::take(Tensor self, Tensor index) -> Tensor")
      .shape(c -> {
        longs(c, "index");
        if (c.tensor("self").numel() == 0 && c.tensor("index").numel() != 0)
          throw c.check().because("take(): tried to take from an empty tensor").indexFailure();
        c.result(c.tensor("index").sizes(), c.tensor("self").dtype());
      })
      .kernel("take")
      .gradient("self", b -> zeros(b).put(b.tensor("index"), b.grad(), true), "index");

  /// A copy in which elements, by their number, were replaced by those of `source`, or had them added.
  public static final Operator PUT =
      Operator.declare("aten::put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor")
          .shape(c -> {
            longs(c, "index");
            Tensor self = c.tensor("self");
            Tensor source = c.tensor("source");
            if (self.dtype() != source.dtype()) throw c.check()
                .because(
                    "put_(): self and source expected to have the same dtype, but got self.dtype = %s and source.dtype = %s",
                    self.dtype(), source.dtype())
                .failure();
            if (c.tensor("index").numel() != source.numel()) throw c.check().because(
                "put_(): Expected source and index to have the same number of elements, but got source.numel() = %d, index.numel() = %d",
                source.numel(), c.tensor("index").numel()).shapeFailure();
          })
          .update("put")
          .gradient("self", b -> b.bool("accumulate") ? b.grad()
              : b.grad().put(b.tensor("index"), Torch.zeros(b.sizes("source"), b.grad().dtype()), false), "index")
          .gradient("source", b -> b.grad().take(b.tensor("index")).reshape(b.sizes("source")), "index")
          .inPlace();

  /// Elements along a dimension by indices that are broadcast with `self`; without one, of the flat tensor.
  public static final Operator TAKE_ALONG_DIM =
      Operator.declare("aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        Tensor indices = longs(c, "indices");
        if (!c.has("dim")) return self.reshape(-1).gather(0, fromEnd(indices.reshape(-1), self.numel()));
        if (self.dim() != indices.dim()) throw c.check()
            .because(
                "input and indices should have the same number of dimensions, but got %d dimensions for input, and %d dimensions for indices",
                self.dim(), indices.dim())
            .shapeFailure();
        int dim = c.dim("dim", self);
        long[] own = self.sizes().clone();
        if (own.length > 0) own[dim] = indices.size(dim);
        long[] joined = Elementwise.broadcastShapes(own, indices.sizes());
        if (joined == null)
          throw c.check().because("the shapes %s and %s cannot be broadcast together", Arrays.toString(self.sizes()),
              Arrays.toString(indices.sizes())).shapeFailure();
        long[] whole = joined.clone();
        if (whole.length > 0) whole[dim] = self.size(dim);
        return self.expand(whole).gather(dim, fromEnd(indices, self.dim() == 0 ? 1 : self.size(dim)).expand(joined));
      });

  // ---- masks -----------------------------------------------------------------------------------------------------

  /// The elements where a mask, broadcast with the tensor, is true: a vector.
  public static final Operator MASKED_SELECT =
      Operator.declare("aten::masked_select(Tensor self, Tensor mask) -> Tensor").composition(c -> {
        Tensor mask = mask(c);
        long[] shape = joined(c);
        return c.tensor("self").expand(shape).reshape(-1).index(mask.expand(shape).reshape(-1));
      });

  /// A copy in which the elements where a mask is true were replaced by those of `source`, in order.
  public static final Operator MASKED_SCATTER =
      Operator.declare("aten::masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor").composition(c -> {
        Tensor mask = mask(c);
        checkDTypes(c);
        long[] shape = joined(c);
        return Indexing.WRITE_MASKED.call(c.tensor("self").expand(shape), mask.expand(shape), c.tensor("source"));
      });

  public static final Operator MASKED_SCATTER_ =
      Operator.declare("aten::masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)")
          .composition(c -> {
            checkDTypes(c);
            return Indexing.WRITE_MASKED.mutating().call(c.tensor("self"), mask(c).expand(c.tensor("self").sizes()),
                c.tensor("source"));
          });

  private static final Operator WRITE_MASKED =
      Operator.declare("jtorch::write_masked(Tensor self, Tensor mask, Tensor source) -> Tensor")
          .update("masked_scatter")
          .gradient("self", b -> b.grad().maskedFill(b.tensor("mask"), 0L), "mask")
          .gradient("source", b -> {
            Tensor taken = b.grad().maskedSelect(b.tensor("mask"));
            long missing = count(b.sizes("source")) - taken.numel();
            return Padding.CONSTANT.tensor(taken, new long[] {0, missing}, 0L).reshape(b.sizes("source"));
          }, "mask")
          .inPlace();

  /// `self[indices]` with indices clipped into range, and a number where the mask is false.
  public static final Operator UNSAFE_MASKED_INDEX =
      Operator.declare("aten::_unsafe_masked_index(Tensor self, Tensor mask, Tensor?[] indices, Scalar fill) -> Tensor")
          .composition(c -> Choosing.MASKED_FILL.call(c.tensor("self").index(clipped(c)), c.tensor("mask").logicalNot(),
              c.scalar("fill")));

  /// A copy with values added at indices clipped into range, but nothing where the mask is false.
  public static final Operator UNSAFE_MASKED_INDEX_PUT = Operator.declare(
      "aten::_unsafe_masked_index_put_accumulate(Tensor self, Tensor mask, Tensor?[] indices, Tensor values) -> Tensor")
      .composition(c -> c.tensor("self").indexPut(clipped(c),
          c.tensor("values").maskedFill(c.tensor("mask").logicalNot(), 0L), true));

  private Indexing() {}

  /// Indices with negative ones counted from the end.
  private static Tensor fromEnd(Tensor indices, long size) {
    return Torch.where(indices.lt(0L), indices.add(size), indices);
  }

  private static Tensor mask(Call c) {
    Tensor mask = c.tensor("mask");
    if (mask.dtype() != DType.BOOL)
      throw c.check().because("expected BoolTensor for mask").tensor("mask", mask).failure();
    return mask;
  }

  private static void checkDTypes(Call c) {
    if (c.tensor("self").dtype() != c.tensor("source").dtype()) throw c.check()
        .because("expected self and source to have same dtypes but got %s and %s", c.tensor("self").dtype(),
            c.tensor("source").dtype())
        .failure();
  }

  private static long count(long[] sizes) {
    long n = 1;
    for (long size : sizes) n *= size;
    return n;
  }

  private static long[] joined(Call c) {
    Tensor self = c.tensor("self");
    Tensor mask = c.tensor("mask");
    long[] shape = Elementwise.broadcastShapes(self.sizes(), mask.sizes());
    if (shape == null) throw c.check().because(Elementwise.mismatch(mask.sizes(), self.sizes())).tensor("self", self)
        .tensor("mask", mask).shapeFailure();
    return shape;
  }

  private static @Nullable Tensor[] clipped(Call c) {
    @Nullable Tensor[] indices = c.tensors("indices").clone();
    for (int d = 0; d < indices.length; d++) {
      Tensor index = indices[d];
      long size = c.tensor("self").size(d);
      if (index != null) indices[d] = Choosing.CLAMP.tensor(index, -size, size - 1);
    }
    return indices;
  }

  private static Tensor zeros(jtorch.autograd.Backward b) {
    return Torch.zeros(b.sizes("self"), b.grad().dtype(), b.grad().device());
  }

  private static Tensor rowsBack(jtorch.autograd.Backward b) {
    Tensor rows = b.sizes("self").length == 0 ? b.grad() : b.grad().indexSelect(b.integer("dim"), b.tensor("index"));
    return rows.reshape(b.sizes("source"));
  }

  static Tensor longs(Call c, String name) {
    Tensor index = c.tensor(name);
    // Of an empty one the dtype does not matter.
    if (index.numel() > 0 && index.dtype() != DType.INT64 && index.dtype() != DType.INT32) throw c.check()
        .because("%s(): Expected dtype int32/int64 for index", c.operator().schema().bareName()).tensor(name, index)
        .failure();
    return index;
  }

  private static Tensor vector(Call c) {
    Tensor index = longs(c, "index");
    if (index.dim() > 1)
      throw c.check().because("Index is supposed to be a vector").tensor("index", index).shapeFailure();
    return index;
  }

  static void rowsOfSource(Call c) {
    Tensor self = c.tensor("self");
    Tensor source = c.tensor("source");
    Tensor index = vector(c);
    int dim = c.dim("dim", self);
    String name = c.operator().schema().bareName() + "_()";
    if (self.dtype() != source.dtype()) throw c.check()
        .because("%s: self (%s) and source (%s) must have the same scalar type", name, self.dtype(), source.dtype())
        .failure();
    long rows = source.dim() == 0 ? 1 : dim < source.dim() ? source.size(dim) : -1;
    if (index.numel() != rows) throw c.check()
        .because("%s: Number of indices (%d) should be equal to source.size(dim): (%d), for dim: %d", name,
            index.numel(), rows, dim)
        .tensor("self", self).tensor("source", source).shapeFailure();
    boolean fits =
        self.dim() == 0 || source.dim() == 0 ? self.dim() <= 1 && source.numel() == rows : self.dim() == source.dim();
    for (int d = 0; fits && d < Math.min(self.dim(), source.dim()); d++)
      fits = d == dim || self.size(d) == source.size(d);
    if (!fits) throw c.check().because(
        "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = %s source.shape = %s",
        Arrays.toString(self.sizes()), Arrays.toString(source.sizes())).shapeFailure();
  }

}
