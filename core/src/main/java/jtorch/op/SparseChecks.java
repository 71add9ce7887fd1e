package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;

/// What parts must satisfy to be a sparse tensor, in PyTorch's words. PyTorch leaves out those that read indices unless
/// asked for (`check_invariants`); here they are always made, since kernels trust indices.
final class SparseChecks {
  private SparseChecks() {}

  // ---- coordinates -----------------------------------------------------------------------------------------------

  static void coordinates(Call c, Tensor indices, Tensor values) {
    if (indices.dim() != 2) throw c.check()
        .because("indices must be sparse_dim x nnz, but got: %s", Arrays.toString(indices.sizes())).shapeFailure();
    if (indices.dtype().isComplex() || indices.dtype() == DType.BOOL)
      throw c.check().because("indices must be an int64 tensor, but got %s", indices.dtype()).failure();
    if (indices.size(1) != values.size(0)) throw c.check()
        .because("indices and values must have same nnz, but got nnz from indices: %d, nnz from values: %d",
            indices.size(1), values.size(0))
        .shapeFailure();
  }

  static void coo(Call c, Tensor indices, Tensor values, long[] size) {
    if (indices.dim() == 2 || indices.dim() == 1) {
      long sparse = indices.dim() == 1 ? 1 : indices.size(0);
      if (size.length != sparse + values.dim() - 1) throw c.check()
          .because(
              "'len(size) == sparse_dim + dense_dim' is not satisfied: len(size) = %d, sparse_dim = %d, dense_dim = %d",
              size.length, sparse, values.dim() - 1)
          .shapeFailure();
    }
    coordinates(c, indices, values);
    int sparse = (int) indices.size(0);
    long[] wanted = new long[values.dim()];
    wanted[0] = values.size(0);
    System.arraycopy(size, sparse, wanted, 1, wanted.length - 1);
    if (!Arrays.equals(wanted, values.sizes())) throw c.check()
        .because("values has incorrect size, expected %s, got %s", Arrays.toString(wanted),
            Arrays.toString(values.sizes()))
        .shapeFailure();
    if (indices.size(1) == 0) return;
    for (int d = 0; d < sparse; d++) {
      Tensor line = indices.select(0, d).to(DType.INT64);
      long least = line.min().itemLong();
      if (least < 0) throw c.check().because("found negative index %d for dim %d", least, d).indexFailure();
      long most = line.max().itemLong();
      if (most >= size[d]) throw c.check()
          .because("size is inconsistent with indices: for dim %d, size is %d but found index %d", d, size[d], most)
          .indexFailure();
    }
    if (Boolean.TRUE.equals(c.value("is_coalesced")) && indices.size(1) > 1) {
      Tensor places = SparseIndices.places(indices.to(DType.INT64), Arrays.copyOf(size, sparse));
      if (places.narrow(0, 1, indices.size(1) - 1).le(places.narrow(0, 0, indices.size(1) - 1)).any().itemBoolean())
        throw c.check().because("cannot set is_coalesced to true if indices correspond to uncoalesced COO tensor")
            .failure();
    }
  }

  static SparseTensor resized(Call c, SparseTensor t, long[] size, long sparse, long dense) {
    if (sparse + dense != size.length) throw c.check()
        .because(
            "'len(size) == sparse_dim + dense_dim' is not satisfied: len(size) = %d, sparse_dim = %d, dense_dim = %d",
            size.length, sparse, dense)
        .shapeFailure();
    if (t.specified() == 0) return SparseForms.empty(size, (int) sparse, t.dtype());
    if (sparse != t.sparseDims()) throw c.check()
        .because(
            "changing the number of sparse dimensions (from %d to %d) on a non-empty sparse tensor is not supported",
            t.sparseDims(), sparse)
        .shapeFailure();
    if (dense != t.denseDims()) throw c.check()
        .because(
            "changing the number of dense dimensions (from %d to %d) on a non-empty sparse tensor is not supported",
            t.denseDims(), dense)
        .shapeFailure();
    for (int d = 0; d < size.length; d++) {
      if (size[d] < t.size(d)) throw c.check()
          .because("shrinking the size of %s dimensions (from %s to %s) on a non-empty sparse tensor is not supported",
              d < sparse ? "sparse" : "dense", Arrays.toString(t.sizes()), Arrays.toString(size))
          .shapeFailure();
      if (d >= sparse && size[d] != t.size(d)) throw c.check()
          .because(
              "changing the size of dense dimensions (from %s to %s) on a non-empty sparse tensor is not supported",
              Arrays.toString(t.sizes()), Arrays.toString(size))
          .shapeFailure();
    }
    return SparseTensor.coo(t.indexPart(), t.valuePart(), size, t.sorted());
  }

  // ---- compressed ------------------------------------------------------------------------------------------------

  private static String lines(Layout layout) {
    return layout.byRows() ? "crow_indices" : "ccol_indices";
  }

  private static String across(Layout layout) {
    return layout.byRows() ? "col_indices" : "row_indices";
  }

  static void compressedParts(Call c, Layout layout, Tensor compressed, Tensor plain, Tensor values) {
    if (compressed.dim() < 1) throw c.check()
        .because("%s must have dimensionality >= 1 but got %d", lines(layout), compressed.dim()).shapeFailure();
    if (plain.dim() != compressed.dim()) throw c.check()
        .because("%s and %s dimensionalities must be equal but got %d and %d, respectively", lines(layout),
            across(layout), compressed.dim(), plain.dim())
        .shapeFailure();
    int batch = compressed.dim() - 1;
    int block = layout.inBlocks() ? 2 : 0;
    if (values.dim() <= batch + block) throw c.check()
        .because("values must have dimensionality > sum of batch and block dimensionalities (=%d + %d) but got %d",
            batch, block, values.dim())
        .shapeFailure();
    if (compressed.dtype() != plain.dtype()) throw c.check()
        .because("%s and %s must have the same dtype, bot got %s and %s, respectively", lines(layout), across(layout),
            compressed.dtype(), plain.dtype())
        .failure();
    if (compressed.dtype() != DType.INT64 && compressed.dtype() != DType.INT32) throw c.check()
        .because("%s and %s dtype must be Int or Long, but got %s", lines(layout), across(layout), compressed.dtype())
        .failure();
  }

  static long[] inferredSize(Layout layout, Tensor compressed, Tensor plain, Tensor values) {
    int batch = compressed.dim() - 1;
    int block = layout.inBlocks() ? 2 : 0;
    long[] size = new long[batch + 2 + values.dim() - batch - 1 - block];
    System.arraycopy(compressed.sizes(), 0, size, 0, batch);
    long lines = compressed.size(-1) - 1;
    long most = plain.numel() == 0 ? 0 : plain.max().itemLong() + 1;
    size[batch] = (layout.byRows() ? lines : most) * (block == 0 ? 1 : values.size(batch + 1));
    size[batch + 1] = (layout.byRows() ? most : lines) * (block == 0 ? 1 : values.size(batch + 2));
    System.arraycopy(values.sizes(), batch + 1 + block, size, batch + 2, size.length - batch - 2);
    return size;
  }

  static void compressed(Call c, Layout layout, Tensor compressed, Tensor plain, Tensor values, long[] size) {
    int batch = compressed.dim() - 1;
    int block = layout.inBlocks() ? 2 : 0;
    int dense = values.dim() - batch - 1 - block;
    if (size.length != batch + 2 + dense) throw c.check()
        .because(
            "tensor dimensionality must be sum of batch, base, and dense dimensionalities (=%d + 2 + %d) but got %d",
            batch, dense, size.length)
        .shapeFailure();
    for (int d = 0; d < batch; d++) {
      if (size[d] != compressed.size(d) || size[d] != plain.size(d) || size[d] != values.size(d))
        throw c.check()
            .because(
                "all batch dimensions of %s (=%s), %s (=%s), and values (=%s) must be equal to tensor batch dimensions (=%s)",
                lines(layout), Arrays.toString(Arrays.copyOf(compressed.sizes(), batch)), across(layout),
                Arrays.toString(Arrays.copyOf(plain.sizes(), batch)),
                Arrays.toString(Arrays.copyOf(values.sizes(), batch)),
                Arrays.toString(Arrays.copyOf(size, batch)))
            .shapeFailure();
    }
    for (int d = 0; d < dense; d++) {
      if (values.size(batch + 1 + block + d) != size[batch + 2 + d]) throw c.check()
          .because("values has incorrect dense dimensions: %s for a tensor of %s", Arrays.toString(values.sizes()),
              Arrays.toString(size))
          .shapeFailure();
    }
    long rows = size[batch] / (block == 0 ? 1 : Math.max(1, values.size(batch + 1)));
    long columns = size[batch + 1] / (block == 0 ? 1 : Math.max(1, values.size(batch + 2)));
    if (block != 0
        && (rows * values.size(batch + 1) != size[batch] || columns * values.size(batch + 2) != size[batch + 1]))
      throw c.check().because("tensor shape[%d:%d] (=%s) must be divisible by blocksize (%d, %d)", batch, batch + 2,
          Arrays.toString(Arrays.copyOfRange(size, batch, batch + 2)), values.size(batch + 1), values.size(batch + 2))
          .shapeFailure();
    long lines = layout.byRows() ? rows : columns;
    long across = layout.byRows() ? columns : rows;
    if (compressed.size(-1) != lines + 1) throw c.check()
        .because("%s.shape[-1] must be equal to the number of %s + 1 (=%d), but got %d", lines(layout),
            layout.byRows() ? "rows" : "columns", lines + 1, compressed.size(-1))
        .shapeFailure();
    long nnz = values.size(batch);
    if (plain.size(-1) != nnz) throw c.check()
        .because("%s.shape[-1] must be equal to nnz (=%d) as defined by values.shape[%d], but got %d", across(layout),
            nnz, batch, plain.size(-1))
        .shapeFailure();
    order(c, layout, compressed.to(DType.INT64).contiguous().toLongArray(), plain.to(DType.INT64).toLongArray(), lines,
        across, nnz);
  }

  /// Beginnings rise from 0 to nnz; indices lie inside and rise in each line.
  private static void order(Call c, Layout layout, long[] begin, long[] index, long lines, long across, long nnz) {
    int matrices = (int) (begin.length / (lines + 1));
    for (int m = 0; m < matrices; m++) {
      int at = (int) (m * (lines + 1));
      if (begin[at] != 0)
        throw c.check().because("`%s[..., 0] == 0` is not satisfied.", lines(layout)).failure();
      if (begin[(int) (at + lines)] != nnz)
        throw c.check().because("`%s[..., -1] == nnz` is not satisfied.", lines(layout)).failure();
      for (int i = 1; i <= lines; i++) {
        if (begin[at + i] < begin[at + i - 1] || begin[at + i] - begin[at + i - 1] > across) throw c.check()
            .because("`0 <= %s[..., 1:] - %s[..., :-1] <= %s` is not satisfied.", lines(layout), lines(layout),
                layout.byRows() ? "ncols" : "nrows")
            .failure();
      }
    }
    for (long i : index) {
      if (i < 0 || i >= across) throw c.check().because("`0 <= %s < %s` is not satisfied.", across(layout),
          layout.byRows() ? "ncols" : "nrows").indexFailure();
    }
    for (int m = 0; m < matrices; m++) {
      int at = (int) (m * (lines + 1));
      int first = (int) (m * nnz);
      for (int i = 0; i < lines; i++) {
        for (int p = first + (int) begin[at + i] + 1; p < first + begin[at + i + 1]; p++) {
          if (index[p] <= index[p - 1]) throw c.check().because(
              "`%s[..., %s[..., i - 1]:%s[..., i]] for all i = 1, ..., %s are sorted and distinct along the last dimension values` is not satisfied.",
              across(layout), lines(layout), lines(layout), layout.byRows() ? "nrows" : "ncols").failure();
        }
      }
    }
  }
}
