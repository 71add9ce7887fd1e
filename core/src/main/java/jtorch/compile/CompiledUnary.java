package jtorch.compile;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// A compiled function of one tensor.
public final class CompiledUnary extends Compiled implements UnaryOperator<Tensor> {
  public CompiledUnary(UnaryOperator<Tensor> function, CompileOptions options) {
    super(function, given -> new @Nullable Tensor[] {function.apply(given[0])}, options);
  }

  @Override
  public Tensor apply(Tensor x) {
    return single(run(x));
  }
}
