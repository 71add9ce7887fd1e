package jtorch.nn;

import jtorch.Tensor;
import jtorch.memory.Scope;
import jtorch.spi.ParameterFactory;

/// A tensor that a module learns: a leaf that requires a gradient, survives every scope, and is found by
/// [Module#parameters].
public final class Parameter extends Tensor {
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
    return "Parameter containing:\n" + super.toString();
  }
}
