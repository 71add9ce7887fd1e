package jtorch.nn;

import java.util.ArrayList;
import java.util.List;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Foreach;

/// Functions of many parameters: their gradients clipped, their values as one vector. Of `torch.nn.utils`.
public final class Parameters {
  private Parameters() {}

  // ---- gradients -------------------------------------------------------------------------------------------------

  /// The p-norm of all tensors as if they were one vector; `Double.POSITIVE_INFINITY` for the largest absolute value.
  ///
  /// @throws IllegalArgumentException if it is not finite and `errorIfNonfinite`
  public static Tensor getTotalNorm(Iterable<? extends Tensor> tensors, double normType, boolean errorIfNonfinite) {
    var all = new ArrayList<Tensor>();
    tensors.forEach(all::add);
    if (all.isEmpty()) return Torch.zeros(new long[0]);
    Tensor norms = Foreach.NORMS.tensor(all.toArray(Tensor[]::new), normType);
    Tensor total = Linalg.vectorNorm(norms, normType, null, false);
    if (errorIfNonfinite && !Double.isFinite(total.itemDouble())) throw new IllegalArgumentException(
        "The total norm of order " + normType
            + " for gradients from `parameters` is non-finite, so it cannot be clipped. "
            + "To disable this error and scale the gradients by the non-finite norm anyway, set errorIfNonfinite to false");
    return total;
  }

  /// Scales all gradients down together, where their common norm is larger than `maxNorm`: by `maxNorm / (norm + 1e-6)`.
  ///
  /// @return the norm before, as if all gradients were one vector
  public static Tensor clipGradNorm_(Iterable<? extends Tensor> parameters, double maxNorm, double normType,
      boolean errorIfNonfinite) {
    try (var off = Torch.noGrad()) {
      Tensor total = getTotalNorm(gradients(parameters), normType, errorIfNonfinite);
      clipGradsWithNorm_(parameters, maxNorm, total);
      return total;
    }
  }

  public static Tensor clipGradNorm_(Iterable<? extends Tensor> parameters, double maxNorm) {
    return clipGradNorm_(parameters, maxNorm, 2, false);
  }

  /// [#clipGradNorm_] with a norm that is known already.
  public static void clipGradsWithNorm_(Iterable<? extends Tensor> parameters, double maxNorm, Tensor totalNorm) {
    try (var off = Torch.noGrad()) {
      Tensor factor = totalNorm.add(1e-6).reciprocal().mul(maxNorm).clampMax(1.0);
      Foreach.MUL.call(gradients(parameters).toArray(Tensor[]::new), factor);
    }
  }

  /// Clamps every element of all gradients to `+-clipValue`.
  public static void clipGradValue_(Iterable<? extends Tensor> parameters, double clipValue) {
    try (var off = Torch.noGrad()) {
      for (Tensor grad : gradients(parameters)) grad.clamp_(-clipValue, clipValue);
    }
  }

  private static List<Tensor> gradients(Iterable<? extends Tensor> parameters) {
    var all = new ArrayList<Tensor>();
    for (Tensor p : parameters) {
      Tensor grad = p.grad();
      if (grad != null) all.add(grad);
    }
    return all;
  }

  // ---- as a vector -----------------------------------------------------------------------------------------------

  /// All parameters one after the other in one vector.
  public static Tensor parametersToVector(Iterable<? extends Tensor> parameters) {
    var all = new ArrayList<Tensor>();
    for (Tensor p : parameters) all.add(p.reshape(-1));
    return Torch.cat(all.toArray(Tensor[]::new), 0);
  }

  /// Puts slices of a vector into parameters, which then are windows on it; undoes [#parametersToVector].
  public static void vectorToParameters(Tensor vector, Iterable<? extends Tensor> parameters) {
    long start = 0;
    try (var off = Torch.noGrad()) {
      for (Tensor p : parameters) {
        p.data(vector.narrow(0, start, p.numel()).view(p.sizes()));
        start += p.numel();
      }
    }
  }
}
