package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// `x / sqrt(mean(x^2) + eps) * weight` over the last dimensions.
///
/// **As** `torch.nn.RMSNorm`. **Source**: Zhang and Sennrich, 2019, arXiv:1910.07467.
///
/// ```java
/// var norm = new RMSNorm(new long[] {512}, o -> o.eps(1e-6));
/// ```
public final class RMSNorm extends Module {
  /// The keyword arguments.
  ///
  /// @param eps null for the dtype's machine epsilon
  public record Options(@Nullable Double eps, boolean elementwiseAffine) {
    static final Options DEFAULT = new Options(null, true);

    public Options eps(@Nullable Double v) {
      return new Options(v, elementwiseAffine);
    }

    public Options elementwiseAffine(boolean v) {
      return new Options(eps, v);
    }
  }

  public final @Nullable Parameter weight;
  private final long[] normalizedShape;
  private final Options options;

  public RMSNorm(long... normalizedShape) {
    this(normalizedShape, o -> o);
  }

  public RMSNorm(long[] normalizedShape, UnaryOperator<Options> options) {
    this.normalizedShape = normalizedShape.clone();
    this.options = options.apply(Options.DEFAULT);
    weight = this.options.elementwiseAffine() ? new Parameter(Torch.ones(normalizedShape)) : null;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.rmsNorm(x, normalizedShape, weight, options.eps());
  }

  @Override
  protected String extraRepresentation() {
    Double eps = options.eps();
    return LayerNorm.shape(normalizedShape) + ", eps=" + (eps == null ? "None" : Numbers.python(eps))
        + ", elementwise_affine=" + Numbers.python(options.elementwiseAffine());
  }
}
