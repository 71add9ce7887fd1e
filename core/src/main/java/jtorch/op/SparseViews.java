package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;

/// Dimensions of sparse tensors exchanged, added, cut and joined. Nothing here is a view: indices are new, values shared
/// where they stay as they are.
public final class SparseViews {
  static {
    Views.PERMUTE.sparse().composition(c -> {
      SparseTensor self = SparseForms.once(SparseIndices.sparse(c, "self"));
      long[] given = c.longs("dims");
      if (given.length != self.dim()) throw c.check().because(
          "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = %d is not equal to len(dims) = %d",
          self.dim(), given.length).shapeFailure();
      return permuted(c, self, Check.dims(c.operator(), given, self.dim()));
    });
    Views.TRANSPOSE.sparse().composition(c -> {
      SparseTensor self = SparseForms.once(SparseIndices.sparse(c, "self"));
      int a = Check.dim(c.operator(), c.integer("dim0"), self.dim());
      int b = Check.dim(c.operator(), c.integer("dim1"), self.dim());
      if (a == b) return self;
      int[] dims = new int[self.dim()];
      for (int d = 0; d < dims.length; d++) dims[d] = d == a ? b : d == b ? a : d;
      return permuted(c, self, dims);
    });
    Views.UNSQUEEZE.sparse().composition(c -> {
      SparseTensor self = coo(c, "self");
      int dim = Check.dim(c.operator(), c.integer("dim"), self.dim() + 1);
      long[] sizes = new long[self.dim() + 1];
      for (int d = 0; d < sizes.length; d++) sizes[d] = d < dim ? self.size(d) : d == dim ? 1 : self.size(d - 1);
      Tensor values = SparseForms.VALUES.tensor(self);
      int sparse = self.sparseDims();
      if (dim > sparse)
        return SparseForms.coo(self.indexPart(), values.unsqueeze(1 + dim - sparse), sizes, self.sorted());
      Tensor row = Torch.zeros(new long[] {1, self.specified()}, DType.INT64);
      Tensor indices = Torch.cat(new Tensor[] {self.indexPart().narrow(0, 0, dim), row,
        self.indexPart().narrow(0, dim, sparse - dim)}, 0);
      return SparseForms.coo(indices, values, sizes, self.sorted());
    });
    Views.SELECT.sparse().composition(c -> {
      SparseTensor self = SparseForms.once(c.tensor("self").toSparse());
      int dim = Check.dim(c.operator(), c.integer("dim"), self.dim());
      long size = self.size(dim);
      long index = c.integer("index");
      if (index < -size || index >= size) throw c.check()
          .because("index %d out of range for tensor of size %s at dimension %d", index, Arrays.toString(self.sizes()),
              dim)
          .indexFailure();
      long at = index < 0 ? index + size : index;
      int sparse = self.sparseDims();
      long[] sizes = without(self.sizes(), dim);
      if (dim >= sparse) return SparseForms.coo(self.indexPart(),
          SparseForms.VALUES.tensor(self).select(1 + dim - sparse, at), sizes, self.sorted());
      Tensor chosen = self.indexPart().select(0, dim).eq(at).nonzero().select(1, 0);
      Tensor values = SparseForms.VALUES.tensor(self).indexSelect(0, chosen);
      if (sparse == 1) return values.sum(new long[] {0}, false).to(self.dtype());
      return SparseForms.coo(dropped(self.indexPart(), dim).indexSelect(1, chosen), values, sizes, self.sorted());
    });
    Views.SLICE.sparse().composition(c -> {
      SparseTensor self = coo(c, "self");
      int dim = Check.dim(c.operator(), c.integer("dim"), self.dim());
      long size = self.size(dim);
      long start = bound(c.integer("start", 0), size);
      long end = Math.max(start, bound(c.integer("end", size), size));
      long step = c.integer("step");
      if (step < 1) throw c.check().because("slice step must be positive").failure();
      long[] sizes = self.sizes().clone();
      sizes[dim] = (end - start + step - 1) / step;
      int sparse = self.sparseDims();
      Tensor values = SparseForms.VALUES.tensor(self);
      if (dim >= sparse)
        return SparseForms.coo(self.indexPart(), values.slice(1 + dim - sparse, start, end, step), sizes,
            self.sorted());
      Tensor line = self.indexPart().select(0, dim).sub(start);
      Tensor chosen =
          line.ge(0L).logicalAnd(line.lt(end - start)).logicalAnd(line.remainder(step).eq(0L)).nonzero().select(1, 0);
      Tensor indices = replaced(self.indexPart(), dim, line.floorDivide(step)).indexSelect(1, chosen);
      return SparseForms.coo(indices, values.indexSelect(0, chosen), sizes, self.sorted());
    });
    Indexing.INDEX_SELECT.sparse().composition(c -> {
      SparseTensor self = coo(c, "self");
      Tensor index = c.tensor("index").to(DType.INT64);
      if (index.dim() != 1) throw c.check().because("index must be a vector").tensor("index", index).shapeFailure();
      int dim = Check.dim(c.operator(), c.integer("dim"), self.dim());
      long[] sizes = self.sizes().clone();
      sizes[dim] = index.numel();
      int sparse = self.sparseDims();
      Tensor values = SparseForms.VALUES.tensor(self);
      long size = self.size(dim);
      index = index.where(index.ge(0L), index.add(size));
      if (index.numel() > 0 && (index.min().itemLong() < 0 || index.max().itemLong() >= size))
        throw c.check().because("index out of range for dimension %d of size %d", dim, size).indexFailure();
      if (dim >= sparse)
        return SparseForms.coo(self.indexPart(), values.indexSelect(1 + dim - sparse, index), sizes, self.sorted());
      var line = SparseIndices.Groups.of(self.indexPart().select(0, dim), size);
      var runs = Runs.of(line.begin(), index);
      Tensor from = line.order().indexSelect(0, runs.entry());
      Tensor indices = replaced(self.indexPart().indexSelect(1, from), dim, runs.owner());
      return SparseForms.coo(indices, values.indexSelect(0, from), sizes, false);
    });
    Views.EXPAND.sparse().composition(c -> unchanged(c, c.longs("size")));
    Views.RESHAPE.sparse().composition(c -> unchanged(c, c.longs("shape")));
    Joining.CAT.sparse().composition(c -> {
      Tensor[] all = c.tensors("tensors");
      SparseTensor first = null;
      for (Tensor t : all) {
        if (!(t instanceof SparseTensor s) || s.layout() != Layout.SPARSE_COO) throw c.check()
            .because("Concatenating sparse tensors, but a tensor of layout %s was found", t.layout().title()).failure();
        if (first == null) first = s;
      }
      return joined(c, all, java.util.Objects.requireNonNull(first));
    });
  }

  private static Tensor unchanged(Call c, long[] sizes) {
    if (Arrays.equals(c.tensor("self").sizes(), sizes)) return c.tensor("self");
    throw c.check().because("%s is not implemented for sparse tensors", c.operator().schema().bareName())
        .hint("toDense() gives all elements").unsupported();
  }

  private static SparseTensor coo(Call c, String name) {
    SparseTensor t = SparseForms.once(SparseIndices.sparse(c, name));
    if (t.layout() == Layout.SPARSE_COO) return t;
    throw c.check().because("not there for layout %s", t.layout()).hint("toSparse() gives coordinates").unsupported();
  }

  private static long bound(long given, long size) {
    return Math.clamp(given < 0 ? given + size : given, 0, size);
  }

  private static long[] without(long[] sizes, int dim) {
    long[] rest = new long[sizes.length - 1];
    for (int d = 0; d < rest.length; d++) rest[d] = sizes[d < dim ? d : d + 1];
    return rest;
  }

  static Tensor dropped(Tensor indices, int dim) {
    return Torch.cat(new Tensor[] {indices.narrow(0, 0, dim), indices.narrow(0, dim + 1, indices.size(0) - dim - 1)},
        0);
  }

  static Tensor replaced(Tensor indices, int dim, Tensor row) {
    return Torch.cat(new Tensor[] {indices.narrow(0, 0, dim), row.unsqueeze(0),
      indices.narrow(0, dim + 1, indices.size(0) - dim - 1)}, 0);
  }

  private static Tensor permuted(Call c, SparseTensor self, int[] dims) {
    long[] sizes = new long[dims.length];
    for (int d = 0; d < dims.length; d++) sizes[d] = self.size(dims[d]);
    int batch = self.batchDims();
    int sparse = self.sparseDims();
    for (int d = 0; d < dims.length; d++) {
      int part = d < batch ? 0 : d < batch + sparse ? 1 : 2;
      int from = dims[d] < batch ? 0 : dims[d] < batch + sparse ? 1 : 2;
      if (part != from)
        throw c.check().because("transpositions between sparse and dense dimensions are not allowed.").shapeFailure();
      if (part == 0 && dims[d] != d)
        throw c.check().because("transpositions of batch dimensions are not there for %s", self.layout()).unsupported();
    }
    long[] order = new long[1 + self.denseDims()];
    boolean dense = false;
    for (int d = 1; d < order.length; d++) {
      order[d] = dims[batch + sparse + d - 1] - batch - sparse + 1;
      dense |= order[d] != d;
    }
    Tensor values = SparseForms.VALUES.tensor(self);
    if (!self.layout().isCompressed()) {
      long[] rows = new long[sparse];
      boolean moved = false;
      for (int d = 0; d < sparse; d++) moved |= (rows[d] = dims[d]) != d;
      Tensor indices = moved ? self.indexPart().indexSelect(0, Torch.tensor(rows)) : self.indexPart();
      return SparseForms.coo(indices, dense ? values.permute(order) : values, sizes, self.sorted() && !moved);
    }
    if (dense) throw c.check().because("transpositions of dense dimensions are not there for %s", self.layout())
        .unsupported();
    if (dims[batch] == batch) return self;
    if (self.layout().inBlocks()) values = values.transpose(batch + 1, batch + 2);
    return SparseForms.compressed(turned(self.layout()), self.compressedPart(), self.indexPart(), values, sizes);
  }

  /// The layout of the transposed matrix with the same parts.
  private static Layout turned(Layout layout) {
    return switch (layout) {
      case SPARSE_CSR -> Layout.SPARSE_CSC;
      case SPARSE_CSC -> Layout.SPARSE_CSR;
      case SPARSE_BSR -> Layout.SPARSE_BSC;
      case SPARSE_BSC -> Layout.SPARSE_BSR;
      default -> layout;
    };
  }

  private static Tensor joined(Call c, Tensor[] all, SparseTensor first) {
    int dim = Check.dim(c.operator(), c.integer("dim"), first.dim());
    int sparse = first.sparseDims();
    long[] sizes = first.sizes().clone();
    sizes[dim] = 0;
    DType dtype = first.dtype();
    for (Tensor t : all) {
      long[] rest = t.sizes().clone();
      if (rest.length == sizes.length) rest[dim] = sizes[dim];
      if (!Arrays.equals(rest, sizes) || ((SparseTensor) t).sparseDims() != sparse) throw c.check()
          .because("Sizes of tensors must match except in dimension %d: %s and %s", dim,
              Arrays.toString(first.sizes()), Arrays.toString(t.sizes()))
          .shapeFailure();
      sizes[dim] += t.size(dim);
      dtype = Torch.promoteTypes(dtype, t.dtype());
    }
    Tensor[] indices = new Tensor[all.length];
    Tensor[] values = new Tensor[all.length];
    long offset = 0;
    for (int i = 0; i < all.length; i++) {
      SparseTensor t = SparseForms.once(all[i]);
      Tensor own = SparseForms.VALUES.tensor(t).to(dtype);
      indices[i] =
          dim < sparse ? replaced(t.indexPart(), dim, t.indexPart().select(0, dim).add(offset)) : t.indexPart();
      values[i] = dim < sparse ? own : padded(own, 1 + dim - sparse, offset, sizes[dim]);
      offset += t.size(dim);
    }
    return SparseForms.coo(Torch.cat(indices, 1), Torch.cat(values, 0), sizes, false);
  }

  /// Values with zeros before and after along a dimension, so that it has `size` of them.
  private static Tensor padded(Tensor values, int dim, long before, long size) {
    long[] zeros = values.sizes().clone();
    zeros[dim] = before;
    Tensor first = Torch.zeros(zeros, values.dtype());
    zeros = zeros.clone();
    zeros[dim] = size - before - values.size(dim);
    return Torch.cat(new Tensor[] {first, values, Torch.zeros(zeros, values.dtype())}, dim);
  }

  /// Entries of chosen runs, one run after another.
  ///
  /// @param entry which entry
  /// @param owner which of the chosen runs it belongs to
  record Runs(Tensor entry, Tensor owner) {
    /// Run i begins at `beginnings[i]`; `chosen` may name a run several times.
    static Runs of(Tensor beginnings, Tensor chosen) {
      Tensor begin = beginnings.indexSelect(0, chosen);
      Tensor counts = beginnings.indexSelect(0, chosen.add(1L)).sub(begin);
      Tensor owner = (Tensor) Arranging.REPEAT_INTERLEAVE.call(counts, null);
      Tensor shift = begin.sub(counts.cumsum(0).sub(counts));
      return new Runs(shift.indexSelect(0, owner).add(Torch.arange(owner.size(0), o -> o.dtype(DType.INT64))), owner);
    }
  }

  private SparseViews() {}
}
