package jtorch.op;

import jtorch.Complex;
import jtorch.DType;

/// The numbers of `linspace`, and the exponents of `logspace`: equal steps from both ends to the middle, so that both are
/// met exactly.
public record Spacing(double start, double end, double step, long steps) {
  /// As the arguments `start`, `end` and `steps` say, for the result's dtype; of complex numbers one part.
  public static Spacing of(Call c, boolean imaginary) {
    DType dtype = c.out().dtype();
    double start = part(c.scalar("start"), dtype, imaginary);
    double end = part(c.scalar("end"), dtype, imaginary);
    long steps = c.integer("steps");
    return new Spacing(start, end, steps > 1 ? (end - start) / (steps - 1) : 0, steps);
  }

  private static double part(Object bound, DType dtype, boolean imaginary) {
    if (imaginary) return bound instanceof Complex z ? z.imaginary() : 0;
    double number = bound instanceof Boolean b ? (b ? 1 : 0) : ((Number) bound).doubleValue();
    return dtype.isIntegral() ? (long) number : number;
  }

  public double at(long i) {
    return steps == 1 || i < steps / 2 ? start + step * i : end - step * (steps - i - 1);
  }
}
