package jtorch.cpu.fft;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Stages of transforms of float32: see [Passes#stage].
///
/// Each loop over butterflies is a method of its own, with as many operations as C2 still makes vector code of: 8 numbers
/// fit, but not 5 that are multiplied by roots first.
final class FloatButterflies {
  private static final VectorSpecies<Float> SPECIES = FloatPasses.SPECIES;
  private static final int LANES = FloatPasses.LANES;

  /// Vectors of butterflies that one call works on.
  private static final int TOGETHER = 16;

  private static final float ROOT = (float) Math.sqrt(0.5);
  private static final float HALF = -0.5f;
  private static final float SIN_60 = (float) Math.sqrt(0.75);
  private static final float COS_72 = (float) ((Math.sqrt(5) - 1) / 4);
  private static final float COS_144 = (float) (-(Math.sqrt(5) + 1) / 4);
  private static final float SIN_72 = (float) Math.sqrt((5 + Math.sqrt(5)) / 8);
  private static final float SIN_144 = (float) Math.sqrt((5 - Math.sqrt(5)) / 8);

  private FloatButterflies() {}

  private static FloatVector load(float[] m, int at) {
    return FloatVector.fromArray(SPECIES, m, at);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static void stage(int radix, float[] m, int at, int plane, int apart, int blocks, int width, float[] roots,
      int spare) {
    // A few at a time: methods are compiled early if they are called often.
    int together = Math.max(1, TOGETHER * LANES / width);
    int some = Math.min(apart, together);
    int someBlocks = Math.min(blocks, together / some);
    for (int b = 0; b < blocks; b += someBlocks) {
      int first = at + b * radix * apart * width;
      int count = Math.min(someBlocks, blocks - b);
      for (int p = 0; p < apart; p += some)
        some(radix, m, first, plane, apart, p, Math.min(p + some, apart), count, width, roots, spare);
    }
  }

  /// Butterflies `from` to `to` of some blocks.
  private static void some(int radix, float[] m, int at, int plane, int apart, int from, int to, int blocks, int width,
      float[] roots, int spare) {
    boolean first = apart == 1;
    if (!first && radix > 4) turn(radix, m, at, plane, apart, from, to, blocks, width, roots);
    int kind = switch (radix) {
      case 2 -> first ? 0 : 1;
      case 3 -> 2;
      case 4 -> first ? 3 : 4;
      case 5 -> 5;
      case 8 -> 6;
      default -> -1;
    };
    if (kind >= 0) run(kind, m, at, plane, apart, from, to, blocks, width, roots);
    else odd(radix, m, at, plane, apart, from, to, blocks, width, roots, spare);
  }

  /// Butterflies `from` to `to` of each block.
  private interface Butterflies {
    void run(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width, float[] roots);
  }

  private static final Butterflies[] BUTTERFLIES = {FloatButterflies::two, FloatButterflies::turnedTwo,
    FloatButterflies::turnedThree, FloatButterflies::four, FloatButterflies::turnedFour, FloatButterflies::five,
    FloatButterflies::eight};

  static {
    // One call for all of them, which has seen them all: inlined into one method they would be too many operations.
    for (int i = 0; i < 1000; i++) run(i % BUTTERFLIES.length, new float[0], 0, 0, 1, 0, 0, 0, LANES, new float[0]);
  }

  private static void run(int index, float[] m, int at, int plane, int apart, int from, int to, int blocks, int width,
      float[] roots) {
    BUTTERFLIES[index].run(m, at, plane, apart, from, to, blocks, width, roots);
  }

  /// Multiplies the inputs of butterflies by powers of their roots.
  private static void turn(int radix, float[] m, int at, int plane, int apart, int from, int to, int blocks, int width,
      float[] roots) {
    for (int p = Math.max(1, from); p < to; p++) {
      for (int k = 1; k < radix; k++) {
        int root = 2 * ((radix - 1) * p + k - 1);
        FloatVector wr = all(roots[root]);
        FloatVector wi = all(roots[root + 1]);
        for (int b = 0; b < blocks; b++) {
          int first = at + ((b * radix + k) * apart + p) * width;
          for (int x = first; x < first + width; x += LANES) {
            FloatVector re = load(m, x);
            FloatVector im = load(m, x + plane);
            re.mul(wr).sub(im.mul(wi)).intoArray(m, x);
            re.fma(wi, im.mul(wr)).intoArray(m, x + plane);
          }
        }
      }
    }
  }

  /// Any odd radix: pairs of inputs give pairs of outputs. The radix's own roots follow the twiddles.
  private static void odd(int r, float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots,
      int spare) {
    int own = 2 * (r - 1) * apartRows;
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + r * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        for (int k = 1; 2 * k < r; k++) pair(r, k, m, x, plane, apart, roots, own, spare);
        FloatVector sr = load(m, x);
        FloatVector si = load(m, x + plane);
        for (int j = 1; j < r; j++) {
          int u = x + j * apart;
          sr = sr.add(load(m, u));
          si = si.add(load(m, u + plane));
          load(m, spare + 2 * j * LANES).intoArray(m, u);
          load(m, spare + (2 * j + 1) * LANES).intoArray(m, u + plane);
        }
        sr.intoArray(m, x);
        si.intoArray(m, x + plane);
      }
    }
  }

  /// Outputs k and r - k of one butterfly, kept aside until all inputs are read.
  private static void pair(int r, int k, float[] m, int x, int plane, int apart, float[] roots, int own, int spare) {
    FloatVector mr = load(m, x);
    FloatVector mi = load(m, x + plane);
    FloatVector nr = all(0);
    FloatVector ni = all(0);
    for (int j = 1; 2 * j < r; j++) {
      int w = own + 2 * (j * k % r);
      FloatVector wr = all(roots[w]);
      FloatVector wi = all(roots[w + 1]);
      int u = x + j * apart;
      int v = x + (r - j) * apart;
      mr = load(m, u).add(load(m, v)).fma(wr, mr);
      mi = load(m, u + plane).add(load(m, v + plane)).fma(wr, mi);
      // The roots' imaginary parts are negative sines.
      nr = load(m, u + plane).sub(load(m, v + plane)).fma(wi, nr);
      ni = load(m, u).sub(load(m, v)).fma(wi, ni);
    }
    mr.sub(nr).intoArray(m, spare + 2 * k * LANES);
    mi.add(ni).intoArray(m, spare + (2 * k + 1) * LANES);
    mr.add(nr).intoArray(m, spare + 2 * (r - k) * LANES);
    mi.sub(ni).intoArray(m, spare + (2 * (r - k) + 1) * LANES);
  }

  private static void two(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + 2 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int u = x + apart;
        FloatVector a0r = load(m, x);
        FloatVector a0i = load(m, x + plane);
        FloatVector a1r = load(m, u);
        FloatVector a1i = load(m, u + plane);
        a0r.add(a1r).intoArray(m, x);
        a0i.add(a1i).intoArray(m, x + plane);
        a0r.sub(a1r).intoArray(m, u);
        a0i.sub(a1i).intoArray(m, u + plane);
      }
    }
  }

  private static void turnedTwo(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    for (int p = from; p < to; p++) {
      FloatVector wr = all(roots[2 * p]);
      FloatVector wi = all(roots[2 * p + 1]);
      for (int b = 0; b < blocks; b++) {
        int first = at + 2 * b * apart + p * width;
        for (int x = first; x < first + width; x += LANES) {
          int u = x + apart;
          FloatVector xr = load(m, u);
          FloatVector xi = load(m, u + plane);
          FloatVector a0r = load(m, x);
          FloatVector a0i = load(m, x + plane);
          FloatVector a1r = xr.mul(wr).sub(xi.mul(wi));
          FloatVector a1i = xr.fma(wi, xi.mul(wr));
          a0r.add(a1r).intoArray(m, x);
          a0i.add(a1i).intoArray(m, x + plane);
          a0r.sub(a1r).intoArray(m, u);
          a0i.sub(a1i).intoArray(m, u + plane);
        }
      }
    }
  }

  private static void turnedThree(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    FloatVector half = all(HALF);
    FloatVector sine = all(SIN_60);
    for (int p = from; p < to; p++) {
      FloatVector w1r = all(roots[4 * p]);
      FloatVector w1i = all(roots[4 * p + 1]);
      FloatVector w2r = all(roots[4 * p + 2]);
      FloatVector w2i = all(roots[4 * p + 3]);
      for (int b = 0; b < blocks; b++) {
        int first = at + 3 * b * apart + p * width;
        for (int x = first; x < first + width; x += LANES) {
          int u = x + apart;
          int v = u + apart;
          FloatVector xr = load(m, u);
          FloatVector xi = load(m, u + plane);
          FloatVector yr = load(m, v);
          FloatVector yi = load(m, v + plane);
          FloatVector a1r = xr.mul(w1r).sub(xi.mul(w1i));
          FloatVector a1i = xr.fma(w1i, xi.mul(w1r));
          FloatVector a2r = yr.mul(w2r).sub(yi.mul(w2i));
          FloatVector a2i = yr.fma(w2i, yi.mul(w2r));
          FloatVector a0r = load(m, x);
          FloatVector a0i = load(m, x + plane);
          FloatVector tr = a1r.add(a2r);
          FloatVector ti = a1i.add(a2i);
          FloatVector mr = tr.fma(half, a0r);
          FloatVector mi = ti.fma(half, a0i);
          FloatVector nr = a1r.sub(a2r).mul(sine);
          FloatVector ni = a1i.sub(a2i).mul(sine);
          a0r.add(tr).intoArray(m, x);
          a0i.add(ti).intoArray(m, x + plane);
          mr.add(ni).intoArray(m, u);
          mi.sub(nr).intoArray(m, u + plane);
          mr.sub(ni).intoArray(m, v);
          mi.add(nr).intoArray(m, v + plane);
        }
      }
    }
  }

  private static void four(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + 4 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int u = x + apart;
        int v = u + apart;
        int w = v + apart;
        FloatVector a0r = load(m, x);
        FloatVector a0i = load(m, x + plane);
        FloatVector a1r = load(m, u);
        FloatVector a1i = load(m, u + plane);
        FloatVector a2r = load(m, v);
        FloatVector a2i = load(m, v + plane);
        FloatVector a3r = load(m, w);
        FloatVector a3i = load(m, w + plane);
        FloatVector t0r = a0r.add(a2r);
        FloatVector t0i = a0i.add(a2i);
        FloatVector t1r = a0r.sub(a2r);
        FloatVector t1i = a0i.sub(a2i);
        FloatVector t2r = a1r.add(a3r);
        FloatVector t2i = a1i.add(a3i);
        FloatVector t3r = a1r.sub(a3r);
        FloatVector t3i = a1i.sub(a3i);
        t0r.add(t2r).intoArray(m, x);
        t0i.add(t2i).intoArray(m, x + plane);
        t1r.add(t3i).intoArray(m, u);
        t1i.sub(t3r).intoArray(m, u + plane);
        t0r.sub(t2r).intoArray(m, v);
        t0i.sub(t2i).intoArray(m, v + plane);
        t1r.sub(t3i).intoArray(m, w);
        t1i.add(t3r).intoArray(m, w + plane);
      }
    }
  }

  private static void turnedFour(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    for (int p = from; p < to; p++) {
      FloatVector w1r = all(roots[6 * p]);
      FloatVector w1i = all(roots[6 * p + 1]);
      FloatVector w2r = all(roots[6 * p + 2]);
      FloatVector w2i = all(roots[6 * p + 3]);
      FloatVector w3r = all(roots[6 * p + 4]);
      FloatVector w3i = all(roots[6 * p + 5]);
      for (int b = 0; b < blocks; b++) {
        int first = at + 4 * b * apart + p * width;
        for (int x = first; x < first + width; x += LANES) {
          int u = x + apart;
          int v = u + apart;
          int w = v + apart;
          FloatVector xr = load(m, v);
          FloatVector xi = load(m, v + plane);
          FloatVector a0r = load(m, x);
          FloatVector a0i = load(m, x + plane);
          FloatVector a2r = xr.mul(w2r).sub(xi.mul(w2i));
          FloatVector a2i = xr.fma(w2i, xi.mul(w2r));
          FloatVector t0r = a0r.add(a2r);
          FloatVector t0i = a0i.add(a2i);
          FloatVector t1r = a0r.sub(a2r);
          FloatVector t1i = a0i.sub(a2i);
          FloatVector yr = load(m, u);
          FloatVector yi = load(m, u + plane);
          FloatVector zr = load(m, w);
          FloatVector zi = load(m, w + plane);
          FloatVector a1r = yr.mul(w1r).sub(yi.mul(w1i));
          FloatVector a1i = yr.fma(w1i, yi.mul(w1r));
          FloatVector a3r = zr.mul(w3r).sub(zi.mul(w3i));
          FloatVector a3i = zr.fma(w3i, zi.mul(w3r));
          FloatVector t2r = a1r.add(a3r);
          FloatVector t2i = a1i.add(a3i);
          FloatVector t3r = a1r.sub(a3r);
          FloatVector t3i = a1i.sub(a3i);
          t0r.add(t2r).intoArray(m, x);
          t0i.add(t2i).intoArray(m, x + plane);
          t1r.add(t3i).intoArray(m, u);
          t1i.sub(t3r).intoArray(m, u + plane);
          t0r.sub(t2r).intoArray(m, v);
          t0i.sub(t2i).intoArray(m, v + plane);
          t1r.sub(t3i).intoArray(m, w);
          t1i.add(t3r).intoArray(m, w + plane);
        }
      }
    }
  }

  private static void five(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    FloatVector c1 = all(COS_72);
    FloatVector c2 = all(COS_144);
    FloatVector s1 = all(SIN_72);
    FloatVector s2 = all(SIN_144);
    FloatVector ns1 = all(-SIN_72);
    for (int b = 0; b < blocks; b++) {
      int first = at + 5 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int y = x + plane;
        FloatVector a1r = load(m, x + apart);
        FloatVector a1i = load(m, y + apart);
        FloatVector a2r = load(m, x + 2 * apart);
        FloatVector a2i = load(m, y + 2 * apart);
        FloatVector a3r = load(m, x + 3 * apart);
        FloatVector a3i = load(m, y + 3 * apart);
        FloatVector a4r = load(m, x + 4 * apart);
        FloatVector a4i = load(m, y + 4 * apart);
        FloatVector tr = a1r.add(a4r);
        FloatVector ti = a1i.add(a4i);
        FloatVector dr = a1r.sub(a4r);
        FloatVector di = a1i.sub(a4i);
        FloatVector ur = a2r.add(a3r);
        FloatVector ui = a2i.add(a3i);
        FloatVector er = a2r.sub(a3r);
        FloatVector ei = a2i.sub(a3i);
        FloatVector ar = load(m, x);
        FloatVector mr = tr.fma(c1, ur.fma(c2, ar));
        FloatVector nr = tr.fma(c2, ur.fma(c1, ar));
        FloatVector vi = di.fma(s1, ei.mul(s2));
        FloatVector wi = di.fma(s2, ei.mul(ns1));
        ar.add(tr).add(ur).intoArray(m, x);
        mr.add(vi).intoArray(m, x + apart);
        nr.add(wi).intoArray(m, x + 2 * apart);
        nr.sub(wi).intoArray(m, x + 3 * apart);
        mr.sub(vi).intoArray(m, x + 4 * apart);
        FloatVector ai = load(m, y);
        FloatVector mi = ti.fma(c1, ui.fma(c2, ai));
        FloatVector ni = ti.fma(c2, ui.fma(c1, ai));
        FloatVector vr = dr.fma(s1, er.mul(s2));
        FloatVector wr = dr.fma(s2, er.mul(ns1));
        ai.add(ti).add(ui).intoArray(m, y);
        mi.sub(vr).intoArray(m, y + apart);
        ni.sub(wr).intoArray(m, y + 2 * apart);
        ni.add(wr).intoArray(m, y + 3 * apart);
        mi.add(vr).intoArray(m, y + 4 * apart);
      }
    }
  }

  /// Two butterflies of 4, joined.
  private static void eight(float[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      float[] roots) {
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + 8 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int y = x + plane;
        FloatVector a0r = load(m, x);
        FloatVector a0i = load(m, y);
        FloatVector a4r = load(m, x + 4 * apart);
        FloatVector a4i = load(m, y + 4 * apart);
        FloatVector a2r = load(m, x + 2 * apart);
        FloatVector a2i = load(m, y + 2 * apart);
        FloatVector a6r = load(m, x + 6 * apart);
        FloatVector a6i = load(m, y + 6 * apart);
        FloatVector s0r = a0r.add(a4r);
        FloatVector s0i = a0i.add(a4i);
        FloatVector d0r = a0r.sub(a4r);
        FloatVector d0i = a0i.sub(a4i);
        FloatVector s2r = a2r.add(a6r);
        FloatVector s2i = a2i.add(a6i);
        FloatVector d2r = a2r.sub(a6r);
        FloatVector d2i = a2i.sub(a6i);
        FloatVector e0r = s0r.add(s2r);
        FloatVector e0i = s0i.add(s2i);
        FloatVector e1r = d0r.add(d2i);
        FloatVector e1i = d0i.sub(d2r);
        FloatVector e2r = s0r.sub(s2r);
        FloatVector e2i = s0i.sub(s2i);
        FloatVector e3r = d0r.sub(d2i);
        FloatVector e3i = d0i.add(d2r);
        FloatVector a1r = load(m, x + apart);
        FloatVector a1i = load(m, y + apart);
        FloatVector a5r = load(m, x + 5 * apart);
        FloatVector a5i = load(m, y + 5 * apart);
        FloatVector a3r = load(m, x + 3 * apart);
        FloatVector a3i = load(m, y + 3 * apart);
        FloatVector a7r = load(m, x + 7 * apart);
        FloatVector a7i = load(m, y + 7 * apart);
        FloatVector s1r = a1r.add(a5r);
        FloatVector s1i = a1i.add(a5i);
        FloatVector d1r = a1r.sub(a5r);
        FloatVector d1i = a1i.sub(a5i);
        FloatVector s3r = a3r.add(a7r);
        FloatVector s3i = a3i.add(a7i);
        FloatVector d3r = a3r.sub(a7r);
        FloatVector d3i = a3i.sub(a7i);
        FloatVector o0r = s1r.add(s3r);
        FloatVector o0i = s1i.add(s3i);
        FloatVector o1r = d1r.add(d3i);
        FloatVector o1i = d1i.sub(d3r);
        FloatVector o2r = s1r.sub(s3r);
        FloatVector o2i = s1i.sub(s3i);
        FloatVector o3r = d1r.sub(d3i);
        FloatVector o3i = d1i.add(d3r);
        FloatVector p1r = o1r.add(o1i).mul(ROOT);
        FloatVector p1i = o1i.sub(o1r).mul(ROOT);
        FloatVector p3r = o3i.sub(o3r).mul(ROOT);
        FloatVector p3i = o3r.add(o3i).mul(ROOT);
        e0r.add(o0r).intoArray(m, x);
        e0i.add(o0i).intoArray(m, y);
        e1r.add(p1r).intoArray(m, x + apart);
        e1i.add(p1i).intoArray(m, y + apart);
        e2r.add(o2i).intoArray(m, x + 2 * apart);
        e2i.sub(o2r).intoArray(m, y + 2 * apart);
        e3r.add(p3r).intoArray(m, x + 3 * apart);
        e3i.sub(p3i).intoArray(m, y + 3 * apart);
        e0r.sub(o0r).intoArray(m, x + 4 * apart);
        e0i.sub(o0i).intoArray(m, y + 4 * apart);
        e1r.sub(p1r).intoArray(m, x + 5 * apart);
        e1i.sub(p1i).intoArray(m, y + 5 * apart);
        e2r.sub(o2i).intoArray(m, x + 6 * apart);
        e2i.add(o2r).intoArray(m, y + 6 * apart);
        e3r.sub(p3r).intoArray(m, x + 7 * apart);
        e3i.add(p3i).intoArray(m, y + 7 * apart);
      }
    }
  }
}
