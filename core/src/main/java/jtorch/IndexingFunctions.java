package jtorch;

import org.jspecify.annotations.Nullable;

/// Indexing and matrix products as functions, `abs(x)` for `x.abs()`: each is the method of the same name, for [Torch] to inherit.
public abstract class IndexingFunctions {
  IndexingFunctions() {}

  public static Tensor addbmm(Tensor input, Tensor batch1, Tensor batch2) {
    return input.addbmm(batch1, batch2);
  }

  public static Tensor addbmm(Tensor input, Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    return input.addbmm(batch1, batch2, beta, alpha);
  }

  public static Tensor addmv(Tensor input, Tensor mat, Tensor vec) {
    return input.addmv(mat, vec);
  }

  public static Tensor addmv(Tensor input, Tensor mat, Tensor vec, Number beta, Number alpha) {
    return input.addmv(mat, vec, beta, alpha);
  }

  public static Tensor addmv_(Tensor input, Tensor mat, Tensor vec, Number beta, Number alpha) {
    return input.addmv_(mat, vec, beta, alpha);
  }

  public static Tensor addr(Tensor input, Tensor vec1, Tensor vec2) {
    return input.addr(vec1, vec2);
  }

  public static Tensor addr(Tensor input, Tensor vec1, Tensor vec2, Number beta, Number alpha) {
    return input.addr(vec1, vec2, beta, alpha);
  }

  public static Tensor argwhere(Tensor input) {
    return input.argwhere();
  }

  public static Tensor asStridedScatter(Tensor input, Tensor src, long[] size, long... stride) {
    return input.asStridedScatter(src, size, stride);
  }

  public static Tensor asStridedScatter(Tensor input, Tensor src, long[] size, long[] stride,
      @Nullable Long storageOffset) {
    return input.asStridedScatter(src, size, stride, storageOffset);
  }

  public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2) {
    return input.baddbmm(batch1, batch2);
  }

  public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    return input.baddbmm(batch1, batch2, beta, alpha);
  }

  public static Tensor bmm(Tensor input, Tensor mat2) {
    return input.bmm(mat2);
  }

  public static Tensor diagonalScatter(Tensor input, Tensor src) {
    return input.diagonalScatter(src);
  }

  public static Tensor diagonalScatter(Tensor input, Tensor src, long offset, long dim1, long dim2) {
    return input.diagonalScatter(src, offset, dim1, dim2);
  }

  public static Tensor dot(Tensor input, Tensor tensor) {
    return input.dot(tensor);
  }

  public static Tensor gather(Tensor input, long dim, Tensor index) {
    return input.gather(dim, index);
  }

  public static Tensor ger(Tensor input, Tensor vec2) {
    return input.ger(vec2);
  }

  public static Tensor indexAdd(Tensor input, long dim, Tensor index, Tensor source) {
    return input.indexAdd(dim, index, source);
  }

  public static Tensor indexAdd(Tensor input, long dim, Tensor index, Tensor source, Number alpha) {
    return input.indexAdd(dim, index, source, alpha);
  }

  public static Tensor indexCopy(Tensor input, long dim, Tensor index, Tensor source) {
    return input.indexCopy(dim, index, source);
  }

  public static Tensor indexFill(Tensor input, long dim, Tensor index, Object value) {
    return input.indexFill(dim, index, value);
  }

  public static Tensor indexPut(Tensor input, @Nullable Tensor[] indices, Tensor values, boolean accumulate) {
    return input.indexPut(indices, values, accumulate);
  }

  public static Tensor indexPut_(Tensor input, @Nullable Tensor[] indices, Tensor values, boolean accumulate) {
    return input.indexPut_(indices, values, accumulate);
  }

  public static Tensor indexReduce(Tensor input, long dim, Tensor index, Tensor source, String reduce,
      boolean includeSelf) {
    return input.indexReduce(dim, index, source, reduce, includeSelf);
  }

  public static Tensor indexSelect(Tensor input, long dim, Tensor index) {
    return input.indexSelect(dim, index);
  }

  public static Tensor inner(Tensor input, Tensor other) {
    return input.inner(other);
  }

  public static Tensor maskedScatter(Tensor input, Tensor mask, Tensor source) {
    return input.maskedScatter(mask, source);
  }

  public static Tensor maskedSelect(Tensor input, Tensor mask) {
    return input.maskedSelect(mask);
  }

  public static Tensor matmul(Tensor input, Tensor other) {
    return input.matmul(other);
  }

  public static Tensor mm(Tensor input, Tensor mat2) {
    return input.mm(mat2);
  }

  public static Tensor mv(Tensor input, Tensor vec) {
    return input.mv(vec);
  }

  public static Tensor nonzero(Tensor input) {
    return input.nonzero();
  }

  public static Tensor nonzeroStatic(Tensor input, long size) {
    return input.nonzeroStatic(size);
  }

  public static Tensor nonzeroStatic(Tensor input, long size, long fillValue) {
    return input.nonzeroStatic(size, fillValue);
  }

  public static Tensor outer(Tensor input, Tensor vec2) {
    return input.outer(vec2);
  }

  public static Tensor put(Tensor input, Tensor index, Tensor source, boolean accumulate) {
    return input.put(index, source, accumulate);
  }

  public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) {
    return input.scatter(dim, index, src);
  }

  public static Tensor scatter(Tensor input, long dim, Tensor index, Number value) {
    return input.scatter(dim, index, value);
  }

  public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src, String reduce) {
    return input.scatter(dim, index, src, reduce);
  }

  public static Tensor scatterAdd(Tensor input, long dim, Tensor index, Tensor src) {
    return input.scatterAdd(dim, index, src);
  }

  public static Tensor scatterReduce(Tensor input, long dim, Tensor index, Tensor src, String reduce,
      boolean includeSelf) {
    return input.scatterReduce(dim, index, src, reduce, includeSelf);
  }

  public static Tensor selectScatter(Tensor input, Tensor src, long dim, long index) {
    return input.selectScatter(src, dim, index);
  }

  public static Tensor sliceScatter(Tensor input, Tensor src) {
    return input.sliceScatter(src);
  }

  public static Tensor sliceScatter(Tensor input, Tensor src, long dim, @Nullable Long start, @Nullable Long end,
      long step) {
    return input.sliceScatter(src, dim, start, end, step);
  }

  public static Tensor take(Tensor input, Tensor index) {
    return input.take(index);
  }

  public static Tensor takeAlongDim(Tensor input, Tensor indices, long dim) {
    return input.takeAlongDim(indices, dim);
  }

  public static Tensor vdot(Tensor input, Tensor other) {
    return input.vdot(other);
  }

  /// The indices of elements, one tensor a dimension of `shape`, from their numbers in the order of indices.
  ///
  /// `unravelIndex(tensor(4, 7), 3, 3)` is `[1, 2], [1, 1]`. Numbers beyond the shape wrap around, as in PyTorch.
  /// @throws IllegalArgumentException if the indices are no integers or a size is negative
  public static Tensor[] unravelIndex(Tensor indices, long... shape) {
    if (!indices.dtype().isIntegral()) throw new IllegalArgumentException(
        "unravelIndex: expected 'indices' to be integer dtype, but got " + indices.dtype());
    for (long size : shape) {
      if (size < 0) throw new IllegalArgumentException(
          "unravelIndex: 'shape' cannot have negative values, but got " + java.util.Arrays.toString(shape));
    }
    Tensor[] found = new Tensor[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      found[d] = indices.floorDivide(stride).remainder(shape[d]);
      stride = Math.multiplyExact(stride, shape[d]);
    }
    return found;
  }
}
