package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jtorch.spi.ResampleAxis;
import jtorch.spi.ResampleAxis.Mode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Interpolation in passes against the sum over all taps of all axes.
class ResampleTest {
  private static final int PLANES = 3;

  @ParameterizedTest
  @EnumSource(Mode.class)
  void passesGiveTheSumOverAllTaps(Mode mode) {
    boolean antialias = mode == Mode.LANCZOS;
    for (int[] out : new int[][] {{4, 5, 7}, {9, 11, 40}, {2, 3, 5}, {4, 12, 3}, {1, 5, 17}}) {
      ResampleAxis d = ResampleAxis.of(mode, antialias, 4, out[0], false, 0, true);
      ResampleAxis h = ResampleAxis.of(mode, antialias, 5, out[1], false, 0, true);
      ResampleAxis w = ResampleAxis.of(mode, antialias, 7, out[2], false, 0, true);
      for (int inner : new int[] {1, 2, 19}) {
        compare(d, h, w, inner);
        compare(d.transposed(), h.transposed(), w.transposed(), inner);
        compare(ResampleAxis.NONE, h, w, inner);
      }
    }
  }

  private static void compare(ResampleAxis d, ResampleAxis h, ResampleAxis w, int inner) {
    Rows rows = Rows.f32();
    try (Sample sample = Sample.of(rows)) {
      long in = (long) d.in() * h.in() * w.in() * inner;
      long x = sample.random(PLANES * in, 1);
      int outs = d.out() * h.out() * w.out() * inner;
      long y = sample.random((long) PLANES * outs, 2);
      Resample.run(false, x, y, PLANES, inner, d, h, w);
      for (int i = 0; i < PLANES * outs; i++) {
        int c = i % inner;
        int o = i % outs / inner;
        double wanted = 0;
        for (int a = d.start()[o / (h.out() * w.out())]; a < d.start()[o / (h.out() * w.out()) + 1]; a++) {
          for (int b = h.start()[o / w.out() % h.out()]; b < h.start()[o / w.out() % h.out() + 1]; b++) {
            for (int e = w.start()[o % w.out()]; e < w.start()[o % w.out() + 1]; e++) {
              long place = ((long) d.index()[a] * h.in() + h.index()[b]) * w.in() + w.index()[e];
              wanted += d.weight()[a] * h.weight()[b] * w.weight()[e] * rows.get(x, i / outs * in + place * inner + c);
            }
          }
        }
        assertThat(rows.get(y, i)).isCloseTo(wanted, within(1e-5 + 1e-5 * Math.abs(wanted)));
      }
    }
  }
}
