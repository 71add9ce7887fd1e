package jtorch.op;

import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.COMPLEX;
import static jtorch.op.Elementwise.Types.PROMOTED;
import static jtorch.op.Elementwise.Types.REAL_FLOATING;
import static jtorch.op.Elementwise.unary;

import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Complex numbers and their parts.
public final class ComplexNumbers {
  /// The complex conjugate; a real tensor itself
  public static final Operator CONJ = Operator.declare("aten::conj(Tensor(a) self) -> Tensor(a)")
      .composition(c -> conjugate(c.tensor("self")));
  public static final Operator LAZY_CONJ = Operator.declare("aten::_conj(Tensor(a) self) -> Tensor(a)")
      .composition(c -> conjugate(c.tensor("self")));
  public static final Operator CONJ_PHYSICAL = unary("conj_physical", PROMOTED, X.conj()).inPlace();

  private static Tensor conjugate(Tensor self) {
    return self.dtype().isComplex() ? CONJ_PHYSICAL.tensor(self) : self;
  }

  /// The angle to the positive real axis, in (-pi, pi]
  public static final Operator ANGLE = unary("angle", REAL_FLOATING, X.angle());

  /// `real + imag i`
  public static final Operator COMPLEX_OF = Elementwise
      .declare("aten::complex(Tensor real, Tensor imag) -> Tensor", COMPLEX, X.complex(Y))
      .refuse(a -> !fits(a[0]) || !fits(a[1]), "Expected both inputs to be Half, Float or Double tensors")
      .refuse(a -> differ(a[0], a[1]), "Expected object of the same scalar type for both inputs");

  /// `abs (cos(angle) + sin(angle) i)`
  public static final Operator POLAR = Elementwise
      .declare("aten::polar(Tensor abs, Tensor angle) -> Tensor", COMPLEX, X.mul(Y.cos()).complex(X.mul(Y.sin())))
      .refuse(a -> !fits(a[0]) || !fits(a[1]), "Expected both inputs to be Half, Float or Double tensors")
      .refuse(a -> differ(a[0], a[1]), "Expected object of the same scalar type for both inputs");

  private ComplexNumbers() {}

  private static boolean fits(@Nullable Object part) {
    return part instanceof Tensor t && (t.dtype() == DType.FLOAT32 || t.dtype() == DType.FLOAT64);
  }

  private static boolean differ(@Nullable Object a, @Nullable Object b) {
    return a instanceof Tensor x && b instanceof Tensor y && x.dtype() != y.dtype();
  }
}
