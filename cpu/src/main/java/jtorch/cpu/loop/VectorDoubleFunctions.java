package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jtorch.cpu.loop.DoubleFunctions.*;
import static jtorch.cpu.loop.VectorDoubles.SPECIES;
import static jtorch.cpu.loop.VectorDoubles.bits;
import static jtorch.cpu.loop.VectorDoubles.broadcast;
import static jtorch.cpu.loop.VectorDoubles.ofBits;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Transcendental functions in double for vector loops: [DoubleFunctions] in all lanes.
final class VectorDoubleFunctions {
  static final LongVector ROOTS = LongVector.fromArray(VectorDoubles.LONGS, DoubleFunctions.ROOTS, 0);
  static final LongVector ROOTS_REST =
      DoubleVector.fromArray(SPECIES, DoubleFunctions.ROOTS_REST, 0).reinterpretAsLongs();

  private VectorDoubleFunctions() {}

  private static DoubleVector clamp(DoubleVector x, double least, double most) {
    return x.blend(most, x.compare(GT, most)).blend(least, x.compare(LT, least));
  }

  static LongVector powerOfRoot(DoubleVector rounded) {
    LongVector k = bits(rounded);
    return k.selectFrom(ROOTS).add(k.lanewise(LSHL, 52 - STEP_BITS));
  }

  private static DoubleVector restOfSteps(DoubleVector x, DoubleVector rounded) {
    DoubleVector k = rounded.sub(TO_INTEGER);
    return k.fma(broadcast(-LN2_REST / STEPS), k.fma(broadcast(-LN2 / STEPS), x));
  }

  private static DoubleVector smallExpm1(DoubleVector r, DoubleVector rounded) {
    DoubleVector p = broadcast(1 / 5040.0);
    if (STEPS < 8) {
      p = r.fma(broadcast(1 / 39916800.0), broadcast(1 / 3628800.0)).fma(r, broadcast(1 / 362880.0))
          .fma(r, broadcast(1 / 40320.0)).fma(r, p);
    }
    p = p.fma(r, broadcast(1 / 720.0)).fma(r, broadcast(1 / 120.0)).fma(r, broadcast(1 / 24.0));
    DoubleVector rest = ofBits(bits(rounded).selectFrom(ROOTS_REST));
    return p.fma(r, broadcast(1 / 6.0)).fma(r, broadcast(0.5)).fma(r, broadcast(1)).mul(r).add(rest);
  }

  static DoubleVector exp(DoubleVector x) {
    DoubleVector c = clamp(x, EXP_LEAST, EXP_MOST);
    DoubleVector rounded = c.fma(broadcast(STEPS_PER_UNIT), broadcast(TO_INTEGER));
    VectorMask<Double> low = c.compare(LT, 0);
    LongVector shift = VectorLongs.broadcast(-SHIFT).blend(SHIFT, low.cast(VectorDoubles.LONGS));
    DoubleVector near = ofBits(powerOfRoot(rounded).add(shift));
    DoubleVector small = smallExpm1(restOfSteps(c, rounded), rounded);
    return small.fma(near, near).mul(broadcast(SHIFT_UP).blend(SHIFT_DOWN, low));
  }

  static DoubleVector expm1(DoubleVector x) {
    DoubleVector c = clamp(x, -EXP_NORMAL, EXP_MOST);
    DoubleVector rounded = c.fma(broadcast(STEPS_PER_UNIT), broadcast(TO_INTEGER));
    DoubleVector half = ofBits(powerOfRoot(rounded).sub(1L << 52));
    return smallExpm1(restOfSteps(c, rounded), rounded).fma(half, half.sub(0.5)).mul(2);
  }

  static DoubleVector sigmoid(DoubleVector x) {
    return broadcast(1).div(exp(x.neg()).add(1));
  }

  static DoubleVector tanh(DoubleVector x) {
    DoubleVector m = expm1(x.abs().mul(-2));
    return VectorDoubles.copysign(m.div(m.add(2)), x);
  }

  static DoubleVector exponent(DoubleVector x) {
    return VectorDoubles.number(bits(x).sub(ROOT_OF_HALF).lanewise(ASHR, 52));
  }

  static DoubleVector fractionLessOne(DoubleVector x) {
    LongVector bits = bits(x);
    return ofBits(bits.sub(bits.sub(ROOT_OF_HALF).and(EXPONENT))).sub(1);
  }

  private static DoubleVector normalLog(DoubleVector x, DoubleVector exponent) {
    DoubleVector f = fractionLessOne(x);
    DoubleVector s = f.div(f.add(2));
    DoubleVector z = s.mul(s);
    DoubleVector high = broadcast(LOG16).fma(z, broadcast(LOG14)).fma(z, broadcast(LOG12)).fma(z, broadcast(LOG10));
    DoubleVector r = high.fma(z, broadcast(LOG8)).fma(z, broadcast(LOG6)).fma(z, broadcast(LOG4))
        .fma(z, broadcast(LOG2)).mul(z);
    DoubleVector rest = exponent.fma(broadcast(LN2_REST), s.mul(r.sub(f)));
    return exponent.fma(broadcast(LN2), rest.add(f));
  }

  static DoubleVector log(DoubleVector x) {
    VectorMask<Double> tiny = x.compare(LT, Double.MIN_NORMAL);
    DoubleVector lifted = x.blend(x.mul(0x1p54), tiny);
    DoubleVector exponent = exponent(lifted);
    DoubleVector logarithm = normalLog(lifted, exponent.blend(exponent.sub(54), tiny));
    return logarithm.blend(Double.NEGATIVE_INFINITY, x.compare(EQ, 0)).blend(Double.NaN, x.compare(LT, 0))
        .blend(x, x.compare(LE, Double.MAX_VALUE).not());
  }

  static DoubleVector log1p(DoubleVector x) {
    DoubleVector u = x.add(1);
    DoubleVector value = log(u);
    DoubleVector corrected = value.add(x.sub(u.sub(1)).div(u));
    return corrected.blend(value, VectorDoubles.isNan(corrected));
  }
}
