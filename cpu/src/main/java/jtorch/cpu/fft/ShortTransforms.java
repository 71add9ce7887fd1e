package jtorch.cpu.fft;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Transforms of short lines of float32 in the order of PyTorch's own results: the same products and sums, without fused
/// multiplications, one after the other as its library on x86 rounds them. Transforms of integers are compared without
/// tolerance, and every other order shows in the last digit.
///
/// - Odd primes are sums over pairs: with `t[j] = x[j] + x[n-j]` and `d[j] = x[j] - x[n-j]` the results k and n - k are
///   `m -+ i s`, `m = x[0] + sum(cos(2 pi j k / n) t[j])`, `s = sum(sin(2 pi j k / n) d[j])`. Which terms are added first
///   differs between complex and real transforms of 5 and 7.
/// - Products of coprime factors are transforms of the larger factor, then of the smaller one, without roots between
///   (Good and Thomas): results are found by remainders.
/// - 60 is 4 by 3 by 5 with roots between, and 30 is 6 by 5.
/// - 8 is 4 by 2, its root `(1 - i) sqrt(1/2)` once multiplied with sums (complex), once with each part (packed real
///   lines).
///
/// Rows are as in [Passes]; a step reads one buffer and writes the other.
final class ShortTransforms {
  /// What the lines are: real ones differ in the order of sums.
  enum Kind {
    COMPLEX, FROM_REAL, TO_REAL
  }

  private static final VectorSpecies<Float> SPECIES = FloatPasses.SPECIES;
  private static final int LANES = FloatPasses.LANES;
  private static final float ROOT = (float) Math.sqrt(0.5);

  /// Transforms of the rows `in[i]` to the rows `out[i]`.
  private record Step(Factor[] factors, int[][] in, int[][] out) {
    Step(Factor factor, int[][] in, int[][] out) {
      this(new Factor[in.length], in, out);
      Arrays.fill(factors, factor);
    }
  }

  /// A transform of a few rows at given places; the rows read may be changed.
  private interface Factor {
    void run(float[] z, int[] x, int[] y, int plane, int row);
  }

  private final Map<Integer, Step[]> complex = new HashMap<>();
  private final Map<Integer, Step[]> fromReal = new HashMap<>();
  private final Map<Integer, Step[]> toReal = new HashMap<>();
  private final Step[] packedEight;

  ShortTransforms() {
    Map<Integer, Factor> factors = new HashMap<>();
    factors.put(2, ShortTransforms::two);
    factors.put(4, ShortTransforms::four);
    for (int n : new int[] {3, 5, 7, 11, 13, 17, 19, 23, 29, 31}) factors.put(n, Odd.complex(n));
    factors.forEach((n, factor) -> complex.put(n, alone(n, factor)));
    for (int[] pair : new int[][] {{2, 3}, {2, 5}, {2, 7}, {4, 3}, {3, 5}})
      complex.put(pair[0] * pair[1], coprime(pair[0], factors.get(pair[0]), pair[1], factors.get(pair[1])));
    complex.put(8, eight());
    Step[] twelve = joined(alone(4, ShortTransforms::four), 4, 3, Odd.complex(3));
    complex.put(60, joined(twelve, 12, 5, Odd.complex(5)));
    complex.put(30, joined(Objects.requireNonNull(complex.get(6)), 6, 5, Odd.joining5()));
    for (int n : new int[] {2, 3, 4, 6, 8, 10, 12}) {
      fromReal.put(n, complex.get(n));
      toReal.put(n, complex.get(n));
    }
    for (int n : new int[] {15, 17, 19, 23, 29, 31}) fromReal.put(n, complex.get(n));
    for (int n : new int[] {17, 19, 23, 29, 31}) toReal.put(n, complex.get(n));
    for (int n : new int[] {5, 7}) {
      fromReal.put(n, alone(n, Odd.fromReal(n)));
      toReal.put(n, alone(n, Odd.toReal(n)));
    }
    packedEight = packedEight();
  }

  boolean has(int n, Kind kind) {
    return programs(kind).containsKey(n);
  }

  private Map<Integer, Step[]> programs(Kind kind) {
    return switch (kind) {
      case COMPLEX -> complex;
      case FROM_REAL -> fromReal;
      case TO_REAL -> toReal;
    };
  }

  /// Transforms all lanes; the result lies at `from` or at `other`, which it returns.
  ///
  /// @param packed lines whose numbers are neighbours in memory
  /// @param between a factor for the numbers between the two steps of an even length
  int run(int n, Kind kind, boolean packed, float between, float[] z, int from, int other, int plane, int row) {
    Step[] steps =
        packed && n == 8 && kind != Kind.COMPLEX ? packedEight : Objects.requireNonNull(programs(kind).get(n));
    int x = from;
    int y = other;
    for (int i = 0; i < steps.length; i++) {
      if (between != 1 && i == steps.length - 1) {
        multiply(z, x, n * row, between);
        multiply(z, x + plane, n * row, between);
      }
      Step step = steps[i];
      for (int j = 0; j < step.in.length; j++)
        step.factors[j].run(z, places(x, step.in[j], row), places(y, step.out[j], row), plane, row);
      int swap = x;
      x = y;
      y = swap;
    }
    return x;
  }

  private static int[] places(int base, int[] rows, int row) {
    int[] places = new int[rows.length];
    for (int i = 0; i < rows.length; i++) places[i] = base + rows[i] * row;
    return places;
  }

  // ---- programs --------------------------------------------------------------------------------------------------

  private static Step[] alone(int n, Factor factor) {
    int[][] rows = {Plan.natural(n)};
    return new Step[] {new Step(factor, rows, rows)};
  }

  /// `x[b i + a j]` is number j of line i; result k is number `k mod a` of line `k mod b`.
  private static Step[] coprime(int a, @Nullable Factor small, int b, @Nullable Factor large) {
    if (small == null || large == null) throw new IllegalStateException("no transform of " + a + " or " + b);
    int n = a * b;
    int[][] in = new int[a][b];
    int[][] lines = new int[a][b];
    int[][] across = new int[b][a];
    int[][] out = new int[b][a];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        in[i][j] = (b * i + a * j) % n;
        lines[i][j] = i * b + j;
        across[j][i] = i * b + j;
      }
    }
    for (int k = 0; k < n; k++) out[k % b][k % a] = k;
    return new Step[] {new Step(large, in, lines), new Step(small, across, out)};
  }

  /// Joins r transforms of m numbers each, those of every r-th number, whose results are turned first.
  private static Step[] joined(Step[] inner, int m, int r, Factor last) {
    int n = m * r;
    Step[] steps = new Step[inner.length + 1];
    for (int i = 0; i < inner.length; i++) {
      int lines = inner[i].in.length;
      Factor[] factors = new Factor[r * lines];
      int[][] in = new int[r * lines][];
      int[][] out = new int[r * lines][];
      boolean first = i == 0;
      for (int at = 0; at < r * lines; at++) {
        int line = at / lines;
        factors[at] = inner[i].factors[at % lines];
        in[at] = IntStream.of(inner[i].in[at % lines]).map(j -> first ? r * j + line : line * m + j).toArray();
        out[at] = IntStream.of(inner[i].out[at % lines]).map(j -> line * m + j).toArray();
      }
      steps[i] = new Step(factors, in, out);
    }
    Factor[] factors = new Factor[m];
    int[][] in = new int[m][r];
    int[][] out = new int[m][r];
    for (int k = 0; k < m; k++) {
      float[] roots = new float[2 * r];
      double[] root = new double[2];
      for (int q = 0; q < r; q++) {
        in[k][q] = q * m + k;
        out[k][q] = k + m * q;
        Plan.root((long) q * k, n, root, 0);
        roots[2 * q] = (float) root[0];
        roots[2 * q + 1] = (float) root[1];
      }
      factors[k] = k == 0 ? last : new Turned(last, roots);
    }
    steps[inner.length] = new Step(factors, in, out);
    return steps;
  }

  private static Step[] eight() {
    int[][] halves = {{0, 2, 4, 6}, {1, 3, 5, 7}};
    int[][] rows = {{0, 1, 2, 3}, {4, 5, 6, 7}};
    int[][] all = {Plan.natural(8)};
    return new Step[] {new Step(ShortTransforms::four, halves, rows), new Step(ShortTransforms::joinEight, all, all)};
  }

  private static Step[] packedEight() {
    int[][] halves = {{0, 2, 4, 6}, {1, 3, 5, 7}};
    int[][] rows = {{0, 1, 2, 3}, {4, 5, 6, 7}};
    int[][] all = {Plan.natural(8)};
    return new Step[] {new Step(ShortTransforms::splitEight, all, all), new Step(ShortTransforms::four, rows, halves)};
  }

  // ---- factors ---------------------------------------------------------------------------------------------------

  private static FloatVector load(float[] z, int at) {
    return FloatVector.fromArray(SPECIES, z, at);
  }

  private static void store(float[] z, FloatVector v, int at) {
    v.intoArray(z, at);
  }

  private static void multiply(float[] z, int x, int size, float factor) {
    for (int q = 0; q < size; q += LANES) store(z, load(z, x + q).mul(factor), x + q);
  }

  private static void two(float[] z, int[] x, int[] y, int plane, int row) {
    sumAndDifference(z, x[0], x[1], y[0], y[1], row);
    sumAndDifference(z, x[0] + plane, x[1] + plane, y[0] + plane, y[1] + plane, row);
  }

  private static void sumAndDifference(float[] z, int a, int b, int sum, int difference, int row) {
    for (int q = 0; q < row; q += LANES) {
      FloatVector u = load(z, a + q);
      FloatVector v = load(z, b + q);
      store(z, u.add(v), sum + q);
      store(z, u.sub(v), difference + q);
    }
  }

  private static void four(float[] z, int[] x, int[] y, int plane, int row) {
    two(z, new int[] {x[0], x[2]}, new int[] {x[0], x[2]}, plane, row);
    two(z, new int[] {x[1], x[3]}, new int[] {x[1], x[3]}, plane, row);
    two(z, new int[] {x[0], x[1]}, new int[] {y[0], y[2]}, plane, row);
    // -i (re + i im) = im - i re
    sumAndDifference(z, x[2], x[3] + plane, y[1], y[3], row);
    sumAndDifference(z, x[2] + plane, x[3], y[3] + plane, y[1] + plane, row);
  }

  /// Results k and k + 4 of the transforms of even numbers (rows 0 to 3) and of odd ones.
  private static void joinEight(float[] z, int[] x, int[] y, int plane, int row) {
    int first = x[5];
    int third = x[7];
    for (int q = 0; q < row; q += LANES) {
      FloatVector ar = load(z, first + q);
      FloatVector ai = load(z, first + q + plane);
      store(z, ar.add(ai).mul(ROOT), first + q);
      store(z, ai.sub(ar).mul(ROOT), first + q + plane);
      FloatVector br = load(z, third + q);
      FloatVector bi = load(z, third + q + plane);
      store(z, bi.sub(br).mul(ROOT), third + q);
      store(z, br.add(bi).mul(-ROOT), third + q + plane);
    }
    for (int k = 0; k < 4; k++) {
      if (k == 2) {
        sumAndDifference(z, x[2], x[6] + plane, y[2], y[6], row);
        sumAndDifference(z, x[2] + plane, x[6], y[6] + plane, y[2] + plane, row);
      } else {
        two(z, new int[] {x[k], x[k + 4]}, new int[] {y[k], y[k + 4]}, plane, row);
      }
    }
  }

  /// Sums of numbers k and k + 4, and their differences times the k-th power of the root.
  private static void splitEight(float[] z, int[] x, int[] y, int plane, int row) {
    for (int k = 0; k < 4; k++) two(z, new int[] {x[k], x[k + 4]}, new int[] {y[k], y[k + 4]}, plane, row);
    int first = y[5];
    int second = y[6];
    int third = y[7];
    for (int q = 0; q < row; q += LANES) {
      FloatVector ar = load(z, first + q).mul(ROOT);
      FloatVector ai = load(z, first + q + plane).mul(ROOT);
      store(z, ar.add(ai), first + q);
      store(z, ai.sub(ar), first + q + plane);
      FloatVector br = load(z, third + q).mul(ROOT);
      FloatVector bi = load(z, third + q + plane).mul(ROOT);
      store(z, bi.sub(br), third + q);
      store(z, br.add(bi).neg(), third + q + plane);
      FloatVector cr = load(z, second + q);
      FloatVector ci = load(z, second + q + plane);
      store(z, ci, second + q);
      store(z, cr.neg(), second + q + plane);
    }
  }

  /// A factor whose numbers are multiplied by roots of unity first, except for the first one.
  private record Turned(Factor factor, float[] roots) implements Factor {
    @Override
    public void run(float[] z, int[] x, int[] y, int plane, int row) {
      for (int i = 1; i < x.length; i++) turn(z, x[i], roots[2 * i], roots[2 * i + 1], plane, row);
      factor.run(z, x, y, plane, row);
    }

    private static void turn(float[] z, int x, float wr, float wi, int plane, int row) {
      for (int q = 0; q < row; q += LANES) {
        FloatVector re = load(z, x + q);
        FloatVector im = load(z, x + q + plane);
        store(z, re.mul(wr).sub(im.mul(wi)), x + q);
        store(z, re.mul(wi).add(im.mul(wr)), x + q + plane);
      }
    }
  }

  /// An order of sums: `(sum of the first terms) + (sum of the second ones) + ...`, each from the left.
  ///
  /// @param first where the second terms begin
  /// @param second where those begin that are added one by one
  private record Sum(int first, int second, int... terms) {
    static Sum of(int... terms) {
      return new Sum(terms.length, terms.length, terms);
    }

    /// Those of the others that are odd, then those that are even, then a last one without a partner.
    static Sum alternating(int half, int... start) {
      IntStream odd = IntStream.iterate(1, j -> j < half, j -> j + 2);
      IntStream even = IntStream.iterate(2, j -> j <= half, j -> j + 2);
      int first = start.length + half / 2;
      IntStream terms = IntStream.concat(IntStream.concat(IntStream.of(start), odd), even);
      if (half % 2 == 1) terms = IntStream.concat(terms, IntStream.of(half));
      return new Sum(first, first + half / 2, terms.toArray());
    }
  }

  /// Transforms of odd primes.
  ///
  /// @param even the order of `m`, for k from 0 on; 0 is `x[0]`
  /// @param odd the order of `s`, for k from 1 on
  private record Odd(int n, Sum[] even, Sum[] odd, float[] cosines, float[] sines) implements Factor {
    static Odd of(int n, Sum[] even, Sum[] odd) {
      float[] cosines = new float[n];
      float[] sines = new float[n];
      double[] root = new double[2];
      for (int k = 0; k < n; k++) {
        Plan.root(k, n, root, 0);
        cosines[k] = (float) root[0];
        sines[k] = (float) -root[1];
      }
      return new Odd(n, even, odd, cosines, sines);
    }

    /// Up to 13 the products from the left, then `x[0]`; above, two sums side by side.
    static Odd complex(int n) {
      int half = n / 2;
      Sum[] even = new Sum[half + 1];
      Sum[] odd = new Sum[half + 1];
      int[] pairs = new int[half];
      int[] all = new int[half + 1];
      for (int j = 0; j < half; j++) all[j] = pairs[j] = j + 1;
      for (int k = 0; k <= half; k++) {
        even[k] = Sum.of(all);
        odd[k] = Sum.of(pairs);
      }
      if (n > 13) {
        Arrays.fill(even, Sum.alternating(half, 0));
        Arrays.fill(odd, Sum.alternating(half));
        even[0] = Sum.of(Plan.natural(half + 1));
      }
      return of(n, even, odd);
    }

    /// 5 as the last factor of 30.
    static Odd joining5() {
      Sum left = Sum.of(0, 1, 2);
      Sum s = Sum.of(1, 2);
      return of(5, new Sum[] {left, left, left}, new Sum[] {s, s, s});
    }

    static Odd fromReal(int n) {
      if (n == 5) {
        Sum left = Sum.of(0, 1, 2);
        Sum s = Sum.of(1, 2);
        return of(5, new Sum[] {Sum.of(1, 2, 0), left, left}, new Sum[] {s, s, s});
      }
      Sum m = new Sum(2, 4, 0, 3, 1, 2);
      Sum s = Sum.of(1, 3, 2);
      return of(7, new Sum[] {m, m, m, m}, new Sum[] {s, s, s, Sum.of(2, 3, 1)});
    }

    static Odd toReal(int n) {
      if (n == 5) {
        Sum s = Sum.of(1, 2);
        return of(5, new Sum[] {Sum.of(1, 2, 0), Sum.of(0, 2, 1), Sum.of(0, 1, 2)}, new Sum[] {s, s, s});
      }
      Sum left = Sum.of(1, 2, 3, 0);
      Sum m = new Sum(2, 4, 0, 3, 1, 2);
      Sum s = Sum.of(1, 2, 3);
      return of(7, new Sum[] {left, m, m, left}, new Sum[] {s, s, Sum.of(2, 3, 1), s});
    }

    @Override
    public void run(float[] z, int[] x, int[] y, int plane, int row) {
      for (int j = 1; 2 * j < n; j++)
        two(z, new int[] {x[j], x[n - j]}, new int[] {x[j], x[n - j]}, plane, row);
      int half = n / 2;
      int[] m = new int[half + 1];
      float[] c = new float[half + 1];
      int[] s = new int[half];
      float[] f = new float[half];
      // The row of result 0 is free until the others are done.
      for (int k = 1; k <= half; k++) {
        for (int i = 0; i <= half; i++) {
          int j = even[k].terms[i];
          m[i] = x[j];
          c[i] = cosines[j * k % n];
        }
        for (int i = 0; i < half; i++) {
          int j = odd[k].terms[i];
          s[i] = x[n - j] + plane;
          f[i] = sines[j * k % n];
        }
        pair(z, m, c, s, f, even[k], odd[k], y[k], y[n - k], y[0], row);
        for (int i = 0; i <= half; i++) m[i] += plane;
        for (int i = 0; i < half; i++) s[i] -= plane;
        pair(z, m, c, s, f, even[k], odd[k], y[n - k] + plane, y[k] + plane, y[0], row);
      }
      Arrays.fill(c, 1);
      for (int i = 0; i <= half; i++) m[i] = x[even[0].terms[i]];
      weigh(z, m, c, even[0], y[0], x[n - 1], row);
      for (int i = 0; i <= half; i++) m[i] += plane;
      weigh(z, m, c, even[0], y[0] + plane, x[n - 1], row);
    }

    /// `m + s` and `m - s`, as weighted sums of rows.
    private static void pair(float[] z, int[] m, float[] c, int[] s, float[] f, Sum even, Sum odd, int sum,
        int difference,
        int spare, int row) {
      switch (s.length) {
        case 1 -> pair3(z, m, c, s[0], f[0], sum, difference, row);
        case 2 -> pair5(z, m, c, s, f, sum, difference, row);
        default -> {
          weigh(z, m, c, even, sum, spare, row);
          weigh(z, s, f, odd, difference, spare, row);
          sumAndDifference(z, sum, difference, sum, difference, row);
        }
      }
    }

    private static void weigh(float[] z, int[] x, float[] c, Sum order, int to, int spare, int row) {
      weigh(z, x, c, 0, order.first, to, row);
      if (order.second > order.first) {
        weigh(z, x, c, order.first, order.second, spare, row);
        for (int q = 0; q < row; q += LANES) store(z, load(z, to + q).add(load(z, spare + q)), to + q);
      }
      for (int i = order.second; i < x.length; i++) weigh1(z, x[i], c[i], to, row);
    }

    /// The sum of some terms from the left, four at a time: longer expressions make C2 give up.
    private static void weigh(float[] z, int[] x, float[] c, int first, int end, int to, int row) {
      start2(z, x[first], x[first + 1], c[first], c[first + 1], to, row);
      int i = first + 2;
      for (; i + 4 <= end; i += 4)
        weigh4(z, x[i], x[i + 1], x[i + 2], x[i + 3], c[i], c[i + 1], c[i + 2], c[i + 3], to, row);
      for (; i + 2 <= end; i += 2) weigh2(z, x[i], x[i + 1], c[i], c[i + 1], to, row);
      if (i < end) weigh1(z, x[i], c[i], to, row);
    }

    private static void start2(float[] z, int x0, int x1, float c0, float c1, int to, int row) {
      for (int q = 0; q < row; q += LANES) store(z, load(z, x0 + q).mul(c0).add(load(z, x1 + q).mul(c1)), to + q);
    }

    private static void weigh1(float[] z, int x, float c, int to, int row) {
      for (int q = 0; q < row; q += LANES) store(z, load(z, to + q).add(load(z, x + q).mul(c)), to + q);
    }

    private static void weigh2(float[] z, int x0, int x1, float c0, float c1, int to, int row) {
      for (int q = 0; q < row; q += LANES)
        store(z, load(z, to + q).add(load(z, x0 + q).mul(c0)).add(load(z, x1 + q).mul(c1)), to + q);
    }

    private static void weigh4(float[] z, int x0, int x1, int x2, int x3, float c0, float c1, float c2, float c3,
        int to,
        int row) {
      for (int q = 0; q < row; q += LANES) {
        FloatVector half = load(z, to + q).add(load(z, x0 + q).mul(c0)).add(load(z, x1 + q).mul(c1));
        store(z, half.add(load(z, x2 + q).mul(c2)).add(load(z, x3 + q).mul(c3)), to + q);
      }
    }

    private static void pair3(float[] z, int[] m, float[] c, int s, float f, int sum, int difference, int row) {
      int m0 = m[0];
      int m1 = m[1];
      float c0 = c[0];
      float c1 = c[1];
      for (int q = 0; q < row; q += LANES) {
        FloatVector u = load(z, m0 + q).mul(c0).add(load(z, m1 + q).mul(c1));
        FloatVector v = load(z, s + q).mul(f);
        store(z, u.add(v), sum + q);
        store(z, u.sub(v), difference + q);
      }
    }

    private static void pair5(float[] z, int[] m, float[] c, int[] s, float[] f, int sum, int difference, int row) {
      int m0 = m[0];
      int m1 = m[1];
      int m2 = m[2];
      int s0 = s[0];
      int s1 = s[1];
      float c0 = c[0];
      float c1 = c[1];
      float c2 = c[2];
      float f0 = f[0];
      float f1 = f[1];
      for (int q = 0; q < row; q += LANES) {
        FloatVector u = load(z, m0 + q).mul(c0).add(load(z, m1 + q).mul(c1)).add(load(z, m2 + q).mul(c2));
        FloatVector v = load(z, s0 + q).mul(f0).add(load(z, s1 + q).mul(f1));
        store(z, u.add(v), sum + q);
        store(z, u.sub(v), difference + q);
      }
    }
  }
}
