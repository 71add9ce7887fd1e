package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;

/// Sums, norms and softmax of what sparse tensors specify.
public final class SparseReductions {
  // ---- sums ------------------------------------------------------------------------------------------------------

  /// The sum of all; its gradient is that of all elements, as that of a dense tensor.
  private static final Operator TOTAL =
      Operator.declare("jtorch::sparse_total(Tensor self, ScalarType? dtype) -> Tensor")
          .composition(c -> Reductions.SUM.call(SparseIndices.sparse(c, "self").valuePart(), c.dtype("dtype")))
          .gradient("self", b -> b.grad().expand(b.sizes("self")))
          .anyLayout();

  /// The sum of what is specified over some dimensions: sparse as long as a sparse dimension is left.
  public static final Operator SPARSE_SUM_DIM =
      Operator.declare("aten::_sparse_sum.dim(Tensor self, int[1] dim) -> Tensor")
          .composition(c -> {
            Tensor sum = sum(c, c.tensor("self"), c.longs("dim"), false);
            return sum instanceof SparseTensor ? sum.to(c.tensor("self").dtype()) : sum;
          }).anyLayout();
  public static final Operator SPARSE_SUM_DIM_DTYPE =
      Operator.declare("aten::_sparse_sum.dim_dtype(Tensor self, int[1] dim, *, ScalarType dtype) -> Tensor")
          .composition(c -> sum(c, c.tensor("self").to(c.dtype("dtype", DType.FLOAT32)), c.longs("dim"), false))
          .anyLayout();
  public static final Operator SPARSE_SUM = Operator.declare("aten::_sparse_sum(Tensor self) -> Tensor")
      .composition(c -> SparseForms.VALUES.tensor(SparseForms.once(SparseIndices.sparse(c, "self"))).sum()).anyLayout();
  public static final Operator SPARSE_SUM_DTYPE =
      Operator.declare("aten::_sparse_sum.dtype(Tensor self, *, ScalarType dtype) -> Tensor")
          .composition(c -> SparseForms.VALUES.tensor(SparseForms.once(SparseIndices.sparse(c, "self")))
              .to(c.dtype("dtype", DType.FLOAT32)).sum())
          .anyLayout();

  static {
    Reductions.SUM_DIMS.sparse().composition(c -> {
      SparseTensor self = SparseIndices.sparse(c, "self");
      long[] dim = c.longsOrNull("dim");
      boolean keep = c.bool("keepdim");
      if (!keep && (dim == null || dim.length == 0 || dim.length == self.dim()))
        return TOTAL.call(self, c.dtype("dtype"));
      if (self.layout().isCompressed() && !keep) throw c.check()
          .because("reduction operations on CSR tensors with keepdim=False is unsupported").failure();
      Tensor wide = c.dtype("dtype") == null ? self : self.to(c.dtype("dtype", self.dtype()));
      return sum(c, wide, dim == null ? new long[0] : dim, keep);
    });
    Reductions.ANY.sparse().composition(c -> SparseForms.merged(c.tensor("self")).valuePart().any())
        .notDifferentiable();
    Reductions.VECTOR_NORM.sparse().composition(c -> {
      long[] dim = c.longsOrNull("dim");
      SparseTensor self = SparseIndices.sparse(c, "self");
      if (dim != null && dim.length > 0 && dim.length != self.dim() || c.bool("keepdim")) throw c.check()
          .because(
              "norm_sparse currently only supports full reductions, so 'dim' must either be empty or contain all dimensions of the input")
          .failure();
      Tensor once = self.layout() == Layout.SPARSE_COO ? self.coalesce() : self;
      return Reductions.VECTOR_NORM.call(SparseForms.VALUES.tensor(once), c.scalar("ord"), null, false,
          c.dtype("dtype"));
    });
  }

  private static Tensor sum(Call c, Tensor given, long[] dims, boolean keep) {
    SparseTensor self = SparseForms.once(given);
    int[] over = Check.dims(c.operator(), dims, self.dim());
    boolean[] gone = new boolean[self.dim()];
    for (int d : over) gone[d] = true;
    if (self.layout().isCompressed())
      return sum(c, self.toSparse(), dims, keep).toSparse(self.layout(), self.layout().inBlocks() ? self.block() : null,
          null);
    int sparse = self.sparseDims();
    Tensor values = SparseForms.VALUES.tensor(self);
    long[] dense = Arrays.stream(over).filter(d -> d >= sparse).mapToLong(d -> d - sparse + 1).toArray();
    if (dense.length > 0) values = values.sum(dense, keep);
    else if (!values.dtype().isDifferentiable()) values = values.to(DType.INT64);
    long[] rows = new long[sparse];
    int left = 0;
    for (int d = 0; d < sparse; d++) {
      if (!gone[d]) rows[left++] = d;
    }
    if (left == 0 && !keep) return values.sum(new long[] {0}, false);
    long[] sizes = new long[self.dim()];
    int n = 0;
    for (int d = 0; d < self.dim(); d++) {
      if (!gone[d] || keep) sizes[n++] = gone[d] ? 1 : self.size(d);
    }
    Tensor indices = left == sparse ? self.indexPart()
        : keep ? self.indexPart().mul(kept(gone, sparse))
        : self.indexPart().indexSelect(0, Torch.tensor(Arrays.copyOf(rows, left)));
    return SparseForms.coo(indices, values, Arrays.copyOf(sizes, n), left == sparse && self.sorted()).coalesce();
  }

  /// One for dimensions that stay, zero for others: `[sparse, 1]`.
  private static Tensor kept(boolean[] gone, int sparse) {
    long[] factor = new long[sparse];
    for (int d = 0; d < sparse; d++) factor[d] = gone[d] ? 0 : 1;
    return Torch.tensor(factor).unsqueeze(1);
  }

  // ---- softmax ---------------------------------------------------------------------------------------------------

  /// Softmax over what is specified along a dimension: what is not counts as minus infinity.
  public static final Operator SPARSE_SOFTMAX = softmax("_sparse_softmax", false);
  public static final Operator SPARSE_LOG_SOFTMAX = softmax("_sparse_log_softmax", true);

  private static Operator softmax(String name, boolean log) {
    Operator.declare("aten::%s(Tensor self, int dim, bool half_to_float) -> Tensor".formatted(name))
        .composition(c -> softmax(c, c.tensor("self"), log)).anyLayout();
    return Operator.declare("aten::%s.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor".formatted(name))
        .composition(c -> softmax(c, c.tensor("self").to(c.dtype("dtype", c.tensor("self").dtype())), log)).anyLayout();
  }

  private static Tensor softmax(Call c, Tensor given, boolean log) {
    if (!(given instanceof SparseTensor t) || t.layout() != Layout.SPARSE_COO) throw c.check()
        .because("not there for layout %s", given.layout()).hint("toSparse() gives coordinates").unsupported();
    SparseTensor self = (SparseTensor) t.coalesce();
    int dim = Check.dim(c.operator(), c.integer("dim"), self.dim());
    Tensor values = SparseForms.VALUES.tensor(self);
    int sparse = self.sparseDims();
    if (dim >= sparse) {
      long along = 1 + dim - sparse;
      return SparseForms.withValues(self, log ? values.logSoftmax(along) : values.softmax(along));
    }
    if (self.specified() == 0) return self;
    // Entries that differ in this dimension alone form a pool.
    long[] sizes = SparseIndices.sparseSizes(self);
    sizes[dim] = 1;
    Tensor line = self.indexPart().mul(others(sparse, dim));
    var pools = SparseIndices.merge(line, sizes);
    Tensor slot = pools.slot() == null ? Torch.arange(pools.order().size(0), o -> o.dtype(DType.INT64)) : pools.slot();
    Tensor pool = Torch.zerosLike(pools.order()).indexCopy(0, pools.order(), slot);
    long[] poolSizes = values.sizes().clone();
    poolSizes[0] = pools.unique().size(0);
    boolean half = values.dtype().isHalf();
    Tensor wide = half ? values.to(DType.FLOAT32) : values;
    Tensor most = Torch.full(poolSizes, Double.NEGATIVE_INFINITY, wide.dtype())
        .indexReduce(0, pool, wide.detach(), "amax", true).indexSelect(0, pool);
    Tensor shifted = wide.sub(most);
    Tensor exps = shifted.exp();
    Tensor sums = SparseIndices.gather(exps, pool, poolSizes[0]).indexSelect(0, pool);
    Tensor result = log ? shifted.sub(sums.log()) : exps.div(sums);
    return SparseForms.withValues(self, half ? result.to(values.dtype()) : result);
  }

  private static Tensor others(int sparse, int dim) {
    boolean[] gone = new boolean[sparse];
    gone[dim] = true;
    return kept(gone, sparse);
  }

  private SparseReductions() {}
}
