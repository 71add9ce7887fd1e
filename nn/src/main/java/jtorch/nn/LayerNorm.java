package jtorch.nn;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// `(x - mean) / sqrt(var + eps) * weight + bias` over the last dimensions.
///
/// **As** `torch.nn.LayerNorm`. **Source**: Ba, Kiros and Hinton, 2016, arXiv:1607.06450.
public final class LayerNorm extends Module {
  /// The keyword arguments.
  public record Options(double eps, boolean elementwiseAffine, boolean bias) {
    public Options eps(double v) {
      return new Options(v, elementwiseAffine, bias);
    }

    public Options elementwiseAffine(boolean v) {
      return new Options(eps, v, bias);
    }

    public Options bias(boolean v) {
      return new Options(eps, elementwiseAffine, v);
    }
  }

  public final @Nullable Parameter weight;
  public final @Nullable Parameter bias;
  private final long[] normalizedShape;
  private final Options options;

  public LayerNorm(long... normalizedShape) {
    this(normalizedShape, o -> o);
  }

  public LayerNorm(long[] normalizedShape, UnaryOperator<Options> options) {
    this.normalizedShape = normalizedShape.clone();
    this.options = options.apply(new Options(1e-5, true, true));
    weight = this.options.elementwiseAffine() ? new Parameter(Torch.ones(normalizedShape)) : null;
    bias = this.options.elementwiseAffine() && this.options.bias() ? new Parameter(Torch.zeros(normalizedShape)) : null;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.layerNorm(x, normalizedShape, weight, bias, options.eps());
  }

  @Override
  protected String extraRepresentation() {
    return shape(normalizedShape) + ", eps=" + Numbers.python(options.eps()) + ", elementwise_affine="
        + Numbers.python(options.elementwiseAffine()) + ", bias=" + Numbers.python(bias != null);
  }

  /// `(5,)`, `(2, 3)`
  static String shape(long[] sizes) {
    return Arrays.toString(sizes).replace('[', '(').replace("]", sizes.length == 1 ? ",)" : ")");
  }
}
