package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// A table of vectors, looked up by index: `[*] -> [*, dim]`.
///
/// **Starts** normal with deviation 1, the padding row zero. **As** `torch.nn.Embedding`.
public final class Embedding extends Module {
  /// The keyword arguments.
  ///
  /// @param paddingIdx the row that gets no gradient; null for none
  /// @param maxNorm rows that are looked up and have a larger norm are scaled down to it, in the table itself; null for none
  /// @param normType the p of that norm
  /// @param scaleGradByFreq whether a row's gradient is divided by how often it was looked up
  /// @param sparse whether the gradient is a sparse tensor of the rows that were looked up
  public record Options(@Nullable Long paddingIdx, @Nullable Double maxNorm, double normType, boolean scaleGradByFreq,
      boolean sparse) {
    static final Options DEFAULT = new Options(null, null, 2, false, false);

    public Options paddingIdx(@Nullable Long v) {
      return new Options(v, maxNorm, normType, scaleGradByFreq, sparse);
    }

    public Options maxNorm(@Nullable Double v) {
      return new Options(paddingIdx, v, normType, scaleGradByFreq, sparse);
    }

    public Options normType(double v) {
      return new Options(paddingIdx, maxNorm, v, scaleGradByFreq, sparse);
    }

    public Options scaleGradByFreq(boolean v) {
      return new Options(paddingIdx, maxNorm, normType, v, sparse);
    }

    public Options sparse(boolean v) {
      return new Options(paddingIdx, maxNorm, normType, scaleGradByFreq, v);
    }
  }

  public final Parameter weight;
  private final Options options;

  public Embedding(long numEmbeddings, long embeddingDim) {
    this(numEmbeddings, embeddingDim, o -> o);
  }

  /// @throws IllegalArgumentException if the padding row is outside of the table
  public Embedding(long numEmbeddings, long embeddingDim, UnaryOperator<Options> options) {
    this.options = checked(options.apply(Options.DEFAULT), numEmbeddings);
    weight = EmbeddingTable.drawn(numEmbeddings, embeddingDim, this.options.paddingIdx());
  }

  private Embedding(Tensor table, boolean freeze, Options options) {
    this.options = checked(options, table.size(0));
    weight = new Parameter(table, !freeze);
  }

  /// One with a table that is there already, whose memory it shares unless it is small.
  ///
  /// @param freeze whether the table is not learnt
  /// @throws IllegalArgumentException if the table is no matrix
  public static Embedding fromPretrained(Tensor embeddings, boolean freeze, UnaryOperator<Options> options) {
    return new Embedding(EmbeddingTable.matrix(embeddings), freeze, options.apply(Options.DEFAULT));
  }

  private static Options checked(Options given, long numEmbeddings) {
    return given.paddingIdx(EmbeddingTable.row(given.paddingIdx(), numEmbeddings, "Padding_idx"));
  }

  @Override
  public Tensor forward(Tensor indices) {
    Double most = options.maxNorm();
    if (most != null) F.embeddingRenorm_(weight, indices, most, options.normType());
    return F.embedding(indices, weight, options.paddingIdx(), options.scaleGradByFreq(), options.sparse());
  }

  @Override
  protected String extraRepresentation() {
    return weight.size(0) + ", " + weight.size(1)
        + (options.paddingIdx() == null ? "" : ", padding_idx=" + options.paddingIdx())
        + (options.maxNorm() == null ? "" : ", max_norm=" + Numbers.python(options.maxNorm()))
        + (options.normType() == 2 ? "" : ", norm_type=" + Numbers.python(options.normType()))
        + (options.scaleGradByFreq() ? ", scale_grad_by_freq=True" : "")
        + (options.sparse() ? ", sparse=True" : "");
  }
}
