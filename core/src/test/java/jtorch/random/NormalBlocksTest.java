package jtorch.random;

import static java.lang.Math.fma;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The loops over arrays against the transform written number by number.
class NormalBlocksTest {
  @ParameterizedTest
  @CsvSource({"1, 0, 1", "2, -1.5, 0.25", "63, 3, 0", "64, 0, 1"})
  void agreeWithTheTwin(int blocks, float mean, float std) {
    var twister = new MersenneTwister(blocks);
    var twin = new MersenneTwister(blocks);
    var u = new float[NormalBlocks.BLOCK];
    for (int round = 0; round < 200; round++) {
      float[] numbers = twister.normalBlocks().draw(twister, blocks, mean, std);
      for (int block = 0; block < blocks; block++) {
        twin.uniforms24(u, u.length);
        transform(u, mean, std);
        for (int j = 0; j < u.length; j++) {
          float number = numbers[block * u.length + j];
          assertThat(Float.floatToRawIntBits(number)).isEqualTo(Float.floatToRawIntBits(u[j]));
        }
      }
    }
  }

  private static void transform(float[] u, float mean, float std) {
    for (int j = 0; j < u.length / 2; j++) {
      float radius = (float) Math.sqrt(-2f * log(1f - u[j]));
      float angle = (float) (2 * Math.PI) * u[j + u.length / 2];

      int octant = (int) (angle * 1.27323954473516f) + 1 & ~1;
      float y = octant;
      float x = fma(y, -0.78515625f, angle);
      x = fma(y, -2.4187564849853515625e-4f, x);
      x = fma(y, -3.77489497744594108e-8f, x);
      float z = x * x;

      float even = fma(2.443315711809948e-5f, z, -1.388731625493765e-3f);
      even = fma(even, z, 4.166664568298827e-2f);
      even = even * z;
      even = fma(even, z, -(z * 0.5f));
      even = even + 1f;

      float odd = fma(-1.9515295891e-4f, z, 8.3321608736e-3f);
      odd = fma(odd, z, -1.6666654611e-1f);
      odd = odd * z;
      odd = fma(odd, x, x);

      boolean straight = (octant & 2) == 0;
      float sine = straight ? odd : even;
      float cosine = straight ? even : odd;
      if ((octant & 4) != 0) sine = -sine;
      if ((octant - 2 & 4) == 0) cosine = -cosine;

      u[j] = fma(radius * cosine, std, mean);
      u[j + u.length / 2] = fma(radius * sine, std, mean);
    }
  }

  private static float log(float value) {
    int e = Math.getExponent(value) + 1;
    float m = value / (float) Math.scalb(1.0, e);
    if (m < 0.707106781186547524f) {
      e = e - 1;
      m = m - 1f + m;
    } else {
      m = m - 1f;
    }
    float z = m * m;
    float y = 7.0376836292e-2f;
    float[] coefficients = {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
      2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f};
    for (float c : coefficients) y = fma(y, m, c);
    y = y * m;
    y = fma(y, z, e * -2.12194440e-4f);
    y = fma(-z, 0.5f, y);
    return fma(e, 0.693359375f, m + y);
  }
}
