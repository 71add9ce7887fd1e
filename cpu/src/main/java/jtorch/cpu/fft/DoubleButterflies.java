package jtorch.cpu.fft;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/// Stages of transforms of float64: see [Passes#stage].
///
/// Each loop over butterflies is a method of its own, with as many operations as C2 still makes vector code of: 8 numbers
/// fit, but not 5 that are multiplied by roots first.
final class DoubleButterflies {
  private static final VectorSpecies<Double> SPECIES = DoublePasses.SPECIES;
  private static final int LANES = DoublePasses.LANES;

  /// Vectors of butterflies that one call works on.
  private static final int TOGETHER = 16;

  private static final double ROOT = (double) Math.sqrt(0.5);
  private static final double HALF = -0.5;
  private static final double SIN_60 = (double) Math.sqrt(0.75);
  private static final double COS_72 = (double) ((Math.sqrt(5) - 1) / 4);
  private static final double COS_144 = (double) (-(Math.sqrt(5) + 1) / 4);
  private static final double SIN_72 = (double) Math.sqrt((5 + Math.sqrt(5)) / 8);
  private static final double SIN_144 = (double) Math.sqrt((5 - Math.sqrt(5)) / 8);

  private DoubleButterflies() {}

  private static DoubleVector load(double[] m, int at) {
    return DoubleVector.fromArray(SPECIES, m, at);
  }

  private static DoubleVector all(double value) {
    return DoubleVector.broadcast(SPECIES, value);
  }

  static void stage(int radix, double[] m, int at, int plane, int apart, int blocks, int width, double[] roots,
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
  private static void some(int radix, double[] m, int at, int plane, int apart, int from, int to, int blocks, int width,
      double[] roots, int spare) {
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
    void run(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width, double[] roots);
  }

  private static final Butterflies[] BUTTERFLIES = {DoubleButterflies::two, DoubleButterflies::turnedTwo,
    DoubleButterflies::turnedThree, DoubleButterflies::four, DoubleButterflies::turnedFour, DoubleButterflies::five,
    DoubleButterflies::eight};

  static {
    // One call for all of them, which has seen them all: inlined into one method they would be too many operations.
    for (int i = 0; i < 1000; i++) run(i % BUTTERFLIES.length, new double[0], 0, 0, 1, 0, 0, 0, LANES, new double[0]);
  }

  private static void run(int index, double[] m, int at, int plane, int apart, int from, int to, int blocks, int width,
      double[] roots) {
    BUTTERFLIES[index].run(m, at, plane, apart, from, to, blocks, width, roots);
  }

  /// Multiplies the inputs of butterflies by powers of their roots.
  private static void turn(int radix, double[] m, int at, int plane, int apart, int from, int to, int blocks, int width,
      double[] roots) {
    for (int p = Math.max(1, from); p < to; p++) {
      for (int k = 1; k < radix; k++) {
        int root = 2 * ((radix - 1) * p + k - 1);
        DoubleVector wr = all(roots[root]);
        DoubleVector wi = all(roots[root + 1]);
        for (int b = 0; b < blocks; b++) {
          int first = at + ((b * radix + k) * apart + p) * width;
          for (int x = first; x < first + width; x += LANES) {
            DoubleVector re = load(m, x);
            DoubleVector im = load(m, x + plane);
            re.mul(wr).sub(im.mul(wi)).intoArray(m, x);
            re.fma(wi, im.mul(wr)).intoArray(m, x + plane);
          }
        }
      }
    }
  }

  /// Any odd radix: pairs of inputs give pairs of outputs. The radix's own roots follow the twiddles.
  private static void odd(int r, double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots,
      int spare) {
    int own = 2 * (r - 1) * apartRows;
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + r * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        for (int k = 1; 2 * k < r; k++) pair(r, k, m, x, plane, apart, roots, own, spare);
        DoubleVector sr = load(m, x);
        DoubleVector si = load(m, x + plane);
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
  private static void pair(int r, int k, double[] m, int x, int plane, int apart, double[] roots, int own, int spare) {
    DoubleVector mr = load(m, x);
    DoubleVector mi = load(m, x + plane);
    DoubleVector nr = all(0);
    DoubleVector ni = all(0);
    for (int j = 1; 2 * j < r; j++) {
      int w = own + 2 * (j * k % r);
      DoubleVector wr = all(roots[w]);
      DoubleVector wi = all(roots[w + 1]);
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

  private static void two(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + 2 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int u = x + apart;
        DoubleVector a0r = load(m, x);
        DoubleVector a0i = load(m, x + plane);
        DoubleVector a1r = load(m, u);
        DoubleVector a1i = load(m, u + plane);
        a0r.add(a1r).intoArray(m, x);
        a0i.add(a1i).intoArray(m, x + plane);
        a0r.sub(a1r).intoArray(m, u);
        a0i.sub(a1i).intoArray(m, u + plane);
      }
    }
  }

  private static void turnedTwo(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    for (int p = from; p < to; p++) {
      DoubleVector wr = all(roots[2 * p]);
      DoubleVector wi = all(roots[2 * p + 1]);
      for (int b = 0; b < blocks; b++) {
        int first = at + 2 * b * apart + p * width;
        for (int x = first; x < first + width; x += LANES) {
          int u = x + apart;
          DoubleVector xr = load(m, u);
          DoubleVector xi = load(m, u + plane);
          DoubleVector a0r = load(m, x);
          DoubleVector a0i = load(m, x + plane);
          DoubleVector a1r = xr.mul(wr).sub(xi.mul(wi));
          DoubleVector a1i = xr.fma(wi, xi.mul(wr));
          a0r.add(a1r).intoArray(m, x);
          a0i.add(a1i).intoArray(m, x + plane);
          a0r.sub(a1r).intoArray(m, u);
          a0i.sub(a1i).intoArray(m, u + plane);
        }
      }
    }
  }

  private static void turnedThree(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    DoubleVector half = all(HALF);
    DoubleVector sine = all(SIN_60);
    for (int p = from; p < to; p++) {
      DoubleVector w1r = all(roots[4 * p]);
      DoubleVector w1i = all(roots[4 * p + 1]);
      DoubleVector w2r = all(roots[4 * p + 2]);
      DoubleVector w2i = all(roots[4 * p + 3]);
      for (int b = 0; b < blocks; b++) {
        int first = at + 3 * b * apart + p * width;
        for (int x = first; x < first + width; x += LANES) {
          int u = x + apart;
          int v = u + apart;
          DoubleVector xr = load(m, u);
          DoubleVector xi = load(m, u + plane);
          DoubleVector yr = load(m, v);
          DoubleVector yi = load(m, v + plane);
          DoubleVector a1r = xr.mul(w1r).sub(xi.mul(w1i));
          DoubleVector a1i = xr.fma(w1i, xi.mul(w1r));
          DoubleVector a2r = yr.mul(w2r).sub(yi.mul(w2i));
          DoubleVector a2i = yr.fma(w2i, yi.mul(w2r));
          DoubleVector a0r = load(m, x);
          DoubleVector a0i = load(m, x + plane);
          DoubleVector tr = a1r.add(a2r);
          DoubleVector ti = a1i.add(a2i);
          DoubleVector mr = tr.fma(half, a0r);
          DoubleVector mi = ti.fma(half, a0i);
          DoubleVector nr = a1r.sub(a2r).mul(sine);
          DoubleVector ni = a1i.sub(a2i).mul(sine);
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

  private static void four(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + 4 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int u = x + apart;
        int v = u + apart;
        int w = v + apart;
        DoubleVector a0r = load(m, x);
        DoubleVector a0i = load(m, x + plane);
        DoubleVector a1r = load(m, u);
        DoubleVector a1i = load(m, u + plane);
        DoubleVector a2r = load(m, v);
        DoubleVector a2i = load(m, v + plane);
        DoubleVector a3r = load(m, w);
        DoubleVector a3i = load(m, w + plane);
        DoubleVector t0r = a0r.add(a2r);
        DoubleVector t0i = a0i.add(a2i);
        DoubleVector t1r = a0r.sub(a2r);
        DoubleVector t1i = a0i.sub(a2i);
        DoubleVector t2r = a1r.add(a3r);
        DoubleVector t2i = a1i.add(a3i);
        DoubleVector t3r = a1r.sub(a3r);
        DoubleVector t3i = a1i.sub(a3i);
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

  private static void turnedFour(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    for (int p = from; p < to; p++) {
      DoubleVector w1r = all(roots[6 * p]);
      DoubleVector w1i = all(roots[6 * p + 1]);
      DoubleVector w2r = all(roots[6 * p + 2]);
      DoubleVector w2i = all(roots[6 * p + 3]);
      DoubleVector w3r = all(roots[6 * p + 4]);
      DoubleVector w3i = all(roots[6 * p + 5]);
      for (int b = 0; b < blocks; b++) {
        int first = at + 4 * b * apart + p * width;
        for (int x = first; x < first + width; x += LANES) {
          int u = x + apart;
          int v = u + apart;
          int w = v + apart;
          DoubleVector xr = load(m, v);
          DoubleVector xi = load(m, v + plane);
          DoubleVector a0r = load(m, x);
          DoubleVector a0i = load(m, x + plane);
          DoubleVector a2r = xr.mul(w2r).sub(xi.mul(w2i));
          DoubleVector a2i = xr.fma(w2i, xi.mul(w2r));
          DoubleVector t0r = a0r.add(a2r);
          DoubleVector t0i = a0i.add(a2i);
          DoubleVector t1r = a0r.sub(a2r);
          DoubleVector t1i = a0i.sub(a2i);
          DoubleVector yr = load(m, u);
          DoubleVector yi = load(m, u + plane);
          DoubleVector zr = load(m, w);
          DoubleVector zi = load(m, w + plane);
          DoubleVector a1r = yr.mul(w1r).sub(yi.mul(w1i));
          DoubleVector a1i = yr.fma(w1i, yi.mul(w1r));
          DoubleVector a3r = zr.mul(w3r).sub(zi.mul(w3i));
          DoubleVector a3i = zr.fma(w3i, zi.mul(w3r));
          DoubleVector t2r = a1r.add(a3r);
          DoubleVector t2i = a1i.add(a3i);
          DoubleVector t3r = a1r.sub(a3r);
          DoubleVector t3i = a1i.sub(a3i);
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

  private static void five(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    DoubleVector c1 = all(COS_72);
    DoubleVector c2 = all(COS_144);
    DoubleVector s1 = all(SIN_72);
    DoubleVector s2 = all(SIN_144);
    DoubleVector ns1 = all(-SIN_72);
    for (int b = 0; b < blocks; b++) {
      int first = at + 5 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int y = x + plane;
        DoubleVector a1r = load(m, x + apart);
        DoubleVector a1i = load(m, y + apart);
        DoubleVector a2r = load(m, x + 2 * apart);
        DoubleVector a2i = load(m, y + 2 * apart);
        DoubleVector a3r = load(m, x + 3 * apart);
        DoubleVector a3i = load(m, y + 3 * apart);
        DoubleVector a4r = load(m, x + 4 * apart);
        DoubleVector a4i = load(m, y + 4 * apart);
        DoubleVector tr = a1r.add(a4r);
        DoubleVector ti = a1i.add(a4i);
        DoubleVector dr = a1r.sub(a4r);
        DoubleVector di = a1i.sub(a4i);
        DoubleVector ur = a2r.add(a3r);
        DoubleVector ui = a2i.add(a3i);
        DoubleVector er = a2r.sub(a3r);
        DoubleVector ei = a2i.sub(a3i);
        DoubleVector ar = load(m, x);
        DoubleVector mr = tr.fma(c1, ur.fma(c2, ar));
        DoubleVector nr = tr.fma(c2, ur.fma(c1, ar));
        DoubleVector vi = di.fma(s1, ei.mul(s2));
        DoubleVector wi = di.fma(s2, ei.mul(ns1));
        ar.add(tr).add(ur).intoArray(m, x);
        mr.add(vi).intoArray(m, x + apart);
        nr.add(wi).intoArray(m, x + 2 * apart);
        nr.sub(wi).intoArray(m, x + 3 * apart);
        mr.sub(vi).intoArray(m, x + 4 * apart);
        DoubleVector ai = load(m, y);
        DoubleVector mi = ti.fma(c1, ui.fma(c2, ai));
        DoubleVector ni = ti.fma(c2, ui.fma(c1, ai));
        DoubleVector vr = dr.fma(s1, er.mul(s2));
        DoubleVector wr = dr.fma(s2, er.mul(ns1));
        ai.add(ti).add(ui).intoArray(m, y);
        mi.sub(vr).intoArray(m, y + apart);
        ni.sub(wr).intoArray(m, y + 2 * apart);
        ni.add(wr).intoArray(m, y + 3 * apart);
        mi.add(vr).intoArray(m, y + 4 * apart);
      }
    }
  }

  /// Two butterflies of 4, joined.
  private static void eight(double[] m, int at, int plane, int apartRows, int from, int to, int blocks, int width,
      double[] roots) {
    int apart = apartRows * width;
    for (int b = 0; b < blocks; b++) {
      int first = at + 8 * b * apart;
      for (int x = first + from * width; x < first + to * width; x += LANES) {
        int y = x + plane;
        DoubleVector a0r = load(m, x);
        DoubleVector a0i = load(m, y);
        DoubleVector a4r = load(m, x + 4 * apart);
        DoubleVector a4i = load(m, y + 4 * apart);
        DoubleVector a2r = load(m, x + 2 * apart);
        DoubleVector a2i = load(m, y + 2 * apart);
        DoubleVector a6r = load(m, x + 6 * apart);
        DoubleVector a6i = load(m, y + 6 * apart);
        DoubleVector s0r = a0r.add(a4r);
        DoubleVector s0i = a0i.add(a4i);
        DoubleVector d0r = a0r.sub(a4r);
        DoubleVector d0i = a0i.sub(a4i);
        DoubleVector s2r = a2r.add(a6r);
        DoubleVector s2i = a2i.add(a6i);
        DoubleVector d2r = a2r.sub(a6r);
        DoubleVector d2i = a2i.sub(a6i);
        DoubleVector e0r = s0r.add(s2r);
        DoubleVector e0i = s0i.add(s2i);
        DoubleVector e1r = d0r.add(d2i);
        DoubleVector e1i = d0i.sub(d2r);
        DoubleVector e2r = s0r.sub(s2r);
        DoubleVector e2i = s0i.sub(s2i);
        DoubleVector e3r = d0r.sub(d2i);
        DoubleVector e3i = d0i.add(d2r);
        DoubleVector a1r = load(m, x + apart);
        DoubleVector a1i = load(m, y + apart);
        DoubleVector a5r = load(m, x + 5 * apart);
        DoubleVector a5i = load(m, y + 5 * apart);
        DoubleVector a3r = load(m, x + 3 * apart);
        DoubleVector a3i = load(m, y + 3 * apart);
        DoubleVector a7r = load(m, x + 7 * apart);
        DoubleVector a7i = load(m, y + 7 * apart);
        DoubleVector s1r = a1r.add(a5r);
        DoubleVector s1i = a1i.add(a5i);
        DoubleVector d1r = a1r.sub(a5r);
        DoubleVector d1i = a1i.sub(a5i);
        DoubleVector s3r = a3r.add(a7r);
        DoubleVector s3i = a3i.add(a7i);
        DoubleVector d3r = a3r.sub(a7r);
        DoubleVector d3i = a3i.sub(a7i);
        DoubleVector o0r = s1r.add(s3r);
        DoubleVector o0i = s1i.add(s3i);
        DoubleVector o1r = d1r.add(d3i);
        DoubleVector o1i = d1i.sub(d3r);
        DoubleVector o2r = s1r.sub(s3r);
        DoubleVector o2i = s1i.sub(s3i);
        DoubleVector o3r = d1r.sub(d3i);
        DoubleVector o3i = d1i.add(d3r);
        DoubleVector p1r = o1r.add(o1i).mul(ROOT);
        DoubleVector p1i = o1i.sub(o1r).mul(ROOT);
        DoubleVector p3r = o3i.sub(o3r).mul(ROOT);
        DoubleVector p3i = o3r.add(o3i).mul(ROOT);
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
