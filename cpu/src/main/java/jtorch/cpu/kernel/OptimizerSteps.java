package jtorch.cpu.kernel;

import jtorch.cpu.Parallel;

/// Steps of optimizers over the flat elements of one parameter, in `float32` and `float64`: each array is read and
/// written once.
///
/// The order of operations, and which of them are rounded together, is that of PyTorch's single-tensor implementations
/// (torch/optim/sgd.py, adam.py) on its CPU kernels, found by comparing bits: `add` with `alpha`, `lerp` and `addcmul`
/// are fused multiply-adds. Steps of SGD agree to the last bit. Those of Adam differ where PyTorch takes a square root,
/// which there is not correctly rounded in every fifth case.
public final class OptimizerSteps {
  private OptimizerSteps() {}

  /// The numbers of a step of SGD; see `torch.optim.SGD`.
  ///
  /// @param first whether this is the first step, at which the momentum buffer becomes the gradient
  public record Sgd(double lr, double momentum, double dampening, double weightDecay, boolean nesterov,
      boolean maximize,
      boolean first) {}

  /// The numbers of a step of Adam or AdamW; see `torch.optim.Adam`. The caller corrects the bias:
  ///
  /// @param stepSize `lr / (1 - beta1^step)`
  /// @param correction `sqrt(1 - beta2^step)`
  /// @param weightDecay added to the gradient, times the parameter; 0 for none
  /// @param shrink what the parameter is multiplied with first, `1 - lr * decay` where decay is decoupled; 1 for none
  public record Adam(double stepSize, double beta1, double beta2, double correction, double eps, double weightDecay,
      double shrink, boolean maximize) {}

  /// One step of SGD on `n` elements. `buffer` is the momentum buffer, not used without momentum.
  ///
  /// `g = gradient + weightDecay * parameter; buffer = momentum * buffer + (1 - dampening) * g`;
  /// `parameter -= lr * buffer`, or with `nesterov` `lr * (g + momentum * buffer)`.
  public static void sgd(Rows rows, long parameter, long gradient, long buffer, long n, Sgd step) {
    Parallel.run(n, Reductions.GRAIN, (begin, end) -> {
      long offset = begin * rows.bytes();
      rows.steps().sgd(parameter + offset, gradient + offset, buffer + offset, end - begin, step);
    });
  }

  /// One step of Adam on `n` elements. `maximum` is the greatest `squares` so far for AMSGrad, else 0.
  ///
  /// `parameter *= shrink; g = gradient + weightDecay * parameter`;
  /// `average = lerp(average, g, 1 - beta1); squares = beta2 * squares + (1 - beta2) * g^2`;
  /// `parameter -= stepSize * average / (sqrt(squares) / correction + eps)`.
  public static void adam(
      Rows rows, long parameter, long gradient, long average, long squares, long maximum, long n, Adam step) {
    Parallel.run(n, Reductions.GRAIN, (begin, end) -> {
      long offset = begin * rows.bytes();
      rows.steps().adam(parameter + offset, gradient + offset, average + offset, squares + offset,
          maximum == 0 ? 0 : maximum + offset, end - begin, step);
    });
  }
}
