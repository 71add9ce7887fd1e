package jtorch.nn;

/// How a loss is reduced over its elements.
public enum Reduction {
  NONE,
  MEAN,
  SUM,
  /// The sum divided by the size of the batch; for the Kullback-Leibler divergence only.
  BATCHMEAN;

  /// ATen's number: 0 none, 1 mean, 2 sum.
  ///
  /// @throws IllegalArgumentException for `BATCHMEAN`, which ATen does not have
  public long code() {
    if (this == BATCHMEAN) throw new IllegalArgumentException("batchmean is not a valid value for reduction");
    return ordinal();
  }
}
