package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;
import static jtorch.cpu.loop.FloatFunctions.*;
import static jtorch.cpu.loop.VectorFloats.SPECIES;
import static jtorch.cpu.loop.VectorFloats.bits;
import static jtorch.cpu.loop.VectorFloats.broadcast;
import static jtorch.cpu.loop.VectorFloats.ofBits;
import static jtorch.cpu.loop.VectorFloats.swapped;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Transcendental functions in float for vector loops: [FloatFunctions] in all lanes.
///
/// There are no branches, which the JIT compiler would bet on and lose, but for angles that are too large.
final class VectorFloatFunctions {
  static final IntVector ROOTS = IntVector.fromArray(VectorFloats.INTS, FloatFunctions.ROOTS, 0);
  static final IntVector ROOTS_REST =
      FloatVector.fromArray(SPECIES, FloatFunctions.ROOTS_REST, 0).reinterpretAsInts();

  private VectorFloatFunctions() {}

  private static FloatVector clamp(FloatVector x, float least, float most) {
    return x.blend(most, x.compare(GT, most)).blend(least, x.compare(LT, least));
  }

  // Exponential functions

  private static IntVector powerOfRoot(FloatVector rounded) {
    IntVector k = bits(rounded);
    return k.selectFrom(ROOTS).add(k.lanewise(LSHL, 23 - STEP_BITS));
  }

  private static FloatVector restOfSteps(FloatVector x, FloatVector rounded) {
    FloatVector k = rounded.sub(TO_INTEGER);
    return k.fma(broadcast(-LN2_REST / STEPS), k.fma(broadcast(-LN2 / STEPS), x));
  }

  private static FloatVector smallExpm1(FloatVector r) {
    FloatVector p = broadcast(1f / 6);
    if (STEPS < 8) p = r.fma(broadcast(1f / 120), broadcast(1f / 24)).fma(r, p);
    return p.fma(r, broadcast(0.5f)).fma(r, broadcast(1)).mul(r);
  }

  private static FloatVector shifted(IntVector power, FloatVector small, VectorMask<Float> low) {
    IntVector shift = VectorInts.broadcast(-SHIFT).blend(SHIFT, low.cast(VectorFloats.INTS));
    FloatVector near = ofBits(power.add(shift));
    return small.fma(near, near).mul(broadcast(SHIFT_UP).blend(SHIFT_DOWN, low));
  }

  static FloatVector exp(FloatVector x) {
    FloatVector c = clamp(x, EXP_LEAST, EXP_MOST);
    FloatVector rounded = c.fma(broadcast(STEPS_PER_UNIT), broadcast(TO_INTEGER));
    return shifted(powerOfRoot(rounded), smallExpm1(restOfSteps(c, rounded)), c.compare(LT, 0));
  }

  static FloatVector exp2(FloatVector x) {
    FloatVector c = clamp(x, EXP2_LEAST, EXP2_MOST);
    FloatVector rounded = c.fma(broadcast(STEPS), broadcast(TO_INTEGER));
    FloatVector fraction = rounded.sub(TO_INTEGER).fma(broadcast(-1f / STEPS), c);
    return shifted(powerOfRoot(rounded), smallExpm1(fraction.mul(LN2)), c.compare(LT, 0));
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector c = clamp(x, -EXP_NORMAL, EXP_MOST);
    FloatVector rounded = c.fma(broadcast(STEPS_PER_UNIT), broadcast(TO_INTEGER));
    FloatVector half = ofBits(powerOfRoot(rounded).sub(1 << 23));
    FloatVector rest = ofBits(bits(rounded).selectFrom(ROOTS_REST));
    FloatVector r = restOfSteps(c, rounded);
    FloatVector small = r.mul(r).mul(r.mul(r)).fma(broadcast(1f / 24), smallExpm1(r).add(rest));
    return small.fma(half, half.sub(0.5f)).mul(2);
  }

  static FloatVector sigmoid(FloatVector x) {
    FloatVector c = clamp(x, -SIGMOID_END, EXP_NORMAL);
    FloatVector rounded = c.fma(broadcast(-STEPS_PER_UNIT), broadcast(TO_INTEGER));
    FloatVector power = ofBits(powerOfRoot(rounded));
    FloatVector small = smallExpm1(restOfSteps(c.neg(), rounded));
    return broadcast(1).div(small.fma(power, power).add(1)).blend(0, x.compare(LT, -SIGMOID_END));
  }

  // Logarithms

  private static FloatVector exponent(FloatVector x) {
    return VectorFloats.number(bits(x).sub(ROOT_OF_HALF).lanewise(ASHR, 23));
  }

  private static FloatVector fractionLessOne(FloatVector x) {
    IntVector bits = bits(x);
    return ofBits(bits.sub(bits.sub(ROOT_OF_HALF).and(EXPONENT))).sub(1);
  }

  private static FloatVector logRest(FloatVector f) {
    FloatVector high = broadcast(LOG10).fma(f, broadcast(LOG9)).fma(f, broadcast(LOG8)).fma(f, broadcast(LOG7))
        .fma(f, broadcast(LOG6));
    return high.fma(f, broadcast(LOG5)).fma(f, broadcast(LOG4)).fma(f, broadcast(LOG3)).fma(f, broadcast(LOG2))
        .mul(f.mul(f));
  }

  private static FloatVector lifted(FloatVector x) {
    return x.blend(x.mul(0x1p23f), x.compare(LT, Float.MIN_NORMAL));
  }

  private static FloatVector liftedExponent(FloatVector x) {
    FloatVector exponent = exponent(lifted(x));
    return exponent.blend(exponent.sub(23), x.compare(LT, Float.MIN_NORMAL));
  }

  private static FloatVector ends(FloatVector logarithm, FloatVector x) {
    return logarithm.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0)).blend(Float.NaN, x.compare(LT, 0))
        .blend(x, x.compare(LE, Float.MAX_VALUE).not());
  }

  static FloatVector log(FloatVector x) {
    FloatVector f = fractionLessOne(lifted(x));
    FloatVector e = liftedExponent(x);
    return ends(e.fma(broadcast(LN2), e.fma(broadcast(LN2_REST), logRest(f)).add(f)), x);
  }

  static FloatVector log2(FloatVector x) {
    FloatVector f = fractionLessOne(lifted(x));
    return ends(logRest(f).add(f).fma(broadcast(1 / LN2), liftedExponent(x)), x);
  }

  static FloatVector log10(FloatVector x) {
    FloatVector f = fractionLessOne(lifted(x));
    return ends(logRest(f).add(f).fma(broadcast(LOG10_OF_E), liftedExponent(x).mul(LOG10_OF_2)), x);
  }

  static FloatVector log1p(FloatVector x) {
    FloatVector u = x.add(1);
    FloatVector value = log(u);
    FloatVector corrected = value.add(x.sub(u.sub(1)).div(u));
    return corrected.blend(value, VectorFloats.isNan(corrected));
  }

  static FloatVector pow(FloatVector a, FloatVector b) {
    FloatVector above = swapped(powerBelow(swapped(a.abs()), swapped(b)));
    FloatVector power = powerBelow(a.abs(), b).add(above);
    VectorMask<Float> whole = VectorFloats.trunc(b).compare(EQ, b);
    VectorMask<Float> odd = whole.and(VectorFloats.trunc(b.mul(0.5f)).mul(2).compare(NE, b));
    power = power.blend(power.neg(), odd.and(VectorFloats.signbit(a)));
    power = power.blend(Float.NaN, a.compare(LT, 0).and(VectorFloats.isFinite(a)).andNot(whole));
    VectorMask<Float> one = b.compare(EQ, 0).or(a.compare(EQ, 1)).or(a.compare(EQ, -1).and(VectorFloats.isInf(b)));
    return power.blend(1, one);
  }

  /// Of the lower half of the lanes; the other ones are 0.
  private static FloatVector powerBelow(FloatVector a, FloatVector b) {
    DoubleVector power = VectorFloatPower.of(doubles(a), doubles(b));
    return VectorClasses.floats(SPECIES, power.convertShape(VectorOperators.D2F, SPECIES, 0));
  }

  private static DoubleVector doubles(FloatVector x) {
    return VectorClasses.doubles(VectorDoubles.SPECIES,
        x.convertShape(VectorOperators.F2D, VectorDoubles.SPECIES, 0));
  }

  // Circular functions

  private static FloatVector quarters(FloatVector x) {
    return x.fma(broadcast(QUARTERS_PER_UNIT), broadcast(TO_INTEGER));
  }

  private static FloatVector restOfQuarters(FloatVector x) {
    FloatVector k = quarters(x).sub(TO_INTEGER);
    FloatVector r = k.fma(broadcast(-QUARTER_REST), k.fma(broadcast(-QUARTER), x));
    return k.fma(broadcast(-QUARTER_REST2), r);
  }

  private static FloatVector smallSine(FloatVector r) {
    FloatVector u = r.mul(r);
    return broadcast(SIN7).fma(u, broadcast(SIN5)).fma(u, broadcast(SIN3)).fma(u.mul(r), r);
  }

  private static FloatVector smallCosine(FloatVector r) {
    FloatVector u = r.mul(r);
    return broadcast(COS8).fma(u, broadcast(COS6)).fma(u, broadcast(COS4)).fma(u, broadcast(-0.5f))
        .fma(u, broadcast(1));
  }

  private static VectorMask<Float> isOdd(IntVector quarters) {
    return quarters.and(1).compare(NE, 0).cast(SPECIES);
  }

  private static FloatVector sineAfter(IntVector quarters, FloatVector r) {
    FloatVector value = smallSine(r).blend(smallCosine(r), isOdd(quarters));
    return ofBits(bits(value).lanewise(XOR, quarters.and(2).lanewise(LSHL, 30)));
  }

  private static boolean areSmallAngles(FloatVector x) {
    return x.abs().compare(LT, LARGEST_ANGLE).allTrue();
  }

  private static float[] lanes(FloatVector x) {
    float[] lanes = new float[SPECIES.length()];
    x.intoArray(lanes, 0);
    return lanes;
  }

  private static FloatVector fromLanes(float[] lanes) {
    return VectorClasses.floats(SPECIES, FloatVector.fromArray(SPECIES, lanes, 0));
  }

  static FloatVector sin(FloatVector x) {
    if (!areSmallAngles(x)) return fromLanes(sines(lanes(x)));
    return sineAfter(bits(quarters(x)), restOfQuarters(x));
  }

  static FloatVector cos(FloatVector x) {
    if (!areSmallAngles(x)) return fromLanes(cosines(lanes(x)));
    return sineAfter(bits(quarters(x)).add(1), restOfQuarters(x));
  }

  static FloatVector tan(FloatVector x) {
    if (!areSmallAngles(x)) return fromLanes(tangents(lanes(x)));
    VectorMask<Float> odd = isOdd(bits(quarters(x)));
    FloatVector sine = smallSine(restOfQuarters(x));
    FloatVector cosine = smallCosine(restOfQuarters(x));
    return sine.blend(cosine.neg(), odd).div(cosine.blend(sine, odd));
  }

  // Functions with two levels

  static FloatVector tanh(FloatVector x) {
    FloatVector c = clamp(x, -TANH_END, TANH_END);
    FloatVector u = c.mul(c);
    FloatVector p = broadcast(TANH_P4).fma(u, broadcast(TANH_P3)).fma(u, broadcast(TANH_P2))
        .fma(u, broadcast(TANH_P1)).fma(u, broadcast(1));
    FloatVector q = broadcast(TANH_Q4).fma(u, broadcast(TANH_Q3)).fma(u, broadcast(TANH_Q2))
        .fma(u, broadcast(TANH_Q1)).fma(u, broadcast(1));
    return c.mul(p).div(q);
  }

  static FloatVector erf(FloatVector x) {
    FloatVector c = clamp(x, -ERF_END, ERF_END);
    FloatVector u = c.mul(c);
    FloatVector p = broadcast(ERF_P5).fma(u, broadcast(ERF_P4)).fma(u, broadcast(ERF_P3)).fma(u, broadcast(ERF_P2))
        .fma(u, broadcast(ERF_P1)).fma(u, broadcast(ERF_P0));
    FloatVector q = broadcast(ERF_Q5).fma(u, broadcast(ERF_Q4)).fma(u, broadcast(ERF_Q3)).fma(u, broadcast(ERF_Q2))
        .fma(u, broadcast(ERF_Q1)).fma(u, broadcast(1));
    return c.mul(p).div(q);
  }

  static FloatVector atan2(FloatVector a, FloatVector b) {
    FloatVector y = a.abs();
    FloatVector x = b.abs();
    FloatVector angle = octant(x.min(y), x.max(y));
    angle = angle.blend(broadcast(QUARTER_TURN).sub(angle).add(QUARTER_TURN_REST), y.compare(GT, x));
    angle = angle.blend(broadcast(HALF_TURN).sub(angle).add(HALF_TURN_REST), VectorFloats.signbit(b));
    return VectorFloats.copysign(angle, a);
  }

  private static FloatVector octant(FloatVector least, FloatVector most) {
    FloatVector q = least.div(most).blend(1, least.compare(EQ, most)).blend(0, most.compare(EQ, 0));
    FloatVector u = q.mul(q);
    FloatVector p = broadcast(ATAN17).fma(u, broadcast(ATAN15)).fma(u, broadcast(ATAN13)).fma(u, broadcast(ATAN11))
        .fma(u, broadcast(ATAN9)).fma(u, broadcast(ATAN7)).fma(u, broadcast(ATAN5)).fma(u, broadcast(ATAN3));
    return p.mul(u).fma(q, q);
  }
}
