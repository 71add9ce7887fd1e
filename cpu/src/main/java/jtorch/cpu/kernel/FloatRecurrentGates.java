package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// [RecurrentGates] of `float32` on the Vector API; what is left of a row is done with a mask.
final class FloatRecurrentGates implements RecurrentGates {
  static final RecurrentGates APART = Apart.of(RecurrentGates.class, new FloatRecurrentGates());
  private static final Activations ACTIVATIONS = Apart.of(Activations.class, new Exponential());

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  /// Below this the series of the hyperbolic tangent is more precise than exponentials.
  private static final float SMALL = 0.35f;

  private static FloatVector constant(float v) {
    return FloatVector.broadcast(SPECIES, v);
  }

  private static FloatVector load(long x, long i, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, x + i * 4, nativeOrder(), mask);
  }

  private static void store(FloatVector v, long x, long i, VectorMask<Float> mask) {
    v.intoMemorySegment(ALL, x + i * 4, nativeOrder(), mask);
  }

  @Override
  public void lstm(long gates, long c, long cells, long h, long n) {
    ACTIVATIONS.sigmoid(gates, 2 * n);
    ACTIVATIONS.tanh(gates + 8 * n, gates + 8 * n, n);
    ACTIVATIONS.sigmoid(gates + 12 * n, n);
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      FloatVector cell = load(gates, n + j, m).fma(load(c, j, m), load(gates, j, m).mul(load(gates, 2 * n + j, m)));
      store(cell, c, j, m);
      store(cell, cells, j, m);
    }
    ACTIVATIONS.tanh(h, c, n);
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      store(load(gates, 3 * n + j, m).mul(load(h, j, m)), h, j, m);
    }
  }

  @Override
  public void lstmBackward(long gates, long cells, long before, long dh, long dc, long dgates, long n) {
    FloatVector one = constant(1);
    // Where the gradient of the output gate will stand, its tanh waits.
    ACTIVATIONS.tanh(dgates + 12 * n, cells, n);
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      FloatVector i = load(gates, j, m);
      FloatVector f = load(gates, n + j, m);
      FloatVector g = load(gates, 2 * n + j, m);
      FloatVector o = load(gates, 3 * n + j, m);
      FloatVector t = load(dgates, 3 * n + j, m);
      FloatVector grad = load(dh, j, m);
      FloatVector cell = grad.mul(o).fma(one.sub(t.mul(t)), load(dc, j, m));
      store(cell.mul(g).mul(i).mul(one.sub(i)), dgates, j, m);
      store(cell.mul(load(before, j, m)).mul(f).mul(one.sub(f)), dgates, n + j, m);
      store(cell.mul(i).mul(one.sub(g.mul(g))), dgates, 2 * n + j, m);
      store(grad.mul(t).mul(o).mul(one.sub(o)), dgates, 3 * n + j, m);
      store(cell.mul(f), dc, j, m);
    }
  }

  @Override
  public void gru(long gates, long hidden, long h, long n) {
    for (long j = 0; j < 2 * n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, 2 * n);
      store(load(gates, j, m).add(load(hidden, j, m)), gates, j, m);
    }
    ACTIVATIONS.sigmoid(gates, 2 * n);
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      FloatVector k = load(gates, j, m).fma(load(hidden, 2 * n + j, m), load(gates, 2 * n + j, m));
      store(k, gates, 2 * n + j, m);
    }
    ACTIVATIONS.tanh(gates + 8 * n, gates + 8 * n, n);
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      FloatVector k = load(gates, 2 * n + j, m);
      store(load(gates, n + j, m).fma(load(h, j, m).sub(k), k), h, j, m);
    }
  }

  @Override
  public void gruBackward(long gates, long hidden, long before, long dh, long dgates, long dhidden, long n) {
    FloatVector one = constant(1);
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      FloatVector r = load(gates, j, m);
      FloatVector z = load(gates, n + j, m);
      FloatVector k = load(gates, 2 * n + j, m);
      FloatVector grad = load(dh, j, m);
      FloatVector dk = grad.mul(one.sub(z)).mul(one.sub(k.mul(k)));
      FloatVector dz = grad.mul(load(before, j, m).sub(k)).mul(z).mul(one.sub(z));
      FloatVector dr = dk.mul(load(hidden, 2 * n + j, m)).mul(r).mul(one.sub(r));
      store(dr, dgates, j, m);
      store(dz, dgates, n + j, m);
      store(dk, dgates, 2 * n + j, m);
      store(dr, dhidden, j, m);
      store(dz, dhidden, n + j, m);
      store(dk.mul(r), dhidden, 2 * n + j, m);
      store(grad.mul(z), dh, j, m);
    }
  }

  @Override
  public void plain(boolean tanh, long gates, long h, long n) {
    if (tanh) {
      ACTIVATIONS.tanh(h, gates, n);
      return;
    }
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      store(load(gates, j, m).max(constant(0)), h, j, m);
    }
  }

  @Override
  public void plainBackward(boolean tanh, long h, long dh, long dgates, long n) {
    for (long j = 0; j < n; j += LANES) {
      VectorMask<Float> m = SPECIES.indexInRange(j, n);
      FloatVector y = load(h, j, m);
      FloatVector grad = load(dh, j, m);
      FloatVector d = tanh ? grad.mul(constant(1).sub(y.mul(y)))
          : grad.blend(constant(0), y.compare(LE, constant(0)));
      store(d, dgates, j, m);
    }
  }

  /// Loops of their own: with the functions of all gates in one, C2 would stop inlining halfway.
  interface Activations {
    /// `x[i] = 1 / (1 + exp(-x[i]))`.
    void sigmoid(long x, long n);

    /// `y[i] = tanh(x[i])`; `y` may be `x`.
    void tanh(long y, long x, long n);
  }

  /// By exponentials.
  static final class Exponential implements Activations {
    @Override
    public void sigmoid(long x, long n) {
      for (long j = 0; j < n; j += LANES) {
        VectorMask<Float> m = SPECIES.indexInRange(j, n);
        store(sigmoid(load(x, j, m)), x, j, m);
      }
    }

    @Override
    public void tanh(long y, long x, long n) {
      for (long j = 0; j < n; j += LANES) {
        VectorMask<Float> m = SPECIES.indexInRange(j, n);
        store(tanh(load(x, j, m)), y, j, m);
      }
    }

    private static FloatVector sigmoid(FloatVector x) {
      FloatVector e = FloatMath.expOfNonPositive(x.abs().neg());
      FloatVector one = constant(1);
      VectorMask<Float> positive = x.compare(GE, constant(0));
      return e.blend(one, positive).div(e.add(one));
    }

    private static FloatVector tanh(FloatVector x) {
      FloatVector a = x.abs();
      FloatVector one = constant(1);
      FloatVector e = FloatMath.expOfNonPositive(a.mul(constant(-2)));
      FloatVector large = one.sub(e).div(one.add(e));
      FloatVector q = a.mul(a);
      FloatVector p = q.fma(constant(62f / 2835), constant(-17f / 315));
      p = p.fma(q, constant(2f / 15));
      p = p.fma(q, constant(-1f / 3));
      FloatVector small = p.mul(q).fma(a, a);
      FloatVector y = large.blend(small, a.compare(LT, constant(SMALL)));
      return y.blend(y.neg(), x.compare(LT, constant(0)));
    }
  }
}
