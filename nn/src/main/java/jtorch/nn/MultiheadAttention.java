package jtorch.nn;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// Attention in several heads, each of which looks at a part of the embedding:
/// `cat(head_1, ..., head_h) W_O` with `head_i = softmax(Q W_i^Q (K W_i^K)^T / sqrt(E / h)) V W_i^V`.
///
/// **Shapes**: query `[L, N, E]`, key `[S, N, kdim]`, value `[S, N, vdim]`, result `[L, N, E]`; with batchFirst `[N, L, E]` and
/// so on; without the N for one sequence. **Starts** with projections by `xavier_uniform_`, biases of zero. Without weights
/// (`needWeights(false)`) attention is fused, and its memory grows with the length, not with its square.
/// **As** `torch.nn.MultiheadAttention`. **Source**: Vaswani et al., 2017, arXiv:1706.03762.
///
/// ```java
/// var attention = new MultiheadAttention(512, 8, o -> o.batchFirst(true));
/// Tensor y = attention.forward(x, x, x, o -> o.needWeights(false)).output();
/// ```
public class MultiheadAttention extends Module {
  /// The keyword arguments.
  ///
  /// @param dropout of the weights
  /// @param bias whether the projections have biases
  /// @param addBiasKv whether there is one more key and value, which are learnt
  /// @param addZeroAttn whether there is one more key and value of zeros
  /// @param kdim width of keys; null for that of queries
  /// @param vdim width of values; null for that of queries
  /// @param batchFirst whether batches come first: `[N, L, E]`
  public record Options(double dropout, boolean bias, boolean addBiasKv, boolean addZeroAttn, @Nullable Long kdim,
      @Nullable Long vdim, boolean batchFirst, DType dtype) {
    public Options dropout(double v) {
      return new Options(v, bias, addBiasKv, addZeroAttn, kdim, vdim, batchFirst, dtype);
    }

    public Options bias(boolean v) {
      return new Options(dropout, v, addBiasKv, addZeroAttn, kdim, vdim, batchFirst, dtype);
    }

    public Options addBiasKv(boolean v) {
      return new Options(dropout, bias, v, addZeroAttn, kdim, vdim, batchFirst, dtype);
    }

    public Options addZeroAttn(boolean v) {
      return new Options(dropout, bias, addBiasKv, v, kdim, vdim, batchFirst, dtype);
    }

    public Options kdim(@Nullable Long v) {
      return new Options(dropout, bias, addBiasKv, addZeroAttn, v, vdim, batchFirst, dtype);
    }

    public Options vdim(@Nullable Long v) {
      return new Options(dropout, bias, addBiasKv, addZeroAttn, kdim, v, batchFirst, dtype);
    }

    public Options batchFirst(boolean v) {
      return new Options(dropout, bias, addBiasKv, addZeroAttn, kdim, vdim, v, dtype);
    }

    public Options dtype(DType v) {
      return new Options(dropout, bias, addBiasKv, addZeroAttn, kdim, vdim, batchFirst, v);
    }
  }

  /// The keyword arguments of a call.
  ///
  /// @param keyPaddingMask `[N, S]` (or `[S]`): keys to leave out (bool, true leaves out), or numbers added to their scores
  /// @param needWeights whether the weights are wanted too
  /// @param attnMask `[L, S]` or `[N * heads, L, S]`, likewise
  /// @param averageAttnWeights whether weights are averaged over heads
  /// @param isCausal says that attnMask is the causal one, so that it need not be read
  public record Call(@Nullable Tensor keyPaddingMask, boolean needWeights, @Nullable Tensor attnMask,
      boolean averageAttnWeights, boolean isCausal) {
    static final Call DEFAULT = new Call(null, true, null, true, false);

    public Call keyPaddingMask(@Nullable Tensor v) {
      return new Call(v, needWeights, attnMask, averageAttnWeights, isCausal);
    }

    public Call needWeights(boolean v) {
      return new Call(keyPaddingMask, v, attnMask, averageAttnWeights, isCausal);
    }

    public Call attnMask(@Nullable Tensor v) {
      return new Call(keyPaddingMask, needWeights, v, averageAttnWeights, isCausal);
    }

    public Call averageAttnWeights(boolean v) {
      return new Call(keyPaddingMask, needWeights, attnMask, v, isCausal);
    }

    public Call isCausal(boolean v) {
      return new Call(keyPaddingMask, needWeights, attnMask, averageAttnWeights, v);
    }
  }

  /// What a call gives.
  ///
  /// @param output shaped like the query
  /// @param weights `[N, L, S]`, with a dimension of heads before L if they are not averaged; null where they were not wanted
  public record Result(Tensor output, @Nullable Tensor weights) {}

  public final @Nullable Parameter qProjWeight;
  public final @Nullable Parameter kProjWeight;
  public final @Nullable Parameter vProjWeight;
  public final @Nullable Parameter inProjWeight;
  public final @Nullable Parameter inProjBias;
  public final @Nullable Parameter biasK;
  public final @Nullable Parameter biasV;
  public final Linear outProj;
  private final long embedDim;
  private final int numHeads;
  private final Options options;

  public MultiheadAttention(long embedDim, long numHeads) {
    this(embedDim, numHeads, o -> o);
  }

  /// @throws IllegalArgumentException if the heads do not divide the embedding evenly
  public MultiheadAttention(long embedDim, long numHeads, UnaryOperator<Options> options) {
    if (embedDim <= 0 || numHeads <= 0) throw new IllegalArgumentException(
        "embed_dim and num_heads must be greater than 0, got embed_dim=" + embedDim + " and num_heads=" + numHeads
            + " instead");
    if (embedDim % numHeads != 0) throw new IllegalArgumentException(
        "embed_dim must be divisible by num_heads, got embed_dim=" + embedDim + " and num_heads=" + numHeads);
    Options o = options.apply(new Options(0, true, false, false, null, null, false, Torch.defaultDType()));
    this.embedDim = embedDim;
    this.numHeads = Math.toIntExact(numHeads);
    this.options = o;
    long keys = o.kdim() == null ? embedDim : o.kdim();
    long values = o.vdim() == null ? embedDim : o.vdim();
    boolean packed = keys == embedDim && values == embedDim;
    qProjWeight = packed ? null : parameter(embedDim, embedDim);
    kProjWeight = packed ? null : parameter(embedDim, keys);
    vProjWeight = packed ? null : parameter(embedDim, values);
    inProjWeight = packed ? parameter(3 * embedDim, embedDim) : null;
    inProjBias = o.bias() ? parameter(3 * embedDim) : null;
    outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, l -> l.bias(o.bias()).dtype(o.dtype()));
    biasK = o.addBiasKv() ? parameter(1, 1, embedDim) : null;
    biasV = o.addBiasKv() ? parameter(1, 1, embedDim) : null;
    start();
  }

  private Parameter parameter(long... sizes) {
    return new Parameter(Torch.empty(sizes, options.dtype()));
  }

  private void start() {
    if (inProjWeight != null) Init.xavierUniform_(inProjWeight);
    if (qProjWeight != null) Init.xavierUniform_(qProjWeight);
    if (kProjWeight != null) Init.xavierUniform_(kProjWeight);
    if (vProjWeight != null) Init.xavierUniform_(vProjWeight);
    if (inProjBias != null) Init.zeros_(inProjBias);
    if (outProj.bias != null) Init.zeros_(outProj.bias);
    if (biasK != null) Init.xavierNormal_(biasK);
    if (biasV != null) Init.xavierNormal_(biasV);
  }

  public final boolean batchFirst() {
    return options.batchFirst();
  }

  public final long embedDim() {
    return embedDim;
  }

  public final int numHeads() {
    return numHeads;
  }

  /// Attention with its weights, averaged over heads.
  public Result forward(Tensor query, Tensor key, Tensor value) {
    return forward(query, key, value, o -> o);
  }

  /// @throws IllegalArgumentException if shapes or masks do not fit
  public Result forward(Tensor query, Tensor key, Tensor value, UnaryOperator<Call> options) {
    Call call = options.apply(Call.DEFAULT);
    return within(() -> attend(query, key, value, call));
  }

  private Result attend(Tensor query, Tensor key, Tensor value, Call call) {
    if (query.dim() > 0 && query.size(-1) != embedDim) throw new IllegalArgumentException(
        "MultiheadAttention: was expecting embedding dimension of " + embedDim + ", but got " + query.size(-1)
            + " in a query of shape " + Arrays.toString(query.sizes()));
    boolean turned = options.batchFirst() && query.dim() == 3 && key.dim() == 3 && value.dim() == 3;
    // Equal arguments stay the same object: self-attention is one product.
    Tensor q = turned ? query.transpose(0, 1) : query;
    Tensor k = key == query ? q : turned ? key.transpose(0, 1) : key;
    Tensor v = value == key ? k : turned ? value.transpose(0, 1) : value;
    @Nullable Tensor[] both = F.multiHeadAttentionForward(q, k, v, numHeads, outProj.weight, outProj.bias,
        o -> projections(o).bias(biasK, biasV).addZeroAttn(this.options.addZeroAttn())
            .dropout(this.options.dropout(), isTraining()).keyPaddingMask(call.keyPaddingMask())
            .needWeights(call.needWeights()).attnMask(call.attnMask()).averageAttnWeights(call.averageAttnWeights())
            .isCausal(call.isCausal()));
    Tensor output = Objects.requireNonNull(both[0]);
    return new Result(turned ? output.transpose(0, 1) : output, both[1]);
  }

  private MultiHeadAttentionOptions projections(MultiHeadAttentionOptions o) {
    if (inProjWeight != null) return o.inProj(inProjWeight, inProjBias);
    return o.separateProj(Objects.requireNonNull(qProjWeight),
        Objects.requireNonNull(kProjWeight), Objects.requireNonNull(vProjWeight), inProjBias);
  }
}
