package jtorch;

import jtorch.op.Arranging;
import jtorch.op.Padding;
import org.jspecify.annotations.Nullable;

/// The same elements in another order, repeated, on a part of a matrix, with a border.
public sealed interface ArrangingMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// The whole tensor repeated along each dimension; more repeats than dimensions add leading ones.
  default Tensor repeat(long... repeats) {
    return Arranging.REPEAT.tensor(self(), repeats);
  }

  /// As [#repeat]; fewer repeats than dimensions leave the leading ones.
  default Tensor tile(long... dims) {
    return Arranging.TILE.tensor(self(), dims);
  }

  /// Each element of the flat tensor that often.
  default Tensor repeatInterleave(long repeats) {
    return Arranging.REPEAT_INTERLEAVE_INT.tensor(self(), repeats, null, null);
  }

  /// Each row along a dimension that often.
  default Tensor repeatInterleave(long repeats, long dim) {
    return Arranging.REPEAT_INTERLEAVE_INT.tensor(self(), repeats, dim, null);
  }

  /// Each row along a dimension as often as `repeats` says for it.
  default Tensor repeatInterleave(Tensor repeats, long dim) {
    return Arranging.REPEAT_INTERLEAVE_TENSOR.tensor(self(), repeats, dim, null);
  }

  /// Dimensions reversed.
  default Tensor flip(long... dims) {
    return Arranging.FLIP.tensor(self(), dims);
  }

  /// Columns reversed.
  default Tensor fliplr() {
    return Arranging.FLIPLR.tensor(self());
  }

  /// Rows reversed.
  default Tensor flipud() {
    return Arranging.FLIPUD.tensor(self());
  }

  /// Turned by k quarters from the first to the second of two dimensions.
  default Tensor rot90(long k, long... dims) {
    return Arranging.ROT90.tensor(self(), k, dims.length == 0 ? new long[] {0, 1} : dims);
  }

  /// Elements of the flat tensor moved, those that leave at the end coming in at the start.
  default Tensor roll(long shift) {
    return Arranging.ROLL.tensor(self(), new long[] {shift}, new long[0]);
  }

  /// Elements moved along a dimension.
  default Tensor roll(long shift, long dim) {
    return Arranging.ROLL.tensor(self(), new long[] {shift}, new long[] {dim});
  }

  default Tensor roll(long[] shifts, long[] dims) {
    return Arranging.ROLL.tensor(self(), shifts, dims);
  }

  // ---- parts of matrices -----------------------------------------------------------------------------------------

  /// The lower triangle, zeros elsewhere.
  default Tensor tril() {
    return tril(0);
  }

  /// The lower triangle, from `diagonal` above the main one on down.
  default Tensor tril(long diagonal) {
    return Arranging.TRIL.tensor(self(), diagonal);
  }

  default Tensor tril_(long diagonal) {
    return Arranging.TRIL.mutating().tensor(self(), diagonal);
  }

  /// The upper triangle, zeros elsewhere.
  default Tensor triu() {
    return triu(0);
  }

  /// The upper triangle, from `diagonal` above the main one on up.
  default Tensor triu(long diagonal) {
    return Arranging.TRIU.tensor(self(), diagonal);
  }

  default Tensor triu_(long diagonal) {
    return Arranging.TRIU.mutating().tensor(self(), diagonal);
  }

  /// A vector as the diagonal of a matrix, a matrix's diagonal as a vector.
  default Tensor diag() {
    return diag(0);
  }

  default Tensor diag(long diagonal) {
    return Arranging.DIAG.tensor(self(), diagonal);
  }

  /// The last dimension as the diagonal of two new ones at the end.
  default Tensor diagEmbed() {
    return diagEmbed(0, -2, -1);
  }

  default Tensor diagEmbed(long offset, long dim1, long dim2) {
    return Arranging.DIAG_EMBED.tensor(self(), offset, dim1, dim2);
  }

  /// All elements as the diagonal of a matrix.
  default Tensor diagflat(long offset) {
    return Arranging.DIAGFLAT.tensor(self(), offset);
  }

  /// The sum of a matrix's diagonal.
  default Tensor trace() {
    return Arranging.TRACE.tensor(self());
  }

  /// Each element times the whole of `other`: Kronecker's product.
  default Tensor kron(Tensor other) {
    return Arranging.KRON.tensor(self(), other);
  }

  // ---- borders ---------------------------------------------------------------------------------------------------

  /// A border of zeros; pairs (before, after) from the last dimension on, negative ones cut off.
  default Tensor pad(long... pad) {
    return Padding.CONSTANT.tensor(self(), pad, 0L);
  }

  /// A border of that mode: "constant" with a value (null: 0), "reflect", "replicate", "circular".
  default Tensor pad(long[] pad, String mode, @Nullable Number value) {
    return Padding.PAD.tensor(self(), pad, mode, value == null ? null : (Object) value.doubleValue());
  }

  // ---- channels and pixels ---------------------------------------------------------------------------------------

  /// Channels become pixels: `[..., c * r * r, h, w] -> [..., c, h * r, w * r]`.
  default Tensor pixelShuffle(long upscaleFactor) {
    return Arranging.PIXEL_SHUFFLE.tensor(self(), upscaleFactor);
  }

  /// Pixels become channels: `[..., c, h * r, w * r] -> [..., c * r * r, h, w]`.
  default Tensor pixelUnshuffle(long downscaleFactor) {
    return Arranging.PIXEL_UNSHUFFLE.tensor(self(), downscaleFactor);
  }

  /// Groups of channels interleaved.
  default Tensor channelShuffle(long groups) {
    return Arranging.CHANNEL_SHUFFLE.tensor(self(), groups);
  }
}
