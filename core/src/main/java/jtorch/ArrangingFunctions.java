package jtorch;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Views and arrangements as functions, `abs(x)` for `x.abs()`: each is the method of the same name, for [Torch] to inherit.
public abstract class ArrangingFunctions extends IndexingFunctions {
  ArrangingFunctions() {}

  public static Tensor adjoint(Tensor input) {
    return input.adjoint();
  }

  public static Tensor asStrided(Tensor input, long[] size, long[] stride, long storageOffset) {
    return input.asStrided(size, stride, storageOffset);
  }

  public static Tensor asStrided_(Tensor input, long[] size, long... stride) {
    return input.asStrided_(size, stride);
  }

  public static Tensor asStrided_(Tensor input, long[] size, long[] stride, @Nullable Long storageOffset) {
    return input.asStrided_(size, stride, storageOffset);
  }

  public static Tensor broadcastTo(Tensor input, long... size) {
    return input.broadcastTo(size);
  }

  public static Tensor channelShuffle(Tensor input, long groups) {
    return input.channelShuffle(groups);
  }

  public static Tensor clone(Tensor input, @Nullable MemoryFormat format) {
    return input.clone(format);
  }

  public static Tensor diag(Tensor input) {
    return input.diag();
  }

  public static Tensor diag(Tensor input, long diagonal) {
    return input.diag(diagonal);
  }

  public static Tensor diagEmbed(Tensor input) {
    return input.diagEmbed();
  }

  public static Tensor diagEmbed(Tensor input, long offset, long dim1, long dim2) {
    return input.diagEmbed(offset, dim1, dim2);
  }

  public static Tensor diagflat(Tensor input, long offset) {
    return input.diagflat(offset);
  }

  public static Tensor diagonal(Tensor input) {
    return input.diagonal();
  }

  public static Tensor diagonal(Tensor input, long offset, long dim1, long dim2) {
    return input.diagonal(offset, dim1, dim2);
  }

  public static Tensor[] dsplit(Tensor input, long sections) {
    return input.dsplit(sections);
  }

  public static Tensor[] dsplit(Tensor input, long[] indices) {
    return input.dsplit(indices);
  }

  public static Tensor fill_(Tensor input, Object value) {
    return input.fill_(value);
  }

  public static Tensor flatten(Tensor input) {
    return input.flatten();
  }

  public static Tensor flatten(Tensor input, long startDim) {
    return input.flatten(startDim);
  }

  public static Tensor flatten(Tensor input, long startDim, long endDim) {
    return input.flatten(startDim, endDim);
  }

  public static Tensor flip(Tensor input, long... dims) {
    return input.flip(dims);
  }

  public static Tensor fliplr(Tensor input) {
    return input.fliplr();
  }

  public static Tensor flipud(Tensor input) {
    return input.flipud();
  }

  public static Tensor fullLike(Tensor input, Object value) {
    return input.fullLike(value);
  }

  public static Tensor fullLike(Tensor input, Object value, UnaryOperator<TensorOptions> options) {
    return input.fullLike(value, options);
  }

  public static Tensor[] hsplit(Tensor input, long sections) {
    return input.hsplit(sections);
  }

  public static Tensor[] hsplit(Tensor input, long[] indices) {
    return input.hsplit(indices);
  }

  public static Tensor imag(Tensor input) {
    return input.imag();
  }

  public static Tensor kron(Tensor input, Tensor other) {
    return input.kron(other);
  }

  public static Tensor moveaxis(Tensor input, long source, long destination) {
    return input.moveaxis(source, destination);
  }

  public static Tensor movedim(Tensor input, long source, long destination) {
    return input.movedim(source, destination);
  }

  public static Tensor movedim(Tensor input, long[] source, long[] destination) {
    return input.movedim(source, destination);
  }

  public static Tensor narrow(Tensor input, long dim, long start, long length) {
    return input.narrow(dim, start, length);
  }

  public static Tensor onesLike(Tensor input) {
    return input.onesLike();
  }

  public static Tensor permute(Tensor input, long... dims) {
    return input.permute(dims);
  }

  public static Tensor pixelShuffle(Tensor input, long upscaleFactor) {
    return input.pixelShuffle(upscaleFactor);
  }

  public static Tensor pixelUnshuffle(Tensor input, long downscaleFactor) {
    return input.pixelUnshuffle(downscaleFactor);
  }

  public static Tensor ravel(Tensor input) {
    return input.ravel();
  }

  public static Tensor repeatInterleave(Tensor input, long repeats) {
    return input.repeatInterleave(repeats);
  }

  public static Tensor repeatInterleave(Tensor input, long repeats, long dim) {
    return input.repeatInterleave(repeats, dim);
  }

  public static Tensor repeatInterleave(Tensor input, Tensor repeats, long dim) {
    return input.repeatInterleave(repeats, dim);
  }

  public static Tensor reshape(Tensor input, long... shape) {
    return input.reshape(shape);
  }

  public static Tensor roll(Tensor input, long shift) {
    return input.roll(shift);
  }

  public static Tensor roll(Tensor input, long shift, long dim) {
    return input.roll(shift, dim);
  }

  public static Tensor roll(Tensor input, long[] shifts, long[] dims) {
    return input.roll(shifts, dims);
  }

  public static Tensor rot90(Tensor input, long k, long... dims) {
    return input.rot90(k, dims);
  }

  public static Tensor select(Tensor input, long dim, long index) {
    return input.select(dim, index);
  }

  public static Tensor[] split(Tensor input, long size, long dim) {
    return input.split(size, dim);
  }

  public static Tensor[] split(Tensor input, long[] sizes, long dim) {
    return input.split(sizes, dim);
  }

  public static Tensor[] splitWithSizes(Tensor input, long[] sizes, long dim) {
    return input.splitWithSizes(sizes, dim);
  }

  public static Tensor squeeze(Tensor input, long... dim) {
    return input.squeeze(dim);
  }

  public static Tensor squeeze(Tensor input) {
    return input.squeeze();
  }

  public static Tensor swapaxes(Tensor input, long axis0, long axis1) {
    return input.swapaxes(axis0, axis1);
  }

  public static Tensor swapdims(Tensor input, long dim0, long dim1) {
    return input.swapdims(dim0, dim1);
  }

  public static Tensor t(Tensor input) {
    return input.t();
  }

  public static Tensor[] tensorSplit(Tensor input, long sections, long dim) {
    return input.tensorSplit(sections, dim);
  }

  public static Tensor[] tensorSplit(Tensor input, long[] indices, long dim) {
    return input.tensorSplit(indices, dim);
  }

  public static Tensor tile(Tensor input, long... dims) {
    return input.tile(dims);
  }

  public static Tensor trace(Tensor input) {
    return input.trace();
  }

  public static Tensor transpose(Tensor input, long dim0, long dim1) {
    return input.transpose(dim0, dim1);
  }

  public static Tensor tril(Tensor input) {
    return input.tril();
  }

  public static Tensor tril(Tensor input, long diagonal) {
    return input.tril(diagonal);
  }

  public static Tensor triu(Tensor input) {
    return input.triu();
  }

  public static Tensor triu(Tensor input, long diagonal) {
    return input.triu(diagonal);
  }

  public static Tensor[] unbind(Tensor input) {
    return input.unbind();
  }

  public static Tensor[] unbind(Tensor input, long dim) {
    return input.unbind(dim);
  }

  public static Tensor unflatten(Tensor input, long dim, long... sizes) {
    return input.unflatten(dim, sizes);
  }

  public static Tensor[] unsafeChunk(Tensor input, long chunks) {
    return input.unsafeChunk(chunks);
  }

  public static Tensor[] unsafeChunk(Tensor input, long chunks, long dim) {
    return input.unsafeChunk(chunks, dim);
  }

  public static Tensor[] unsafeSplit(Tensor input, long splitSize) {
    return input.unsafeSplit(splitSize);
  }

  public static Tensor[] unsafeSplit(Tensor input, long splitSize, long dim) {
    return input.unsafeSplit(splitSize, dim);
  }

  public static Tensor[] unsafeSplitWithSizes(Tensor input, long... splitSizes) {
    return input.unsafeSplitWithSizes(splitSizes);
  }

  public static Tensor[] unsafeSplitWithSizes(Tensor input, long[] splitSizes, long dim) {
    return input.unsafeSplitWithSizes(splitSizes, dim);
  }

  public static Tensor unsqueeze(Tensor input, long dim) {
    return input.unsqueeze(dim);
  }

  public static Tensor viewAsComplex(Tensor input) {
    return input.viewAsComplex();
  }

  public static Tensor viewAsReal(Tensor input) {
    return input.viewAsReal();
  }

  public static Tensor[] vsplit(Tensor input, long sections) {
    return input.vsplit(sections);
  }

  public static Tensor[] vsplit(Tensor input, long[] indices) {
    return input.vsplit(indices);
  }

  public static Tensor zero_(Tensor input) {
    return input.zero_();
  }

  public static Tensor zerosLike(Tensor input) {
    return input.zerosLike();
  }
}
