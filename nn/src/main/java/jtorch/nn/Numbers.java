package jtorch.nn;

/// Numbers as Python prints them.
final class Numbers {
  private Numbers() {}

  /// `1e-05`, `0.1`, `1.0`
  static String python(double v) {
    String text = Double.toString(v);
    int e = text.indexOf('E');
    if (e < 0) return text;
    String mantissa = text.substring(0, e).replaceFirst("\\.0$", "");
    int exponent = Integer.parseInt(text.substring(e + 1));
    if (exponent >= -4 && exponent < 16)
      return new java.math.BigDecimal(v, new java.math.MathContext(17)).stripTrailingZeros().toPlainString();
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
  }
}
