package jtorch.memory;

/// The formats of floating numbers in eight bits: a sign, an exponent and a mantissa; or an exponent alone, `E8M0FNU`.
///
/// `fn` formats have no infinities, `fnuz` ones no negative zero either: its bits are their only NaN. Numbers are rounded to
/// the nearest, ties to even. What is too large becomes infinite in `E5M2`, the largest number in `E4M3FN`, NaN in the
/// others, as in PyTorch.
///
/// **Source**: Micikevicius et al., *FP8 Formats for Deep Learning*, 2022; Noune et al., *8-bit Numerical Formats for Deep
/// Neural Networks*, 2022, for the `fnuz` formats.
public enum Float8 {
  E4M3FN(3, 7, 0x7f, 0x7e, 0x7f, false),
  E5M2(2, 15, 0x7c, 0x7c, 0x7f, false),
  E4M3FNUZ(3, 8, 0x80, 0x80, 0x80, true),
  E5M2FNUZ(2, 16, 0x80, 0x80, 0x80, true),
  /// Powers of two from 2^-127 on. Zero and what is smaller becomes the smallest, signs are lost.
  E8M0FNU(0, 127, 0xff, 0xff, 0xff, true) {
    @Override
    float decode(int bits) {
      return bits == 0xff ? Float.NaN : Math.scalb(1f, bits - 127);
    }

    @Override
    public byte fromFloat(float value) {
      int magnitude = Float.floatToRawIntBits(value) & 0x7fffffff;
      int exponent = magnitude >>> 23;
      int fraction = magnitude & 0x7fffff;
      // A tie goes to the even number, which the next power is if this one has a leading 1.
      boolean up = exponent != 0xff && (fraction > 0x400000 || fraction == 0x400000 && exponent > 0);
      return (byte) (up ? exponent + 1 : exponent);
    }
  };

  private final int mantissaBits;
  private final int bias;
  /// The first bits that are no finite number.
  private final int special;
  /// What is too large.
  private final int overflow;
  private final int nan;
  private final boolean unsignedZero;
  private final float[] values = new float[256];

  Float8(int mantissaBits, int bias, int special, int overflow, int nan, boolean unsignedZero) {
    this.mantissaBits = mantissaBits;
    this.bias = bias;
    this.special = special;
    this.overflow = overflow;
    this.nan = nan;
    this.unsignedZero = unsignedZero;
    for (int bits = 0; bits < values.length; bits++) values[bits] = decode(bits);
  }

  float decode(int bits) {
    int magnitude = bits & 0x7f;
    if (unsignedZero ? bits == nan : magnitude >= special)
      return magnitude == 0x7c ? bits > 0x7f ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY : Float.NaN;
    int exponent = magnitude >> mantissaBits;
    int mantissa = magnitude & (1 << mantissaBits) - 1;
    float value = exponent == 0 ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
        : Math.scalb((float) (mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
    return bits > 0x7f ? -value : value;
  }

  /// The number of these bits.
  public float toFloat(byte bits) {
    return values[bits & 0xff];
  }

  /// The bits of the nearest number.
  public byte fromFloat(float value) {
    int sign = unsignedZero ? 0 : Float.floatToRawIntBits(value) >>> 31 << 7;
    if (Float.isNaN(value)) return (byte) (nan | sign);
    float magnitude = Math.abs(value);
    if (Float.isInfinite(magnitude)) return (byte) (overflow | sign);
    int exponent = Math.max(Math.getExponent(magnitude), 1 - bias);
    long steps = (long) Math.rint(Math.scalb((double) magnitude, mantissaBits - exponent));
    long code = ((long) (exponent + bias - 1) << mantissaBits) + steps;
    if (code >= special) return (byte) (overflow | sign);
    if (unsignedZero && value < 0 && code != 0) sign = 0x80;
    return (byte) (code | sign);
  }
}
