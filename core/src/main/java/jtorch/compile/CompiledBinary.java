package jtorch.compile;

import java.util.function.BinaryOperator;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// A compiled function of two tensors.
public final class CompiledBinary extends Compiled implements BinaryOperator<Tensor> {
  public CompiledBinary(BinaryOperator<Tensor> function, CompileOptions options) {
    super(function, given -> new @Nullable Tensor[] {function.apply(given[0], given[1])}, options);
  }

  @Override
  public Tensor apply(Tensor x, Tensor y) {
    return single(run(x, y));
  }
}
