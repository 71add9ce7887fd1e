package jtorch.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingTest {
  private static final PoolAxis NONE = PoolAxis.NONE;

  /// Three axes; kernels 2 and 3 with strides 1 to 3, padding, dilation, ceil mode, one to three dims, adaptive.
  private static final List<PoolAxis[]> WINDOWS = List.of(
      new PoolAxis[] {NONE, sliding(24, 2, 2, 0, 1, false), sliding(24, 2, 2, 0, 1, false)},
      new PoolAxis[] {NONE, sliding(9, 2, 2, 0, 1, true), sliding(51, 2, 2, 0, 1, true)},
      new PoolAxis[] {NONE, sliding(13, 3, 2, 1, 1, false), sliding(40, 3, 2, 1, 1, false)},
      new PoolAxis[] {NONE, sliding(7, 3, 1, 1, 1, false), sliding(50, 3, 1, 1, 1, false)},
      new PoolAxis[] {NONE, sliding(10, 3, 3, 1, 1, true), sliding(31, 3, 3, 1, 1, true)},
      new PoolAxis[] {NONE, sliding(14, 3, 2, 1, 2, false), sliding(37, 3, 2, 1, 3, false)},
      new PoolAxis[] {NONE, NONE, sliding(100, 4, 2, 2, 1, false)},
      new PoolAxis[] {sliding(5, 2, 1, 1, 1, false), sliding(6, 3, 2, 0, 1, false), sliding(36, 2, 2, 1, 1, true)},
      new PoolAxis[] {NONE, PoolAxis.adaptive(10, 4), PoolAxis.adaptive(13, 5)},
      new PoolAxis[] {NONE, PoolAxis.adaptive(7, 1), PoolAxis.adaptive(7, 1)},
      new PoolAxis[] {PoolAxis.adaptive(4, 6), PoolAxis.adaptive(3, 3), PoolAxis.adaptive(20, 20)});

  private static PoolAxis sliding(int in, int kernel, int stride, int padding, int dilation, boolean ceilMode) {
    return PoolAxis.sliding(in, kernel, stride, padding, dilation, ceilMode);
  }

  static Stream<Rows> loops() {
    return Sample.loops();
  }

  /// Numbers of outputs as PyTorch's pooling modules give them.
  @Test
  void windowsAreCountedAsPyTorchCounts() {
    assertThat(sliding(10, 3, 2, 0, 1, false).out()).isEqualTo(4);
    assertThat(sliding(10, 3, 2, 0, 1, true).out()).isEqualTo(5);
    assertThat(sliding(4, 1, 3, 0, 1, true).out()).isEqualTo(2);
    assertThat(sliding(5, 2, 3, 1, 1, true).out()).isEqualTo(2); // a third would begin in the padding
    assertThat(sliding(10, 3, 1, 1, 4, false).out()).isEqualTo(4);
    assertThat(PoolAxis.adaptive(10, 4).start()).containsExactly(0, 2, 5, 7);
    assertThat(PoolAxis.adaptive(10, 4).end()).containsExactly(3, 5, 8, 10);
  }

  @Test
  void windowsHoldTheInputsOfTheirDefinition() {
    for (int kernel = 1; kernel <= 4; kernel++) {
      for (int stride = 1; stride <= 3; stride++) {
        for (int padding = 0; padding <= kernel / 2; padding++) {
          for (int dilation = 1; dilation <= 2; dilation++) {
            PoolAxis axis = sliding(11, kernel, stride, padding, dilation, true);
            for (int o = 0; o < axis.out(); o++) {
              List<Integer> inputs = new ArrayList<>();
              for (int k = 0; k < kernel; k++) {
                int i = o * stride - padding + k * dilation;
                if (i >= 0 && i < 11) {
                  inputs.add(i);
                }
              }
              List<Integer> window = new ArrayList<>();
              for (int i = axis.start()[o]; i < axis.end()[o]; i += axis.step()) {
                window.add(i);
              }
              assertThat(window).as("window %d of kernel %d, stride %d, padding %d, dilation %d", o, kernel, stride,
                  padding, dilation).isEqualTo(inputs);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void maximaAreThoseOfTheDefinition(Rows rows) {
    for (PoolAxis[] axes : WINDOWS) {
      for (int channels : new int[] {0, 3, 16, 37}) {
        try (Sample sample = Sample.of(rows)) {
          var shape = new Shape(axes, channels);
          long x = sample.random(shape.inputs, 1);
          for (int i = 0; i < shape.inputs; i++) { // equal ones, -inf and NaN
            rows.put(x, i,
                i % 97 == 5 ? Double.NaN : i % 13 == 0 ? Double.NEGATIVE_INFINITY : Math.rint(rows.get(x, i)));
          }
          long y = sample.room(shape.outputs);
          long index = sample.bytes(shape.outputs * 8L);
          long g = sample.random(shape.outputs, 2);
          long dx = sample.room(shape.inputs);
          if (channels == 0) {
            Pooling.maxPool(rows, x, y, index, shape.planes, axes[0], axes[1], axes[2]);
            Pooling.maxPoolBackward(rows, g, index, dx, shape.planes, axes[0], axes[1], axes[2]);
          } else {
            Pooling.maxPoolChannelsLast(rows, x, y, index, shape.batch, channels, axes[0], axes[1], axes[2]);
            Pooling.maxPoolBackwardChannelsLast(
                rows, g, index, dx, shape.batch, channels, axes[0], axes[1], axes[2]);
          }
          double[] in = sample.read(x, shape.inputs);
          double[] gradient = sample.read(g, shape.outputs);
          double[] values = new double[shape.outputs];
          long[] places = new long[shape.outputs];
          double[] dxs = new double[shape.inputs];
          shape.eachWindow((output, window) -> {
            int best = window.get(0);
            for (int i : window) {
              if (in[i] > in[best] || Double.isNaN(in[i])) {
                best = i;
              }
            }
            values[output] = in[best];
            places[output] = shape.place(best);
            dxs[best] += gradient[output];
          });
          assertThat(sample.read(y, shape.outputs)).isEqualTo(values);
          assertThat(sample.readLongs(index, shape.outputs)).isEqualTo(places);
          sample.assertClose(sample.read(dx, shape.inputs), dxs, 8, 1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void averagesAreThoseOfTheDefinition(Rows rows) {
    for (PoolAxis[] axes : WINDOWS) {
      if (axes[2].step() > 1) {
        continue; // averages know no dilation
      }
      for (int channels : new int[] {0, 3, 16, 37}) {
        for (boolean countPadding : new boolean[] {true, false}) {
          for (int divisor : new int[] {0, 3}) {
            try (Sample sample = Sample.of(rows)) {
              var shape = new Shape(axes, channels);
              long x = sample.random(shape.inputs, 1);
              long y = sample.room(shape.outputs);
              long g = sample.random(shape.outputs, 2);
              long dx = sample.room(shape.inputs);
              if (channels == 0) {
                Pooling.avgPool(rows, x, y, shape.planes, axes[0], axes[1], axes[2], countPadding, divisor);
                Pooling.avgPoolBackward(rows, g, dx, shape.planes, axes[0], axes[1], axes[2], countPadding, divisor);
              } else {
                Pooling.avgPoolChannelsLast(
                    rows, x, y, shape.batch, channels, axes[0], axes[1], axes[2], countPadding, divisor);
                Pooling.avgPoolBackwardChannelsLast(
                    rows, g, dx, shape.batch, channels, axes[0], axes[1], axes[2], countPadding, divisor);
              }
              double[] in = sample.read(x, shape.inputs);
              double[] gradient = sample.read(g, shape.outputs);
              double[] values = new double[shape.outputs];
              double[] dxs = new double[shape.inputs];
              shape.eachWindow((output, window) -> {
                double by = divisor != 0 ? divisor : countPadding ? shape.size(output) : window.size();
                for (int i : window) {
                  values[output] += in[i] / by;
                  dxs[i] += gradient[output] / by;
                }
              });
              sample.assertClose(sample.read(y, shape.outputs), values, 30, 1);
              sample.assertClose(sample.read(dx, shape.inputs), dxs, 30, 1);
            }
          }
        }
      }
    }
  }

  private interface Window {
    void at(int output, List<Integer> inputs);
  }

  /// A tensor of three planes, or of two samples in channels-last order, with its windows by their definition.
  private static final class Shape {
    final PoolAxis[] axes;
    final int channels;
    final int batch;
    final int planes;
    final int inputs;
    final int outputs;
    private final int ins;
    private final int outs;

    Shape(PoolAxis[] axes, int channels) {
      this.axes = axes;
      this.channels = Math.max(1, channels);
      batch = channels == 0 ? 3 : 2;
      planes = batch * this.channels;
      ins = Arrays.stream(axes).mapToInt(PoolAxis::in).reduce(1, (a, b) -> a * b);
      outs = Arrays.stream(axes).mapToInt(PoolAxis::out).reduce(1, (a, b) -> a * b);
      inputs = planes * ins;
      outputs = planes * outs;
    }

    /// The place of an input in its plane or sample.
    int place(int input) {
      return input / channels % ins;
    }

    /// Elements of an output's window with padding.
    int size(int output) {
      int o = output / channels % outs;
      int[] at = outputAt(o);
      return axes[0].size()[at[0]] * axes[1].size()[at[1]] * axes[2].size()[at[2]];
    }

    private int[] outputAt(int o) {
      return new int[] {
        o / axes[2].out() / axes[1].out(), o / axes[2].out() % axes[1].out(), o % axes[2].out()
      };
    }

    void eachWindow(Window body) {
      for (int output = 0; output < outputs; output++) {
        int c = output % channels;
        int o = output / channels % outs;
        int b = output / channels / outs;
        int[] at = outputAt(o);
        List<Integer> window = new ArrayList<>();
        for (int i = axes[0].start()[at[0]]; i < axes[0].end()[at[0]]; i += axes[0].step()) {
          for (int j = axes[1].start()[at[1]]; j < axes[1].end()[at[1]]; j += axes[1].step()) {
            for (int k = axes[2].start()[at[2]]; k < axes[2].end()[at[2]]; k += axes[2].step()) {
              int in = (i * axes[1].in() + j) * axes[2].in() + k;
              window.add((b * ins + in) * channels + c);
            }
          }
        }
        body.at(output, window);
      }
    }
  }
}
