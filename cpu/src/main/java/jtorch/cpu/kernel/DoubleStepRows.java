package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/// [StepRows] of `float64` on the Vector API. What is left of the elements is done by the scalar twin.
///
final class DoubleStepRows implements StepRows {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int BYTES = Double.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();

  private final StepRows scalar;

  DoubleStepRows(StepRows scalar) {
    this.scalar = scalar;
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static void store(DoubleVector v, long address) {
    v.intoMemorySegment(ALL, address, nativeOrder());
  }

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(SPECIES, (double) value);
  }

  @Override
  public void sgd(long parameter, long gradient, long buffer, long n, OptimizerSteps.Sgd step) {
    long whole = n / SPECIES.length() * STEP;
    DoubleVector decay = constant(step.weightDecay());
    DoubleVector momentum = constant(step.momentum());
    DoubleVector fresh = constant(1 - step.dampening());
    DoubleVector rate = constant(-step.lr());
    boolean decays = step.weightDecay() != 0;
    boolean moves = step.momentum() != 0;
    boolean first = step.first();
    boolean nesterov = step.nesterov();
    boolean maximize = step.maximize();
    for (long i = 0; i < whole; i += STEP) {
      DoubleVector p = load(parameter + i);
      DoubleVector g = load(gradient + i);
      if (maximize) {
        g = g.neg();
      }
      if (decays) {
        g = p.fma(decay, g);
      }
      if (moves) {
        DoubleVector b = first ? g : g.fma(fresh, load(buffer + i).mul(momentum));
        store(b, buffer + i);
        g = nesterov ? b.fma(momentum, g) : b;
      }
      store(g.fma(rate, p), parameter + i);
    }
    scalar.sgd(parameter + whole, gradient + whole, buffer + whole, n - whole / BYTES, step);
  }

  @Override
  public void adam(long parameter, long gradient, long average, long squares, long maximum, long n,
      OptimizerSteps.Adam step) {
    long whole = n / SPECIES.length() * STEP;
    DoubleVector shrink = constant(step.shrink());
    DoubleVector decay = constant(step.weightDecay());
    double weight = (double) (1 - step.beta1());
    boolean small = weight < 0.5;
    DoubleVector coefficient = constant(small ? weight : weight - 1);
    DoubleVector beta = constant(step.beta2());
    DoubleVector fresh = constant(1 - step.beta2());
    DoubleVector correction = constant(step.correction());
    DoubleVector eps = constant(step.eps());
    DoubleVector size = constant(-step.stepSize());
    boolean shrinks = step.shrink() != 1;
    boolean decays = step.weightDecay() != 0;
    boolean maximize = step.maximize();
    for (long i = 0; i < whole; i += STEP) {
      DoubleVector p = load(parameter + i);
      DoubleVector g = load(gradient + i);
      if (maximize) {
        g = g.neg();
      }
      if (shrinks) {
        p = p.mul(shrink);
      }
      if (decays) {
        g = p.fma(decay, g);
      }
      DoubleVector m = load(average + i);
      m = coefficient.fma(g.sub(m), small ? m : g);
      store(m, average + i);
      DoubleVector v = fresh.mul(g).fma(g, load(squares + i).mul(beta));
      store(v, squares + i);
      if (maximum != 0) {
        v = load(maximum + i).max(v);
        store(v, maximum + i);
      }
      DoubleVector denominator = v.sqrt().div(correction).add(eps);
      store(p.add(size.mul(m).div(denominator)), parameter + i);
    }
    scalar.adam(parameter + whole, gradient + whole, average + whole, squares + whole,
        maximum == 0 ? 0 : maximum + whole, n - whole / BYTES, step);
  }
}
