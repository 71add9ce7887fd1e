package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Encoder layers one after the other, and a normalisation at the end if one is given.
///
/// The layers are copies of the given one and start with its weights. **Shapes** as a layer's.
/// **As** `torch.nn.TransformerEncoder`.
///
/// In evaluation, without gradients, PyTorch takes the padded places out of the batch where they stand at the ends of
/// sequences (`enableNestedTensor`), and puts zeros there afterwards. So does this encoder, under PyTorch's conditions: the
/// numbers are the same, the memory is not smaller.
///
/// ```java
/// var encoder = new TransformerEncoder(new TransformerEncoderLayer(512, 8), 6);
/// ```
public class TransformerEncoder extends Module {
  /// The keyword arguments.
  ///
  /// @param norm what normalises the result; null for nothing
  /// @param enableNestedTensor whether padded places become zero in evaluation
  /// @param maskCheck whether it is checked that padding stands at the ends
  public record Options(@Nullable Module norm, boolean enableNestedTensor, boolean maskCheck) {
    public Options norm(@Nullable Module v) {
      return new Options(v, enableNestedTensor, maskCheck);
    }

    public Options enableNestedTensor(boolean v) {
      return new Options(norm, v, maskCheck);
    }

    public Options maskCheck(boolean v) {
      return new Options(norm, enableNestedTensor, v);
    }
  }

  public final ModuleList<TransformerEncoderLayer> layers;
  public final @Nullable Module norm;
  private final boolean leavesOutPadding;
  private final boolean maskCheck;

  public TransformerEncoder(TransformerEncoderLayer encoderLayer, long numLayers) {
    this(encoderLayer, numLayers, o -> o);
  }

  public TransformerEncoder(TransformerEncoderLayer encoderLayer, long numLayers, UnaryOperator<Options> options) {
    Options o = options.apply(new Options(null, true, true));
    layers = new ModuleList<>();
    for (long i = 0; i < numLayers; i++) layers.append(encoderLayer.copy());
    norm = o.norm();
    TransformerOptions layer = encoderLayer.options();
    leavesOutPadding = o.enableNestedTensor() && !layer.normFirst() && layer.batchFirst() && layer.bias()
        && layer.activation().isKnown(encoderLayer.activation) && encoderLayer.selfAttn.numHeads() % 2 == 0;
    maskCheck = o.maskCheck();
  }

  @Override
  public Tensor forward(Tensor src) {
    return forward(src, null, null, null);
  }

  /// @param mask `[S, S]` or `[N * heads, S, S]`: pairs to leave out (bool), or numbers added to their scores
  /// @param srcKeyPaddingMask `[N, S]` (or `[S]`): places to leave out, likewise
  /// @param isCausal whether the mask is the causal one; null to look
  public Tensor forward(Tensor src, @Nullable Tensor mask, @Nullable Tensor srcKeyPaddingMask,
      @Nullable Boolean isCausal) {
    Tensor padding = Transformer.canonicalMask(srcKeyPaddingMask, "src_key_padding_mask", src.dtype());
    Tensor added = Transformer.canonicalMask(mask, "mask", src.dtype());
    return within(() -> {
      Tensor left = added == null && padding != null ? leftOut(src, padding) : null;
      boolean batchFirst = layers.size() > 0 && layers.get(0).selfAttn.batchFirst();
      boolean causal = Transformer.isCausal(added, isCausal, Transformer.length(src, batchFirst));
      Tensor x = src;
      for (TransformerEncoderLayer layer : layers) x = layer.forward(x, added, left != null ? left : padding, causal);
      if (left != null) x = x.maskedFill(left.unsqueeze(-1), 0.0);
      return norm == null ? x : norm.call(x);
    });
  }

  /// The places `[N, S]` that PyTorch takes out of the batch; null if it takes none.
  private @Nullable Tensor leftOut(Tensor src, Tensor padding) {
    if (!leavesOutPadding || src.dim() != 3 || padding.dim() != 2 || layers.size() == 0
        || layers.get(0).isTraining() || Torch.isAutocastEnabled())
      return null;
    if (Torch.isGradEnabled() && (src.requiresGrad() || layers.get(0).parameters().stream().anyMatch(
        Tensor::requiresGrad)))
      return null;
    // Any number but zero leaves a place out, as PyTorch reads it.
    Tensor left = padding.ne(0);
    if (!maskCheck || left.size(1) < 2) return left;
    boolean atTheEnds = left.narrow(1, 0, left.size(1) - 1).logicalNot().logicalOr(left.narrow(1, 1, left.size(1) - 1))
        .all().itemBoolean();
    return atTheEnds ? left : null;
  }
}
