package jtorch.cpu.kernel;

import jtorch.cpu.Parallel;
import jtorch.memory.Memory;

/// Maximum and average pooling in one to three dims, with sliding or adaptive windows, in `float32` and `float64`,
/// forward and backward.
///
/// A tensor is `planes` of contiguous `[depth, height, width]`, or, in channels-last order, `batch` of `[depth, height,
/// width, channels]`; an axis that is not there is [PoolAxis#NONE]. Indices are `int64` places among the `depth *
/// height * width` of the input, as in PyTorch.
public final class Pooling {
  private Pooling() {}

  /// `y` = the maximum of each window, `index` = the place of the first such element; of several NaN the last. Where
  /// `index` is 0, places are not told.
  public static void maxPool(Rows rows, long x, long y, long index, long planes, PoolAxis d, PoolAxis h, PoolAxis w) {
    long inputs = inputs(d, h, w);
    if (index != 0 && d.out() * d.widest() == 1 && h.step() == 1 && w.isWide()) {
      maxOfWide(rows, x, y, index, planes, h, w);
      return;
    }
    long limit = x + planes * inputs * rows.bytes();
    eachLine(planes, d, h, w, (taps, plane, line) -> {
      long input = x + plane * inputs * rows.bytes();
      for (int o = 0; o < w.out(); o = taps.next) {
        taps.window(o);
        long output = line * w.out() + o;
        rows.pooling().max(y + output * rows.bytes(), index == 0 ? 0 : index + output * Long.BYTES, input, 0,
            taps.places, taps.count,
            taps.next - o, w.stride(), limit);
      }
    });
  }

  /// Maxima of large windows of planes, each walked as it lies.
  private static void maxOfWide(Rows rows, long x, long y, long index, long planes, PoolAxis h, PoolAxis w) {
    Parallel.run(planes * h.out(), Reductions.grain((long) h.widest() * w.in()), (begin, end) -> {
      for (long line = begin; line < end; line++) {
        int oh = (int) (line % h.out());
        long plane = x + line / h.out() * h.in() * w.in() * rows.bytes();
        for (int o = 0; o < w.out(); o++) {
          long output = line * w.out() + o;
          rows.pooling().maxOfWindow(y + output * rows.bytes(), index + output * Long.BYTES, plane,
              (long) h.start()[oh] * w.in() + w.start()[o], h.end()[oh] - h.start()[oh], w.end()[o] - w.start()[o],
              w.in());
        }
      }
    });
  }

  /// The gradient of a maximum goes to the element that was it: `dx[index[i]] += g[i]`, from 0.
  public static void maxPoolBackward(
      Rows rows, long g, long index, long dx, long planes, PoolAxis d, PoolAxis h, PoolAxis w) {
    maxPoolBackwardChannelsLast(rows, g, index, dx, planes, 1, d, h, w);
  }

  /// `y` = the sum of each window divided by: `divisor` if it is not 0, else the number of elements of the window, with
  /// padding if `countPadding`.
  public static void avgPool(Rows rows, long x, long y, long planes, PoolAxis d, PoolAxis h, PoolAxis w,
      boolean countPadding, long divisor) {
    long inputs = inputs(d, h, w);
    if (divisor == 0 && d.global() && h.global() && w.global()) {
      Reductions.mean(rows, x, y, planes, inputs, 1);
      return;
    }
    if (divisor == 0 && !countPadding && d.out() * d.widest() == 1 && h.step() == 1 && w.isWide()) {
      averageOfWide(rows, x, y, planes, h, w);
      return;
    }
    long limit = x + planes * inputs * rows.bytes();
    eachLine(planes, d, h, w, (taps, plane, line) -> {
      long input = x + plane * inputs * rows.bytes();
      for (int o = 0; o < w.out(); o = taps.next) {
        taps.window(o);
        long output = y + (line * w.out() + o) * rows.bytes();
        rows.pooling().average(output, input, 0, taps.places, taps.count, taps.next - o, w.stride(),
            taps.divisor(o, countPadding, divisor), limit);
      }
    });
  }

  /// Averages over large windows of planes: rows are added up first, so that they are walked in vectors.
  private static void averageOfWide(Rows rows, long x, long y, long planes, PoolAxis h, PoolAxis w) {
    long bytes = rows.bytes();
    Parallel.run(planes * h.out(), Reductions.grain((long) h.widest() * w.in()), (begin, end) -> {
      long sums = Scratch.of(w.in() * bytes);
      for (long line = begin; line < end; line++) {
        int oh = (int) (line % h.out());
        long first = x + (line / h.out() * h.in() + h.start()[oh]) * w.in() * bytes;
        int count = Math.max(0, h.end()[oh] - h.start()[oh]);
        rows.fill(sums, w.in(), 0);
        rows.addRows(sums, first, count, w.in(), w.in());
        for (int o = 0; o < w.out(); o++) {
          int width = Math.max(0, w.end()[o] - w.start()[o]);
          double sum = 0;
          for (int i = w.start()[o]; i < w.end()[o]; i++) sum += rows.get(sums, i);
          rows.put(y, line * w.out() + o, sum / Math.max(1, (long) count * width));
        }
      }
    });
  }

  /// The gradient of an average goes to all elements of the window: `dx[...] += g / divisor`, from 0.
  public static void avgPoolBackward(Rows rows, long g, long dx, long planes, PoolAxis d, PoolAxis h, PoolAxis w,
      boolean countPadding, long divisor) {
    long inputs = inputs(d, h, w);
    long outputs = outputs(d, h, w);
    Parallel.run(planes, Reductions.grain(inputs + outputs), (begin, end) -> {
      Taps taps = new Taps(d, h, w);
      for (long p = begin; p < end; p++) {
        long plane = dx + p * inputs * rows.bytes();
        rows.fill(plane, inputs, 0);
        for (int line = 0; line < d.out() * h.out(); line++) {
          taps.line(line);
          for (int o = 0; o < w.out(); o = taps.next) {
            taps.window(o);
            long output = g + (p * outputs + (long) line * w.out() + o) * rows.bytes();
            rows.pooling().addToWindows(plane, output, taps.places, taps.count, taps.next - o, w.stride(),
                taps.divisor(o, countPadding, divisor));
          }
        }
      }
    });
  }

  // ---- channels last

  /// As [#maxPool], in channels-last order; `index` is in that order too.
  public static void maxPoolChannelsLast(Rows rows, long x, long y, long index, long batch, long channels, PoolAxis d,
      PoolAxis h, PoolAxis w) {
    long inputs = inputs(d, h, w);
    eachOutput(batch, channels, d, h, w, (taps, sample, output) -> {
      long input = x + sample * inputs * channels * rows.bytes();
      long row = output * channels;
      rows.pooling().maxOfRows(y + row * rows.bytes(), index + row * Long.BYTES, input, taps.places, taps.count,
          channels);
    });
  }

  /// As [#maxPoolBackward], in channels-last order.
  public static void maxPoolBackwardChannelsLast(Rows rows, long g, long index, long dx, long batch, long channels,
      PoolAxis d, PoolAxis h, PoolAxis w) {
    long inputs = inputs(d, h, w) * channels;
    long outputs = outputs(d, h, w) * channels;
    Parallel.run(batch, Reductions.grain(inputs + outputs), (begin, end) -> {
      for (long b = begin; b < end; b++) {
        long sample = dx + b * inputs * rows.bytes();
        rows.fill(sample, inputs, 0);
        long first = b * outputs;
        rows.pooling().addAtMaxima(sample, g + first * rows.bytes(), index + first * Long.BYTES, outputs, channels);
      }
    });
  }

  /// As [#avgPool], in channels-last order.
  public static void avgPoolChannelsLast(Rows rows, long x, long y, long batch, long channels, PoolAxis d, PoolAxis h,
      PoolAxis w, boolean countPadding, long divisor) {
    long inputs = inputs(d, h, w);
    if (divisor == 0 && d.global() && h.global() && w.global()) {
      Reductions.mean(rows, x, y, batch, inputs, channels);
      return;
    }
    eachOutput(batch, channels, d, h, w, (taps, sample, output) -> {
      long input = x + sample * inputs * channels * rows.bytes();
      double by = taps.divisor((int) (output % w.out()), countPadding, divisor);
      rows.pooling().averageOfRows(y + output * channels * rows.bytes(), input, taps.places, taps.count, channels, by);
    });
  }

  /// As [#avgPoolBackward], in channels-last order.
  public static void avgPoolBackwardChannelsLast(Rows rows, long g, long dx, long batch, long channels, PoolAxis d,
      PoolAxis h, PoolAxis w, boolean countPadding, long divisor) {
    long bytes = channels * rows.bytes();
    long inputs = inputs(d, h, w);
    long outputs = outputs(d, h, w);
    Parallel.run(batch, Reductions.grain((inputs + outputs) * channels), (begin, end) -> {
      Taps taps = new Taps(d, h, w);
      long share = Scratch.of(bytes);
      for (long b = begin; b < end; b++) {
        long sample = dx + b * inputs * bytes;
        rows.fill(sample, inputs * channels, 0);
        for (int i = 0; i < outputs; i++) {
          taps.output(i);
          double by = taps.divisor(i % w.out(), countPadding, divisor);
          rows.divide(share, g + (b * outputs + i) * bytes, channels, by);
          for (int t = 0; t < taps.count; t++) {
            long row = sample + taps.places[t] * bytes;
            rows.plus(row, row, share, channels);
          }
        }
      }
    });
  }

  // ---- windows

  private static long inputs(PoolAxis d, PoolAxis h, PoolAxis w) {
    return (long) d.in() * h.in() * w.in();
  }

  private static long outputs(PoolAxis d, PoolAxis h, PoolAxis w) {
    return (long) d.out() * h.out() * w.out();
  }

  private interface Line {
    void run(Taps taps, long plane, long line);
  }

  /// Runs `body` for each row of outputs of each plane; `line` counts them all.
  private static void eachLine(long planes, PoolAxis d, PoolAxis h, PoolAxis w, Line body) {
    long lines = (long) d.out() * h.out();
    long work = (long) w.out() * d.widest() * h.widest() * w.widest();
    Parallel.run(planes * lines, Reductions.grain(work), (begin, end) -> {
      Taps taps = new Taps(d, h, w);
      for (long line = begin; line < end; line++) {
        taps.line((int) (line % lines));
        body.run(taps, line / lines, line);
      }
    });
  }

  private interface Output {
    void run(Taps taps, long sample, long output);
  }

  /// Runs `body` for each output of each sample; `output` counts them all.
  private static void eachOutput(long batch, long channels, PoolAxis d, PoolAxis h, PoolAxis w, Output body) {
    long outputs = outputs(d, h, w);
    long work = channels * d.widest() * h.widest() * w.widest();
    Parallel.run(batch * outputs, Reductions.grain(work), (begin, end) -> {
      Taps taps = new Taps(d, h, w);
      for (long output = begin; output < end; output++) {
        taps.output((int) (output % outputs));
        body.run(taps, output / outputs, output);
      }
    });
  }

  /// The places of one window after the other.
  private static final class Taps {
    private final PoolAxis d;
    private final PoolAxis h;
    private final PoolAxis w;
    /// First places of the input rows that the windows of this line reach.
    private final long[] rows;
    private int rowCount;
    /// Elements of a window in depth and height, padding included as far as it counts.
    private int area;
    private final int firstWhole;
    private final int lastWhole;
    /// The places of the window.
    final long[] places;
    int count;
    /// Behind the last window that is this one shifted by strides.
    int next;

    Taps(PoolAxis d, PoolAxis h, PoolAxis w) {
      this.d = d;
      this.h = h;
      this.w = w;
      rows = new long[d.widest() * h.widest()];
      places = new long[rows.length * w.widest()];
      firstWhole = w.firstWhole();
      lastWhole = w.lastWhole();
    }

    /// Goes to a row of outputs.
    void line(int line) {
      int od = line / h.out();
      int oh = line % h.out();
      area = d.size()[od] * h.size()[oh];
      rowCount = 0;
      for (int i = d.start()[od]; i < d.end()[od]; i += d.step()) {
        for (int j = h.start()[oh]; j < h.end()[oh]; j += h.step()) {
          rows[rowCount++] = ((long) i * h.in() + j) * w.in();
        }
      }
    }

    /// Goes to a window of the row of outputs.
    void window(int o) {
      next = o >= firstWhole && o < lastWhole ? lastWhole : o + 1;
      count = 0;
      for (int r = 0; r < rowCount; r++) {
        for (int i = w.start()[o]; i < w.end()[o]; i += w.step()) {
          places[count++] = rows[r] + i;
        }
      }
    }

    /// Goes to an output, counted over all rows.
    void output(int o) {
      if (o % w.out() == 0 || rowCount == 0) {
        line(o / w.out());
      }
      window(o % w.out());
    }

    /// What the sum of window `o` is divided by; the sum of a window in the padding is 0, whatever divides it.
    double divisor(int o, boolean countPadding, long divisor) {
      return divisor != 0 ? divisor : countPadding ? area * (double) w.size()[o] : Math.max(1, count);
    }
  }
}
