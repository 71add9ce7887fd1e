package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
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
      assertThat(Lanes.sum(d)).isEqualTo(halves(doubles, Double::sum));
      assertThat(Lanes.product(d)).isEqualTo(halves(doubles, (a, b) -> a * b));
    }
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
