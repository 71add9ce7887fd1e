package jtorch.nn;

import jtorch.DType;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of [RNN], [LSTM] and [GRU].
///
/// @param nonlinearity `tanh` or `relu`, for [RNN] only
/// @param batchFirst whether inputs and outputs are `[N, T, *]` instead of `[T, N, *]`; states are not concerned
/// @param dropout the probability with which outputs of all layers but the last are zeroed in training
/// @param bidirectional whether each layer runs in both directions, its outputs side by side
/// @param projSize the size to which hidden states are projected, 0 for none; for [LSTM] only
public record RecurrentOptions(long numLayers, String nonlinearity, boolean bias, boolean batchFirst, double dropout,
    boolean bidirectional, long projSize, @Nullable DType dtype) {
  static final RecurrentOptions DEFAULT = new RecurrentOptions(1, "tanh", true, false, 0, false, 0, null);

  public RecurrentOptions numLayers(long v) {
    return new RecurrentOptions(v, nonlinearity, bias, batchFirst, dropout, bidirectional, projSize, dtype);
  }

  public RecurrentOptions nonlinearity(String v) {
    return new RecurrentOptions(numLayers, v, bias, batchFirst, dropout, bidirectional, projSize, dtype);
  }

  public RecurrentOptions bias(boolean v) {
    return new RecurrentOptions(numLayers, nonlinearity, v, batchFirst, dropout, bidirectional, projSize, dtype);
  }

  public RecurrentOptions batchFirst(boolean v) {
    return new RecurrentOptions(numLayers, nonlinearity, bias, v, dropout, bidirectional, projSize, dtype);
  }

  public RecurrentOptions dropout(double v) {
    return new RecurrentOptions(numLayers, nonlinearity, bias, batchFirst, v, bidirectional, projSize, dtype);
  }

  public RecurrentOptions bidirectional(boolean v) {
    return new RecurrentOptions(numLayers, nonlinearity, bias, batchFirst, dropout, v, projSize, dtype);
  }

  public RecurrentOptions projSize(long v) {
    return new RecurrentOptions(numLayers, nonlinearity, bias, batchFirst, dropout, bidirectional, v, dtype);
  }

  public RecurrentOptions dtype(@Nullable DType v) {
    return new RecurrentOptions(numLayers, nonlinearity, bias, batchFirst, dropout, bidirectional, projSize, v);
  }
}
