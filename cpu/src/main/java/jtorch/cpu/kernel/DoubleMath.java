package jtorch.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.L2D;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;

/// The functions of [FloatMath] in `float64`.
final class DoubleMath {
  /// Adding this number rounds to an integer and leaves that integer plus 1023, the bias of the exponent, in the low
  /// bits.
  private static final double ROUND = 0x1.8p52 + 1023;

  private static final double LOG2_E = 1.4426950408889634;
  /// Few digits, so that its products with the exponents are exact, and the rest.
  private static final double LN2_HIGH = .69314718055966295651160180568695068359375;
  private static final double LN2_LOW = .28235290563031577122588448175013436025525412068e-12;
  /// From here down `2^k` is 0, for the biased exponent is.
  private static final double LEAST = -709.1;

  /// Coefficients of `exp(r)`, of the third and higher powers.
  private static final double E3 = 0.1666666666666669072;
  private static final double E4 = 0.4166666666666602598e-1;
  private static final double E5 = 0.8333333333314938210e-2;
  private static final double E6 = 0.1388888888914497797e-2;
  private static final double E7 = 0.1984126989855865850e-3;
  private static final double E8 = 0.2480158687479686264e-4;
  private static final double E9 = 0.2755723402025388239e-5;
  private static final double E10 = 0.2755762628169491192e-6;
  private static final double E11 = 0.2511210703042288022e-7;
  private static final double E12 = 0.2081276378237164457e-8;

  private static final double LN2 = 0.693147180559945286226764;
  private static final double LN2_BEYOND = 2.319046813846299558417771e-17;
  private static final long SQRT_HALF = 0x3fe6a09e667f3bcdL;
  private static final double LN2_SHORT = 6.93147180369123816490e-01;
  private static final double LN2_REST = 1.90821492927058770002e-10;

  /// fdlibm's coefficients of its series in `s^2`, from that of the highest power down.
  private static final double[] LOG = {
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01
  };

  private DoubleMath() {}

  /// `exp(x)` for `x <= 0`, with a polynomial of degree 12 by the steps of Sleef's `expd_u10`, with which PyTorch computes
  /// softmax: the same numbers, but that results below the least normal number, `exp(-708.4)`, are 0. NaN stays NaN.
  static DoubleVector expOfNonPositive(DoubleVector argument) {
    DoubleVector x = argument.blend(constant(LEAST), argument.compare(LT, constant(LEAST)));
    DoubleVector rounded = x.mul(constant(LOG2_E)).add(constant(ROUND));
    DoubleVector k = rounded.sub(constant(ROUND));
    DoubleVector r = k.fma(constant(-LN2_HIGH), x);
    r = k.fma(constant(-LN2_LOW), r);
    DoubleVector r2 = r.mul(r);
    DoubleVector r4 = r2.mul(r2);
    DoubleVector low = r2.fma(r.fma(constant(E6), constant(E5)), r.fma(constant(E4), constant(E3)));
    DoubleVector middle = r2.fma(r.fma(constant(E10), constant(E9)), r.fma(constant(E8), constant(E7)));
    DoubleVector p = r4.mul(r4).fma(r.fma(constant(E12), constant(E11)), r4.fma(middle, low));
    p = p.fma(r, constant(0.5));
    p = p.fma(r, constant(1));
    p = p.fma(r, constant(1));
    return p.mul(rounded.reinterpretAsLongs().lanewise(LSHL, 52).reinterpretAsDoubles());
  }

  static double expOfNonPositive(double argument) {
    double x = argument < LEAST ? LEAST : argument;
    double rounded = x * LOG2_E + ROUND;
    double k = rounded - ROUND;
    double r = Math.fma(k, -LN2_HIGH, x);
    r = Math.fma(k, -LN2_LOW, r);
    double r2 = r * r;
    double r4 = r2 * r2;
    double low = Math.fma(r2, Math.fma(r, E6, E5), Math.fma(r, E4, E3));
    double middle = Math.fma(r2, Math.fma(r, E10, E9), Math.fma(r, E8, E7));
    double p = Math.fma(r4 * r4, Math.fma(r, E12, E11), Math.fma(r4, middle, low));
    p = Math.fma(p, r, 0.5);
    p = Math.fma(p, r, 1);
    p = Math.fma(p, r, 1);
    return p * Double.longBitsToDouble(Double.doubleToRawLongBits(rounded) << 52);
  }

  /// `log(x)` for normal positive `x`; `inf` and NaN stay what they are. As fdlibm's `log`.
  static DoubleVector logOfPositive(DoubleVector x) {
    LongVector bits = x.reinterpretAsLongs();
    LongVector exponent = bits.sub(LongVector.broadcast(LongVector.SPECIES_PREFERRED, SQRT_HALF)).lanewise(ASHR, 52);
    DoubleVector f = bits.sub(exponent.lanewise(LSHL, 52)).reinterpretAsDoubles().sub(constant(1));
    DoubleVector k = (DoubleVector) exponent.convert(L2D, 0);
    DoubleVector s = f.div(f.add(constant(2)));
    DoubleVector z = s.mul(s);
    DoubleVector half = f.mul(f).mul(constant(0.5));
    DoubleVector low = k.fma(constant(LN2_REST), s.mul(polynomial(LOG, z).fma(z, half)));
    DoubleVector log = k.fma(constant(LN2_SHORT), low.sub(half).add(f));
    VectorMask<Double> finite = x.compare(LT, constant(Double.POSITIVE_INFINITY));
    return x.blend(log, finite);
  }

  static double logOfPositive(double x) {
    long bits = Double.doubleToRawLongBits(x);
    long exponent = (bits - SQRT_HALF) >> 52;
    double f = Double.longBitsToDouble(bits - (exponent << 52)) - 1;
    double k = exponent;
    double s = f / (f + 2);
    double z = s * s;
    double half = f * f * 0.5;
    double low = Math.fma(k, LN2_REST, s * Math.fma(polynomial(LOG, z), z, half));
    double log = Math.fma(k, LN2_SHORT, low - half + f);
    return x < Double.POSITIVE_INFINITY ? log : x;
  }

  /// `log(x)` for normal positive `x`, with the leading terms in twice a double's digits: right but for some in a hundred
  /// last digits, and those are PyTorch's. As Sleef's `log_u10`.
  static double accurateLog(double x) {
    if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) return Math.log(x);
    int e = Math.getExponent(x * (1 / 0.75));
    double m = Math.scalb(x, -e);
    // s + rest = (m - 1) / (m + 1)
    double below = m - 1;
    double above = m + 1;
    double aboveRest = 1 - (above - m);
    double inverse = 1 / above;
    double s = below * inverse;
    double rest = (Math.fma(-s, above, below) - s * aboveRest) * inverse;
    double z = s * s;
    double z2 = z * z;
    double t = Math.fma(z2 * z2,
        Math.fma(z2, 0.1532076988502701353, Math.fma(z, 0.1525629051003428716, 0.1818605932937785996)),
        Math.fma(z2, Math.fma(z, 0.2222214519839380009, 0.2857142932794299317),
            Math.fma(z, 0.3999999999635251990, 0.6666666666667333541)));
    double high = e * LN2;
    double low = Math.fma(e, LN2, -high) + e * LN2_BEYOND;
    double sum = high + 2 * s;
    double sumRest = e == 0 ? low + 2 * rest : high - sum + 2 * s + low + 2 * rest;
    return sum + (sumRest + z * s * t);
  }

  private static DoubleVector polynomial(double[] coefficients, DoubleVector x) {
    DoubleVector p = constant(coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      p = p.fma(x, constant(coefficients[i]));
    }
    return p;
  }

  private static double polynomial(double[] coefficients, double x) {
    double p = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      p = Math.fma(p, x, coefficients[i]);
    }
    return p;
  }

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, value);
  }
}
