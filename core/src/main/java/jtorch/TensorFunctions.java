package jtorch;

import jtorch.op.Choosing;
import jtorch.op.ComplexNumbers;

/// Functions of several tensors, or of none, that [Torch] inherits.
public abstract class TensorFunctions extends ProductFunctions {
  TensorFunctions() {}

  // ---- choosing --------------------------------------------------------------------------------------------------

  /// `self` where the condition (bool) holds, else `other`; all broadcast. As `torch.where`.
  public static Tensor where(Tensor condition, Tensor self, Tensor other) {
    return Choosing.WHERE.tensor(condition, self, other);
  }

  public static Tensor where(Tensor condition, Tensor self, Number other) {
    return Choosing.WHERE_OTHER_SCALAR.tensor(condition, self, other);
  }

  public static Tensor where(Tensor condition, Number self, Tensor other) {
    return Choosing.WHERE_SELF_SCALAR.tensor(condition, self, other);
  }

  public static Tensor where(Tensor condition, Number self, Number other) {
    return Choosing.WHERE_SCALARS.tensor(condition, self, other);
  }

  public static Tensor maximum(Tensor self, Tensor other) {
    return Choosing.MAXIMUM.tensor(self, other);
  }

  public static Tensor minimum(Tensor self, Tensor other) {
    return Choosing.MINIMUM.tensor(self, other);
  }

  /// Complex numbers from real and imaginary parts.
  public static Tensor complex(Tensor real, Tensor imag) {
    return jtorch.op.ComplexNumbers.COMPLEX_OF.tensor(real, imag);
  }

  // ---- complex numbers -------------------------------------------------------------------------------------------

  /// `abs (cos(angle) + sin(angle) i)`
  public static Tensor polar(Tensor abs, Tensor angle) {
    return ComplexNumbers.POLAR.tensor(abs, angle);
  }
}
