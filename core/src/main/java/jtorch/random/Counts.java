package jtorch.random;

import static jtorch.random.Draw.check;

import jtorch.DType;

/// Poisson and binomial numbers, all computed in double precision.
public final class Counts {
  /// `log(k!)` minus its leading Stirling terms, for k = 0 to 9.
  private static final double[] STIRLING_TAIL = {
    0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
    0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287
  };

  private Counts() {}

  /// Poisson numbers, one for each rate: below 10 by multiplying uniform numbers while the product stays above
  /// `exp(-rate)`, else by transformed rejection (PTRS). **As** `poisson`.
  ///
  /// **Source**: W. Hoermann, *The transformed rejection method for generating Poisson random variables*, Insurance:
  /// Mathematics and Economics 12 (1993) 39-45.
  ///
  /// @throws IllegalArgumentException if a rate is negative or NaN
  public static void poisson(Generator generator, Region out, Region rate) {
    Draw.requireFloating("poisson", out.dtype());
    Draw.requireFloating("poisson's rate", rate.dtype());
    Draw.requireSameSizes("poisson", out, rate);
    check(Draw.all(rate, v -> v >= 0), () -> "poisson expects rates that are not negative");
    Draw.map(generator, out, rate, (t, v, same) -> v >= 10 ? largePoisson(t, v) : smallPoisson(t, v));
  }

  private static double smallPoisson(MersenneTwister twister, double rate) {
    if (rate == 0) return 0;
    double limit = CLibrary.exp(-rate);
    double product = 1;
    for (long k = 0;; k++) {
      product *= twister.uniform53();
      if (product <= limit) return k;
    }
  }

  private static double largePoisson(MersenneTwister twister, double rate) {
    double logRate = CLibrary.log(rate);
    double b = 0.931 + 2.53 * Math.sqrt(rate);
    double a = -0.059 + 0.02483 * b;
    double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    double accepted = 0.9277 - 3.6224 / (b - 2);
    while (true) {
      double u = twister.uniform53() - 0.5;
      double v = twister.uniform53();
      double us = 0.5 - Math.abs(u);
      long k = Cursor.truncate(Math.floor((2 * a / us + b) * u + rate + 0.43));
      if (us >= 0.07 && v <= accepted) return k;
      if (k < 0 || us < 0.013 && v > us) continue;
      double bound = -rate + k * logRate - CLibrary.logGamma((double) k + 1);
      if (CLibrary.log(v) + CLibrary.log(inverseAlpha) - CLibrary.log(a / (us * us) + b) <= bound) return k;
    }
  }

  /// Binomial numbers, one for each count n and probability p: by sums of geometric numbers where `n p < 10`, else by
  /// transformed rejection (BTRS); for p > 1/2 the complement is drawn. No draws where n or p is at or below 0 or p at or
  /// above 1. **As** `binomial`.
  ///
  /// **Source**: L. Devroye, *Non-Uniform Random Variate Generation* (1986) p. 525; W. Hoermann, *The generation of
  /// binomial random variates*, J. Stat. Comput. Simul. 46 (1993) 101-110.
  public static void binomial(Generator generator, Region out, Region count, Region p) {
    requireWide("binomial", out.dtype());
    requireWide("binomial's count", count.dtype());
    requireWide("binomial's probability", p.dtype());
    Draw.requireSameSizes("binomial", out, count);
    Draw.requireSameSizes("binomial", out, p);
    check(count.dtype() == out.dtype() && p.dtype() == out.dtype(),
        () -> "binomial takes one dtype, not " + count.dtype() + " and " + p.dtype() + " for " + out.dtype());
    var arithmetic = out.dtype() == DType.FLOAT32 ? Arithmetic.SINGLE : Arithmetic.DOUBLE;
    Draw.map(generator, out, count, p, (t, n, q) -> binomial(t, n, q, arithmetic));
  }

  private static void requireWide(String name, DType dtype) {
    check(dtype == DType.FLOAT32 || dtype == DType.FLOAT64, () -> name + " is for float32 and float64, not " + dtype);
  }

  /// How results of the parameters' own dtype are rounded: for float32 the count, the probability and what is computed
  /// from these two alone stay float32, the rest is double. (A float32 operation is the double one, rounded.)
  private enum Arithmetic {
    SINGLE {
      @Override
      double round(double value) {
        return (float) value;
      }

      @Override
      double logFailure(double p) {
        return CLibrary.log1p((float) -p);
      }
    },
    DOUBLE {
      @Override
      double round(double value) {
        return value;
      }

      @Override
      double logFailure(double p) {
        return CLibrary.log1p(-p);
      }
    };

    abstract double round(double value);

    abstract double logFailure(double p);
  }

  private static double binomial(MersenneTwister twister, double n, double p, Arithmetic own) {
    if (Double.isNaN(n) || Double.isNaN(p)) return Double.NaN;
    if (n <= 0 || p <= 0) return 0;
    if (p >= 1) return n;
    double rarer = p > 0.5 ? own.round(1 - p) : p;
    double k =
        own.round(n * rarer) >= 10 ? largeBinomial(twister, n, rarer, own) : smallBinomial(twister, n, rarer, own);
    return p > 0.5 ? n - k : k;
  }

  private static double smallBinomial(MersenneTwister twister, double n, double p, Arithmetic own) {
    double logFailure = own.logFailure(p);
    double trials = 0;
    for (long successes = 0;; successes++) {
      trials += Math.ceil(CLibrary.log(twister.uniform53()) / logFailure);
      if (trials > n) return successes;
    }
  }

  private static double largeBinomial(MersenneTwister twister, double n, double p, Arithmetic own) {
    double mean = own.round(n * p);
    double failure = own.round(1 - p);
    double deviation = own.round(Math.sqrt(own.round(mean * failure)));
    double b = 1.15 + 2.53 * deviation;
    double a = -0.0873 + 0.0248 * b + 0.01 * p;
    double accepted = 0.92 - 4.2 / b;
    double odds = own.round(p / failure);
    double alpha = (2.83 + 5.1 / b) * deviation;
    double mode = Math.floor(own.round(own.round(n + 1) * p));
    while (true) {
      double u = twister.uniform53() - 0.5;
      double v = twister.uniform53();
      double us = 0.5 - Math.abs(u);
      double k = own.round(Math.floor((2 * a / us + b) * u + (mean + 0.5)));
      if (k < 0 || k > n) continue;
      if (us >= 0.07 && v <= accepted) return k;
      double rest = own.round(n - k);
      double logV = CLibrary.log(v * alpha / (a / (us * us) + b));
      double bound = (mode + 0.5) * CLibrary.log((mode + 1) / (odds * (n - mode + 1)))
          + own.round(n + 1) * CLibrary.log((n - mode + 1) / own.round(rest + 1))
          + (k + 0.5) * CLibrary.log(odds * own.round(rest + 1) / own.round(k + 1))
          + stirlingTail(mode) + stirlingTail(n - mode) - stirlingTail(k) - stirlingTail(rest);
      if (logV <= bound) return k;
    }
  }

  private static double stirlingTail(double k) {
    if (k <= 9) return STIRLING_TAIL[(int) k];
    double square = (k + 1) * (k + 1);
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
  }
}
