package jtorch.random;

import jtorch.DType;

/// What numbers a tensor is filled with: its parameters, which of them are right, and how the CPU's generator makes them.
/// A GPU's kernels take the parameters and make the numbers as PyTorch's do.
public sealed interface Distribution {
  /// @throws IllegalArgumentException if these parameters, or this dtype, are none of the distribution
  void check(DType dtype);

  /// Fills memory from the CPU's generator.
  void fill(Generator generator, Region out);

  /// Uniform numbers from `[from, to)`, in the parts of complex numbers too. See [Uniforms#uniform].
  record Uniform(double from, double to) implements Distribution {
    @Override
    public void check(DType dtype) {
      Uniforms.checkUniform(dtype, from, to);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Uniforms.uniform(generator, out, from, to);
    }
  }

  /// Normal numbers; complex ones have `std / sqrt 2` in each part. See [Normals#normal].
  record Normal(double mean, double std) implements Distribution {
    @Override
    public void check(DType dtype) {
      Normals.checkNormal(dtype, std);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Normals.normal(generator, out, mean, std);
    }
  }

  /// Numbers whose logarithms are normal. See [Normals#logNormal].
  record LogNormal(double mean, double std) implements Distribution {
    @Override
    public void check(DType dtype) {
      Normals.checkLogNormal(dtype, std);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Normals.logNormal(generator, out, mean, std);
    }
  }

  /// One with probability p, else zero. See [Uniforms#bernoulli(Generator, Region, double)].
  record Bernoulli(double p) implements Distribution {
    @Override
    public void check(DType dtype) {
      Uniforms.checkBernoulli(dtype, p);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Uniforms.bernoulli(generator, out, p);
    }
  }

  /// Exponential numbers. See [Uniforms#exponential].
  record Exponential(double lambda) implements Distribution {
    @Override
    public void check(DType dtype) {
      Uniforms.checkExponential(dtype, lambda);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Uniforms.exponential(generator, out, lambda);
    }
  }

  /// How many trials until the first success. See [Uniforms#geometric].
  record Geometric(double p) implements Distribution {
    @Override
    public void check(DType dtype) {
      Uniforms.checkGeometric(dtype, p);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Uniforms.geometric(generator, out, p);
    }
  }

  /// Cauchy numbers. See [Uniforms#cauchy].
  record Cauchy(double median, double sigma) implements Distribution {
    @Override
    public void check(DType dtype) {
      Uniforms.checkCauchy(dtype, sigma);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Uniforms.cauchy(generator, out, median, sigma);
    }
  }

  /// Integers of equal chance, of which the dtype says how they are [drawn][#range].
  sealed interface Whole extends Distribution {
    /// @throws IllegalArgumentException if the dtype holds none of them
    Integers.Range range(DType dtype);

    @Override
    default void check(DType dtype) {
      range(dtype);
    }
  }

  /// All integers that a dtype holds exactly and that are not negative. See [Integers#random(Generator, Region)].
  record AnyInteger() implements Whole {
    @Override
    public Integers.Range range(DType dtype) {
      return Integers.range(dtype);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Integers.random(generator, out);
    }
  }

  /// Integers from `[from, to)`. See [Integers#random(Generator, Region, long, long)].
  record IntegersBetween(long from, long to) implements Whole {
    @Override
    public Integers.Range range(DType dtype) {
      return Integers.range(dtype, from, to);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Integers.random(generator, out, from, to);
    }
  }

  /// Integers from `from` on, as far as the dtype goes. See [Integers#randomFrom].
  record IntegersFrom(long from) implements Whole {
    @Override
    public Integers.Range range(DType dtype) {
      return Integers.rangeFrom(dtype, from);
    }

    @Override
    public void fill(Generator generator, Region out) {
      Integers.randomFrom(generator, out, from);
    }
  }
}
