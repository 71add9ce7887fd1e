package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.nn.functional.F;

/// `[N, C, *]` at another size of the space.
///
/// **As** `torch.nn.Upsample`; the modes are those of [F#interpolate].
///
/// ```java
/// var up = new Upsample(o -> o.scaleFactor(2).mode("bilinear"));
/// ```
public class Upsample extends Module {
  private final InterpolateOptions options;

  public Upsample(UnaryOperator<InterpolateOptions> options) {
    this.options = options.apply(InterpolateOptions.DEFAULT);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.interpolate(x, _ -> options);
  }

  @Override
  protected String extraRepresentation() {
    double[] scale = options.scaleFactor();
    long[] size = options.size();
    return (scale != null ? "scale_factor=" + Numbers.python(scale)
        : "size=" + (size == null ? "None" : PoolOptions.tuple(size))) + ", mode='" + options.mode() + "'";
  }
}
