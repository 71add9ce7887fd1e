package jtorch.cpu.kernel;

/// The slow, obviously right twin of the vector loops of optimizer steps.
///
/// Operations of `float32` are made in `float64` and rounded, which gives the same for sums, products, quotients and
/// square roots.
final class ScalarStepRows implements StepRows {
  private final Rows rows;

  ScalarStepRows(Rows rows) {
    this.rows = rows;
  }

  private double round(double value) {
    return rows.bytes() == Float.BYTES ? (float) value : value;
  }

  private double fma(double a, double b, double c) {
    return rows.bytes() == Float.BYTES ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
  }

  @Override
  public void sgd(long parameter, long gradient, long buffer, long n, OptimizerSteps.Sgd step) {
    for (long i = 0; i < n; i++) {
      double p = rows.get(parameter, i);
      double g = step.maximize() ? -rows.get(gradient, i) : rows.get(gradient, i);
      if (step.weightDecay() != 0) {
        g = fma(p, step.weightDecay(), g);
      }
      if (step.momentum() != 0) {
        double b = step.first()
            ? g
            : fma(g, 1 - step.dampening(), round(rows.get(buffer, i) * round(step.momentum())));
        rows.put(buffer, i, b);
        g = step.nesterov() ? fma(b, step.momentum(), g) : b;
      }
      rows.put(parameter, i, fma(g, -step.lr(), p));
    }
  }

  @Override
  public void adam(long parameter, long gradient, long average, long squares, long maximum, long n,
      OptimizerSteps.Adam step) {
    double weight = round(1 - step.beta1());
    for (long i = 0; i < n; i++) {
      double p = rows.get(parameter, i);
      double g = step.maximize() ? -rows.get(gradient, i) : rows.get(gradient, i);
      if (step.shrink() != 1) {
        p = round(p * round(step.shrink()));
      }
      if (step.weightDecay() != 0) {
        g = fma(p, step.weightDecay(), g);
      }
      double m = rows.get(average, i);
      double difference = round(g - m);
      m = weight < 0.5 ? fma(weight, difference, m) : fma(round(weight - 1), difference, g);
      rows.put(average, i, m);
      double v = fma(round(round(1 - step.beta2()) * g), g, round(rows.get(squares, i) * round(step.beta2())));
      rows.put(squares, i, v);
      if (maximum != 0) {
        v = Math.max(rows.get(maximum, i), v);
        rows.put(maximum, i, v);
      }
      double denominator = round(round(round(Math.sqrt(v)) / round(step.correction())) + round(step.eps()));
      rows.put(parameter, i, p + round(round(round(-step.stepSize()) * m) / denominator));
    }
  }
}
