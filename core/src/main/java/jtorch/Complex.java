package jtorch;

/// A complex number: an argument of an operator, or the value of a 0-dim complex tensor.
public final class Complex extends Number {
  private static final long serialVersionUID = 1L;
  private final double real;
  private final double imaginary;

  private Complex(double real, double imaginary) {
    this.real = real;
    this.imaginary = imaginary;
  }

  public static Complex of(double real, double imaginary) {
    return new Complex(real, imaginary);
  }

  public double real() {
    return real;
  }

  public double imaginary() {
    return imaginary;
  }

  /// The real part.
  @Override
  public double doubleValue() {
    return real;
  }

  @Override
  public float floatValue() {
    return (float) real;
  }

  @Override
  public long longValue() {
    return (long) real;
  }

  @Override
  public int intValue() {
    return (int) real;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Complex c && Double.compare(c.real, real) == 0
        && Double.compare(c.imaginary, imaginary) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(real) + Double.hashCode(imaginary);
  }

  @Override
  public String toString() {
    boolean negative = imaginary < 0 || (imaginary == 0 && 1 / imaginary < 0);
    return "(" + real + (negative ? "" : "+") + imaginary + "j)";
  }
}
