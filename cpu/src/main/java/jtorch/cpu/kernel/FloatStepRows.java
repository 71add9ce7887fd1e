package jtorch.cpu.kernel;

import static java.nio.ByteOrder.nativeOrder;
import static jtorch.memory.Memory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [StepRows] of `float32` on the Vector API. What is left of the elements is done by the scalar twin.
///
/// `DoubleStepRows` is this file with the type names replaced; a test keeps it so.
final class FloatStepRows implements StepRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = Float.BYTES;
  private static final int STEP = SPECIES.vectorByteSize();

  private final StepRows scalar;

  FloatStepRows(StepRows scalar) {
    this.scalar = scalar;
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, nativeOrder());
  }

  private static void store(FloatVector v, long address) {
    v.intoMemorySegment(ALL, address, nativeOrder());
  }

  private static FloatVector constant(double value) {
    return FloatVector.broadcast(SPECIES, (float) value);
  }

  @Override
  public void sgd(long parameter, long gradient, long buffer, long n, OptimizerSteps.Sgd step) {
    long whole = n / SPECIES.length() * STEP;
    FloatVector decay = constant(step.weightDecay());
    FloatVector momentum = constant(step.momentum());
    FloatVector fresh = constant(1 - step.dampening());
    FloatVector rate = constant(-step.lr());
    boolean decays = step.weightDecay() != 0;
    boolean moves = step.momentum() != 0;
    boolean first = step.first();
    boolean nesterov = step.nesterov();
    boolean maximize = step.maximize();
    for (long i = 0; i < whole; i += STEP) {
      FloatVector p = load(parameter + i);
      FloatVector g = load(gradient + i);
      if (maximize) {
        g = g.neg();
      }
      if (decays) {
        g = p.fma(decay, g);
      }
      if (moves) {
        FloatVector b = first ? g : g.fma(fresh, load(buffer + i).mul(momentum));
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
    FloatVector shrink = constant(step.shrink());
    FloatVector decay = constant(step.weightDecay());
    float weight = (float) (1 - step.beta1());
    boolean small = weight < 0.5;
    FloatVector coefficient = constant(small ? weight : weight - 1);
    FloatVector beta = constant(step.beta2());
    FloatVector fresh = constant(1 - step.beta2());
    FloatVector correction = constant(step.correction());
    FloatVector eps = constant(step.eps());
    FloatVector size = constant(-step.stepSize());
    boolean shrinks = step.shrink() != 1;
    boolean decays = step.weightDecay() != 0;
    boolean maximize = step.maximize();
    for (long i = 0; i < whole; i += STEP) {
      FloatVector p = load(parameter + i);
      FloatVector g = load(gradient + i);
      if (maximize) {
        g = g.neg();
      }
      if (shrinks) {
        p = p.mul(shrink);
      }
      if (decays) {
        g = p.fma(decay, g);
      }
      FloatVector m = load(average + i);
      m = coefficient.fma(g.sub(m), small ? m : g);
      store(m, average + i);
      FloatVector v = fresh.mul(g).fma(g, load(squares + i).mul(beta));
      store(v, squares + i);
      if (maximum != 0) {
        v = load(maximum + i).max(v);
        store(v, maximum + i);
      }
      FloatVector denominator = v.sqrt().div(correction).add(eps);
      store(p.add(size.mul(m).div(denominator)), parameter + i);
    }
    scalar.adam(parameter + whole, gradient + whole, average + whole, squares + whole,
        maximum == 0 ? 0 : maximum + whole, n - whole / BYTES, step);
  }
}
