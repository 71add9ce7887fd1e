package jtorch.nn;

/// How a loss is reduced over its elements.
public enum Reduction {
  NONE,
  MEAN,
  SUM;

  /// ATen's number: 0 none, 1 mean, 2 sum.
  public long code() {
    return ordinal();
  }
}
