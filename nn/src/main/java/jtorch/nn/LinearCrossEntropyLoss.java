package jtorch.nn;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// A linear layer and the cross entropy of its scores: `crossEntropy(linear(input), target)`.
///
/// **Shapes**: input `[N, in]` or `[in]`, target `[N, *out]` of class indices or `[N, C, *out]` of probabilities; the layer scores
/// C classes at each place of `outFeatures`. **Starts** as [Linear]. **As** `torch.nn.LinearCrossEntropyLoss`.
///
/// ```java
/// var loss = new LinearCrossEntropyLoss(512, 50000, o -> o.options(LinearCrossEntropyOptions.DEFAULT));
/// Tensor value = loss.forward(hidden, target);
/// ```
public final class LinearCrossEntropyLoss extends Module {
  /// The keyword arguments.
  ///
  /// @param outFeatures sizes of the places that are scored one by one; none for one place
  /// @param weight one number a class
  /// @param ignoreIndex targets that count nothing; null for -100
  /// @param labelSmoothing how much of the target is spread over all classes
  /// @param options how rows are worked through in chunks; null for all at once
  public record Options(long[] outFeatures, boolean bias, Reduction reduction, @Nullable Tensor weight,
      @Nullable Long ignoreIndex, double labelSmoothing, @Nullable LinearCrossEntropyOptions options,
      @Nullable DType dtype) {
    static final Options DEFAULT = new Options(new long[0], false, Reduction.MEAN, null, null, 0, null, null);

    public Options outFeatures(long[] v) {
      return new Options(v, bias, reduction, weight, ignoreIndex, labelSmoothing, options, dtype);
    }

    public Options bias(boolean v) {
      return new Options(outFeatures, v, reduction, weight, ignoreIndex, labelSmoothing, options, dtype);
    }

    public Options reduction(Reduction v) {
      return new Options(outFeatures, bias, v, weight, ignoreIndex, labelSmoothing, options, dtype);
    }

    public Options weight(@Nullable Tensor v) {
      return new Options(outFeatures, bias, reduction, v, ignoreIndex, labelSmoothing, options, dtype);
    }

    public Options ignoreIndex(@Nullable Long v) {
      return new Options(outFeatures, bias, reduction, weight, v, labelSmoothing, options, dtype);
    }

    public Options labelSmoothing(double v) {
      return new Options(outFeatures, bias, reduction, weight, ignoreIndex, v, options, dtype);
    }

    public Options options(@Nullable LinearCrossEntropyOptions v) {
      return new Options(outFeatures, bias, reduction, weight, ignoreIndex, labelSmoothing, v, dtype);
    }

    public Options dtype(@Nullable DType v) {
      return new Options(outFeatures, bias, reduction, weight, ignoreIndex, labelSmoothing, options, v);
    }
  }

  /// One number a class; part of the state_dict, as in PyTorch.
  public final @Nullable Buffer weight;
  public final Linear linear;
  private final long numClasses;
  private final Options options;

  public LinearCrossEntropyLoss(long inFeatures, long numClasses) {
    this(inFeatures, numClasses, o -> o);
  }

  /// @throws IllegalArgumentException if the label smoothing is not between 0 and 1
  public LinearCrossEntropyLoss(long inFeatures, long numClasses, UnaryOperator<Options> options) {
    Options o = options.apply(Options.DEFAULT);
    Tensor given = o.weight();
    if (given != null && !Arrays.equals(given.sizes(), new long[] {numClasses})) throw new ShapeException(
        "expected weight shape to be (" + numClasses + ",), got " + LayerNorm.shape(given.sizes()));
    if (!(o.labelSmoothing() >= 0 && o.labelSmoothing() <= 1)) throw new IllegalArgumentException(
        "expected label_smoothing to be in range [0, 1], got " + Numbers.python(o.labelSmoothing()));
    this.options = o;
    this.numClasses = numClasses;
    weight = given == null ? null : new Buffer(given);
    long scores = numClasses;
    for (long size : o.outFeatures()) scores *= size;
    DType dtype = o.dtype() == null ? Torch.defaultDType() : o.dtype();
    linear = new Linear(inFeatures, scores, l -> l.bias(o.bias()).dtype(dtype));
  }

  public Tensor forward(Tensor input, Tensor target) {
    long[] out = options.outFeatures();
    long[] sizes = new long[out.length + 2];
    sizes[0] = numClasses;
    System.arraycopy(out, 0, sizes, 1, out.length);
    sizes[sizes.length - 1] = linear.weight.size(1);
    Tensor bias = linear.bias == null ? null : linear.bias.reshape(Arrays.copyOf(sizes, sizes.length - 1));
    Long ignored = options.ignoreIndex();
    var loss = new ClassLossOptions(weight, ignored == null ? -100 : ignored, options.reduction(),
        options.labelSmoothing());
    return F.linearCrossEntropy(input, linear.weight.reshape(sizes), target, bias, loss, options.options());
  }

  @Override
  protected String extraRepresentation() {
    long[] out = options.outFeatures();
    return "in_features=" + linear.weight.size(1) + ", num_classes=" + numClasses + ", out_features="
        + (out.length == 0 ? "()" : LayerNorm.shape(out)) + ", bias=" + Numbers.python(linear.bias != null)
        + ", reduction=" + options.reduction().name().toLowerCase(Locale.ROOT) + ", ignore_index="
        + (options.ignoreIndex() == null ? "None" : options.ignoreIndex()) + ", label_smoothing="
        + Numbers.python(options.labelSmoothing()) + ", options="
        + (options.options() == null ? "None" : options.options());
  }
}
