package jtorch.nn;

import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// The tables of [Embedding] and [EmbeddingBag].
final class EmbeddingTable {
  private EmbeddingTable() {}

  /// Drawn from `N(0, 1)`, with zeros in the padding row.
  static Parameter drawn(long rows, long columns, @Nullable Long padding) {
    var weight = new Parameter(Torch.empty(rows, columns));
    Init.normal_(weight, 0, 1);
    if (padding != null) Torch.noGrad(() -> {
      weight.select(0, padding).zero_();
    });
    return weight;
  }

  /// @throws IllegalArgumentException if a table that is there already is no matrix
  static Tensor matrix(Tensor embeddings) {
    if (embeddings.dim() != 2)
      throw new IllegalArgumentException("Embeddings parameter is expected to be 2-dimensional");
    return embeddings;
  }

  /// The padding row counted from the first.
  ///
  /// @param name what PyTorch calls the argument in the message
  /// @throws IllegalArgumentException if it is outside of the table
  static @Nullable Long row(@Nullable Long padding, long rows, String name) {
    if (padding == null) return null;
    if (padding >= rows || padding < -rows)
      throw new IllegalArgumentException(name + " must be within num_embeddings");
    return padding < 0 ? Long.valueOf(padding + rows) : padding;
  }
}
