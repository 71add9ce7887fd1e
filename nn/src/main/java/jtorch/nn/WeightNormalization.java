package jtorch.nn;

import jtorch.Tensor;
import jtorch.Torch;

/// A weight as length times direction: `g v / |v|`.
///
/// **Source**: Salimans and Kingma, *Weight Normalization*, 2016, arXiv:1602.07868.
final class WeightNormalization extends Parametrization {
  private final long dim;

  /// @param dim the dimension each slice of which has a length; -1 for one length of all
  WeightNormalization(long dim) {
    this.dim = dim;
  }

  static Tensor length(Tensor v, long dim) {
    return Torch.normExceptDim(v, 2, dim);
  }

  static Tensor weight(Tensor g, Tensor v, long dim) {
    return v.mul(g.div(length(v, dim)));
  }

  @Override
  public Tensor forward(Tensor... originals) {
    return weight(originals[0], originals[1], dim);
  }

  @Override
  public Tensor[] rightInverse(Tensor value) {
    return new Tensor[] {length(value, dim), value};
  }

  @Override
  protected String name() {
    return "_WeightNorm";
  }
}
