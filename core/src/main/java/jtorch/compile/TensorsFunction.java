package jtorch.compile;

import jtorch.Tensor;

/// A function of any number of tensors with any number of results.
@FunctionalInterface
public interface TensorsFunction {
  Tensor[] apply(Tensor... inputs);
}
