package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

class LanesTest {
  /// Often enough to be compiled on the way: first calls and late ones have to agree.
  private static final int CALLS = 20_000;

  private final Random random = new Random(1);

  @Test
  void sumsAndProductsHaveOneOrder() {
    float[] floats = new float[FloatVector.SPECIES_PREFERRED.length()];
    double[] doubles = new double[DoubleVector.SPECIES_PREFERRED.length()];
    for (int call = 0; call < CALLS; call++) {
      for (int i = 0; i < floats.length; i++) floats[i] = (float) Math.exp(3 * random.nextGaussian());
      for (int i = 0; i < doubles.length; i++) doubles[i] = Math.exp(3 * random.nextGaussian());
      FloatVector f = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, floats, 0);
      DoubleVector d = DoubleVector.fromArray(DoubleVector.SPECIES_PREFERRED, doubles, 0);
      double[] wide = new double[floats.length];
      for (int i = 0; i < wide.length; i++) wide[i] = floats[i];
      assertThat(Lanes.sum(f)).isEqualTo((float) halves(wide, (a, b) -> (float) (a + b)));
      assertThat(Lanes.product(f)).isEqualTo((float) halves(wide, (a, b) -> (float) (a * b)));
      assertThat(Lanes.sum(d)).isEqualTo(inOrder(0, doubles));
      assertThat(Lanes.product(d)).isEqualTo(halves(doubles, (a, b) -> a * b));
    }
  }

  /// The sum of the lanes of vectors of 256 bits at most.
  @Test
  void lanesAreAddedInOrder() {
    VectorSpecies<Float> species =
        FloatVector.SPECIES_PREFERRED.length() > 8 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_PREFERRED;
    VectorSpecies<Double> wide =
        DoubleVector.SPECIES_PREFERRED.length() > 4 ? DoubleVector.SPECIES_256 : DoubleVector.SPECIES_PREFERRED;
    float[] floats = new float[species.length()];
    double[] doubles = new double[wide.length()];
    for (int call = 0; call < CALLS; call++) {
      float sum = 0.1f * call;
      for (int i = 0; i < floats.length; i++) floats[i] = (float) Math.exp(3 * random.nextGaussian());
      for (int i = 0; i < doubles.length; i++) doubles[i] = Math.exp(3 * random.nextGaussian());
      float result = Lanes.addInOrder(sum, FloatVector.fromArray(species, floats, 0));
      for (float f : floats) sum += f;
      assertThat(result).isEqualTo(sum);
      assertThat(Lanes.addInOrder(0.1, DoubleVector.fromArray(wide, doubles, 0))).isEqualTo(inOrder(0.1, doubles));
    }
  }

  private static double inOrder(double start, double[] lanes) {
    double sum = start;
    for (double lane : lanes) sum += lane;
    return sum;
  }

  /// The specification. (In double, sums and products of two floats rounded once to float are those of float.)
  private static double halves(double[] lanes, DoubleBinaryOperator operator) {
    double[] left = lanes.clone();
    for (int half = left.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) left[i] = operator.applyAsDouble(left[i], left[i + half]);
    }
    return left[0];
  }
}
