package jtorch;

/// How a tensor's elements are kept: all of them by strides, or only those that are specified, by their coordinates or by
/// compressed rows or columns.
public enum Layout {
  STRIDED("Strided"),
  /// A matrix of coordinates, a column each: indices and values.
  SPARSE_COO("Sparse"),
  /// Where each row begins, columns, values.
  SPARSE_CSR("SparseCsr"),
  /// Where each column begins, rows, values.
  SPARSE_CSC("SparseCsc"),
  /// Rows of blocks.
  SPARSE_BSR("SparseBsr"),
  /// Columns of blocks.
  SPARSE_BSC("SparseBsc");

  private final String title;

  Layout(String title) {
    this.title = title;
  }

  /// As PyTorch calls it in messages: `SparseCsr`.
  public String title() {
    return title;
  }

  /// Compressed rows or columns, of elements or of blocks.
  public boolean isCompressed() {
    return this != STRIDED && this != SPARSE_COO;
  }

  /// Whether it is rows that are compressed, not columns.
  public boolean byRows() {
    return this == SPARSE_CSR || this == SPARSE_BSR;
  }

  public boolean inBlocks() {
    return this == SPARSE_BSR || this == SPARSE_BSC;
  }

  /// PyTorch's name: `strided`.
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
