package jtorch.optim;

import java.util.List;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Scope;
import org.jspecify.annotations.Nullable;

/// Parameters that share options.
///
/// @param <O> the optimizer's options
public final class ParamGroup<O extends OptimizerOptions<O>> {
  private final List<Tensor> parameters;
  private O options;
  private @Nullable Double initialLr;
  /// The learning rate in the memory of the parameters' device, for steps that are recorded once and run again.
  private @Nullable Tensor rate;

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
    if (rate != null) rate.fill_(options.lr());
  }

  public double lr() {
    return options.lr();
  }

  public void lr(double lr) {
    options(options.lr(lr));
  }

  /// The learning rate as a number in the memory of the parameters' device, a float64 without dimensions. It follows
  /// [#lr(double)], so that a step which was recorded goes on by the rate of the day.
  public Tensor lrTensor() {
    if (rate == null) rate = Scope.persistent(() -> Torch.full(new long[0], options.lr(), DType.FLOAT64,
        parameters.isEmpty() ? Device.CPU : parameters.getFirst().device()));
    return rate;
  }

  /// The learning rate that schedules start from; null until one is attached.
  public @Nullable Double initialLr() {
    return initialLr;
  }

  public void initialLr(double lr) {
    initialLr = lr;
  }
}
