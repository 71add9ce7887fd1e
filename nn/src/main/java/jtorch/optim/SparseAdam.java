package jtorch.optim;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;

/// [Adam] for sparse gradients, as those of embeddings: only the rows that a gradient specifies are moved, and only their
/// moments.
///
/// **As** `torch.optim.SparseAdam`.
///
/// ```java
/// var table = new Embedding(1000, 64, o -> o.sparse(true));
/// var optimizer = new SparseAdam(table.parameters(), 1e-3);
/// ```
public final class SparseAdam extends Optimizer<SparseAdam.Options> {
  /// The keyword arguments of `torch.optim.SparseAdam`.
  public record Options(double lr, double beta1, double beta2, double eps, boolean maximize)
      implements OptimizerOptions<Options> {
    public static final Options DEFAULT = new Options(1e-3, 0.9, 0.999, 1e-8, false);

    public Options {
      OptimizerOptions.check(lr > 0, "learning rate", lr);
      OptimizerOptions.check(eps > 0, "epsilon value", eps);
      OptimizerOptions.check(beta1 >= 0 && beta1 < 1, "beta parameter at index 0", beta1);
      OptimizerOptions.check(beta2 >= 0 && beta2 < 1, "beta parameter at index 1", beta2);
    }

    @Override
    public Options lr(double v) {
      return new Options(v, beta1, beta2, eps, maximize);
    }

    public Options betas(double first, double second) {
      return new Options(lr, first, second, eps, maximize);
    }

    public Options eps(double v) {
      return new Options(lr, beta1, beta2, v, maximize);
    }

    public Options maximize(boolean v) {
      return new Options(lr, beta1, beta2, eps, v);
    }
  }

  public SparseAdam(List<? extends Tensor> parameters, double lr) {
    this(parameters, lr, o -> o);
  }

  public SparseAdam(List<? extends Tensor> parameters, double lr, UnaryOperator<Options> options) {
    super(parameters, options.apply(Options.DEFAULT.lr(lr)));
  }

  /// PyTorch's keeps a number.
  @Override
  protected Object savedStep(long step) {
    return step;
  }

  /// @throws IllegalArgumentException if the gradient is dense
  @Override
  protected void update(Tensor p, Tensor grad, Map<String, Object> state, Options o) {
    if (!grad.isSparse()) throw new IllegalArgumentException(
        "SparseAdam does not support dense gradients, please consider Adam instead");
    Tensor average = slot(state, "exp_avg", p::zerosLike);
    Tensor square = slot(state, "exp_avg_sq", p::zerosLike);
    long step = nextStep(state);
    // Each row once: the update is not linear.
    Tensor once = grad.coalesce();
    if (once._nnz() == 0) return;
    Tensor indices = once._indices();
    Tensor values = o.maximize() ? once._values().neg() : once._values();
    Tensor oldAverage = average.sparseMask(once)._values();
    Tensor oldSquare = square.sparseMask(once)._values();
    Tensor averageStep = values.sub(oldAverage).mul(1 - o.beta1());
    Tensor squareStep = values.pow(2).sub(oldSquare).mul(1 - o.beta2());
    addRows(average, indices, averageStep, 1);
    addRows(square, indices, squareStep, 1);
    double size = o.lr() * Math.sqrt(1 - Math.pow(o.beta2(), step)) / (1 - Math.pow(o.beta1(), step));
    Tensor move = averageStep.add(oldAverage).div(squareStep.add(oldSquare).sqrt().add(o.eps()));
    addRows(p, indices, move, -size);
  }

  /// Adds values, times a factor, where indices say.
  static void addRows(Tensor to, Tensor indices, Tensor values, double factor) {
    if (indices.size(0) == 1) to.indexAdd_(0, indices.select(0, 0), values, factor);
    else to.add_(Torch.sparseCooTensor(indices, values, to.sizes()), factor);
  }
}
