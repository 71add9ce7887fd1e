package jtorch.spi;

import jtorch.DType;
import jtorch.Device;
import jtorch.expr.ScalarFunction;
import org.jspecify.annotations.Nullable;

/// A device family: its kernels by name. Found by `ServiceLoader`.
public interface Backend {
  Device.Type deviceType();

  /// One line for people: which processor, which libraries.
  String description();

  /// The kernel of that name, or null: the operator's composition runs instead.
  @Nullable Kernel kernel(String name);

  /// The loop of a scalar function on a device: operands are read with their dtypes, computed in `compute`, written as
  /// `output`.
  ElementwiseKernel elementwise(Device device, ScalarFunction function, DType compute, DType[] inputs, DType output);

  int threads();

  /// Sets how many threads work on one operator.
  ///
  /// @throws IllegalArgumentException if it is not positive
  void setThreads(int threads);
}
