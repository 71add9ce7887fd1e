package jtorch.nn;

import java.util.ArrayList;
import java.util.List;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import jtorch.op.PackedSequences;
import org.jspecify.annotations.Nullable;

/// Sequences of different lengths, padded and packed: the functions of `torch.nn.utils.rnn`.
public final class Sequences {
  private Sequences() {}

  /// Sequences of different lengths, padded at their ends, without the padding.
  ///
  /// @param input `[T, N, *]`, or `[N, T, *]` with `batchFirst`
  /// @param lengths the length of each sequence
  /// @param enforceSorted whether lengths must fall; else sequences are sorted here
  /// @throws IllegalArgumentException if a length is not positive or lengths do not fall
  public static PackedSequence packPaddedSequence(Tensor input, Tensor lengths, boolean batchFirst,
      boolean enforceSorted) {
    Tensor sizes = lengths.to(DType.INT64);
    Tensor sorted = input;
    Tensor order = null;
    if (!enforceSorted) {
      var falling = sizes.sort(-1, true);
      sizes = falling.values();
      order = falling.indices();
      sorted = input.indexSelect(batchFirst ? 0 : 1, order);
    }
    Tensor[] made = PackedSequences.PACK.tensors(sorted, sizes, batchFirst);
    return new PackedSequence(made[0], made[1], order, inverse(order));
  }

  public static PackedSequence packPaddedSequence(Tensor input, long[] lengths, boolean batchFirst,
      boolean enforceSorted) {
    return packPaddedSequence(input, Torch.tensor(lengths), batchFirst, enforceSorted);
  }

  /// Where each index stands in a permutation.
  private static @Nullable Tensor inverse(@Nullable Tensor order) {
    if (order == null) return null;
    return Torch.empty(order.sizes(), DType.INT64).scatter_(0, order, Torch.arange(order.numel()));
  }

  /// Padded sequences and the lengths that they have.
  ///
  /// @param sequences `[T, N, *]`, or `[N, T, *]`
  /// @param lengths int64, `[N]`
  public record Padded(Tensor sequences, Tensor lengths) {}

  /// Packed sequences padded at their ends, in the order before they were sorted.
  ///
  /// @param totalLength the length to which all are padded; null for that of the longest
  /// @throws IllegalArgumentException if the total length is less than the longest sequence
  public static Padded padPackedSequence(PackedSequence sequence, boolean batchFirst, double paddingValue,
      @Nullable Long totalLength) {
    long longest = sequence.batchSizes().size(0);
    if (totalLength != null && totalLength < longest) throw new IllegalArgumentException(
        "Expected total_length to be at least the length of the longest sequence in input, but got total_length="
            + totalLength + " and max sequence length being " + longest);
    Tensor[] made = PackedSequences.PAD.tensors(sequence.data(), sequence.batchSizes(), batchFirst, paddingValue,
        totalLength == null ? longest : totalLength);
    Tensor order = sequence.unsortedIndices();
    if (order == null) return new Padded(made[0], made[1]);
    return new Padded(made[0].indexSelect(batchFirst ? 0 : 1, order), made[1].indexSelect(0, order));
  }

  public static Padded padPackedSequence(PackedSequence sequence, boolean batchFirst) {
    return padPackedSequence(sequence, batchFirst, 0, null);
  }

  /// Sequences `[L, *]` of different lengths in one tensor: `[T, N, *]`, or `[N, T, *]` with `batchFirst`.
  ///
  /// @param paddingSide `right` or `left`
  /// @throws IllegalArgumentException if there is no sequence or the side is unknown
  public static Tensor padSequence(List<? extends Tensor> sequences, boolean batchFirst, double paddingValue,
      String paddingSide) {
    if (sequences.isEmpty()) throw new IllegalArgumentException("pad_sequence: received an empty list of sequences");
    boolean left = paddingSide.equals("left");
    if (!left && !paddingSide.equals("right"))
      throw new IllegalArgumentException("pad_sequence: Expected padding_side to be one of left or right, but got "
          + paddingSide + ".");
    long longest = sequences.stream().mapToLong(s -> s.size(0)).max().getAsLong();
    Tensor[] padded = new Tensor[sequences.size()];
    for (int i = 0; i < padded.length; i++) {
      Tensor sequence = sequences.get(i);
      long[] around = new long[2 * sequence.dim()];
      around[around.length - (left ? 2 : 1)] = longest - sequence.size(0);
      padded[i] = F.pad(sequence, around, "constant", paddingValue);
    }
    return Torch.stack(padded, batchFirst ? 0 : 1);
  }

  public static Tensor padSequence(List<? extends Tensor> sequences, boolean batchFirst) {
    return padSequence(sequences, batchFirst, 0, "right");
  }

  /// The sequences of a padded tensor, each as long as it says.
  public static List<Tensor> unpadSequence(Tensor paddedSequences, Tensor lengths, boolean batchFirst) {
    long[] sizes = lengths.toLongArray();
    var all = new ArrayList<Tensor>();
    for (int i = 0; i < sizes.length; i++)
      all.add(paddedSequences.select(batchFirst ? 0 : 1, i).narrow(0, 0, sizes[i]));
    return all;
  }

  /// Packs sequences `[L, *]`.
  public static PackedSequence packSequence(List<? extends Tensor> sequences, boolean enforceSorted) {
    long[] lengths = sequences.stream().mapToLong(s -> s.size(0)).toArray();
    return packPaddedSequence(padSequence(sequences, false), lengths, false, enforceSorted);
  }

  /// The sequences of a packed one, in the order before they were sorted.
  public static List<Tensor> unpackSequence(PackedSequence sequence) {
    Padded padded = padPackedSequence(sequence, true);
    return unpadSequence(padded.sequences(), padded.lengths(), true);
  }
}
