package jtorch.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;

/// Log-softmax over many classes, cheap where rare classes stand last: frequent classes are scored by the head, rarer ones in
/// clusters whose vectors are the smaller the rarer they are.
///
/// **Shapes**: input `[N, in]` or `[in]`, target `[N]` or one index; output, the log-probabilities of the targets, like the target.
/// **Starts** as its [Linear] layers do, head first. **As** `torch.nn.AdaptiveLogSoftmaxWithLoss`. **Source**: Grave et al.,
/// *Efficient softmax approximation for GPUs*, 2016, arXiv:1609.04309.
///
/// ```java
/// var softmax = new AdaptiveLogSoftmaxWithLoss(64, 10000, 100, 1000);
/// Tensor loss = softmax.forward(hidden, target).loss();
/// ```
public final class AdaptiveLogSoftmaxWithLoss extends Module {
  /// The log-probability of each target, and minus their mean.
  public record Result(Tensor output, Tensor loss) {}

  /// The keyword arguments.
  ///
  /// @param divValue by what the vectors of each cluster are shorter than those of the one before
  /// @param headBias whether the head has a bias
  public record Options(double divValue, boolean headBias) {
    static final Options DEFAULT = new Options(4, false);

    public Options divValue(double v) {
      return new Options(v, headBias);
    }

    public Options headBias(boolean v) {
      return new Options(divValue, v);
    }
  }

  public final Linear head;
  public final ModuleList<Sequential> tail = new ModuleList<>();
  private final long inFeatures;
  private final long[] cutoffs;

  public AdaptiveLogSoftmaxWithLoss(long inFeatures, long nClasses, long... cutoffs) {
    this(inFeatures, nClasses, cutoffs, o -> o);
  }

  /// @param cutoffs where clusters begin, rising
  /// @throws IllegalArgumentException unless cutoffs are positive, different, rising and less than the number of classes
  public AdaptiveLogSoftmaxWithLoss(long inFeatures, long nClasses, long[] cutoffs, UnaryOperator<Options> options) {
    Options o = options.apply(Options.DEFAULT);
    if (cutoffs.length == 0)
      throw new IllegalArgumentException("cutoffs should be a sequence of length larger than 0");
    for (int i = 0; i < cutoffs.length; i++) {
      if (cutoffs[i] <= (i == 0 ? 0 : cutoffs[i - 1]) || cutoffs[i] > nClasses - 1)
        throw new IllegalArgumentException("cutoffs should be a sequence of unique, positive integers sorted in an "
            + "increasing order, where each value is between 1 and n_classes-1");
    }
    this.inFeatures = inFeatures;
    this.cutoffs = Arrays.copyOf(cutoffs, cutoffs.length + 1);
    this.cutoffs[cutoffs.length] = nClasses;
    head = new Linear(inFeatures, cutoffs[0] + cutoffs.length, l -> l.bias(o.headBias()));
    for (int i = 0; i < cutoffs.length; i++) {
      long size = (long) Math.floor(inFeatures / Math.pow(o.divValue(), i + 1));
      tail.append(new Sequential(new Linear(inFeatures, size, l -> l.bias(false)),
          new Linear(size, this.cutoffs[i + 1] - this.cutoffs[i], l -> l.bias(false))));
    }
  }

  /// @throws IllegalArgumentException if a target is no class, or the shapes do not fit
  public Result forward(Tensor input, Tensor target) {
    checkShapes(input, target);
    boolean single = target.dim() == 0;
    Tensor rows = single ? input.unsqueeze(0) : input;
    Tensor targets = single ? target.unsqueeze(0) : target;
    long n = targets.size(0);
    Tensor known = targets.ge(0).logicalAnd(targets.lt(cutoffs[cutoffs.length - 1]));
    if (!known.all().itemBoolean()) {
      long[] values = targets.toLongArray();
      throw new IllegalArgumentException("Target values should be in [0, " + (cutoffs[cutoffs.length - 1] - 1)
          + "], but values in range [" + Arrays.stream(values).min().orElse(0) + ", "
          + Arrays.stream(values).max().orElse(0) + "] were found. ");
    }
    Tensor indices = targets.zerosLike();
    Tensor output = Torch.zeros(new long[] {n}, rows.dtype());
    for (int i = 0; i < cutoffs.length; i++) {
      long low = i == 0 ? 0 : cutoffs[i - 1];
      Tensor at = targets.ge(low).logicalAnd(targets.lt(cutoffs[i])).nonzero().squeeze(1);
      if (at.numel() == 0) continue;
      Tensor within = targets.indexSelect(0, at).sub(low);
      if (i == 0) {
        indices = indices.indexCopy(0, at, within);
        continue;
      }
      Tensor scores = F.logSoftmax(tail.get(i - 1).call(rows.indexSelect(0, at)), 1);
      indices = indices.indexFill(0, at, cutoffs[0] + i - 1);
      output = output.indexCopy(0, at, scores.gather(1, within.unsqueeze(1)).squeeze(1));
    }
    Tensor first = F.logSoftmax(head.call(rows), 1);
    output = output.add(first.gather(1, indices.unsqueeze(1)).squeeze(1));
    Tensor loss = output.neg().mean();
    return new Result(single ? output.squeeze(0) : output, loss);
  }

  private void checkShapes(Tensor input, Tensor target) {
    if (input.dim() != 1 && input.dim() != 2) throw new ShapeException(
        "AdaptiveLogSoftmaxWithLoss: 1D or 2D input tensor expected, got " + input.describe());
    if (input.size(-1) != inFeatures) throw new ShapeException(
        "AdaptiveLogSoftmaxWithLoss: the last dimension must have size " + inFeatures + " | input " + input.describe());
    if (target.dim() != input.dim() - 1) throw new ShapeException("AdaptiveLogSoftmaxWithLoss: "
        + (input.dim() == 2 ? "1D" : "0D") + " target tensor expected, got " + target.describe());
    if (target.dim() == 1 && target.size(0) != input.size(0))
      throw new ShapeException("AdaptiveLogSoftmaxWithLoss: Input and target should have the same size in the batch "
          + "dimension. | input " + input.describe() + ", target " + target.describe());
  }

  /// The log-probabilities of all classes: `[N, in] -> [N, classes]`.
  public Tensor logProb(Tensor input) {
    Tensor first = head.call(input);
    Tensor scores = F.logSoftmax(first, 1);
    var parts = new ArrayList<Tensor>();
    parts.add(scores.narrow(1, 0, cutoffs[0]));
    for (int i = 0; i < tail.size(); i++) {
      Tensor cluster = F.logSoftmax(tail.get(i).call(input), 1);
      parts.add(cluster.add(scores.narrow(1, cutoffs[0] + i, 1)));
    }
    return Torch.cat(parts.toArray(Tensor[]::new), 1);
  }

  /// The most probable class of each row: `[N, in] -> [N]`. Clusters are only scored for rows whose head chose them.
  public Tensor predict(Tensor input) {
    Tensor first = head.call(input);
    Tensor best = first.argmax(1);
    Tensor inTail = best.ge(cutoffs[0]);
    if (!inTail.any().itemBoolean()) return best;
    Tensor at = inTail.nonzero().squeeze(1);
    Tensor all = logProb(input.indexSelect(0, at)).argmax(1);
    return best.indexCopy(0, at, all);
  }
}
