package jtorch.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import jtorch.random.Generator;

/// Items by number.
///
/// An item is a [jtorch.Tensor], or something made of tensors (an array, a list, a map, a record), so that the [DataLoader]
/// can stack several of them into a batch of the same form. Workers call a data set from several threads at once.
///
/// **As** `torch.utils.data.Dataset`.
///
/// @param <T> an item
public interface Dataset<T> {
  /// The item with that number, from 0 to `size() - 1`.
  T get(long index);

  /// How many items there are.
  long size();

  /// These items as one batch, the same values as [Collate#stacking] makes of them: what the [DataLoader] asks for.
  /// Data sets that hold tensors make it in one step.
  default T batch(long[] indices) {
    List<T> items = new ArrayList<>(indices.length);
    for (long index : indices) items.add(get(index));
    return Collate.<T>stacking().apply(items);
  }

  /// Random parts of these lengths, without overlap. **As** `torch.utils.data.random_split`.
  ///
  /// @throws IllegalArgumentException if the lengths do not sum to the size
  default List<Subset<T>> randomSplit(long... lengths) {
    return randomSplit(Generator.defaultGenerator(), lengths);
  }

  default List<Subset<T>> randomSplit(Generator generator, long... lengths) {
    if (Arrays.stream(lengths).anyMatch(length -> length < 0) || LongStream.of(lengths).sum() != size())
      throw new IllegalArgumentException("randomSplit: Sum of input lengths does not equal the length of the input "
          + "dataset: lengths " + Arrays.toString(lengths) + ", size " + size());
    long[] order = Draws.permutation(generator, size());
    var parts = new ArrayList<Subset<T>>();
    int start = 0;
    for (long length : lengths) {
      int end = start + (int) length;
      parts.add(new Subset<>(this, Arrays.copyOfRange(order, start, end)));
      start = end;
    }
    return parts;
  }

  /// Random parts with these shares of the items: lengths are rounded down, and the items left over go to the parts in
  /// turn, one each.
  ///
  /// @throws IllegalArgumentException if a share is not from 0 to 1, or the shares do not sum to 1
  default List<Subset<T>> randomSplit(double... shares) {
    return randomSplit(Generator.defaultGenerator(), shares);
  }

  default List<Subset<T>> randomSplit(Generator generator, double... shares) {
    double sum = Arrays.stream(shares).sum();
    if (Arrays.stream(shares).anyMatch(share -> !(share >= 0 && share <= 1)) || Math.abs(sum - 1) > 1e-9)
      throw new IllegalArgumentException(
          "randomSplit: Sum of input lengths does not equal the length of the input dataset: shares must lie between 0 "
              + "and 1 and sum to 1, got " + Arrays.toString(shares));
    long[] lengths = Arrays.stream(shares).mapToLong(share -> (long) Math.floor(size() * share)).toArray();
    long left = size() - LongStream.of(lengths).sum();
    for (int i = 0; i < left; i++) lengths[i % lengths.length]++;
    return randomSplit(generator, lengths);
  }
}
