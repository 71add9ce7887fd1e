package jtorch.nn;

import java.util.function.UnaryOperator;

/// A linear layer that quantization of whole models leaves alone: the one behind attention.
///
/// **As** `torch.nn.modules.linear.NonDynamicallyQuantizableLinear`.
public final class NonDynamicallyQuantizableLinear extends Linear {
  public NonDynamicallyQuantizableLinear(long inFeatures, long outFeatures, UnaryOperator<Options> options) {
    super(inFeatures, outFeatures, options);
  }
}
