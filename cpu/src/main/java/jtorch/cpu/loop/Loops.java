package jtorch.cpu.loop;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import jtorch.cpu.VectorApi;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import jtorch.expr.ScalarFunction;

/// Compiled loops by scalar function and dtypes.
public final class Loops {
  private static final ConcurrentHashMap<Key, Loop> LOOPS = new ConcurrentHashMap<>();

  private Loops() {}

  /// What makes a loop; functions with the same body share theirs.
  private static final class Key {
    final Expr body;
    final DType compute;
    final DType output;
    final DType[] inputs;
    final int hash;

    Key(Expr body, DType compute, DType[] inputs, DType output) {
      this.body = body;
      this.compute = compute;
      this.output = output;
      this.inputs = inputs;
      int h = System.identityHashCode(body) * 31 + compute.ordinal() * 16 + output.ordinal();
      for (DType d : inputs) h = h * 31 + d.ordinal();
      hash = h;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key k
          && body == k.body
          && compute == k.compute
          && output == k.output
          && Arrays.equals(inputs, k.inputs);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /// The loop that applies a function to elements.
  ///
  /// Inputs of any dtype are converted to the compute type when they are read, the result to the output's dtype when it
  /// is written, as PyTorch casts: floats are truncated to integers, integers wrap, what is not 0 is true, complex
  /// numbers lose their imaginary part.
  ///
  /// @param compute the type of arithmetic: bool, int64, float32, float64, complex64 or complex128
  /// @throws UnsupportedOperationException if an operator of the function does not exist for the compute type
  /// @throws IllegalArgumentException if the number of inputs or the compute type is wrong
  public static Loop of(ScalarFunction f, DType compute, DType[] inputs, DType output) {
    Loop known = LOOPS.get(new Key(f.body(), compute, inputs, output));
    return known != null ? known : compile(f, compute, inputs.clone(), output);
  }

  /// Whether no vector kernel is being made, so that loops which have worked a lot are as fast as they will be.
  public static boolean areWarm() {
    return Warmer.isIdle();
  }

  private static Loop compile(ScalarFunction f, DType compute, DType[] inputs, DType output) {
    Key key = new Key(f.body(), compute, inputs, output);
    if (!HalfLoop.suits(f.body(), compute, output))
      return LOOPS.computeIfAbsent(key, k -> plain(f, compute, inputs, output));
    Loop wide = of(f, compute, Arrays.stream(inputs).map(Loops::widened).toArray(DType[]::new), widened(output));
    return LOOPS.computeIfAbsent(key,
        k -> new HalfLoop(plain(f, compute, inputs, output), wide, f.body(), inputs, output));
  }

  private static DType widened(DType dtype) {
    return dtype == DType.FLOAT16 ? DType.FLOAT32 : dtype;
  }

  private static Loop plain(ScalarFunction f, DType compute, DType[] inputs, DType output) {
    Loop loop = new AdaptiveLoop(LoopPlan.of(f, compute, inputs, output));
    return VectorApi.PRESENT && ComplexProduct.computes(f.body(), inputs, output) ? new ComplexProduct(loop) : loop;
  }
}
