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
  ///
  /// @param fused whether steps look after the scale of a [jtorch.amp.GradScaler] themselves; null for PyTorch's choice.
  ///     They are made in one pass either way
  public record Options(double lr, double momentum, double dampening, double weightDecay, boolean nesterov,
      boolean maximize, @Nullable Boolean fused) implements OptimizerOptions<Options> {
    public static final Options DEFAULT = new Options(1e-3, 0, 0, 0, false, false, null);

    public Options {
      OptimizerOptions.check(momentum >= 0, "momentum value", momentum);
      OptimizerOptions.check(weightDecay >= 0, "weight_decay value", weightDecay);
    }

    @Override
    public Options lr(double v) {
      return new Options(v, momentum, dampening, weightDecay, nesterov, maximize, fused);
    }

    @Override
    public Options momentum(double v) {
      return new Options(lr, v, dampening, weightDecay, nesterov, maximize, fused);
    }

    public Options dampening(double v) {
      return new Options(lr, momentum, v, weightDecay, nesterov, maximize, fused);
    }

    public Options weightDecay(double v) {
      return new Options(lr, momentum, dampening, v, nesterov, maximize, fused);
    }

    public Options nesterov(boolean v) {
      return new Options(lr, momentum, dampening, weightDecay, v, maximize, fused);
    }

    public Options maximize(boolean v) {
      return new Options(lr, momentum, dampening, weightDecay, nesterov, v, fused);
    }

    public Options fused(boolean v) {
      return new Options(lr, momentum, dampening, weightDecay, nesterov, maximize, v);
    }

    @Override
    public Map<String, @Nullable Object> others() {
      var all = new LinkedHashMap<String, @Nullable Object>();
      all.put("foreach", null);
      all.put("differentiable", false);
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
  public boolean stepSupportsAmpScaling() {
    return paramGroups().stream().allMatch(g -> Boolean.TRUE.equals(g.options().fused()));
  }

  /// One call for all that have a momentum buffer already, and one for those that get theirs.
  @Override
  protected void update(Step<Options> step) {
    Options o = step.group().options();
    Step<Options> begun = step.part();
    Step<Options> fresh = step.part();
    for (int i = 0; i < step.parameters().size(); i++) {
      Tensor p = step.parameters().get(i);
      Tensor grad = step.grads().get(i);
      Map<String, Object> state = step.states().get(i);
      if (grad.isSparse()) update(p, grad, state, o);
      else(o.momentum() != 0 && !state.containsKey("momentum_buffer") ? fresh : begun).add(p, grad, state);
    }
    if (!begun.parameters().isEmpty()) update(begun, o, false);
    if (!fresh.parameters().isEmpty()) update(fresh, o, true);
  }

  private static void update(Step<Options> step, Options o, boolean first) {
    Tensor[] buffers = o.momentum() == 0 ? new Tensor[0] : step.slots("momentum_buffer");
    OptimizerSteps.SGD.call(step.parameterArray(), step.gradArray(), buffers, o.lr(), null, o.momentum(),
        o.dampening(), o.weightDecay(), o.nesterov(), o.maximize(), first, step.gradScale(), step.foundInf());
  }

  @Override
  protected void update(Tensor p, Tensor grad, Map<String, Object> state, Options o) {
    stepRows(p, grad, o);
  }

  /// A step by a sparse gradient touches the rows that it specifies and no other.
  private static void stepRows(Tensor p, Tensor grad, Options o) {
    if (o.momentum() != 0 || o.weightDecay() != 0)
      throw new IllegalArgumentException("SGD: sparse gradients are there without momentum and weight decay only");
    SparseAdam.addRows(p, grad._indices(), grad._values(), o.maximize() ? o.lr() : -o.lr());
  }
}
