package jtorch.nn;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Numbers as Python prints them.
final class Numbers {
  private Numbers() {}

  /// Whole numbers as they are, others as [#python(double)] says.
  static String python(Number v) {
    return v instanceof Double || v instanceof Float ? python(v.doubleValue()) : v.toString();
  }

  /// `2.0` or `(2.0, 3.0)`
  static String python(double[] values) {
    if (values.length == 1) return python(values[0]);
    return "(" + Arrays.stream(values).mapToObj(Numbers::python).collect(Collectors.joining(", ")) + ")";
  }

  static String python(boolean v) {
    return v ? "True" : "False";
  }

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
