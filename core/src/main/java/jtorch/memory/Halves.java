package jtorch.memory;

/// Sixteen-bit floating numbers.
public final class Halves {
  private Halves() {}

  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// Rounds to the nearest, ties to even.
  public static short floatToBfloat16(float value) {
    if (Float.isNaN(value)) return 0x7fc0;
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
