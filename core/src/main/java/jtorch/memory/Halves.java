package jtorch.memory;

/// The two-byte floating formats: what `java.lang.Float` has for float16, and the same for bfloat16.
///
/// bfloat16 is the upper half of a float32: the same exponents, 8 significant bits. Conversions to the halves round to
/// nearest, ties to even; NaN stays NaN and what is too large becomes infinite.
public final class Halves {
  private Halves() {}

  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  public static short floatToBfloat16(float value) {
    if (Float.isNaN(value)) return 0x7fc0;
    int bits = Float.floatToRawIntBits(value);
    // Just under half of the last kept place, plus one if that place is odd: the carry rounds to nearest even.
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /// The nearest float16 number, as a float32.
  public static float roundToFloat16(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  /// The nearest bfloat16 number, as a float32.
  public static float roundToBfloat16(float value) {
    return bfloat16ToFloat(floatToBfloat16(value));
  }
}
