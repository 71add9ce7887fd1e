package jtorch.expr;

/// The real and the imaginary part of a complex expression, as two real expressions.
///
/// Input i becomes the inputs 2i (real part) and 2i + 1 (imaginary part), and likewise for parameters.
///
/// @param re the real part; for a truth, the truth itself
/// @param im the imaginary part; for a truth, 0
public record ComplexLowering(Expr re, Expr im) {
  /// @throws UnsupportedOperationException naming an operator that complex numbers do not have
  public static ComplexLowering of(Expr body) {
    throw new UnsupportedOperationException("not yet " + body);
  }
}
