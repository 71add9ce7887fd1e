package jtorch;

import jtorch.op.Embeddings;
import jtorch.op.Joining;
import jtorch.op.Pieces;
import jtorch.op.Searching;
import jtorch.op.ViewForms;
import org.jspecify.annotations.Nullable;

/// Functions that join tensors, or give several, and parts of indices, which [Torch] inherits.
public abstract class JoiningFunctions extends RandomFunctions {
  /// In an index: as many whole dimensions as are left.
  public static final Index ELLIPSIS = Index.Mark.ELLIPSIS;
  /// In an index: a new dimension of size 1.
  public static final Index NEW_AXIS = Index.Mark.NEW_AXIS;

  JoiningFunctions() {}

  // ---- parts of indices ------------------------------------------------------------------------------------------

  /// In an index, `start:end`: negative bounds count from the end, those outside are clipped.
  public static Index slice(long start, long end) {
    return new Index.Slice(start, end, 1);
  }

  /// In an index, `start:end:step`.
  ///
  /// @throws IllegalArgumentException if the step is not positive
  public static Index slice(long start, long end, long step) {
    return new Index.Slice(start, end, step);
  }

  /// In an index, `start:end` where null bounds are open.
  public static Index slice(@Nullable Number start, @Nullable Number end) {
    return slice(start, end, 1);
  }

  /// In an index, `start:end:step` where null bounds are open.
  public static Index slice(@Nullable Number start, @Nullable Number end, long step) {
    return new Index.Slice(start == null ? null : (Long) start.longValue(), end == null ? null : (Long) end.longValue(),
        step);
  }

  /// In an index, `:`, a whole dimension.
  public static Index all() {
    return Index.ALL;
  }

  // ---- joining ---------------------------------------------------------------------------------------------------

  /// One after the other along a dimension; the other sizes are equal.
  public static Tensor cat(Tensor[] tensors, long dim) {
    return Joining.CAT.tensor(tensors, dim);
  }

  /// One after the other along the first dimension.
  public static Tensor cat(Tensor... tensors) {
    return cat(tensors, 0);
  }

  public static Tensor concat(Tensor[] tensors, long dim) {
    return cat(tensors, dim);
  }

  /// Tensors of one shape along a new dimension.
  public static Tensor stack(Tensor[] tensors, long dim) {
    return Joining.STACK.tensor(tensors, dim);
  }

  public static Tensor stack(Tensor... tensors) {
    return stack(tensors, 0);
  }

  /// Side by side: along the second dimension, vectors along the first.
  public static Tensor hstack(Tensor... tensors) {
    return Joining.HSTACK.tensor((Object) tensors);
  }

  /// One below the other, vectors as rows.
  public static Tensor vstack(Tensor... tensors) {
    return Joining.VSTACK.tensor((Object) tensors);
  }

  /// Along the third dimension.
  public static Tensor dstack(Tensor... tensors) {
    return Joining.DSTACK.tensor((Object) tensors);
  }

  /// Vectors as columns, matrices side by side.
  public static Tensor columnStack(Tensor... tensors) {
    return Joining.COLUMN_STACK.tensor((Object) tensors);
  }

  /// Matrices along a diagonal, zeros elsewhere.
  public static Tensor blockDiag(Tensor... tensors) {
    return Joining.BLOCK_DIAG.tensor((Object) tensors);
  }

  /// Each of the vectors as coordinates of a grid, the first going down.
  public static Tensor[] meshgrid(Tensor... tensors) {
    return meshgrid("ij", tensors);
  }

  /// Each of the vectors as coordinates of a grid; "ij": the first goes down, "xy": to the right.
  public static Tensor[] meshgrid(String indexing, Tensor... tensors) {
    return Joining.MESHGRID_INDEXING.tensors(tensors, indexing);
  }

  /// All combinations of elements, one of each vector: `[n1 * n2 * ..., k]`.
  public static Tensor cartesianProd(Tensor... tensors) {
    return Joining.CARTESIAN_PROD.tensor((Object) tensors);
  }

  /// All subsets of `r` elements of a vector: `[n over r, r]`.
  public static Tensor combinations(Tensor self, long r, boolean withReplacement) {
    return Joining.COMBINATIONS.tensor(self, r, withReplacement);
  }

  /// All expanded to their common shape.
  public static Tensor[] broadcastTensors(Tensor... tensors) {
    return ViewForms.BROADCAST_TENSORS.tensors((Object) tensors);
  }

  /// The shape that all of these broadcast to.
  ///
  /// @throws ShapeException if there is none
  public static long[] broadcastShapes(long[]... shapes) {
    long[] shape = {};
    for (long[] other : shapes) shape = (long[]) ViewForms.BROADCAST_SHAPES.call(shape, other);
    return shape;
  }

  public static Tensor atleast1d(Tensor self) {
    return ViewForms.ATLEAST_1D.tensor(self);
  }

  public static Tensor atleast2d(Tensor self) {
    return ViewForms.ATLEAST_2D.tensor(self);
  }

  public static Tensor atleast3d(Tensor self) {
    return ViewForms.ATLEAST_3D.tensor(self);
  }

  /// At most `chunks` parts of equal size along a dimension.
  public static Tensor[] chunk(Tensor self, long chunks, long dim) {
    return Pieces.CHUNK.tensors(self, chunks, dim);
  }

  /// Where a condition holds: a vector of indices for each dimension.
  public static Tensor[] where(Tensor condition) {
    return Searching.WHERE.tensors(condition);
  }

  /// Where each value would have to be put into a sorted sequence: before equal ones, or after them if `right`.
  public static Tensor searchsorted(Tensor sortedSequence, Tensor values, boolean right) {
    return Searching.SEARCHSORTED.tensor(sortedSequence, values, false, right, null, null);
  }

  // ---- tables ----------------------------------------------------------------------------------------------------

  /// Rows of a table by number: `[*] -> [*, d]`.
  public static Tensor embedding(Tensor weight, Tensor indices) {
    return Embeddings.EMBEDDING.tensor(weight, indices, -1L, false, false);
  }

  /// A number i as a row with a one at i; -1 classes: as many as there are.
  public static Tensor oneHot(Tensor self, long classes) {
    return Embeddings.ONE_HOT.tensor(self, classes);
  }
}
