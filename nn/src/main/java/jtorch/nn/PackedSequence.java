package jtorch.nn;

import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Sequences of different lengths without padding: the first steps of all, then the second steps of those that have one, ...
///
/// The sequences are sorted by falling length. Made by [Sequences#packPaddedSequence] and [Sequences#packSequence], taken by [RNN],
/// [LSTM] and [GRU]. **As** `torch.nn.utils.rnn.PackedSequence`.
///
/// @param data `[sum of lengths, *]`
/// @param batchSizes how many sequences have a step, for each step; int64
/// @param sortedIndices which of the original sequences each sorted one is; null if they were sorted
/// @param unsortedIndices where among the sorted ones each original sequence is; null if they were sorted
public record PackedSequence(Tensor data, Tensor batchSizes, @Nullable Tensor sortedIndices,
    @Nullable Tensor unsortedIndices) {
  public PackedSequence(Tensor data, Tensor batchSizes) {
    this(data, batchSizes, null, null);
  }

  /// The same sequences with other data.
  public PackedSequence data(Tensor v) {
    return new PackedSequence(v, batchSizes, sortedIndices, unsortedIndices);
  }
}
