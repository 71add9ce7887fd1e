package jtorch;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import jtorch.compile.CompileOptions;
import jtorch.compile.CompiledBinary;
import jtorch.compile.CompiledTensors;
import jtorch.compile.CompiledUnary;
import jtorch.compile.TensorsFunction;

/// Compiled functions, for [Torch] to inherit.
public abstract class CompileFunctions extends TensorFunctions {
  CompileFunctions() {}

  /// The same function, faster: it is traced at the first call of each signature, and chains of element-wise operators
  /// become one loop, backwards too. As `torch.compile`.
  ///
  /// ```java
  /// var swish = Torch.compile(x -> x.mul(x.sigmoid()).mul(2).add(1));
  /// Tensor y = swish.apply(x);
  /// ```
  ///
  /// What cannot be traced (values that become Java values, `backward()`, hooks) makes the function run as it is; [jtorch.compile.Compiled#explain]
  /// says why. Tensors that the function holds by itself are read at each run.
  public static CompiledUnary compile(UnaryOperator<Tensor> function) {
    return new CompiledUnary(function, CompileOptions.DEFAULT);
  }

  /// `compile(f, o -> o.fullgraph(true))`
  public static CompiledUnary compile(UnaryOperator<Tensor> function, UnaryOperator<CompileOptions> options) {
    return new CompiledUnary(function, options.apply(CompileOptions.DEFAULT));
  }

  /// A function of two tensors.
  public static CompiledBinary compile(BinaryOperator<Tensor> function) {
    return new CompiledBinary(function, CompileOptions.DEFAULT);
  }

  public static CompiledBinary compile(BinaryOperator<Tensor> function, UnaryOperator<CompileOptions> options) {
    return new CompiledBinary(function, options.apply(CompileOptions.DEFAULT));
  }

  /// A function of any number of tensors with any number of results. It has a name of its own, for Java could not tell
  /// `compile(x -> ...)` of one tensor from that of an array.
  ///
  /// ```java
  /// var step = Torch.compileTensors(t -> new Tensor[] {t[0].sub(t[1].mul(0.1)), t[1].mul(0.9)});
  /// Tensor[] updated = step.apply(weight, momentum);
  /// ```
  public static CompiledTensors compileTensors(TensorsFunction function) {
    return new CompiledTensors(function, CompileOptions.DEFAULT);
  }

  public static CompiledTensors compileTensors(TensorsFunction function, UnaryOperator<CompileOptions> options) {
    return new CompiledTensors(function, options.apply(CompileOptions.DEFAULT));
  }
}
