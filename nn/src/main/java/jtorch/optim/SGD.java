package jtorch.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.op.OptimizerSteps;
import org.jspecify.annotations.Nullable;

/// Stochastic gradient descent with momentum.
///
/// `g += weightDecay * p; b = momentum * b + (1 - dampening) * g; p -= lr * b`, with Nesterov's form `p -= lr * (g +
/// momentum * b)`.
///
/// **As** `torch.optim.SGD`. **Source**: Sutskever et al., *On the importance of initialization and momentum in deep
/// learning*, 2013.
///
/// ```java
/// var optimizer = new SGD(model.parameters(), 0.1, o -> o.momentum(0.9));
/// ```
public final class SGD extends Optimizer<SGD.Options> {
  /// The keyword arguments of `torch.optim.SGD`.
  public record Options(double lr, double momentum, double dampening, double weightDecay, boolean nesterov,
      boolean maximize) implements OptimizerOptions<Options> {
    public static final Options DEFAULT = new Options(1e-3, 0, 0, 0, false, false);

    public Options {
      OptimizerOptions.check(momentum >= 0, "momentum value", momentum);
      OptimizerOptions.check(weightDecay >= 0, "weight_decay value", weightDecay);
    }

    @Override
    public Options lr(double v) {
      return new Options(v, momentum, dampening, weightDecay, nesterov, maximize);
    }

    @Override
    public Options momentum(double v) {
      return new Options(lr, v, dampening, weightDecay, nesterov, maximize);
    }

    public Options dampening(double v) {
      return new Options(lr, momentum, v, weightDecay, nesterov, maximize);
    }

    public Options weightDecay(double v) {
      return new Options(lr, momentum, dampening, v, nesterov, maximize);
    }

    public Options nesterov(boolean v) {
      return new Options(lr, momentum, dampening, weightDecay, v, maximize);
    }

    public Options maximize(boolean v) {
      return new Options(lr, momentum, dampening, weightDecay, nesterov, v);
    }

    @Override
    public Map<String, @Nullable Object> others() {
      var all = new LinkedHashMap<String, @Nullable Object>();
      all.put("foreach", null);
      all.put("differentiable", false);
      all.put("fused", null);
      return all;
    }
  }

  public SGD(List<? extends Tensor> parameters, double lr) {
    this(parameters, lr, o -> o);
  }

  /// @throws IllegalArgumentException if Nesterov's form is asked for without momentum, or with dampening
  public SGD(List<? extends Tensor> parameters, double lr, UnaryOperator<Options> options) {
    super(parameters, checked(options.apply(Options.DEFAULT.lr(lr))));
  }

  private static Options checked(Options o) {
    if (o.nesterov() && (o.momentum() <= 0 || o.dampening() != 0))
      throw new IllegalArgumentException("Nesterov momentum requires a momentum and zero dampening");
    return o;
  }

  @Override
  protected void update(Tensor p, Tensor grad, Map<String, Object> state, Options o) {
    if (grad.isSparse()) {
      stepRows(p, grad, o);
      return;
    }
    boolean first = !state.containsKey("momentum_buffer");
    Tensor buffer = o.momentum() == 0 ? null : slot(state, "momentum_buffer", p::zerosLike);
    OptimizerSteps.SGD.call(p, grad, buffer, o.lr(), o.momentum(), o.dampening(), o.weightDecay(), o.nesterov(),
        o.maximize(), first);
  }

  /// A step by a sparse gradient touches the rows that it specifies and no other.
  private static void stepRows(Tensor p, Tensor grad, Options o) {
    if (o.momentum() != 0 || o.weightDecay() != 0)
      throw new IllegalArgumentException("SGD: sparse gradients are there without momentum and weight decay only");
    SparseAdam.addRows(p, grad._indices(), grad._values(), o.maximize() ? o.lr() : -o.lr());
  }
}
