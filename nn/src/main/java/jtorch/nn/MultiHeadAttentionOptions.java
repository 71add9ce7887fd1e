package jtorch.nn;

import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of `F.multiHeadAttentionForward`.
///
/// @param inProjWeight `[3 E, E]`: the projections of queries, keys and values, unless they are given apart
/// @param qProjWeight the projection of queries, where projections are given apart; keys' and values' go with it
/// @param biasK one more key, and biasV its value: `[1, 1, E]`
/// @param addZeroAttn whether there is one more key of zeros
/// @param keyPaddingMask `[N, S]` keys to leave out (bool, true leaves out) or numbers added to their scores
/// @param attnMask `[L, S]` or `[N * heads, L, S]`, likewise
/// @param isCausal says that attnMask is the causal one
/// @param needWeights whether the probabilities are wanted; without them attention is fused
/// @param averageAttnWeights whether they are averaged over heads
public record MultiHeadAttentionOptions(@Nullable Tensor inProjWeight, @Nullable Tensor inProjBias,
    @Nullable Tensor qProjWeight, @Nullable Tensor kProjWeight, @Nullable Tensor vProjWeight, @Nullable Tensor biasK,
    @Nullable Tensor biasV, boolean addZeroAttn, double dropoutP, boolean training, @Nullable Tensor keyPaddingMask,
    boolean needWeights, @Nullable Tensor attnMask, @Nullable Tensor staticK, @Nullable Tensor staticV,
    boolean averageAttnWeights, boolean isCausal) {
  public static final MultiHeadAttentionOptions DEFAULT = new MultiHeadAttentionOptions(null, null, null, null, null,
      null, null, false, 0, true, null, true, null, null, null, true, false);

  /// One weight and bias for queries, keys and values.
  public MultiHeadAttentionOptions inProj(Tensor weight, @Nullable Tensor bias) {
    return new MultiHeadAttentionOptions(weight, bias, null, null, null, biasK, biasV, addZeroAttn, dropoutP, training,
        keyPaddingMask, needWeights, attnMask, staticK, staticV, averageAttnWeights, isCausal);
  }

  /// Weights for queries, keys and values apart, and one bias `[3 E]`.
  public MultiHeadAttentionOptions separateProj(Tensor q, Tensor k, Tensor v, @Nullable Tensor bias) {
    return new MultiHeadAttentionOptions(null, bias, q, k, v, biasK, biasV, addZeroAttn, dropoutP, training,
        keyPaddingMask, needWeights, attnMask, staticK, staticV, averageAttnWeights, isCausal);
  }

  public MultiHeadAttentionOptions bias(@Nullable Tensor k, @Nullable Tensor v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, k, v,
        addZeroAttn, dropoutP, training, keyPaddingMask, needWeights, attnMask, staticK, staticV, averageAttnWeights,
        isCausal);
  }

  public MultiHeadAttentionOptions addZeroAttn(boolean v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        v, dropoutP, training, keyPaddingMask, needWeights, attnMask, staticK, staticV, averageAttnWeights, isCausal);
  }

  public MultiHeadAttentionOptions dropout(double p, boolean inTraining) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, p, inTraining, keyPaddingMask, needWeights, attnMask, staticK, staticV, averageAttnWeights,
        isCausal);
  }

  public MultiHeadAttentionOptions keyPaddingMask(@Nullable Tensor v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, dropoutP, training, v, needWeights, attnMask, staticK, staticV, averageAttnWeights, isCausal);
  }

  public MultiHeadAttentionOptions needWeights(boolean v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, dropoutP, training, keyPaddingMask, v, attnMask, staticK, staticV, averageAttnWeights, isCausal);
  }

  public MultiHeadAttentionOptions attnMask(@Nullable Tensor v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, dropoutP, training, keyPaddingMask, needWeights, v, staticK, staticV, averageAttnWeights,
        isCausal);
  }

  /// Keys and values `[N * heads, S, E / heads]` that replace the projected ones.
  public MultiHeadAttentionOptions statics(@Nullable Tensor k, @Nullable Tensor v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, dropoutP, training, keyPaddingMask, needWeights, attnMask, k, v, averageAttnWeights, isCausal);
  }

  public MultiHeadAttentionOptions averageAttnWeights(boolean v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, dropoutP, training, keyPaddingMask, needWeights, attnMask, staticK, staticV, v, isCausal);
  }

  public MultiHeadAttentionOptions isCausal(boolean v) {
    return new MultiHeadAttentionOptions(inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight, biasK, biasV,
        addZeroAttn, dropoutP, training, keyPaddingMask, needWeights, attnMask, staticK, staticV, averageAttnWeights,
        v);
  }
}
