package jtorch.optim;

import java.util.List;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Parameters that share options.
///
/// @param <O> the optimizer's options
public final class ParamGroup<O extends OptimizerOptions<O>> {
  private final List<Tensor> parameters;
  private O options;
  private @Nullable Double initialLr;

  ParamGroup(List<? extends Tensor> parameters, O options) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
  }

  public List<Tensor> parameters() {
    return parameters;
  }

  public O options() {
    return options;
  }

  /// Changes the options from the next step on.
  public void options(O options) {
    this.options = options;
  }

  public double lr() {
    return options.lr();
  }

  public void lr(double lr) {
    options = options.lr(lr);
  }

  /// The learning rate that schedules start from; null until one is attached.
  public @Nullable Double initialLr() {
    return initialLr;
  }

  public void initialLr(double lr) {
    initialLr = lr;
  }
}
