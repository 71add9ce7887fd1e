package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// A table of vectors, looked up by index: `[*] -> [*, dim]`.
///
/// **Starts** normal with deviation 1, the padding row zero. **As** `torch.nn.Embedding`.
public final class Embedding extends Module {
  /// The keyword arguments.
  ///
  /// @param paddingIdx the row that gets no gradient; null for none
  /// @param scaleGradByFreq whether a row's gradient is divided by how often it was looked up
  /// @param sparse whether the gradient is a sparse tensor of the rows that were looked up
  public record Options(@Nullable Long paddingIdx, boolean scaleGradByFreq, boolean sparse) {
    public Options paddingIdx(@Nullable Long v) {
      return new Options(v, scaleGradByFreq, sparse);
    }

    public Options scaleGradByFreq(boolean v) {
      return new Options(paddingIdx, v, sparse);
    }

    public Options sparse(boolean v) {
      return new Options(paddingIdx, scaleGradByFreq, v);
    }
  }

  public final Parameter weight;
  private final Options options;

  public Embedding(long numEmbeddings, long embeddingDim) {
    this(numEmbeddings, embeddingDim, o -> o);
  }

  /// @throws IllegalArgumentException if the padding row is outside of the table
  public Embedding(long numEmbeddings, long embeddingDim, UnaryOperator<Options> options) {
    Options given = options.apply(new Options(null, false, false));
    Long padding = given.paddingIdx();
    if (padding != null && (padding >= numEmbeddings || padding < -numEmbeddings))
      throw new IllegalArgumentException("Padding_idx must be within num_embeddings");
    this.options = padding != null && padding < 0 ? given.paddingIdx(padding + numEmbeddings) : given;
    weight = new Parameter(Torch.empty(numEmbeddings, embeddingDim));
    Init.normal_(weight, 0, 1);
    Long row = this.options.paddingIdx();
    if (row != null) Torch.noGrad(() -> {
      weight.select(0, row).zero_();
    });
  }

  @Override
  public Tensor forward(Tensor indices) {
    return F.embedding(indices, weight, options.paddingIdx(), options.scaleGradByFreq(), options.sparse());
  }

  @Override
  protected String extraRepresentation() {
    return weight.size(0) + ", " + weight.size(1)
        + (options.paddingIdx() == null ? "" : ", padding_idx=" + options.paddingIdx())
        + (options.sparse() ? ", sparse=True" : "");
  }
}
