package jtorch.nn;

import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;

/// x where it is positive, else `weight x` with one learnt weight, or one a channel of `[N, C, *]`.
///
/// **Starts** at 0.25. **As** `torch.nn.PReLU`. **Source**: He et al., 2015, arXiv:1502.01852.
public final class PReLU extends Module {
  public final Parameter weight;

  public PReLU() {
    this(1, 0.25);
  }

  public PReLU(long numParameters) {
    this(numParameters, 0.25);
  }

  /// @param numParameters 1 or the number of channels
  /// @param init what the weights start at
  public PReLU(long numParameters, double init) {
    weight = new Parameter(Torch.full(new long[] {numParameters}, init, Torch.defaultDType()));
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.prelu(x, weight);
  }

  @Override
  protected String extraRepresentation() {
    return "num_parameters=" + weight.numel();
  }
}
