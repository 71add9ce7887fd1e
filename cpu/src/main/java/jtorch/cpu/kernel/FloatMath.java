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
  private static final float LN2 = 0.6931472f;
  /// From here down `2^k` is 0, for the biased exponent is.
  private static final float LEAST = -88;

  private static final float E2 = 0.49999228f;
  private static final float E3 = 0.16667116f;
  private static final float E4 = 0.04189055f;
  private static final float E5 = 0.008312478f;

  private static final int SQRT_HALF = 0x3f3504f3;
  private static final float LN2_SHORT = 0.693138123f;
  private static final float LN2_REST = 9.0580006e-6f;
  private static final float L1 = 0.6666666f;
  private static final float L2 = 0.40000972f;
  private static final float L3 = 0.28498787f;
  private static final float L4 = 0.24279079f;

  private FloatMath() {}

  /// `exp(x)` for `x <= 0`: `2^k * exp(r)` with `k = round(x / ln 2)` and a polynomial of degree 5 for `exp(r)`, whose
  /// relative error is at most 1.1e-7 (fitted to `|r| <= 0.3469`). With rounding, and `k * ln 2` in one step, the error
  /// is below `2e-7 + 3e-9 * |x|` (PyTorch's `exp_u20`, which its softmax uses, allows 1.2e-6). Results below the least
  /// normal number, `exp(-87.3)`, are 0. NaN stays NaN.
  static FloatVector expOfNonPositive(FloatVector argument) {
    FloatVector x = argument.blend(constant(LEAST), argument.compare(LT, constant(LEAST)));
    FloatVector rounded = x.fma(constant(LOG2_E), constant(ROUND));
    FloatVector k = rounded.sub(constant(ROUND));
    FloatVector r = k.fma(constant(-LN2), x);
    FloatVector p = r.fma(constant(E5), constant(E4));
    p = p.fma(r, constant(E3));
    p = p.fma(r, constant(E2));
    p = p.fma(r, constant(1));
    p = p.fma(r, constant(1));
    return p.mul(rounded.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
  }

  static float expOfNonPositive(float argument) {
    float x = argument < LEAST ? LEAST : argument;
    float rounded = Math.fma(x, LOG2_E, ROUND);
    float k = rounded - ROUND;
    float r = Math.fma(k, -LN2, x);
    float p = Math.fma(r, E5, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, 1);
    p = Math.fma(p, r, 1);
    return p * Float.intBitsToFloat(Float.floatToRawIntBits(rounded) << 23);
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
