package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// Sums, means or maxima of rows of a table, without the rows themselves in memory.
///
/// **Shapes**: `[B, n]` indices, a bag a row, or `[N]` indices in bags that begin at the offsets `[B]`; the result `[B, dim]`.
/// **Starts** normal with deviation 1, the padding row zero. **As** `torch.nn.EmbeddingBag`.
///
/// ```java
/// var bag = new EmbeddingBag(1000, 64, o -> o.mode("sum"));
/// Tensor y = bag.forward(indices, offsets);
/// ```
public final class EmbeddingBag extends Module {
  /// The keyword arguments.
  ///
  /// @param mode `sum`, `mean` or `max`
  /// @param paddingIdx an index that counts nothing; null for none
  /// @param maxNorm rows that are looked up and have a larger norm are scaled down to it, in the table itself; null for none
  /// @param normType the p of that norm
  /// @param scaleGradByFreq whether a row's gradient is divided by how often it was looked up; not with `max`
  /// @param sparse whether the gradient is a sparse tensor of the rows that were looked up; not with `max`
  /// @param includeLastOffset whether the last offset is the number of indices
  public record Options(String mode, @Nullable Long paddingIdx, @Nullable Double maxNorm, double normType,
      boolean scaleGradByFreq, boolean sparse, boolean includeLastOffset) {
    static final Options DEFAULT = new Options("mean", null, null, 2, false, false, false);

    public Options mode(String v) {
      return new Options(v, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse, includeLastOffset);
    }

    public Options paddingIdx(@Nullable Long v) {
      return new Options(mode, v, maxNorm, normType, scaleGradByFreq, sparse, includeLastOffset);
    }

    public Options maxNorm(@Nullable Double v) {
      return new Options(mode, paddingIdx, v, normType, scaleGradByFreq, sparse, includeLastOffset);
    }

    public Options normType(double v) {
      return new Options(mode, paddingIdx, maxNorm, v, scaleGradByFreq, sparse, includeLastOffset);
    }

    public Options scaleGradByFreq(boolean v) {
      return new Options(mode, paddingIdx, maxNorm, normType, v, sparse, includeLastOffset);
    }

    public Options sparse(boolean v) {
      return new Options(mode, paddingIdx, maxNorm, normType, scaleGradByFreq, v, includeLastOffset);
    }

    public Options includeLastOffset(boolean v) {
      return new Options(mode, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse, v);
    }
  }

  public final Parameter weight;
  private final Options options;

  public EmbeddingBag(long numEmbeddings, long embeddingDim) {
    this(numEmbeddings, embeddingDim, o -> o);
  }

  /// @throws IllegalArgumentException if the padding row is outside of the table
  public EmbeddingBag(long numEmbeddings, long embeddingDim, UnaryOperator<Options> options) {
    this.options = checked(options.apply(Options.DEFAULT), numEmbeddings);
    weight = EmbeddingTable.drawn(numEmbeddings, embeddingDim, this.options.paddingIdx());
  }

  private EmbeddingBag(Tensor table, boolean freeze, Options options) {
    this.options = checked(options, table.size(0));
    weight = new Parameter(table, !freeze);
  }

  /// One with a table that is there already, whose memory it shares unless it is small.
  ///
  /// @param freeze whether the table is not learnt
  /// @throws IllegalArgumentException if the table is no matrix
  public static EmbeddingBag fromPretrained(Tensor embeddings, boolean freeze, UnaryOperator<Options> options) {
    return new EmbeddingBag(EmbeddingTable.matrix(embeddings), freeze, options.apply(Options.DEFAULT));
  }

  private static Options checked(Options given, long numEmbeddings) {
    return given.paddingIdx(EmbeddingTable.row(given.paddingIdx(), numEmbeddings, "padding_idx"));
  }

  /// Of `[B, n]` indices, a bag a row.
  @Override
  public Tensor forward(Tensor input) {
    return forward(input, null, null);
  }

  public Tensor forward(Tensor input, @Nullable Tensor offsets) {
    return forward(input, offsets, null);
  }

  /// @param offsets where bags begin; null with `[B, n]` indices
  /// @param perSampleWeights what each row is multiplied by, shaped like the input; with `sum` only
  public Tensor forward(Tensor input, @Nullable Tensor offsets, @Nullable Tensor perSampleWeights) {
    Double most = options.maxNorm();
    if (most != null) F.embeddingRenorm_(weight, input, most, options.normType());
    return F.embeddingBag(input, weight, offsets, options.mode(), options.scaleGradByFreq(), options.sparse(),
        perSampleWeights, options.includeLastOffset(), options.paddingIdx());
  }

  @Override
  protected String extraRepresentation() {
    return weight.size(0) + ", " + weight.size(1)
        + (options.maxNorm() == null ? "" : ", max_norm=" + Numbers.python(options.maxNorm()))
        + (options.normType() == 2 ? "" : ", norm_type=" + Numbers.python(options.normType()))
        + (options.scaleGradByFreq() ? ", scale_grad_by_freq=True" : "") + ", mode='" + options.mode() + "'"
        + (options.paddingIdx() == null ? "" : ", padding_idx=" + options.paddingIdx());
  }
}
