package jtorch.cpu.kernel;

/// The loops of [OptimizerSteps] over some elements.
public interface StepRows {
  void sgd(long parameter, long gradient, long buffer, long n, OptimizerSteps.Sgd step);

  void adam(long parameter, long gradient, long average, long squares, long maximum, long n, OptimizerSteps.Adam step);
}
