package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Self-attention, attention to a memory, and two linear layers, each with a residual connection and a normalisation.
///
/// **Shapes**: tgt `[T, N, E]`, memory `[S, N, E]`, with batchFirst `[N, T, E]` and `[N, S, E]`, without the N for one sequence; the
/// result like tgt. **As** `torch.nn.TransformerDecoderLayer`. **Source**: Vaswani et al., 2017, arXiv:1706.03762.
///
/// ```java
/// var layer = new TransformerDecoderLayer(512, 8, o -> o.normFirst(true));
/// Tensor y = layer.forward(tgt, memory, o -> o.tgtMask(Transformer.generateSquareSubsequentMask(tgt.size(0))));
/// ```
public class TransformerDecoderLayer extends Module {
  public final MultiheadAttention selfAttn;
  public final MultiheadAttention multiheadAttn;
  public final Linear linear1;
  public final Dropout dropout;
  public final Linear linear2;
  public final LayerNorm norm1;
  public final LayerNorm norm2;
  public final LayerNorm norm3;
  public final Dropout dropout1;
  public final Dropout dropout2;
  public final Dropout dropout3;
  public final @Nullable Module activation;
  private final long dModel;
  private final long nhead;
  private final TransformerOptions options;

  public TransformerDecoderLayer(long dModel, long nhead) {
    this(dModel, nhead, o -> o);
  }

  /// @throws IllegalArgumentException if the heads do not divide the width evenly
  public TransformerDecoderLayer(long dModel, long nhead, UnaryOperator<TransformerOptions> options) {
    TransformerOptions o = options.apply(TransformerOptions.defaults());
    this.dModel = dModel;
    this.nhead = nhead;
    this.options = o;
    UnaryOperator<MultiheadAttention.Options> attention =
        a -> a.dropout(o.dropout()).bias(o.bias()).batchFirst(o.batchFirst()).dtype(o.dtype());
    selfAttn = new MultiheadAttention(dModel, nhead, attention);
    multiheadAttn = new MultiheadAttention(dModel, nhead, attention);
    linear1 = new Linear(dModel, o.dimFeedforward(), l -> l.bias(o.bias()).dtype(o.dtype()));
    dropout = new Dropout(o.dropout());
    linear2 = new Linear(o.dimFeedforward(), dModel, l -> l.bias(o.bias()).dtype(o.dtype()));
    norm1 = Transformer.norm(dModel, o);
    norm2 = Transformer.norm(dModel, o);
    norm3 = Transformer.norm(dModel, o);
    dropout1 = new Dropout(o.dropout());
    dropout2 = new Dropout(o.dropout());
    dropout3 = new Dropout(o.dropout());
    activation = o.activation().make();
  }

  /// A layer with the same options and weights, which shares none of them; a decoder is made of such copies. Classes that
  /// extend this one override it.
  protected TransformerDecoderLayer copy() {
    var copy = Init.skip(() -> new TransformerDecoderLayer(dModel, nhead, _ -> options));
    copy.takeOver(this);
    return copy;
  }

  public Tensor forward(Tensor tgt, Tensor memory) {
    return forward(tgt, memory, o -> o);
  }

  public Tensor forward(Tensor tgt, Tensor memory, UnaryOperator<DecoderMasks> masks) {
    DecoderMasks m = masks.apply(DecoderMasks.NONE);
    return within(() -> {
      Tensor x = tgt;
      if (options.normFirst()) {
        x = x.add(attend(norm1.call(x), m));
        x = x.add(recall(norm2.call(x), memory, m));
        return x.add(feedForward(norm3.call(x)));
      }
      x = norm1.call(x.add(attend(x, m)));
      x = norm2.call(x.add(recall(x, memory, m)));
      return norm3.call(x.add(feedForward(x)));
    });
  }

  private Tensor attend(Tensor x, DecoderMasks m) {
    return dropout1.call(selfAttn.forward(x, x, x, o -> o.attnMask(m.tgtMask()).keyPaddingMask(m.tgtKeyPaddingMask())
        .isCausal(Boolean.TRUE.equals(m.tgtIsCausal())).needWeights(false)).output());
  }

  private Tensor recall(Tensor x, Tensor memory, DecoderMasks m) {
    return dropout2.call(multiheadAttn.forward(x, memory, memory, o -> o.attnMask(m.memoryMask())
        .keyPaddingMask(m.memoryKeyPaddingMask()).isCausal(m.memoryIsCausal()).needWeights(false)).output());
  }

  private Tensor feedForward(Tensor x) {
    Tensor wide = options.activation().apply(activation, linear1.call(x));
    return dropout3.call(linear2.call(dropout.call(wide)));
  }
}
