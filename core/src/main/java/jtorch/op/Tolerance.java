package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// From where on singular values count: above `max(atol, rtol * largest)`. Without either, `rtol` is the dtype's epsilon times
/// the larger size; with a positive `atol` alone it is 0.
record Tolerance(Tensor atol, Tensor rtol) {
  static Tolerance of(String name, Tensor matrix, @Nullable Tensor atol, @Nullable Tensor rtol) {
    if (atol != null) checkReal(name, "atol", atol);
    if (rtol != null) checkReal(name, "rtol", rtol);
    Tensor absolute = atol == null ? tensor(0) : atol;
    if (rtol != null) return new Tolerance(absolute, rtol);
    double usual = Matrices.epsilon(matrix.dtype()) * Math.max(matrix.size(-1), matrix.size(-2));
    Tensor relative = atol == null ? tensor(usual)
        : Torch.full(atol.sizes(), usual, DType.FLOAT64).maskedFill(atol.gt(0), 0);
    return new Tolerance(absolute, relative);
  }

  static void checkReal(String name, String argument, Tensor tolerance) {
    if (tolerance.dtype().isComplex()) throw Check.of(name)
        .because("%s tensor of complex type is not supported. Got %s", argument, tolerance.dtype()).failure();
  }

  static @Nullable Tensor tensor(Call c, String argument) {
    return c.has(argument) ? tensor(c.number(argument)) : null;
  }

  static Tensor tensor(double value) {
    return Torch.full(new long[0], value, DType.FLOAT64);
  }

  /// The largest value that does not count, for each row of sizes that are not negative.
  Tensor least(Tensor sizes) {
    Tensor largest = sizes.amax(-1, true);
    return atol.unsqueeze(-1).maximum(rtol.unsqueeze(-1).mul(largest));
  }
}
