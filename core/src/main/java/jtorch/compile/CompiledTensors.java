package jtorch.compile;

import jtorch.Tensor;

/// A compiled function of any number of tensors.
public final class CompiledTensors extends Compiled implements TensorsFunction {
  public CompiledTensors(TensorsFunction function, CompileOptions options) {
    super(function, function::apply, options);
  }

  @Override
  @SuppressWarnings("NullAway") // a function that gives null among its results gets it back
  public Tensor[] apply(Tensor... inputs) {
    return run(inputs);
  }
}
