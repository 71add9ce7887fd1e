package jtorch;

import org.jspecify.annotations.Nullable;

/// Views as tensors of their own, `transposeCopy` for `transpose(...).clone()`, and functions that PyTorch keeps for old
/// programs, for [Torch] to inherit.
public abstract class CopyFunctions extends QuantizationFunctions {
  CopyFunctions() {}

  public static Tensor aliasCopy(Tensor input) {
    return input.clone();
  }

  public static Tensor asStridedCopy(Tensor input, long[] size, long[] stride, long storageOffset) {
    return input.asStrided(size, stride, storageOffset).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor detachCopy(Tensor input) {
    return input.clone();
  }

  public static Tensor diagonalCopy(Tensor input) {
    return input.diagonal().clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor diagonalCopy(Tensor input, long offset, long dim1, long dim2) {
    return input.diagonal(offset, dim1, dim2).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor expandCopy(Tensor input, long... size) {
    return input.expand(size).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor indexCopy(Tensor input, @Nullable Tensor... indices) {
    return input.index(indices).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor narrowCopy(Tensor input, long dim, long start, long length) {
    return input.narrow(dim, start, length).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor permuteCopy(Tensor input, long... dims) {
    return input.permute(dims).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor selectCopy(Tensor input, long dim, long index) {
    return input.select(dim, index).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor sliceCopy(Tensor input, long dim, @Nullable Long start, @Nullable Long end, long step) {
    return input.slice(dim, start, end, step).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor[] splitCopy(Tensor input, long size, long dim) {
    return copies(input.split(size, dim));
  }

  public static Tensor[] splitCopy(Tensor input, long[] sizes, long dim) {
    return copies(input.split(sizes, dim));
  }

  public static Tensor[] splitWithSizesCopy(Tensor input, long[] sizes, long dim) {
    return copies(input.splitWithSizes(sizes, dim));
  }

  public static Tensor squeezeCopy(Tensor input, long... dim) {
    return input.squeeze(dim).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor squeezeCopy(Tensor input) {
    return input.squeeze().clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor tCopy(Tensor input) {
    return input.t().clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor transposeCopy(Tensor input, long dim0, long dim1) {
    return input.transpose(dim0, dim1).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor[] unbindCopy(Tensor input) {
    return copies(input.unbind());
  }

  public static Tensor[] unbindCopy(Tensor input, long dim) {
    return copies(input.unbind(dim));
  }

  public static Tensor unfoldCopy(Tensor input, long dimension, long size, long step) {
    return input.unfold(dimension, size, step).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor unsqueezeCopy(Tensor input, long dim) {
    return input.unsqueeze(dim).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor viewAsComplexCopy(Tensor input) {
    return input.viewAsComplex().clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor viewAsRealCopy(Tensor input) {
    return input.viewAsReal().clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor viewCopy(Tensor input, long... size) {
    return input.view(size).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  public static Tensor viewCopy(Tensor input, DType dtype) {
    return input.view(dtype).clone(MemoryFormat.CONTIGUOUS_FORMAT);
  }

  private static Tensor[] copies(Tensor[] views) {
    Tensor[] copies = new Tensor[views.length];
    for (int i = 0; i < copies.length; i++) copies[i] = views[i].clone(MemoryFormat.CONTIGUOUS_FORMAT);
    return copies;
  }

  public static Tensor sliceInverse(Tensor input, Tensor src) {
    return input.sliceInverse(src);
  }
}
