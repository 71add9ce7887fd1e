package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// `y_o = x1^T weight_o x2 + bias_o` over the last dimensions.
///
/// **Shapes**: inputs `[*, in1]` and `[*, in2]`, result `[*, out]`, weight `[out, in1, in2]`, bias `[out]`. **Starts** with
/// weight and bias uniform in `+-1 / sqrt(in1)`. **As** `torch.nn.Bilinear`.
public final class Bilinear extends Module {
  public final Parameter weight;
  public final @Nullable Parameter bias;

  public Bilinear(long in1Features, long in2Features, long outFeatures) {
    this(in1Features, in2Features, outFeatures, o -> o);
  }

  /// @throws IllegalArgumentException if `in1Features` is not positive
  public Bilinear(long in1Features, long in2Features, long outFeatures, UnaryOperator<Linear.Options> options) {
    if (in1Features <= 0)
      throw new IllegalArgumentException("in1_features must be > 0, but got " + in1Features);
    Linear.Options o = options.apply(new Linear.Options(true, Torch.defaultDType()));
    weight = new Parameter(Torch.empty(new long[] {outFeatures, in1Features, in2Features}, o.dtype()));
    bias = o.bias() ? new Parameter(Torch.empty(new long[] {outFeatures}, o.dtype())) : null;
    double bound = 1 / Math.sqrt(in1Features);
    Init.uniform_(weight, -bound, bound);
    if (bias != null) Init.uniform_(bias, -bound, bound);
  }

  public Tensor forward(Tensor input1, Tensor input2) {
    return F.bilinear(input1, input2, weight, bias);
  }

  @Override
  protected String extraRepresentation() {
    return "in1_features=" + weight.size(1) + ", in2_features=" + weight.size(2) + ", out_features=" + weight.size(0)
        + ", bias=" + (bias != null ? "True" : "False");
  }
}
