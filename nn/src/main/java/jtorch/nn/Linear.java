package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// `y = x @ weight.T + bias` over the last dimension.
///
/// **Shapes**: input `[*, in]`, result `[*, out]`, weight `[out, in]`, bias `[out]`. **Starts** with weight and bias uniform
/// in `+-1 / sqrt(in)`. **As** `torch.nn.Linear`.
public class Linear extends Module {
  /// The keyword arguments.
  public record Options(boolean bias, DType dtype) {
    public Options bias(boolean v) {
      return new Options(v, dtype);
    }

    public Options dtype(DType v) {
      return new Options(bias, v);
    }
  }

  public final Parameter weight;
  public final @Nullable Parameter bias;
  private final long outFeatures;

  public Linear(long inFeatures, long outFeatures) {
    this(inFeatures, outFeatures, o -> o);
  }

  public Linear(long inFeatures, long outFeatures, UnaryOperator<Options> options) {
    Options o = options.apply(new Options(true, Torch.defaultDType()));
    this.outFeatures = outFeatures;
    weight = new Parameter(Torch.empty(new long[] {outFeatures, inFeatures}, o.dtype()));
    bias = o.bias() ? new Parameter(Torch.empty(new long[] {outFeatures}, o.dtype())) : null;
    Init.resetLikeLinear(weight, bias, inFeatures);
  }

  /// One whose number of inputs is that of its first input.
  Linear(long outFeatures, Options o) {
    this.outFeatures = outFeatures;
    weight = Parameter.uninitialized(o.dtype());
    bias = o.bias() ? Parameter.uninitialized(o.dtype()) : null;
  }

  final void initialize(long inFeatures) {
    weight.materialize(outFeatures, inFeatures);
    if (bias != null && bias.isUninitialized()) bias.materialize(outFeatures);
    Init.resetLikeLinear(weight, bias, inFeatures);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.linear(x, weight, bias);
  }

  @Override
  protected String extraRepresentation() {
    return "in_features=" + (weight.isUninitialized() ? 0 : weight.size(1)) + ", out_features=" + outFeatures
        + ", bias="
        + Numbers.python(bias != null);
  }
}
