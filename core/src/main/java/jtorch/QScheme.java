package jtorch;

import java.util.Locale;

/// How the integers of a quantized tensor stand for numbers.
public enum QScheme {
  /// `(q - zeroPoint) * scale`, the same for all elements.
  PER_TENSOR_AFFINE,
  /// `(q - zeroPoint[c]) * scale[c]`, c the index along one dimension.
  PER_CHANNEL_AFFINE;

  /// PyTorch's name: `torch.per_tensor_affine`.
  @Override
  public String toString() {
    return "torch." + name().toLowerCase(Locale.ROOT);
  }
}
