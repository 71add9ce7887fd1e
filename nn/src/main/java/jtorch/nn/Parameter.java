package jtorch.nn;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Scope;
import jtorch.spi.ParameterFactory;
import org.jspecify.annotations.Nullable;

/// A tensor that a module learns: a leaf that requires a gradient, survives every scope, and is found by
/// [Module#parameters].
public final class Parameter extends Tensor {
  private boolean uninitialized;
  private @Nullable Tensor shown;

  /// A parameter with the values of `data`, whose memory it shares unless the tensor is so small that a copy among
  /// other long-lived tensors is better.
  public Parameter(Tensor data) {
    this(data, true);
  }

  public Parameter(Tensor data, boolean requiresGrad) {
    super(longLived(data));
    storage().hold();
    if (data.dtype().isDifferentiable()) requiresGrad(requiresGrad);
  }

  /// Shares the memory however small it is.
  private Parameter(Tensor plain, Object sharing) {
    super(plain);
    storage().hold();
  }

  /// A parameter whose shape is not known yet; [#materialize] gives it one. As `torch.nn.UninitializedParameter`.
  public static Parameter uninitialized(DType dtype) {
    var made = new Parameter(Torch.empty(new long[] {0}, dtype));
    made.uninitialized = true;
    return made;
  }

  /// Whether it waits for its shape, as parameters of lazy modules do until the first call.
  public boolean isUninitialized() {
    return uninitialized;
  }

  /// Gives an uninitialized parameter its shape; the values are whatever the memory holds.
  public void materialize(long... sizes) {
    if (!uninitialized) throw new IllegalStateException("materialize: the parameter has its shape already");
    data(longLived(Torch.empty(sizes, dtype())));
    uninitialized = false;
  }

  /// Shows a tensor that was computed from other parameters: its values and its place in the graph. This is no leaf any more, and no
  /// parameter of its module, until it [#settle]s.
  void show(Tensor computed) {
    data(computed);
    autogradMeta(computed.autogradMeta());
    shown = computed;
  }

  /// Makes a leaf with these values of one that showed others.
  void settle(Tensor values, boolean requiresGrad) {
    shown = null;
    autogradMeta(null);
    data(longLived(values));
    requiresGrad(requiresGrad);
  }

  boolean isComputed() {
    return shown != null;
  }

  @Override
  public Tensor shown() {
    return shown == null ? this : shown;
  }

  /// Parameters for files, found by `ServiceLoader`.
  public static final class Factory implements ParameterFactory {
    @Override
    public Tensor parameter(Tensor data, boolean requiresGrad) {
      return new Parameter(data.detach(), this).requiresGrad(requiresGrad);
    }

    @Override
    public boolean isParameter(Tensor tensor) {
      return tensor instanceof Parameter;
    }
  }

  static Tensor longLived(Tensor data) {
    Tensor plain = data.detach();
    return plain.storage().isSmall() ? Scope.persistent(plain::clone) : plain;
  }

  @Override
  protected boolean holdsStorage() {
    return true;
  }

  /// As PyTorch prints it.
  @Override
  public String toString() {
    if (uninitialized) return "<UninitializedParameter>";
    return "Parameter containing:\n" + super.toString();
  }
}
