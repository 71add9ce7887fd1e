package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.FLOATING;

import jtorch.Tensor;
import jtorch.expr.BinaryOp;
import jtorch.expr.Expr;
import jtorch.expr.UnaryOp;
import org.jspecify.annotations.Nullable;

/// Bessel and Airy functions, and orthogonal polynomials of a degree that is a tensor or a number. As in PyTorch they are
/// float32 and float64 only and have no derivatives.
public final class Polynomials {
  public static final Operator AIRY_AI = function("airy_ai(Tensor x)", UnaryOp.AIRY_AI);
  public static final Operator BESSEL_J0 = function("bessel_j0(Tensor self)", UnaryOp.BESSEL_J0);
  public static final Operator BESSEL_J1 = function("bessel_j1(Tensor self)", UnaryOp.BESSEL_J1);
  public static final Operator BESSEL_Y0 = function("bessel_y0(Tensor self)", UnaryOp.BESSEL_Y0);
  public static final Operator BESSEL_Y1 = function("bessel_y1(Tensor self)", UnaryOp.BESSEL_Y1);
  public static final Operator MODIFIED_BESSEL_I0 =
      function("modified_bessel_i0(Tensor self)", UnaryOp.MODIFIED_BESSEL_I0);
  public static final Operator MODIFIED_BESSEL_I1 =
      function("modified_bessel_i1(Tensor self)", UnaryOp.MODIFIED_BESSEL_I1);
  public static final Operator MODIFIED_BESSEL_K0 =
      function("modified_bessel_k0(Tensor self)", UnaryOp.MODIFIED_BESSEL_K0);
  public static final Operator MODIFIED_BESSEL_K1 =
      function("modified_bessel_k1(Tensor self)", UnaryOp.MODIFIED_BESSEL_K1);
  public static final Operator SCALED_MODIFIED_BESSEL_K0 =
      function("scaled_modified_bessel_k0(Tensor x)", UnaryOp.SCALED_MODIFIED_BESSEL_K0);
  public static final Operator SCALED_MODIFIED_BESSEL_K1 =
      function("scaled_modified_bessel_k1(Tensor x)", UnaryOp.SCALED_MODIFIED_BESSEL_K1);
  public static final Operator SPHERICAL_BESSEL_J0 =
      function("spherical_bessel_j0(Tensor x)", UnaryOp.SPHERICAL_BESSEL_J0);

  public static final Operator CHEBYSHEV_POLYNOMIAL_T =
      polynomial("chebyshev_polynomial_t(Tensor x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_T, X, Y);
  public static final Operator CHEBYSHEV_POLYNOMIAL_T_OF_SCALAR =
      polynomial("chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_T, P, X);
  public static final Operator CHEBYSHEV_POLYNOMIAL_T_SCALAR =
      polynomial("chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_T, X, P);
  public static final Operator CHEBYSHEV_POLYNOMIAL_U =
      polynomial("chebyshev_polynomial_u(Tensor x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_U, X, Y);
  public static final Operator CHEBYSHEV_POLYNOMIAL_U_OF_SCALAR =
      polynomial("chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_U, P, X);
  public static final Operator CHEBYSHEV_POLYNOMIAL_U_SCALAR =
      polynomial("chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_U, X, P);
  public static final Operator CHEBYSHEV_POLYNOMIAL_V =
      polynomial("chebyshev_polynomial_v(Tensor x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_V, X, Y);
  public static final Operator CHEBYSHEV_POLYNOMIAL_V_OF_SCALAR =
      polynomial("chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_V, P, X);
  public static final Operator CHEBYSHEV_POLYNOMIAL_V_SCALAR =
      polynomial("chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_V, X, P);
  public static final Operator CHEBYSHEV_POLYNOMIAL_W =
      polynomial("chebyshev_polynomial_w(Tensor x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_W, X, Y);
  public static final Operator CHEBYSHEV_POLYNOMIAL_W_OF_SCALAR =
      polynomial("chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_W, P, X);
  public static final Operator CHEBYSHEV_POLYNOMIAL_W_SCALAR =
      polynomial("chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n)", BinaryOp.CHEBYSHEV_POLYNOMIAL_W, X, P);
  public static final Operator HERMITE_POLYNOMIAL_H =
      polynomial("hermite_polynomial_h(Tensor x, Tensor n)", BinaryOp.HERMITE_POLYNOMIAL_H, X, Y);
  public static final Operator HERMITE_POLYNOMIAL_H_OF_SCALAR =
      polynomial("hermite_polynomial_h.x_scalar(Scalar x, Tensor n)", BinaryOp.HERMITE_POLYNOMIAL_H, P, X);
  public static final Operator HERMITE_POLYNOMIAL_H_SCALAR =
      polynomial("hermite_polynomial_h.n_scalar(Tensor x, Scalar n)", BinaryOp.HERMITE_POLYNOMIAL_H, X, P);
  public static final Operator HERMITE_POLYNOMIAL_HE =
      polynomial("hermite_polynomial_he(Tensor x, Tensor n)", BinaryOp.HERMITE_POLYNOMIAL_HE, X, Y);
  public static final Operator HERMITE_POLYNOMIAL_HE_OF_SCALAR =
      polynomial("hermite_polynomial_he.x_scalar(Scalar x, Tensor n)", BinaryOp.HERMITE_POLYNOMIAL_HE, P, X);
  public static final Operator HERMITE_POLYNOMIAL_HE_SCALAR =
      polynomial("hermite_polynomial_he.n_scalar(Tensor x, Scalar n)", BinaryOp.HERMITE_POLYNOMIAL_HE, X, P);
  public static final Operator LAGUERRE_POLYNOMIAL_L =
      polynomial("laguerre_polynomial_l(Tensor x, Tensor n)", BinaryOp.LAGUERRE_POLYNOMIAL_L, X, Y);
  public static final Operator LAGUERRE_POLYNOMIAL_L_OF_SCALAR =
      polynomial("laguerre_polynomial_l.x_scalar(Scalar x, Tensor n)", BinaryOp.LAGUERRE_POLYNOMIAL_L, P, X);
  public static final Operator LAGUERRE_POLYNOMIAL_L_SCALAR =
      polynomial("laguerre_polynomial_l.n_scalar(Tensor x, Scalar n)", BinaryOp.LAGUERRE_POLYNOMIAL_L, X, P);
  public static final Operator LEGENDRE_POLYNOMIAL_P =
      polynomial("legendre_polynomial_p(Tensor x, Tensor n)", BinaryOp.LEGENDRE_POLYNOMIAL_P, X, Y);
  public static final Operator LEGENDRE_POLYNOMIAL_P_OF_SCALAR =
      polynomial("legendre_polynomial_p.x_scalar(Scalar x, Tensor n)", BinaryOp.LEGENDRE_POLYNOMIAL_P, P, X);
  public static final Operator LEGENDRE_POLYNOMIAL_P_SCALAR =
      polynomial("legendre_polynomial_p.n_scalar(Tensor x, Scalar n)", BinaryOp.LEGENDRE_POLYNOMIAL_P, X, P);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_T =
      polynomial("shifted_chebyshev_polynomial_t(Tensor x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_T, X, Y);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_T_OF_SCALAR =
      polynomial("shifted_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_T,
          P, X);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_T_SCALAR =
      polynomial("shifted_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_T,
          X, P);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_U =
      polynomial("shifted_chebyshev_polynomial_u(Tensor x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_U, X, Y);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_U_OF_SCALAR =
      polynomial("shifted_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_U,
          P, X);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_U_SCALAR =
      polynomial("shifted_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_U,
          X, P);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_V =
      polynomial("shifted_chebyshev_polynomial_v(Tensor x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_V, X, Y);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_V_OF_SCALAR =
      polynomial("shifted_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_V,
          P, X);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_V_SCALAR =
      polynomial("shifted_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_V,
          X, P);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_W =
      polynomial("shifted_chebyshev_polynomial_w(Tensor x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_W, X, Y);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_W_OF_SCALAR =
      polynomial("shifted_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_W,
          P, X);
  public static final Operator SHIFTED_CHEBYSHEV_POLYNOMIAL_W_SCALAR =
      polynomial("shifted_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n)", BinaryOp.SHIFTED_CHEBYSHEV_POLYNOMIAL_W,
          X, P);

  private Polynomials() {}

  private static Operator function(String signature, UnaryOp op) {
    return Elementwise.declare("aten::special_" + signature + " -> Tensor", FLOATING, Expr.unary(op, X))
        .refuse(a -> isNarrow(a[0]), "not implemented for half and complex tensors");
  }

  private static Operator polynomial(String signature, BinaryOp op, Expr x, Expr n) {
    return Elementwise.declare("aten::special_" + signature + " -> Tensor", FLOATING, Expr.binary(op, x, n))
        .refuse(a -> isNarrow(a[0]) || isNarrow(a[1]), "not implemented for half and complex tensors");
  }

  private static boolean isNarrow(@Nullable Object value) {
    return value instanceof Tensor t && (t.dtype().isHalf() || t.dtype().isComplex());
  }
}
