package jtorch;

/// How a tensor's elements are kept: all of them by strides, or only those that are not zero.
public enum Layout {
  STRIDED,
  SPARSE_COO,
  SPARSE_CSR,
  SPARSE_CSC,
  SPARSE_BSR,
  SPARSE_BSC;

  /// PyTorch's name: `strided`.
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
