package jtorch.nn;

import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `a sigmoid(b)` of the halves a and b along a dimension: `[*, 2 n, *] -> [*, n, *]`.
///
/// **As** `torch.nn.GLU`. **Source**: Dauphin et al., 2016, arXiv:1612.08083.
public final class GLU extends Module {
  private final long dim;

  public GLU() {
    this(-1);
  }

  /// @param dim the dimension that is halved
  public GLU(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.glu(x, dim);
  }

  @Override
  protected String extraRepresentation() {
    return "dim=" + dim;
  }
}
