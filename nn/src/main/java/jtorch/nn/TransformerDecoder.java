package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Decoder layers one after the other, and a normalisation at the end if one is given.
///
/// The layers are copies of the given one and start with its weights. **Shapes** as a layer's.
/// **As** `torch.nn.TransformerDecoder`.
///
/// ```java
/// var decoder = new TransformerDecoder(new TransformerDecoderLayer(512, 8), 6);
/// ```
public class TransformerDecoder extends Module {
  public final ModuleList<TransformerDecoderLayer> layers;
  public final @Nullable Module norm;

  public TransformerDecoder(TransformerDecoderLayer decoderLayer, long numLayers) {
    this(decoderLayer, numLayers, null);
  }

  /// @param norm what normalises the result; null for nothing
  public TransformerDecoder(TransformerDecoderLayer decoderLayer, long numLayers, @Nullable Module norm) {
    layers = new ModuleList<>();
    for (long i = 0; i < numLayers; i++) layers.append(decoderLayer.copy());
    this.norm = norm;
  }

  public Tensor forward(Tensor tgt, Tensor memory) {
    return forward(tgt, memory, o -> o);
  }

  public Tensor forward(Tensor tgt, Tensor memory, UnaryOperator<DecoderMasks> masks) {
    DecoderMasks m = masks.apply(DecoderMasks.NONE);
    return within(() -> {
      boolean batchFirst = layers.size() > 0 && layers.get(0).selfAttn.batchFirst();
      boolean causal = Transformer.isCausal(m.tgtMask(), m.tgtIsCausal(), Transformer.length(tgt, batchFirst));
      Tensor x = tgt;
      for (TransformerDecoderLayer layer : layers) x = layer.forward(x, memory, _ -> m.tgtIsCausal(causal));
      return norm == null ? x : norm.call(x);
    });
  }
}
