package jtorch.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/// The functions that softmax needs, in lanes and one by one with equal results.
///
/// The JDK's own lanewise functions give one result interpreted and another compiled; these are the same on every
/// machine and at every moment.
final class FloatMath {
  /// Adding this number rounds to an integer and leaves that integer plus 127, the bias of the exponent, in the low
  /// bits.
  private static final float ROUND = 0x1.8p23f + 127;

  private static final float LOG2_E = 1.442695f;
  /// Few digits, so that its products with the exponents are exact, and the rest.
  private static final float LN2_HIGH = 0.693145751953125f;
  private static final float LN2_LOW = 1.428606765330187045e-06f;
  /// From here down `2^k` is 0, for the biased exponent is.
  private static final float LEAST = -88;

  private static final float E2 = 0.5f;
  private static final float E3 = 0.16666667f;
  private static final float E4 = 0.041666485f;
  private static final float E5 = 0.008333361f;
  private static final float E6 = 0.0013930436f;
  private static final float E7 = 0.00019852762f;

  private static final int SQRT_HALF = 0x3f3504f3;
  private static final float LN2_SHORT = 0.693138123f;
  private static final float LN2_REST = 9.0580006e-6f;
  private static final float L1 = 0.6666666f;
  private static final float L2 = 0.40000972f;
  private static final float L3 = 0.28498787f;
  private static final float L4 = 0.24279079f;

  private FloatMath() {}

  /// `exp(x)` for `x <= 0`: `2^k * exp(r)` with `k = round(x / ln 2)` and a polynomial of degree 7 for `exp(r)`, `1 + r`
  /// being rounded last. These are the steps of Sleef's `expf_u10`, with which PyTorch computes softmax: the same numbers,
  /// but that results below the least normal number, `exp(-87.3)`, are 0. NaN stays NaN.
  static FloatVector expOfNonPositive(FloatVector argument) {
    FloatVector x = argument.blend(constant(LEAST), argument.compare(LT, constant(LEAST)));
    FloatVector rounded = x.mul(constant(LOG2_E)).add(constant(ROUND));
    FloatVector k = rounded.sub(constant(ROUND));
    FloatVector r = k.fma(constant(-LN2_HIGH), x);
    r = k.fma(constant(-LN2_LOW), r);
    FloatVector p = r.fma(constant(E7), constant(E6));
    p = p.fma(r, constant(E5));
    p = p.fma(r, constant(E4));
    p = p.fma(r, constant(E3));
    p = p.fma(r, constant(E2));
    p = p.fma(r.mul(r), r).add(constant(1));
    return p.mul(rounded.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
  }

  static float expOfNonPositive(float argument) {
    float x = argument < LEAST ? LEAST : argument;
    float rounded = x * LOG2_E + ROUND;
    float k = rounded - ROUND;
    float r = Math.fma(k, -LN2_HIGH, x);
    r = Math.fma(k, -LN2_LOW, r);
    float p = Math.fma(r, E7, E6);
    p = Math.fma(p, r, E5);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r * r, r) + 1;
    return p * Float.intBitsToFloat(Float.floatToRawIntBits(rounded) << 23);
  }

  /// `log(x)` for normal positive `x`, with the leading terms in twice a float's digits, which is a double here. As
  /// Sleef's `logf_u10`.
  static float accurateLog(float x) {
    if (!(x >= Float.MIN_NORMAL && x <= Float.MAX_VALUE)) return (float) Math.log(x);
    int e = Math.getExponent(x * (float) (1 / 0.75));
    double m = Math.scalb((double) x, -e);
    double s = (m - 1) / (m + 1);
    float head = (float) s;
    float z = head * head;
    float t = Math.fma(Math.fma(0.3027294874f, z, 0.3996108174f), z, 0.6666694880f);
    return (float) (e * Math.log(2) + 2 * s + z * head * t);
  }

  /// `log(x)` for normal positive `x`; `inf` and NaN stay what they are. As fdlibm's `logf`: `x = 2^k * (1 + f)` with
  /// `1 + f` about 1, and a series in `s = f / (2 + f)`.
  static FloatVector logOfPositive(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.sub(IntVector.broadcast(IntVector.SPECIES_PREFERRED, SQRT_HALF)).lanewise(ASHR, 23);
    FloatVector f = bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats().sub(constant(1));
    FloatVector k = (FloatVector) exponent.convert(I2F, 0);
    FloatVector s = f.div(f.add(constant(2)));
    FloatVector z = s.mul(s);
    FloatVector p = z.fma(constant(L4), constant(L3));
    p = p.fma(z, constant(L2));
    p = p.fma(z, constant(L1));
    FloatVector half = f.mul(f).mul(constant(0.5f));
    FloatVector low = k.fma(constant(LN2_REST), s.mul(p.fma(z, half)));
    FloatVector log = k.fma(constant(LN2_SHORT), low.sub(half).add(f));
    VectorMask<Float> finite = x.compare(LT, constant(Float.POSITIVE_INFINITY));
    return x.blend(log, finite);
  }

  static float logOfPositive(float x) {
    int bits = Float.floatToRawIntBits(x);
    int exponent = (bits - SQRT_HALF) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
    float k = exponent;
    float s = f / (f + 2);
    float z = s * s;
    float p = Math.fma(z, L4, L3);
    p = Math.fma(p, z, L2);
    p = Math.fma(p, z, L1);
    float half = f * f * 0.5f;
    float low = Math.fma(k, LN2_REST, s * Math.fma(p, z, half));
    float log = Math.fma(k, LN2_SHORT, low - half + f);
    return x < Float.POSITIVE_INFINITY ? log : x;
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, value);
  }
}
