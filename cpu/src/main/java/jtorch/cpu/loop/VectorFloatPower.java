package jtorch.cpu.loop;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jtorch.cpu.loop.DoubleFunctions.LN2;
import static jtorch.cpu.loop.DoubleFunctions.STEPS;
import static jtorch.cpu.loop.DoubleFunctions.STEPS_PER_UNIT;
import static jtorch.cpu.loop.DoubleFunctions.TO_INTEGER;
import static jtorch.cpu.loop.FloatPower.LEAST;
import static jtorch.cpu.loop.FloatPower.LOG0;
import static jtorch.cpu.loop.FloatPower.LOG1;
import static jtorch.cpu.loop.FloatPower.LOG2;
import static jtorch.cpu.loop.FloatPower.LOG3;
import static jtorch.cpu.loop.FloatPower.LOG4;
import static jtorch.cpu.loop.FloatPower.MOST;
import static jtorch.cpu.loop.VectorDoubles.broadcast;

import jdk.incubator.vector.DoubleVector;

/// [FloatPower] in all lanes.
final class VectorFloatPower {
  private VectorFloatPower() {}

  static DoubleVector of(DoubleVector base, DoubleVector exponent) {
    DoubleVector x = log(base).mul(exponent);
    return exp(x.blend(MOST, x.compare(GT, MOST)).blend(LEAST, x.compare(LT, LEAST)));
  }

  private static DoubleVector log(DoubleVector base) {
    DoubleVector octaves = VectorDoubleFunctions.exponent(base);
    DoubleVector f = VectorDoubleFunctions.fractionLessOne(base);
    DoubleVector s = f.div(f.add(2));
    DoubleVector z = s.mul(s);
    DoubleVector p = broadcast(LOG4).fma(z, broadcast(LOG3)).fma(z, broadcast(LOG2)).fma(z, broadcast(LOG1))
        .fma(z, broadcast(LOG0));
    DoubleVector logarithm = octaves.fma(broadcast(LN2), p.fma(z, broadcast(2)).mul(s));
    return logarithm.blend(Double.NEGATIVE_INFINITY, base.compare(EQ, 0))
        .blend(base, base.compare(LE, Double.MAX_VALUE).not());
  }

  private static DoubleVector exp(DoubleVector x) {
    DoubleVector rounded = x.fma(broadcast(STEPS_PER_UNIT), broadcast(TO_INTEGER));
    DoubleVector r = rounded.sub(TO_INTEGER).fma(broadcast(-LN2 / STEPS), x);
    DoubleVector p = broadcast(1 / 120.0);
    if (STEPS < 8) p = r.fma(broadcast(1 / 5040.0), broadcast(1 / 720.0)).fma(r, p);
    p = p.fma(r, broadcast(1 / 24.0)).fma(r, broadcast(1 / 6.0)).fma(r, broadcast(0.5)).fma(r, broadcast(1)).mul(r);
    DoubleVector root = VectorDoubles.ofBits(VectorDoubleFunctions.powerOfRoot(rounded));
    return p.fma(root, root);
  }
}
