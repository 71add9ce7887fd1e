package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Self-attention and two linear layers, each with a residual connection and a normalisation.
///
/// **Shapes**: `[S, N, E]`, with batchFirst `[N, S, E]`, without the N for one sequence; the result likewise.
/// **As** `torch.nn.TransformerEncoderLayer`. **Source**: Vaswani et al., 2017, arXiv:1706.03762; with normFirst Xiong et al.,
/// 2020, arXiv:2002.04745.
///
/// ```java
/// var layer = new TransformerEncoderLayer(512, 8, o -> o.dimFeedforward(1024).activation("gelu").batchFirst(true));
/// ```
public class TransformerEncoderLayer extends Module {
  public final MultiheadAttention selfAttn;
  public final Linear linear1;
  public final Dropout dropout;
  public final Linear linear2;
  public final LayerNorm norm1;
  public final LayerNorm norm2;
  public final Dropout dropout1;
  public final Dropout dropout2;
  public final @Nullable Module activation;
  private final long dModel;
  private final long nhead;
  private final TransformerOptions options;

  public TransformerEncoderLayer(long dModel, long nhead) {
    this(dModel, nhead, o -> o);
  }

  /// @throws IllegalArgumentException if the heads do not divide the width evenly
  public TransformerEncoderLayer(long dModel, long nhead, UnaryOperator<TransformerOptions> options) {
    TransformerOptions o = options.apply(TransformerOptions.defaults());
    this.dModel = dModel;
    this.nhead = nhead;
    this.options = o;
    selfAttn = new MultiheadAttention(dModel, nhead,
        a -> a.dropout(o.dropout()).bias(o.bias()).batchFirst(o.batchFirst()).dtype(o.dtype()));
    linear1 = new Linear(dModel, o.dimFeedforward(), l -> l.bias(o.bias()).dtype(o.dtype()));
    dropout = new Dropout(o.dropout());
    linear2 = new Linear(o.dimFeedforward(), dModel, l -> l.bias(o.bias()).dtype(o.dtype()));
    norm1 = Transformer.norm(dModel, o);
    norm2 = Transformer.norm(dModel, o);
    dropout1 = new Dropout(o.dropout());
    dropout2 = new Dropout(o.dropout());
    activation = o.activation().make();
  }

  /// A layer with the same options and weights, which shares none of them; an encoder is made of such copies. Classes that
  /// extend this one override it.
  protected TransformerEncoderLayer copy() {
    var copy = Init.skip(() -> new TransformerEncoderLayer(dModel, nhead, _ -> options));
    copy.takeOver(this);
    return copy;
  }

  final TransformerOptions options() {
    return options;
  }

  @Override
  public Tensor forward(Tensor src) {
    return forward(src, null, null, false);
  }

  /// @param srcMask `[S, S]` or `[N * heads, S, S]`: pairs to leave out (bool), or numbers added to their scores
  /// @param srcKeyPaddingMask `[N, S]` (or `[S]`): places to leave out, likewise
  /// @param isCausal says that srcMask is the causal one
  public Tensor forward(Tensor src, @Nullable Tensor srcMask, @Nullable Tensor srcKeyPaddingMask, boolean isCausal) {
    Tensor mask = Transformer.canonicalMask(srcMask, "src_mask", src.dtype());
    Tensor padding = Transformer.canonicalMask(srcKeyPaddingMask, "src_key_padding_mask", src.dtype());
    return within(() -> {
      if (options.normFirst()) {
        Tensor x = src.add(attend(norm1.call(src), mask, padding, isCausal));
        return x.add(feedForward(norm2.call(x)));
      }
      Tensor x = norm1.call(src.add(attend(src, mask, padding, isCausal)));
      return norm2.call(x.add(feedForward(x)));
    });
  }

  private Tensor attend(Tensor x, @Nullable Tensor mask, @Nullable Tensor padding, boolean isCausal) {
    return dropout1.call(selfAttn.forward(x, x, x,
        o -> o.attnMask(mask).keyPaddingMask(padding).isCausal(isCausal).needWeights(false)).output());
  }

  private Tensor feedForward(Tensor x) {
    Tensor wide = options.activation().apply(activation, linear1.call(x));
    return dropout2.call(linear2.call(dropout.call(wide)));
  }
}
