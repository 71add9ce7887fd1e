package jtorch.cpu.matrix;

import static jtorch.cpu.matrix.ConvolutionShape.channelsLast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.cpu.Parallel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way of convolving against plain loops. The numbers are small multiples of 1/4, so all sums are exact and equality
/// is asked for.
class ConvolutionTest {
  private final int threads = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(threads);
  }

  static Stream<ConvolutionShape> shapes() {
    List<ConvolutionShape> shapes = new ArrayList<>();
    // One, two and three dimensions, odd sizes, strides, dilations.
    shapes.add(of("2,3,17", "5,3,3", "1", "1", "1", 1));
    shapes.add(of("1,1,1", "1,1,1", "1", "0", "1", 1));
    shapes.add(of("3,17,65", "63,17,4", "3", "2", "2", 1));
    shapes.add(of("2,3,17,13", "5,3,3,3", "1,1", "1,1", "1,1", 1));
    shapes.add(of("4,1,28,28", "32,1,3,3", "1,1", "0,0", "1,1", 1));
    shapes.add(of("3,16,14,14", "32,16,3,3", "1,1", "1,1", "1,1", 1));
    shapes.add(of("2,3,32,31", "17,3,7,7", "2,2", "3,3", "1,1", 1));
    shapes.add(of("2,17,9,11", "3,17,3,2", "2,3", "1,0", "2,1", 1));
    shapes.add(of("2,5,9,9", "7,5,3,3", "1,1", "2,2", "2,2", 1));
    shapes.add(of("1,63,6,5", "65,63,3,3", "1,1", "1,1", "1,1", 1));
    shapes.add(of("2,3,5,6,7", "4,3,3,2,3", "2,1,2", "1,0,1", "1,2,1", 1));
    shapes.add(of("1,16,4,4,4", "16,16,3,3,3", "1,1,1", "1,1,1", "1,1,1", 1));
    // Groups, depthwise among them.
    shapes.add(of("2,6,9,9", "4,3,3,3", "1,1", "1,1", "1,1", 2));
    shapes.add(of("2,32,8,8", "64,8,3,3", "2,2", "1,1", "1,1", 4));
    shapes.add(of("3,17,9,9", "17,1,3,3", "1,1", "1,1", "1,1", 17));
    shapes.add(of("1,32,9,9", "64,1,3,3", "1,1", "1,1", "1,1", 32));
    shapes.add(of("2,4,15", "6,2,3", "2", "1", "1", 2));
    // Kernels of one element: as products, with stride, with few pixels.
    shapes.add(of("3,17,10,10", "65,17,1,1", "1,1", "0,0", "1,1", 1));
    shapes.add(of("2,65,10,10", "3,65,1,1", "1,1", "0,0", "1,1", 1));
    shapes.add(of("2,17,4,4", "5,17,1,1", "1,1", "0,0", "1,1", 1));
    shapes.add(of("2,17,9,9", "33,17,1,1", "2,2", "0,0", "1,1", 1));
    shapes.add(of("1,17,200", "33,17,1", "1", "0", "1", 1));
    // Uneven padding; rows and columns that no window reaches.
    shapes.add(ConvolutionShape.of(n("2,3,9,9"), n("5,3,2,2"), n("1,1"), n("0,1"), n("1,0"), n("1,1"), 1));
    shapes.add(ConvolutionShape.of(n("2,3,12,11"), n("5,3,2,3"), n("3,4"), n("0,0"), n("0,0"), n("1,1"), 1));
    shapes.add(ConvolutionShape.of(n("2,3,9"), n("5,3,4"), n("1"), n("1"), n("2"), n("1"), 1));
    // More padding than kernel.
    shapes.add(of("2,3,5,5", "5,3,2,2", "1,1", "3,3", "1,1", 1));
    // A batch that is no multiple of what is worked on at once; work worth splitting by images and by channels.
    shapes.add(of("7,3,24,24", "33,3,3,3", "1,1", "1,1", "1,1", 1));
    shapes.add(of("1,64,20,20", "80,64,3,3", "1,1", "1,1", "1,1", 1));
    shapes.add(of("2,32,20,20", "64,16,3,3", "1,1", "1,1", "1,1", 2));
    List<ConvolutionShape> all = new ArrayList<>(shapes);
    for (ConvolutionShape s : shapes) {
      all.add(s.strides(channelsLast(s.x()), channelsLast(s.w()), channelsLast(s.y())));
    }
    ConvolutionShape s = of("3,5,9,8", "17,5,3,3", "1,1", "1,1", "1,1", 1);
    // Parts of larger tensors, a broadcast image, mixed layouts.
    all.add(s.strides(n("900,150,16,2"), n("100,18,6,1"), n("2000,100,11,1")));
    all.add(s.strides(n("0,72,8,1"), s.wStrides(), channelsLast(s.y())));
    all.add(s.strides(channelsLast(s.x()), s.wStrides(), s.yStrides()));
    // Overlapping windows as input, expanded weights, the expanded gradient of a sum.
    all.add(s.strides(n("40,5,8,1"), s.wStrides(), s.yStrides()));
    all.add(s.strides(s.xStrides(), n("9,0,3,1"), s.yStrides()));
    all.add(s.strides(s.xStrides(), s.wStrides(), n("0,0,0,0")));
    all.add(s.strides(s.xStrides(), s.wStrides(), n("0,1,0,0")));
    ConvolutionShape p = of("3,17,10,10", "65,17,1,1", "1,1", "0,0", "1,1", 1);
    all.add(p.strides(channelsLast(p.x()), p.wStrides(), p.yStrides()));
    all.add(p.strides(p.xStrides(), p.wStrides(), n("0,0,0,0")));
    all.add(p.strides(n("3400,200,20,2"), p.wStrides(), p.yStrides()));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void forwardAndBackwardAgreeWithPlainLoops(ConvolutionShape s) {
    Parallel.setThreads(3);
    check(s, DType.FLOAT32);
    check(s, DType.FLOAT64);
  }

  @Test
  void oneThreadAndManyWeights() {
    Parallel.setThreads(1);
    check(of("4,16,9,9", "32,16,3,3", "1,1", "1,1", "1,1", 1), DType.FLOAT32);
    Parallel.setThreads(2);
    check(of("2,512,2,2", "260,512,3,3", "1,1", "1,1", "1,1", 1), DType.FLOAT32);
  }

  @Test
  void transposedConvolutionsAndTheirGradients() {
    Parallel.setThreads(2);
    for (ConvolutionShape s : List.of(
        ConvolutionShape.ofTransposed(n("2,5,6,7"), n("5,3,3,3"), n("2,2"), n("1,1"), n("1,1"), n("1,1"), 1),
        ConvolutionShape.ofTransposed(n("2,4,6,7"), n("4,3,3,2"), n("1,3"), n("0,1"), n("0,2"), n("2,1"), 2),
        ConvolutionShape.ofTransposed(n("1,3,9"), n("3,2,4"), n("3"), n("1"), n("0"), n("1"), 1),
        ConvolutionShape.ofTransposed(n("2,17,10,10"), n("17,20,1,1"), n("1,1"), n("0,0"), n("0,0"), n("1,1"), 1),
        ConvolutionShape.ofTransposed(n("2,3,4,4"), n("3,2,2,2"), n("1,1"), n("0,0"), n("1,1"), n("2,2"), 1))) {
      for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        try (var buffers = new Buffers()) {
          Data d = new Data(buffers, type, s);
          long bias = buffers.random(type, s.x()[1]);
          long out = d.like(d.x);
          Convolution.transposedForward(buffers, type, s, d.y.address, d.w.address, bias, out);
          double[] expected = d.backwardData();
          for (int i = 0; i < expected.length; i++) {
            expected[i] += Buffers.get(type, bias, i / (expected.length / (s.n() * s.x()[1])) % s.x()[1]);
          }
          d.assertEqual("transposed", d.x, out, expected);
          long dy = d.like(d.y);
          long dw = d.like(d.w);
          long db = buffers.allocate(type, s.x()[1]);
          Convolution.transposedBackward(buffers, type, s, d.y.address, d.w.address, d.x.address, dy, dw, db);
          d.assertEqual("transposed dx", d.y, dy, d.forward(0));
          d.assertEqual("transposed dw", d.w, dw, d.backwardWeights());
          double[] sums = new double[(int) s.x()[1]];
          d.x.each((at, value) -> sums[at[1]] += value);
          for (int i = 0; i < sums.length; i++) {
            assertThat(Buffers.get(type, db, i)).isEqualTo(sums[i]);
          }
        }
      }
    }
  }

  @Test
  void keptWeightsFollowTheirOwnerAndItsVersion() {
    Parallel.setThreads(2);
    ConvolutionShape s = of("2,16,9,9", "32,16,3,3", "1,1", "1,1", "1,1", 1);
    Buffers buffers = new Buffers();
    Data d = new Data(buffers, DType.FLOAT32, s);
    long before = PackedWeights.bytes();
    Object owner = new Object();
    for (int version = 0; version < 3; version++) {
      for (int call = 0; call < 2; call++) {
        forwardKept(d, new PackedWeights.Owner(owner, version));
      }
      Buffers.put(DType.FLOAT32, d.w.address, 0, 100 + version);
      d.w.values[0] = 100 + version;
    }
    assertThat(PackedWeights.bytes() - before).isEqualTo(32 * 16 * 9 * 4);
    // Another owner at the same address and version.
    forwardKept(d, new PackedWeights.Owner(new Object(), 2));
    assertThat(PackedWeights.bytes() - before).isEqualTo(32 * 16 * 9 * 4);
    // Without a new version the kept copy is used.
    Object kept = new Object();
    forwardKept(d, new PackedWeights.Owner(kept, 7));
    Buffers.put(DType.FLOAT32, d.w.address, 0, -5);
    forwardKept(d, new PackedWeights.Owner(kept, 7));
    PackedWeights.clear();
    assertThat(PackedWeights.bytes()).isZero();
    buffers.close();
  }

  private static void forwardKept(Data d, PackedWeights.Owner owner) {
    long y = d.like(d.y);
    Convolution.forward(d.buffers, DType.FLOAT32, d.s, d.x.address, d.w.address, owner, 0, y);
    d.assertEqual("y", d.y, y, d.forward(0));
  }

  @Test
  void emptyBatchesAndChannels() {
    try (var buffers = new Buffers()) {
      ConvolutionShape none = of("0,3,5,5", "4,3,3,3", "1,1", "1,1", "1,1", 1);
      Convolution.forward(buffers, DType.FLOAT32, none, 0, 0, 0, 0);
      long dw = buffers.allocate(DType.FLOAT32, 4 * 27);
      long db = buffers.allocate(DType.FLOAT32, 4);
      Convolution.backward(buffers, DType.FLOAT32, none, 0, 0, 0, 0, dw, db);
      assertThat(Buffers.values(DType.FLOAT32, dw, 4 * 27)).containsOnly(0);
      assertThat(Buffers.values(DType.FLOAT32, db, 4)).containsOnly(0);
      ConvolutionShape channels = of("1,0,3,3", "2,0,3,3", "1,1", "1,1", "1,1", 1);
      long y = buffers.allocate(DType.FLOAT32, 18);
      long bias = buffers.random(DType.FLOAT32, 2);
      Convolution.forward(buffers, DType.FLOAT32, channels, 0, 0, bias, y);
      assertThat(Buffers.get(DType.FLOAT32, y, 17)).isEqualTo(Buffers.get(DType.FLOAT32, bias, 1));
    }
  }

  @Test
  void badShapesAreNamed() {
    assertThatThrownBy(() -> of("2,3,9", "5,4,3", "1", "0", "1", 1))
        .hasMessageContaining("channels do not fit: x [2, 3, 9]");
    assertThatThrownBy(() -> of("2,3,9", "5,3,3", "0", "0", "1", 1)).hasMessageContaining("stride [0]");
    assertThatThrownBy(() -> of("2,3,2", "5,3,3", "1", "0", "1", 1)).hasMessageContaining("kernel is larger");
    assertThatThrownBy(() -> of("2,3,9", "5,3,3", "1,1", "0", "1", 1)).hasMessageContaining("ranks do not fit");
    assertThatThrownBy(
        () -> Convolution.forward(new Buffers(), DType.INT64, of("1,1,1", "1,1,1", "1", "0", "1", 1), 0, 0, 0, 0))
        .hasMessageContaining("no convolution of");
  }

  private static void check(ConvolutionShape s, DType type) {
    try (var buffers = new Buffers()) {
      Data d = new Data(buffers, type, s);
      long bias = buffers.random(type, s.y()[1]);
      double[] sums = new double[(int) s.y()[1]];
      d.y.each((at, value) -> sums[at[1]] += value);
      double[] plain = d.forward(0);
      double[] biased = d.forward(bias);
      double[] dataGradient = d.backwardData();
      double[] weightsGradient = d.backwardWeights();
      var twin = new ColumnConvolution(buffers, type, s);
      for (boolean java : new boolean[] {false, true}) {
        for (long b : d.y.overlaps() ? new long[0] : new long[] {0, bias}) {
          long y = d.like(d.y);
          if (java) {
            twin.forward(d.x.address, d.w.address, b, y);
          } else {
            Convolution.forward(buffers, type, s, d.x.address, d.w.address, b, y);
          }
          d.assertEqual("y", d.y, y, b == 0 ? plain : biased);
        }
        // Bits: gradients wanted for x, w and bias.
        for (int wanted : java ? new int[] {7} : new int[] {7, 1, 2, 4, 6}) {
          long dx = (wanted & 1) == 0 || d.x.overlaps() ? 0 : d.like(d.x);
          long dw = (wanted & 2) == 0 || d.w.overlaps() ? 0 : d.like(d.w);
          long db = (wanted & 4) == 0 ? 0 : buffers.allocate(type, s.y()[1]);
          if (!java) {
            Convolution.backward(buffers, type, s, d.x.address, d.w.address, d.y.address, dx, dw, db);
          } else {
            if (dx != 0) {
              twin.backwardData(d.y.address, d.w.address, dx);
            }
            twin.backwardWeights(d.x.address, d.y.address, dw, db);
          }
          if (dx != 0) {
            d.assertEqual("dx", d.x, dx, dataGradient);
          }
          if (dw != 0) {
            d.assertEqual("dw", d.w, dw, weightsGradient);
          }
          if (db != 0) {
            assertThat(Buffers.values(type, db, s.y()[1])).isEqualTo(sums);
          }
        }
      }
    }
  }

  private interface Visit {
    void at(int[] index, double value);
  }

  /// A tensor: its memory, gaps included, and its values in logical order.
  private static final class Operand {
    final long[] sizes;
    final long[] strides;
    final long address;
    final long extent;
    final double[] values;
    final int[] places;

    Operand(Buffers buffers, DType type, long[] sizes, long[] strides) {
      this.sizes = sizes;
      this.strides = strides;
      long last = 0;
      int count = 1;
      for (int i = 0; i < sizes.length; i++) {
        last += (sizes[i] - 1) * strides[i];
        count *= (int) sizes[i];
      }
      extent = last + 1;
      address = buffers.random(type, extent);
      values = new double[count];
      places = new int[count];
      double[] raw = Buffers.values(type, address, extent);
      for (int i = 0; i < count; i++) {
        int rest = i;
        for (int j = sizes.length - 1; j >= 0; j--) {
          places[i] += (int) (rest % sizes[j] * strides[j]);
          rest /= (int) sizes[j];
        }
        values[i] = raw[places[i]];
      }
    }

    /// Whether elements share a place, so that it cannot be a result.
    boolean overlaps() {
      return Arrays.stream(places).distinct().count() < places.length;
    }

    void each(Visit visit) {
      int[] index = new int[sizes.length];
      for (int i = 0; i < values.length; i++) {
        int rest = i;
        for (int j = sizes.length - 1; j >= 0; j--) {
          index[j] = (int) (rest % sizes[j]);
          rest /= (int) sizes[j];
        }
        visit.at(index, values[i]);
      }
    }
  }

  /// The tensors of a convolution and what plain loops make of them.
  private static final class Data {
    final Buffers buffers;
    final DType type;
    final ConvolutionShape s;
    final Operand x;
    final Operand w;
    final Operand y;

    Data(Buffers buffers, DType type, ConvolutionShape s) {
      this.buffers = buffers;
      this.type = type;
      this.s = s;
      x = new Operand(buffers, type, s.x(), s.xStrides());
      w = new Operand(buffers, type, s.w(), s.wStrides());
      y = new Operand(buffers, type, s.y(), s.yStrides());
    }

    long like(Operand operand) {
      return buffers.allocate(type, operand.extent);
    }

    private interface Triple {
      void at(int x, int w, int y);
    }

    /// Visits every product that the convolution adds up: the indices of its factors and of its sum.
    private void products(Triple visit) {
      int patch = w.values.length / (int) (s.w()[0] * s.w()[1]);
      int pixels = y.values.length / (int) (s.n() * s.y()[1]);
      int xPixels = x.values.length / (int) (s.n() * s.x()[1]);
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int r = 0; r < patch; r++) {
          int xPixel = xPixel(pixel, r);
          if (xPixel < 0) {
            continue;
          }
          for (int n = 0; n < s.n(); n++) {
            for (int k = 0; k < s.y()[1]; k++) {
              int first = (int) (k / (s.w()[0] / s.groups()) * s.w()[1]);
              for (int c = 0; c < s.w()[1]; c++) {
                visit.at((n * (int) s.x()[1] + first + c) * xPixels + xPixel, (k * (int) s.w()[1] + c) * patch + r,
                    (n * (int) s.y()[1] + k) * pixels + pixel);
              }
            }
          }
        }
      }
    }

    /// The input pixel that kernel position `r` sees at an output pixel; -1 for padding.
    private int xPixel(int pixel, int r) {
      int index = 0;
      int unit = 1;
      for (int i = s.stride().length - 1; i >= 0; i--) {
        int in = (int) (pixel % s.y()[i + 2] * s.stride()[i] + r % s.w()[i + 2] * s.dilation()[i] - s.padding()[i]);
        if (in < 0 || in >= s.x()[i + 2]) {
          return -1;
        }
        index += in * unit;
        unit *= (int) s.x()[i + 2];
        pixel /= (int) s.y()[i + 2];
        r /= (int) s.w()[i + 2];
      }
      return index;
    }

    double[] forward(long bias) {
      double[] result = new double[y.values.length];
      products((i, j, k) -> result[k] += x.values[i] * w.values[j]);
      int image = (int) (result.length / s.n());
      for (int i = 0; i < result.length && bias != 0; i++) {
        result[i] += Buffers.get(type, bias, i % image / (image / s.y()[1]));
      }
      return result;
    }

    double[] backwardData() {
      double[] result = new double[x.values.length];
      products((i, j, k) -> result[i] += y.values[k] * w.values[j]);
      return result;
    }

    double[] backwardWeights() {
      double[] result = new double[w.values.length];
      products((i, j, k) -> result[j] += x.values[i] * y.values[k]);
      return result;
    }

    /// Compares a result laid out as `operand` and sees that nothing was written beside it.
    void assertEqual(String what, Operand operand, long address, double[] expected) {
      double[] raw = Buffers.values(type, address, operand.extent);
      boolean[] inside = new boolean[raw.length];
      for (int i = 0; i < expected.length; i++) {
        inside[operand.places[i]] = true;
        if (raw[operand.places[i]] != expected[i]) {
          fail("%s of %s %s: element %d is %s, expected %s", what, type, s, i, raw[operand.places[i]], expected[i]);
        }
      }
      for (int i = 0; i < raw.length; i++) {
        if (!inside[i] && !Double.isNaN(raw[i])) {
          fail("%s of %s %s: wrote beside it, at %d", what, type, s, i);
        }
      }
    }
  }

  private static ConvolutionShape of(String x, String w, String stride, String padding, String dilation, long groups) {
    return ConvolutionShape.of(n(x), n(w), n(stride), n(padding), n(dilation), groups);
  }

  private static long[] n(String numbers) {
    return Stream.of(numbers.split(",")).mapToLong(Long::parseLong).toArray();
  }
}
