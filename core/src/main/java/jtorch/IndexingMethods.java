package jtorch;

/// Choosing and writing elements by index.
public sealed interface IndexingMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// A copy in which the rows of `source` were added at these indices of a dimension.
  default Tensor indexAdd(long dim, Tensor index, Tensor source) {
    return jtorch.op.Indexing.INDEX_ADD.tensor(self(), dim, index, source, 1L);
  }
}
