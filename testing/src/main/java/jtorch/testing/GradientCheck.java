package jtorch.testing;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// Holds gradients against numeric differences, first and second order, in float64 or complex128.
///
/// ```java
/// GradientCheck.check(in -> in[0].mul(in[1]).tanh(), x, y);      // both orders
/// ```
///
/// For each output element k and the real loss `L = Re(conj(v) f(x))`, `v = e_k` (for complex outputs also `v = i e_k`), the
/// gradient by an input element is compared with `(L(x + h) - L(x - h)) / 2h`; for complex inputs the gradient's real
/// and imaginary parts are the derivatives by the real and the imaginary part, as in PyTorch. The second order is the
/// first order of `(x, v) -> gradient`. **As** `torch.autograd.gradcheck` and `gradgradcheck`.
public final class GradientCheck {
  /// What is differentiated.
  @FunctionalInterface
  public interface Computation {
    Tensor[] apply(Tensor... inputs);
  }

  private static final double STEP = 1e-6;
  private static final double RTOL = 1e-3;
  private static final double ATOL = 1e-5;

  private GradientCheck() {}

  /// First and second order of a function with one result, by all its inputs.
  ///
  /// @param inputs float64 or complex128; tensors of other dtypes are passed on and not differentiated by
  /// @throws AssertionError naming input, element, and both values
  public static void check(Function<Tensor[], Tensor> function, Tensor... inputs) {
    firstOrder(function, inputs);
    secondOrder(function, inputs);
  }

  /// First order of a function with one result.
  public static void firstOrder(Function<Tensor[], Tensor> function, Tensor... inputs) {
    firstOrderOfEach(in -> new Tensor[] {function.apply(in)}, inputs);
  }

  /// Second order of a function with one result.
  public static void secondOrder(Function<Tensor[], Tensor> function, Tensor... inputs) {
    secondOrderOfEach(in -> new Tensor[] {function.apply(in)}, inputs);
  }

  /// First order of a function with several results.
  public static void firstOrderOfEach(Computation function, Tensor... inputs) {
    compare("gradient", function, leaves(inputs));
  }

  /// Second order of a function with several results, for one random vector for each.
  public static void secondOrderOfEach(Computation function, Tensor... inputs) {
    Tensor[] leaves = leaves(inputs);
    var random = new Random(0);
    var vectors = new ArrayList<Tensor>();
    for (Tensor output : function.apply(leaves)) {
      if (output.requiresGrad()) vectors.add(vector(output, _ -> random.nextGaussian()));
    }
    var all = new ArrayList<>(List.of(leaves));
    for (Tensor vector : vectors) all.add(vector.requiresGrad(true));
    compare("second gradient", in -> {
      Tensor[] first = Arrays.copyOf(in, leaves.length);
      Tensor[] outputs = differentiable(function.apply(first));
      Tensor[] by = differentiable(first);
      var gradients = new ArrayList<Tensor>();
      for (Tensor gradient : Torch.grad(outputs, by, Arrays.copyOfRange(in, leaves.length, in.length), true, true)) {
        if (gradient != null) gradients.add(gradient);
      }
      return gradients.toArray(Tensor[]::new);
    }, all.toArray(Tensor[]::new));
  }

  /// First order of a function with several results along one random direction of all inputs, for one random vector of
  /// all results: two calls and one walk back, whatever the sizes.
  public static void alongDirection(Computation function, Tensor... inputs) {
    Tensor[] leaves = leaves(inputs);
    Tensor[] by = differentiable(leaves);
    var random = new Random(0);
    Tensor[] outputs = differentiable(function.apply(leaves));
    if (outputs.length == 0) throw new AssertionError("gradient: no output requires a gradient");
    Tensor[] vectors = Arrays.stream(outputs).map(o -> vector(o, _ -> random.nextGaussian())).toArray(Tensor[]::new);
    @Nullable Tensor[] computed = Torch.grad(outputs, by, vectors, false, false);
    Tensor[] directions = Arrays.stream(by).map(x -> vector(x, _ -> random.nextGaussian())).toArray(Tensor[]::new);
    double wanted = 0;
    double squares = 0;
    for (int i = 0; i < by.length; i++) {
      double[] direction = values(directions[i]);
      double[] gradient = computed[i] == null ? new double[direction.length] : parts("gradient", computed[i], by[i]);
      for (int j = 0; j < direction.length; j++) {
        wanted += gradient[j] * direction[j];
        squares += gradient[j] * gradient[j] * direction[j] * direction[j];
      }
    }
    double above = product(function, leaves, by, directions, STEP, vectors);
    double below = product(function, leaves, by, directions, -STEP, vectors);
    double numeric = (above - below) / (2 * STEP);
    if (!(Math.abs(wanted - numeric) <= 100 * ATOL + RTOL * Math.sqrt(squares))) throw new AssertionError(
        "gradient along a direction: computed %s, by differences %s".formatted(wanted, numeric));
  }

  /// The product of the vectors with the results at a distance from the inputs.
  private static double product(Computation function, Tensor[] leaves, Tensor[] by, Tensor[] directions, double step,
      Tensor[] vectors) {
    Tensor[] moved = leaves.clone();
    for (int i = 0; i < moved.length; i++) {
      int which = List.of(by).indexOf(moved[i]);
      if (which >= 0) moved[i] = leaves[i].detach().add(directions[which].mul(step)).requiresGrad(true);
    }
    Tensor[] outputs = differentiable(function.apply(moved));
    double sum = 0;
    for (int k = 0; k < outputs.length; k++) {
      double[] output = values(outputs[k]);
      double[] vector = values(vectors[k]);
      for (int i = 0; i < output.length; i++) sum += output[i] * vector[i];
    }
    return sum;
  }

  /// Copies of the inputs that ask for gradients where their dtype can have one.
  private static Tensor[] leaves(Tensor[] inputs) {
    return Arrays.stream(inputs).map(input -> {
      Tensor copy = input.detach().clone().contiguous();
      if (!copy.dtype().isDifferentiable()) return copy;
      if (copy.dtype() != DType.FLOAT64 && copy.dtype() != DType.COMPLEX128) throw new IllegalArgumentException(
          "GradientCheck needs float64 or complex128, got " + copy.describe() + ": differences of less say nothing");
      return copy.requiresGrad(true);
    }).toArray(Tensor[]::new);
  }

  private static Tensor[] differentiable(Tensor[] tensors) {
    return Arrays.stream(tensors).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
  }

  /// A tensor of the form of another, its parts given by their index in memory.
  private static Tensor vector(Tensor like, Function<Integer, Double> part) {
    Tensor made = Torch.empty(like.sizes(), like.dtype());
    int parts = parts(made);
    for (int i = 0; i < parts; i++) Memory.putDouble(made.address() + 8L * i, part.apply(i));
    Reference.reachabilityFence(made);
    return made;
  }

  private static int parts(Tensor tensor) {
    return Math.toIntExact(tensor.numel()) * (tensor.dtype().isComplex() ? 2 : 1);
  }

  private static void compare(String what, Computation function, Tensor[] inputs) {
    Tensor[] by = differentiable(inputs);
    Tensor[] outputs = function.apply(inputs);
    if (differentiable(outputs).length == 0) throw new AssertionError(what + ": no output requires a gradient");
    for (Tensor output : differentiable(outputs)) {
      if (output.dtype() != DType.FLOAT64 && output.dtype() != DType.COMPLEX128)
        throw new AssertionError(what + ": an output is " + output.describe() + ", not float64 or complex128");
    }
    double[][][] numeric = new double[by.length][][];
    for (int i = 0; i < by.length; i++) numeric[i] = differences(function, inputs, by[i]);
    int row = 0;
    for (int k = 0; k < outputs.length; k++) {
      if (!outputs[k].requiresGrad()) continue;
      for (int part = 0; part < parts(outputs[k]); part++, row++) {
        int one = part;
        Tensor vector = vector(outputs[k], i -> i == one ? 1.0 : 0.0);
        @Nullable Tensor[] computed = Torch.grad(new Tensor[] {outputs[k]}, by, new Tensor[] {vector}, true, false);
        for (int i = 0; i < by.length; i++) {
          double[] got = computed[i] == null ? new double[parts(by[i])] : parts(what, computed[i], by[i]);
          for (int j = 0; j < got.length; j++) {
            double want = numeric[i][j][row];
            if (Math.abs(got[j] - want) > ATOL + RTOL * Math.abs(want) || Double.isNaN(got[j]) != Double.isNaN(want))
              throw new AssertionError("%s of output %d, part %d, by input %d, part %d: computed %s, by differences %s"
                  .formatted(what, k, part, i, j, got[j], want));
          }
        }
      }
    }
  }

  private static double[] parts(String what, Tensor gradient, Tensor of) {
    if (gradient.dtype() != of.dtype() || !Arrays.equals(gradient.sizes(), of.sizes()))
      throw new AssertionError(what + " " + gradient.describe() + " by an input " + of.describe());
    return values(gradient);
  }

  /// The parts of a tensor in order of index, real and imaginary ones alternating.
  private static double[] values(Tensor tensor) {
    Contents contents = Contents.of(tensor);
    if (!tensor.dtype().isComplex()) return contents.real();
    var parts = new double[2 * contents.count()];
    for (int i = 0; i < contents.count(); i++) {
      parts[2 * i] = contents.real()[i];
      parts[2 * i + 1] = contents.imaginary()[i];
    }
    return parts;
  }

  /// By part of the input: the derivatives of all parts of all differentiable outputs, one after another.
  private static double[][] differences(Computation function, Tensor[] inputs, Tensor input) {
    var rows = new double[parts(input)][];
    for (int j = 0; j < rows.length; j++) {
      long address = input.address() + 8L * j;
      double value = Memory.getDouble(address);
      Memory.putDouble(address, value + STEP);
      double[] above = outputs(function, inputs);
      Memory.putDouble(address, value - STEP);
      double[] below = outputs(function, inputs);
      Memory.putDouble(address, value);
      rows[j] = new double[above.length];
      for (int i = 0; i < above.length; i++) rows[j][i] = (above[i] - below[i]) / (2 * STEP);
    }
    return rows;
  }

  private static double[] outputs(Computation function, Tensor[] inputs) {
    return Arrays.stream(differentiable(function.apply(inputs))).map(GradientCheck::values)
        .flatMapToDouble(Arrays::stream).toArray();
  }
}
