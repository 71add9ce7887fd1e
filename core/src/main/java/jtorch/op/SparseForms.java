package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.Torch;

/// Sparse tensors from their parts, and the parts of sparse tensors.
///
/// Two operators make all sparse tensors of the graph ([#COO], [#COMPRESSED]) and one gives their values ([#VALUES]); most
/// others are compositions of what they do to values, and differentiate by themselves. The gradient of values is that of
/// the tensor where values are specified.
public final class SparseForms {
  private static final String OPTIONS =
      "*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=";

  // ---- the three primitives --------------------------------------------------------------------------------------

  /// Indices and values as a tensor, unchecked.
  static final Operator COO = Operator.declare(
      "aten::_sparse_coo_tensor_with_dims_and_tensors(int sparse_dim, int dense_dim, SymInt[] size, Tensor indices, Tensor values, "
          + OPTIONS + "False, bool? is_coalesced=None) -> Tensor")
      .composition(c -> SparseTensor.coo(c.tensor("indices"), c.tensor("values"), c.longs("size"),
          Boolean.TRUE.equals(c.value("is_coalesced"))))
      .gradient("values", b -> valuesLike(b.grad(), (SparseTensor) b.result()), Operator.RESULT);

  /// Beginnings, indices and values as a tensor, unchecked.
  static final Operator COMPRESSED = Operator.declare(
      "aten::_sparse_compressed_tensor_unsafe(Tensor compressed_indices, Tensor plain_indices, Tensor values, SymInt[] size, "
          + OPTIONS + "None) -> Tensor")
      .composition(c -> SparseTensor.compressed(layout(c, Layout.SPARSE_CSR), c.tensor("compressed_indices"),
          c.tensor("plain_indices"), c.tensor("values"), c.longs("size")))
      .gradient("values", b -> valuesLike(b.grad(), (SparseTensor) b.result()), Operator.RESULT);

  /// The values, of tensors that are not coalesced too.
  static final Operator VALUES = Operator.declare("jtorch::specified_values(Tensor self) -> Tensor")
      .composition(c -> SparseIndices.sparse(c, "self").valuePart().detach())
      .gradient("self", b -> withValues((SparseTensor) b.tensor("self"), b.grad()), "self")
      .anyLayout();

  /// A tensor as compositions of values take it: one that is part of the graph has each place once, since the gradient
  /// belongs to places.
  static SparseTensor once(Tensor t) {
    boolean graph = ThreadContext.current().gradEnabled && t.requiresGrad();
    return (SparseTensor) (graph && t.isSparse() ? t.coalesce() : t);
  }

  /// The same places with other values; the dense dimensions are theirs. Differentiable in the values.
  static Tensor withValues(SparseTensor like, Tensor values) {
    int lead = like.batchDims() + like.sparseDims();
    int own = like.batchDims() + 1 + (like.layout().inBlocks() ? 2 : 0);
    long[] sizes = Arrays.copyOf(like.sizes(), lead + values.dim() - own);
    System.arraycopy(values.sizes(), own, sizes, lead, values.dim() - own);
    return like.layout() == Layout.SPARSE_COO ? coo(like.indexPart(), values, sizes, like.sorted())
        : compressed(like.layout(), like.compressedPart(), like.indexPart(), values, sizes);
  }

  /// A tensor of coordinates and values, without checks; differentiable in the values.
  static Tensor coo(Tensor indices, Tensor values, long[] sizes, boolean coalesced) {
    return COO.tensor(indices.size(0), (long) values.dim() - 1, sizes, indices, values, null, null, null, false,
        coalesced);
  }

  /// A compressed tensor, without checks; differentiable in the values.
  static Tensor compressed(Layout layout, Tensor compressed, Tensor plain, Tensor values, long[] sizes) {
    return COMPRESSED.tensor(compressed, plain, values, sizes, null, layout, null, null);
  }

  /// The values of a tensor of any layout at the places that another specifies, in the form of its values.
  static Tensor valuesLike(Tensor from, SparseTensor pattern) {
    long[] sizes = SparseIndices.sparseSizes(pattern);
    if (!pattern.layout().isCompressed()) return SparseIndices.at(from, pattern.indexPart(), sizes);
    if (from instanceof SparseTensor sparse && sparse.layout() == pattern.layout()
        && SparseIndices.same(sparse.indexPart(), pattern.indexPart())
        && SparseIndices.same(sparse.compressedPart(), pattern.compressedPart()))
      return VALUES.tensor(from);
    Tensor grid = from;
    if (pattern.layout().inBlocks()) {
      grid = SparseConversions.inBlocks(from.toDense(), pattern.batchDims(), pattern.block());
      sizes = Arrays.copyOf(grid.sizes(), sizes.length);
    }
    Tensor coo = grid instanceof SparseTensor ? grid.toSparse() : grid;
    return SparseIndices.at(coo, SparseIndices.coordinates(pattern), sizes).reshape(pattern.valuePart().sizes());
  }

  // ---- from parts ------------------------------------------------------------------------------------------------

  public static final Operator SPARSE_COO = Operator
      .declare("aten::sparse_coo_tensor.indices_size(Tensor indices, Tensor values, int[] size, " + OPTIONS
          + "None, bool? is_coalesced=None) -> Tensor")
      .composition(c -> checkedCoo(c, c.longs("size")));
  /// The size is the smallest that holds all coordinates.
  public static final Operator SPARSE_COO_INFERRED =
      Operator.declare("aten::sparse_coo_tensor.indices(Tensor indices, Tensor values, " + OPTIONS
          + "None, bool? is_coalesced=None) -> Tensor")
          .composition(c -> {
            Tensor indices = c.tensor("indices");
            Tensor values = c.tensor("values");
            SparseChecks.coordinates(c, indices, values);
            if (indices.size(1) == 0 && indices.size(0) > 0) throw c.check()
                .because("cannot infer the size of a sparse tensor without entries").hint("give the size").failure();
            long[] size = new long[(int) indices.size(0) + values.dim() - 1];
            for (int d = 0; d < indices.size(0); d++) {
              long least = indices.select(0, d).to(DType.INT64).min().itemLong();
              if (least < 0)
                throw c.check().because("found negative index %d for dim %d", least, d).indexFailure();
              size[d] = indices.select(0, d).to(DType.INT64).max().itemLong() + 1;
            }
            System.arraycopy(values.sizes(), 1, size, (int) indices.size(0), values.dim() - 1);
            return checkedCoo(c, size);
          });
  /// Without entries.
  public static final Operator SPARSE_COO_EMPTY = Operator
      .declare("aten::sparse_coo_tensor.size(int[] size, " + OPTIONS + "False) -> Tensor")
      .composition(c -> {
        long[] size = c.longs("size");
        return empty(size, size.length, c.dtype("dtype", Torch.defaultDType()));
      })
      .notDifferentiable();
  public static final Operator SPARSE_COO_UNSAFE = Operator
      .declare("aten::_sparse_coo_tensor_unsafe(Tensor indices, Tensor values, SymInt[] size, " + OPTIONS
          + "None, bool? is_coalesced=None) -> Tensor")
      .composition(c -> checkedCoo(c, c.longs("size")));

  private static Tensor checkedCoo(Call c, long[] size) {
    Tensor values = c.tensor("values");
    if (values.dim() == 0) values = values.unsqueeze(0);
    Tensor indices = c.tensor("indices");
    SparseChecks.coo(c, indices, values, size);
    values = values.to(c.dtype("dtype", values.dtype()));
    return coo(indices.to(DType.INT64), values, size, Boolean.TRUE.equals(c.value("is_coalesced")));
  }

  static SparseTensor empty(long[] size, int sparseDims, DType dtype) {
    long[] values = new long[1 + size.length - sparseDims];
    System.arraycopy(size, sparseDims, values, 1, values.length - 1);
    return SparseTensor.coo(Torch.zeros(new long[] {sparseDims, 0}, DType.INT64), Torch.zeros(values, dtype), size,
        true);
  }

  public static final Operator SPARSE_CSR = compressedOf("csr", "crow", "col", Layout.SPARSE_CSR, true);
  public static final Operator SPARSE_CSR_INFERRED = compressedOf("csr", "crow", "col", Layout.SPARSE_CSR, false);
  public static final Operator SPARSE_CSC = compressedOf("csc", "ccol", "row", Layout.SPARSE_CSC, true);
  public static final Operator SPARSE_CSC_INFERRED = compressedOf("csc", "ccol", "row", Layout.SPARSE_CSC, false);
  public static final Operator SPARSE_BSR = compressedOf("bsr", "crow", "col", Layout.SPARSE_BSR, true);
  public static final Operator SPARSE_BSR_INFERRED = compressedOf("bsr", "crow", "col", Layout.SPARSE_BSR, false);
  public static final Operator SPARSE_BSC = compressedOf("bsc", "ccol", "row", Layout.SPARSE_BSC, true);
  public static final Operator SPARSE_BSC_INFERRED = compressedOf("bsc", "ccol", "row", Layout.SPARSE_BSC, false);

  private static final String COMPRESSED_PARTS =
      "aten::sparse_compressed_tensor.comp_plain_value%s(Tensor compressed_indices, Tensor plain_indices, Tensor values, ";
  public static final Operator SPARSE_COMPRESSED =
      Operator.declare(COMPRESSED_PARTS.formatted("_size") + "SymInt[] size, " + OPTIONS + "False) -> Tensor")
          .composition(c -> checkedCompressed(c, layout(c, Layout.STRIDED), 0, true));
  public static final Operator SPARSE_COMPRESSED_INFERRED =
      Operator.declare(COMPRESSED_PARTS.formatted("") + OPTIONS + "False) -> Tensor")
          .composition(c -> checkedCompressed(c, layout(c, Layout.STRIDED), 0, false));

  private static Operator compressedOf(String name, String lines, String across, Layout layout, boolean sized) {
    return Operator.declare("aten::sparse_%s_tensor.%s_%s_value%s(Tensor %s_indices, Tensor %s_indices, Tensor values, "
        .formatted(name, lines, across, sized ? "_size" : "", lines, across) + (sized ? "int[] size, " : "") + OPTIONS
        + "False) -> Tensor").composition(c -> checkedCompressed(c, layout, 0, sized));
  }

  private static Tensor checkedCompressed(Call c, Layout layout, int first, boolean sized) {
    Tensor compressed = (Tensor) java.util.Objects.requireNonNull(c.arguments()[first]);
    Tensor plain = (Tensor) java.util.Objects.requireNonNull(c.arguments()[first + 1]);
    Tensor values = c.tensor("values");
    if (!layout.isCompressed()) throw c.check()
        .because("expected compressed sparse tensor layout but got %s", layout.title()).failure();
    SparseChecks.compressedParts(c, layout, compressed, plain, values);
    long[] size = sized ? c.longs("size") : SparseChecks.inferredSize(layout, compressed, plain, values);
    SparseChecks.compressed(c, layout, compressed, plain, values, size);
    return compressed(layout, compressed, plain, values.to(c.dtype("dtype", values.dtype())), size);
  }

  static Layout layout(Call c, Layout otherwise) {
    return c.value("layout") instanceof Layout layout ? layout : otherwise;
  }

  // ---- parts and facts -------------------------------------------------------------------------------------------

  /// The values of a tensor whose places are each there once.
  public static final Operator VALUES_CHECKED = Operator.declare("aten::values(Tensor(a) self) -> Tensor(a)")
      .composition(c -> VALUES.call(coalesced(c, "values")))
      .anyLayout();
  public static final Operator VALUES_RAW = part("_values", t -> t.valuePart());
  /// Coordinates: `[s, nnz]`.
  public static final Operator INDICES = Operator.declare("aten::indices(Tensor(a) self) -> Tensor(a)")
      .composition(c -> {
        coo(c);
        return coalesced(c, "indices").indexPart().detach();
      })
      .anyLayout().notDifferentiable();
  public static final Operator INDICES_RAW = part("_indices", t -> t.indexPart());
  public static final Operator CROW_INDICES = lines("crow_indices", "row", true, true);
  public static final Operator COL_INDICES = lines("col_indices", "row", true, false);
  public static final Operator CCOL_INDICES = lines("ccol_indices", "column", false, true);
  public static final Operator ROW_INDICES = lines("row_indices", "column", false, false);

  static {
    for (Operator of : new Operator[] {VALUES_CHECKED, VALUES_RAW, INDICES, INDICES_RAW, CROW_INDICES, COL_INDICES,
      CCOL_INDICES, ROW_INDICES})
      Operator.declare("aten::%s_copy(Tensor self) -> Tensor".formatted(of.schema().bareName()))
          .composition(c -> of.tensor(c.tensor("self")).clone());
  }

  public static final Operator IS_COALESCED = Operator.declare("aten::is_coalesced(Tensor self) -> bool")
      .composition(c -> coo(c).sorted()).anyLayout().notDifferentiable();
  public static final Operator NNZ = Operator.declare("aten::_nnz(Tensor self) -> int")
      .composition(c -> SparseIndices.sparse(c, "self").specified()).anyLayout().notDifferentiable();
  public static final Operator SPARSE_DIM = Operator.declare("aten::sparse_dim(Tensor self) -> int")
      .composition(c -> c.tensor("self") instanceof SparseTensor t ? (long) t.sparseDims() : 0L).anyLayout()
      .notDifferentiable();
  public static final Operator DENSE_DIM = Operator.declare("aten::dense_dim(Tensor self) -> int")
      .composition(
          c -> c.tensor("self") instanceof SparseTensor t ? (long) t.denseDims() : (long) c.tensor("self").dim())
      .anyLayout().notDifferentiable();

  private static Operator part(String name, java.util.function.Function<SparseTensor, Tensor> part) {
    return Operator.declare("aten::%s(Tensor(a) self) -> Tensor(a)".formatted(name))
        .composition(c -> part.apply(coo(c)).detach()).anyLayout().notDifferentiable();
  }

  private static Operator lines(String name, String lines, boolean byRows, boolean beginnings) {
    return Operator.declare("aten::%s(Tensor(a) self) -> Tensor(a)".formatted(name)).composition(c -> {
      Tensor self = c.tensor("self");
      if (!(self instanceof SparseTensor t) || !t.layout().isCompressed() || t.layout().byRows() != byRows)
        throw c.check().because("%s expected sparse %s compressed tensor layout but got %s", name, lines,
            self.layout().title()).failure();
      return (beginnings ? t.compressedPart() : t.indexPart()).detach();
    }).anyLayout().notDifferentiable();
  }

  private static SparseTensor coalesced(Call c, String what) {
    SparseTensor t = SparseIndices.sparse(c, "self");
    if (!t.sorted()) throw c.check()
        .because("Cannot get %s on an uncoalesced tensor, please call .coalesce() first", what).failure();
    return t;
  }

  private static SparseTensor coo(Call c) {
    if (c.tensor("self") instanceof SparseTensor t && t.layout() == Layout.SPARSE_COO) return t;
    throw c.check().because("%s expected sparse coordinate tensor layout but got %s", c.operator().schema().bareName(),
        c.tensor("self").layout().title()).failure();
  }

  // ---- one value a place -----------------------------------------------------------------------------------------

  /// Places sorted, the values of each added up in their order.
  public static final Operator COALESCE = Operator.declare("aten::coalesce(Tensor(a) self) -> Tensor(a)")
      .composition(c -> coo(c).sorted() ? c.tensor("self") : SparseForms.COALESCE_COPY.call(c.tensor("self")))
      .anyLayout();
  public static final Operator COALESCE_COPY = Operator.declare("aten::_coalesce(Tensor self) -> Tensor")
      .composition(c -> {
        SparseTensor t = coo(c);
        long[] sizes = SparseIndices.sparseSizes(t);
        if (sizes.length == 0) {
          Tensor sum = SparseIndices.gather(t.valuePart(), Torch.zeros(new long[] {t.specified()}, DType.INT64), 1);
          return SparseTensor.coo(Torch.zeros(new long[] {0, 1}, DType.INT64), sum, t.sizes(), true);
        }
        var merged = SparseIndices.merge(t.indexPart(), sizes);
        return SparseTensor.coo(SparseIndices.coordinates(merged.unique(), sizes), merged.sum(t.valuePart()), t.sizes(),
            true);
      })
      .gradient("self", b -> b.grad())
      .anyLayout();

  /// Says that places are sorted and each once, or takes that back.
  public static final Operator MARK_COALESCED =
      Operator.declare("aten::_coalesced(Tensor self, bool coalesced) -> Tensor")
          .composition(c -> {
            SparseTensor t = coo(c);
            return SparseTensor.coo(t.indexPart(), t.valuePart(), t.sizes(), c.bool("coalesced"));
          })
          .gradient("self", b -> b.grad())
          .anyLayout().inPlace();

  /// Another size: dimensions may grow, and without entries the number of sparse ones may change.
  public static final Operator RESIZE = Operator
      .declare("aten::sparse_resize(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor")
      .composition(c -> SparseChecks.resized(c, coo(c), c.longs("size"), c.integer("sparse_dim"),
          c.integer("dense_dim")))
      .notDifferentiable().anyLayout();

  public static final Operator RESIZE_ = Operator
      .declare("aten::sparse_resize_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)")
      .composition(c -> {
        c.tensor("self").data(RESIZE.tensor(c.tensor("self"), c.longs("size"), c.integer("sparse_dim"),
            c.integer("dense_dim")));
        return c.tensor("self");
      })
      .notDifferentiable().anyLayout();
  /// Another size, without entries.
  public static final Operator RESIZE_AND_CLEAR_ = Operator.declare(
      "aten::sparse_resize_and_clear_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)")
      .composition(c -> {
        coo(c).data(SparseChecks.resized(c, empty(new long[0], 0, c.tensor("self").dtype()), c.longs("size"),
            c.integer("sparse_dim"), c.integer("dense_dim")));
        return c.tensor("self");
      })
      .notDifferentiable().anyLayout();
  public static final Operator RESIZE_AS_ = Operator
      .declare("aten::resize_as_sparse_(Tensor(a!) self, Tensor the_template) -> Tensor(a!)")
      .composition(c -> {
        Tensor to = c.tensor("the_template");
        return RESIZE_.call(c.tensor("self"), to.sizes(), to.sparseDim(), to.denseDim());
      })
      .notDifferentiable().anyLayout();

  private SparseForms() {}

  /// An operator's own self as a sparse tensor of coordinates whose places are each there once.
  static SparseTensor merged(Tensor t) {
    return (SparseTensor) (t.layout() == Layout.SPARSE_COO ? t : t.toSparse()).coalesce();
  }
}
