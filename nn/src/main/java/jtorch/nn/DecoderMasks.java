package jtorch.nn;

import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The masks of a call of a decoder or of one of its layers; those of bool leave out where they are true, those of numbers
/// are added to scores.
///
/// @param tgtMask `[T, T]` or `[N * heads, T, T]`: what targets see of targets
/// @param memoryMask `[T, S]` or `[N * heads, T, S]`: what targets see of the memory
/// @param tgtKeyPaddingMask `[N, T]` (or `[T]`)
/// @param memoryKeyPaddingMask `[N, S]` (or `[S]`)
/// @param tgtIsCausal says that tgtMask is the causal one; null: a decoder looks, a layer takes it for false
/// @param memoryIsCausal says that memoryMask is the causal one
public record DecoderMasks(@Nullable Tensor tgtMask, @Nullable Tensor memoryMask, @Nullable Tensor tgtKeyPaddingMask,
    @Nullable Tensor memoryKeyPaddingMask, @Nullable Boolean tgtIsCausal, boolean memoryIsCausal) {
  static final DecoderMasks NONE = new DecoderMasks(null, null, null, null, null, false);

  public DecoderMasks tgtMask(@Nullable Tensor v) {
    return new DecoderMasks(v, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, memoryIsCausal);
  }

  public DecoderMasks memoryMask(@Nullable Tensor v) {
    return new DecoderMasks(tgtMask, v, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, memoryIsCausal);
  }

  public DecoderMasks tgtKeyPaddingMask(@Nullable Tensor v) {
    return new DecoderMasks(tgtMask, memoryMask, v, memoryKeyPaddingMask, tgtIsCausal, memoryIsCausal);
  }

  public DecoderMasks memoryKeyPaddingMask(@Nullable Tensor v) {
    return new DecoderMasks(tgtMask, memoryMask, tgtKeyPaddingMask, v, tgtIsCausal, memoryIsCausal);
  }

  public DecoderMasks tgtIsCausal(@Nullable Boolean v) {
    return new DecoderMasks(tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, v, memoryIsCausal);
  }

  public DecoderMasks memoryIsCausal(boolean v) {
    return new DecoderMasks(tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, v);
  }
}
