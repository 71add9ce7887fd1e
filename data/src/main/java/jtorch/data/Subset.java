package jtorch.data;

import java.util.Arrays;

/// Some items of another data set. **As** `torch.utils.data.Subset`.
///
/// @param <T> an item
public final class Subset<T> implements Dataset<T> {
  private final Dataset<T> dataset;
  private final long[] indices;

  public Subset(Dataset<T> dataset, long... indices) {
    this.dataset = dataset;
    this.indices = indices.clone();
  }

  public Dataset<T> dataset() {
    return dataset;
  }

  /// The numbers of the items in the other data set.
  public long[] indices() {
    return indices.clone();
  }

  @Override
  public long size() {
    return indices.length;
  }

  @Override
  public T get(long index) {
    return dataset.get(indices[Math.toIntExact(index)]);
  }

  @Override
  public T batch(long[] rows) {
    return dataset.batch(Arrays.stream(rows).map(row -> indices[Math.toIntExact(row)]).toArray());
  }
}
