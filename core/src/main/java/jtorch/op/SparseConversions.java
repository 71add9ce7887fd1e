package jtorch.op;

import java.util.Arrays;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// From one layout to another. All ways lead over coordinates.
public final class SparseConversions {
  // ---- to dense --------------------------------------------------------------------------------------------------

  /// All elements. Its gradient is that of the specified ones alone, unless `masked_grad` is false.
  public static final Operator TO_DENSE =
      Operator.declare("aten::to_dense(Tensor self, ScalarType? dtype=None, *, bool? masked_grad=None) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            if (!(self instanceof SparseTensor)) return self.to(c.dtype("dtype", self.dtype()));
            if (c.dtype("dtype", self.dtype()) != self.dtype())
              throw c.check().because("dtype argument is not supported by sparse_to_dense").failure();
            return SparseConversions.TO_DENSE_COPY.call(self, null, c.value("masked_grad"));
          })
          .anyLayout();
  static final Operator TO_DENSE_COPY =
      Operator.declare("aten::_to_dense(Tensor self, ScalarType? dtype=None, bool? masked_grad=None) -> Tensor")
          .composition(c -> dense(SparseIndices.sparse(c, "self")))
          .gradient("self", b -> {
            SparseTensor self = (SparseTensor) b.tensor("self");
            if (!b.bool("masked_grad", true)) return toLayoutOf(b.grad().toDense(), self);
            return masked(b.grad(), self.layout() == Layout.SPARSE_COO ? SparseForms.merged(self) : self);
          }, "self")
          .anyLayout();

  private static Tensor dense(SparseTensor t) {
    if (t.layout().inBlocks()) {
      Tensor grid = scattered(SparseIndices.flatValues(t, t.valuePart()), SparseIndices.coordinates(t), gridSizes(t));
      return outOfBlocks(grid, t.batchDims()).contiguous();
    }
    Tensor indices = t.layout().isCompressed() ? SparseIndices.coordinates(t) : t.indexPart();
    return scattered(SparseIndices.flatValues(t, t.valuePart()), indices, SparseIndices.sparseSizes(t));
  }

  /// Values added up at their coordinates: `[n, dense...] -> [sizes..., dense...]`.
  private static Tensor scattered(Tensor values, Tensor indices, long[] sizes) {
    Tensor wide = values.dtype() == DType.BOOL ? values.to(DType.INT64) : values;
    long[] dense = Arrays.copyOfRange(values.sizes(), 1, values.dim());
    Tensor zeros = Torch.zeros(joined(new long[] {SparseIndices.product(sizes)}, dense), wide.dtype());
    Tensor made = zeros.indexAdd_(0, SparseIndices.places(indices, sizes), wide).view(joined(sizes, dense));
    return values.dtype() == DType.BOOL ? made.ne(0L) : made;
  }

  static long[] joined(long[] a, long... b) {
    return LongStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  // ---- to sparse -------------------------------------------------------------------------------------------------

  private static final String TO_SPARSE_TEXT =
      "to_sparse(Tensor self, *, Layout? layout=None, int[2]? blocksize=None, int? dense_dim=None) -> Tensor";

  /// To a sparse layout: of a dense tensor what is not zero, of a sparse one what is specified.
  public static final Operator TO_SPARSE = Operator.declare("aten::" + TO_SPARSE_TEXT)
      .composition(c -> to(c, SparseForms.layout(c, Layout.SPARSE_COO))).anyLayout();
  private static final Operator TO_SPARSE_COPY = Operator.declare("aten::_" + TO_SPARSE_TEXT)
      .composition(c -> converted(c, c.tensor("self"), SparseForms.layout(c, Layout.SPARSE_COO),
          c.longsOrNull("blocksize"), c.integer("dense_dim", 0)))
      .gradient("self", b -> toLayoutOf(b.grad(), b.tensor("self")), "self")
      .anyLayout();

  /// With so many sparse dimensions, the others dense.
  public static final Operator TO_SPARSE_DIM =
      Operator.declare("aten::to_sparse.sparse_dim(Tensor self, int sparse_dim) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        long sparse = c.integer("sparse_dim");
        if (self instanceof SparseTensor t) {
          if (t.layout() == Layout.SPARSE_COO && t.sparseDims() != sparse) throw c.check().because(
              "conversion from Sparse to Sparse with sparse_dim argument !=self.sparse_dim() is not supported")
              .failure();
          return t.toSparse();
        }
        if (sparse == 0 && self.dim() > 0) throw c.check()
            .because("dense_to_sparse: sparse_dim argument must be in >0 when self.dim()>0").failure();
        if (sparse < 0 || sparse > self.dim()) throw c.check()
            .because("dense_to_sparse: sparse_dim argument must be in [0,%d] range, but %d is given", self.dim(),
                sparse)
            .failure();
        return TO_SPARSE_COPY.call(self, Layout.SPARSE_COO, null, self.dim() - sparse);
      }).anyLayout();

  static {
    for (Layout layout : Layout.values()) {
      if (!layout.isCompressed()) continue;
      String name = layout.toString().substring("sparse_".length());
      String block = layout.inBlocks() ? "int[2] blocksize, " : "";
      Operator.declare("aten::to_sparse_%s(Tensor self, %sint? dense_dim=None) -> Tensor".formatted(name, block))
          .composition(c -> to(c, layout)).anyLayout();
    }
  }

  private static Object to(Call c, Layout layout) {
    Tensor self = c.tensor("self");
    long[] block = layout.inBlocks() ? c.longsOrNull("blocksize") : null;
    if (layout.inBlocks() && block == null && self instanceof SparseTensor t && t.layout().inBlocks())
      block = t.block();
    if (layout.inBlocks() && (block == null || block.length != 2 || block[0] < 1 || block[1] < 1)) throw c.check()
        .because("conversion from %s to %s requires blocksize argument of two positive sizes", self.layout().title(),
            layout.title())
        .failure();
    if (self.layout() == layout && (!layout.inBlocks() || Arrays.equals(((SparseTensor) self).block(), block)))
      return self;
    if (layout == Layout.STRIDED) return self.toDense();
    return TO_SPARSE_COPY.call(self, layout, block, c.value("dense_dim"));
  }

  /// A gradient in the layout of the tensor that it belongs to.
  static Tensor toLayoutOf(Tensor grad, Tensor self) {
    if (!(self instanceof SparseTensor t)) return grad.toDense();
    if (grad.layout() == t.layout()) return grad;
    return TO_SPARSE_COPY.tensor(grad, t.layout(), t.layout().inBlocks() ? t.block() : null,
        grad instanceof SparseTensor ? null : (long) t.denseDims());
  }

  private static Tensor converted(Call c, Tensor self, Layout layout, long @Nullable [] block, long denseDims) {
    SparseTensor coo = self instanceof SparseTensor t ? coordinates(t) : specified(c, self, denseDims);
    if (layout == Layout.SPARSE_COO) return coo;
    if (self.layout() == Layout.SPARSE_COO && coo.sparseDims() != 2) throw c.check()
        .because("conversion from Sparse to %s for input tensors with sparse_dim()!=2 is not supported", layout.title())
        .shapeFailure();
    if (coo.sparseDims() < 2) throw c.check()
        .because("conversion to %s needs at least two dimensions that are not dense", layout.title())
        .tensor("self", self).shapeFailure();
    return block == null ? compress(c, SparseForms.merged(coo), layout) : compressBlocks(c, SparseForms.merged(coo),
        layout, block);
  }

  /// What is not zero of a dense tensor; dense parts count as long as one element is not zero.
  private static SparseTensor specified(Call c, Tensor self, long denseDims) {
    if (denseDims < 0 || denseDims > self.dim() || denseDims == self.dim() && self.dim() > 0) throw c.check()
        .because("dense_dim must be less than the dimensionality %d, but got %d", self.dim(), denseDims).failure();
    int sparse = self.dim() - (int) denseDims;
    long[] sizes = Arrays.copyOf(self.sizes(), sparse);
    long n = SparseIndices.product(sizes);
    Tensor flat = self.reshape(joined(new long[] {n}, Arrays.copyOfRange(self.sizes(), sparse, self.dim())));
    Tensor mask = flat.ne(0L);
    if (denseDims > 0)
      mask = mask.numel() == 0 ? Torch.zeros(new long[] {n}, DType.BOOL) : mask.flatten(1, -1).any(1, false);
    Tensor places = mask.nonzero().select(1, 0);
    return SparseTensor.coo(SparseIndices.coordinates(places, sizes), flat.indexSelect(0, places), self.sizes(), true);
  }

  /// A sparse tensor by coordinates; those of compressed columns come column by column.
  private static SparseTensor coordinates(SparseTensor t) {
    if (!t.layout().isCompressed()) return t;
    Tensor indices = SparseIndices.coordinates(t);
    Tensor values = SparseIndices.flatValues(t, t.valuePart());
    if (!t.layout().inBlocks()) return SparseTensor.coo(indices, values, t.sizes(), t.layout().byRows());
    long[] block = t.block();
    long n = values.size(0);
    int batch = t.batchDims();
    // Each block becomes height * width entries, row by row.
    Tensor inner = Torch.arange(block[0] * block[1], o -> o.dtype(DType.INT64));
    Tensor[] rows = new Tensor[batch + 2];
    for (int d = 0; d < batch + 2; d++) {
      Tensor line = indices.select(0, d).unsqueeze(1);
      Tensor all = d < batch ? line.expand(n, block[0] * block[1])
          : d == batch ? line.mul(block[0]).add(inner.floorDivide(block[1]))
          : line.mul(block[1]).add(inner.remainder(block[1]));
      rows[d] = all.reshape(n * block[0] * block[1]);
    }
    long[] flat = joined(new long[] {n * block[0] * block[1]}, Arrays.copyOfRange(values.sizes(), 3, values.dim()));
    return (SparseTensor) SparseTensor.coo(Torch.stack(rows, 0), values.reshape(flat), t.sizes(), false).coalesce();
  }

  /// Coordinates as compressed rows or columns; those before the last two dimensions number matrices.
  private static Tensor compress(Call c, SparseTensor coo, Layout layout) {
    long[] sizes = SparseIndices.sparseSizes(coo);
    int batch = sizes.length - 2;
    Tensor indices = coo.indexPart();
    Tensor values = coo.valuePart();
    if (!layout.byRows()) {
      Tensor columnsFirst = swapped(indices, batch);
      long[] turned = sizes.clone();
      turned[batch] = sizes[batch + 1];
      turned[batch + 1] = sizes[batch];
      var merged = SparseIndices.merge(columnsFirst, turned);
      indices = columnsFirst.indexSelect(1, merged.order());
      values = merged.sum(values);
      sizes = turned;
    }
    long[] batchSizes = Arrays.copyOf(sizes, batch);
    long matrices = SparseIndices.product(batchSizes);
    long lines = sizes[batch];
    Tensor line = SparseIndices.places(indices.narrow(0, 0, batch + 1), Arrays.copyOf(sizes, batch + 1));
    Tensor begin = SparseIndices.beginnings(line.contiguous(), matrices * lines);
    long each = matrices == 0 ? 0 : values.size(0) / matrices;
    if (batch > 0) {
      Tensor first = Torch.arange(matrices, o -> o.dtype(DType.INT64)).mul(lines).unsqueeze(1);
      Tensor all = first.add(Torch.arange(lines + 1, o -> o.dtype(DType.INT64)));
      begin = begin.indexSelect(0, all.reshape(-1)).reshape(matrices, lines + 1);
      begin = begin.sub(begin.narrow(1, 0, 1));
      if (matrices > 0 && begin.select(1, lines).ne(each).any().itemBoolean())
        throw c.check().because("Expect the same number of specified elements per batch.").shapeFailure();
    }
    return SparseTensor.compressed(layout, begin.reshape(joined(batchSizes, lines + 1)),
        indices.select(0, batch + 1).contiguous().view(joined(batchSizes, each)),
        values.reshape(joined(joined(batchSizes, each), Arrays.copyOfRange(values.sizes(), 1, values.dim()))),
        coo.sizes());
  }

  private static Tensor swapped(Tensor indices, int batch) {
    Tensor[] rows = new Tensor[batch + 2];
    for (int d = 0; d < batch; d++) rows[d] = indices.select(0, d);
    rows[batch] = indices.select(0, batch + 1);
    rows[batch + 1] = indices.select(0, batch);
    return Torch.stack(rows, 0);
  }

  private static Tensor compressBlocks(Call c, SparseTensor coo, Layout layout, long[] block) {
    long[] sizes = SparseIndices.sparseSizes(coo);
    int batch = sizes.length - 2;
    if (sizes[batch] % block[0] != 0 || sizes[batch + 1] % block[1] != 0) throw c.check()
        .because("tensor sparse size (%d,%d) must be divisible by given blocksize (%d,%d)", sizes[batch],
            sizes[batch + 1], block[0], block[1])
        .shapeFailure();
    long[] grid = sizes.clone();
    Tensor[] rows = new Tensor[sizes.length];
    Tensor inner = Torch.zeros(new long[] {coo.specified()}, DType.INT64);
    for (int d = 0; d < sizes.length; d++) {
      rows[d] = coo.indexPart().select(0, d);
      if (d < batch) continue;
      inner = inner.mul(block[d - batch]).add(rows[d].remainder(block[d - batch]));
      rows[d] = rows[d].floorDivide(block[d - batch]);
      grid[d] = sizes[d] / block[d - batch];
    }
    var merged = SparseIndices.merge(Torch.stack(rows, 0), grid);
    Tensor slot = merged.slot() == null ? Torch.arange(merged.order().size(0), o -> o.dtype(DType.INT64))
        : merged.slot();
    Tensor place = slot.mul(block[0] * block[1]).add(inner.indexSelect(0, merged.order()));
    long[] dense = Arrays.copyOfRange(coo.valuePart().sizes(), 1, coo.valuePart().dim());
    long n = merged.unique().size(0);
    Tensor values = Torch.zeros(joined(new long[] {n * block[0] * block[1]}, dense), coo.dtype())
        .indexCopy_(0, place, coo.valuePart().indexSelect(0, merged.order()));
    long[] blocked = joined(new long[] {n, block[0], block[1]}, dense);
    long[] gridOfBlocks = joined(grid, Arrays.copyOfRange(blocked, 1, blocked.length));
    SparseTensor blocks =
        SparseTensor.coo(SparseIndices.coordinates(merged.unique(), grid), values.view(blocked), gridOfBlocks, true);
    SparseTensor made = (SparseTensor) compress(c, blocks, layout);
    return SparseTensor.compressed(layout, made.compressedPart(), made.indexPart(), made.valuePart(), coo.sizes());
  }

  // ---- blocks ----------------------------------------------------------------------------------------------------

  private static long[] gridSizes(SparseTensor t) {
    long[] sizes = SparseIndices.sparseSizes(t);
    long[] block = t.block();
    sizes[t.batchDims()] /= block[0];
    sizes[t.batchDims() + 1] /= block[1];
    return sizes;
  }

  /// `[batch..., R * p, C * q, dense...] -> [batch..., R, C, p, q, dense...]`
  static Tensor inBlocks(Tensor dense, int batch, long[] block) {
    long[] split = joined(joined(Arrays.copyOf(dense.sizes(), batch), dense.size(batch) / block[0], block[0],
        dense.size(batch + 1) / block[1], block[1]), Arrays.copyOfRange(dense.sizes(), batch + 2, dense.dim()));
    return dense.reshape(split).transpose(batch + 1, batch + 2);
  }

  private static Tensor outOfBlocks(Tensor grid, int batch) {
    long[] sizes = joined(joined(Arrays.copyOf(grid.sizes(), batch), grid.size(batch) * grid.size(batch + 2),
        grid.size(batch + 1) * grid.size(batch + 3)), Arrays.copyOfRange(grid.sizes(), batch + 4, grid.dim()));
    return grid.transpose(batch + 1, batch + 2).reshape(sizes);
  }

  // ---- masks -----------------------------------------------------------------------------------------------------

  /// The values of a tensor of any layout where a sparse one specifies any: zero where the tensor specifies none.
  public static final Operator SPARSE_MASK = Operator.declare("aten::sparse_mask(Tensor self, Tensor mask) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor mask = c.tensor("mask");
        if (!(mask instanceof SparseTensor pattern))
          throw c.check().because("mask must be sparse, but its layout is %s", mask.layout()).failure();
        if (!Arrays.equals(self.sizes(), mask.sizes())) throw c.check()
            .because("operands have incompatible sizes; self has size %s but mask has size %s",
                Arrays.toString(self.sizes()), Arrays.toString(mask.sizes()))
            .shapeFailure();
        return masked(self, pattern);
      })
      .gradient("self", b -> toLayoutOf(masked(b.grad(), (SparseTensor) b.tensor("mask").detach()), b.tensor("self")),
          "self", "mask")
      .anyLayout();

  static Tensor masked(Tensor self, SparseTensor pattern) {
    return SparseForms.withValues(pattern, SparseForms.valuesLike(self, pattern));
  }

  private SparseConversions() {}
}
