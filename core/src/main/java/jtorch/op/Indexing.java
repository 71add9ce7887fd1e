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
      .kernel("index")
      .gradient("self", b -> zeros(b).indexPut(b.tensors("indices"), b.grad(), true), "indices");

  /// A copy in which `self[indices]` was replaced by `values`, or had them added.
  public static final Operator INDEX_PUT = Operator.declare(
      "aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor")
      .update("index_put")
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

  private Indexing() {}

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

  private static void rowsOfSource(Call c) {
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

  static @Nullable Tensor[] at(int dims, int dim, Tensor index) {
    @Nullable Tensor[] all = new @Nullable Tensor[dims];
    all[dim] = index;
    return all;
  }
}
