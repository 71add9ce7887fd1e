package jtorch.cpu.kernel;

import java.util.Arrays;
import jtorch.cpu.Parallel;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;
import jtorch.spi.ResampleAxis;

/// Interpolation in one to three dims by tables of taps, `float32` and `float64`, forward and (by transposed tables)
/// backward; and of `uint8` in two dims.
///
/// One axis after the other: a row of the input is interpolated along the width once, kept while outputs need it, and
/// mixed with its neighbours in whole vectors; whole slices likewise along the depth. Where there are fewer rows after than
/// before, they are mixed first, so that fewer are left for the width, which takes single elements.
public final class Resample {
  private Resample() {}

  /// `y` from `x`, `planes` of `[depth, height, width, inner]`, where `inner` is 1 or, in channels-last order, the
  /// channels.
  public static void run(boolean wide, long x, long y, long planes, long inner, ResampleAxis d, ResampleAxis h,
      ResampleAxis w) {
    var shape = new Shape(wide, inner, d, h, w);
    boolean slices = !d.isIdentity();
    long lines = slices ? d.out() : (long) d.out() * h.out();
    long work = (slices ? h.out() : 1) * shape.rowOut * h.widest();
    Parallel.run(planes * lines, Reductions.grain(work), (begin, end) -> {
      var pass = new Pass(shape, slices);
      try {
        for (long i = begin; i < end; i++) {
          long plane = i / lines;
          long from = x + plane * d.in() * h.in() * shape.rowIn * shape.bytes;
          long to = y + plane * d.out() * h.out() * shape.rowOut * shape.bytes;
          int line = (int) (i % lines);
          if (slices) pass.slice(from, to, line);
          else {
            int depth = line / h.out();
            pass.line(from + depth * h.in() * shape.rowIn * shape.bytes,
                to + depth * h.out() * shape.rowOut * shape.bytes, line % h.out());
          }
        }
      } finally {
        pass.close();
      }
    });
  }

  /// What all threads share.
  private record Shape(MixRows rows, int bytes, long inner, ResampleAxis d, ResampleAxis h, ResampleAxis w, long rowIn,
      long rowOut, int taps, boolean straight, int rowSlots, int sliceSlots) {
    Shape(boolean wide, long inner, ResampleAxis d, ResampleAxis h, ResampleAxis w) {
      this(MixRows.of(wide), wide ? 8 : 4, inner, d, h, w, w.in() * inner, w.out() * inner, w.taps(), w.isIdentity(),
          h.span(), d.span());
    }
  }

  /// What one thread keeps: rows and slices of the input that are interpolated already, each in the slot of its number.
  private static final class Pass {
    private final Shape s;
    private final boolean chooses;
    private final boolean mixesFirst;
    private final long memory;
    private final long slices;
    private final long[] rowHeld;
    private final long[] sliceHeld;
    private final long[] tapRows;
    private final long[] tapSlices;
    private final long[] tapPixels;
    private long plane;
    private long volume;
    /// Where the last row of a nearest interpolation went.
    private long last;

    Pass(Shape s, boolean withSlices) {
      this.s = s;
      chooses = s.h.isChoice();
      mixesFirst = s.h.out() < s.h.in() && !chooses;
      long rowBytes = Math.max(s.rowOut * s.rowSlots, s.rowIn) * s.bytes;
      long sliceBytes = withSlices ? s.rowOut * s.bytes * s.h.out() * s.sliceSlots : 0;
      memory = ScratchMemory.allocate(rowBytes + sliceBytes + 64);
      slices = memory + rowBytes;
      rowHeld = new long[s.rowSlots];
      sliceHeld = new long[s.sliceSlots];
      tapRows = new long[s.h.widest()];
      tapSlices = new long[s.d.widest()];
      tapPixels = new long[s.w.widest()];
      Arrays.fill(rowHeld, -1);
      Arrays.fill(sliceHeld, -1);
    }

    void close() {
      ScratchMemory.free(memory);
    }

    /// A slice of the output of a volume.
    void slice(long from, long to, int o) {
      if (volume != from) {
        volume = from;
        Arrays.fill(sliceHeld, -1);
      }
      long size = s.h.out() * s.rowOut * s.bytes;
      int first = s.d.start()[o];
      int count = s.d.start()[o + 1] - first;
      for (int t = 0; t < count; t++) {
        int input = s.d.index()[first + t];
        int slot = input % s.sliceSlots;
        tapSlices[t] = slices + slot * size;
        if (sliceHeld[slot] == input) continue;
        sliceHeld[slot] = input;
        for (int line = 0; line < s.h.out(); line++)
          line(from + input * s.h.in() * s.rowIn * s.bytes, tapSlices[t], line);
      }
      mix(to + o * size, tapSlices, s.d, first, count, size / s.bytes);
    }

    private void mix(long y, long[] taps, ResampleAxis axis, int first, int count, long n) {
      if (count == 0) Memory.fill(y, n * s.bytes, (byte) 0);
      else if (count == 1 && axis.weight()[first] == 1) Memory.copy(taps[0], y, n * s.bytes);
      else s.rows.mix(y, taps, axis, first, count, n);
    }

    /// A row of the output of a plane.
    void line(long from, long to, int o) {
      if (plane != from) {
        plane = from;
        Arrays.fill(rowHeld, -1);
      }
      long rowBytes = s.rowOut * s.bytes;
      long target = to + o * rowBytes;
      int first = s.h.start()[o];
      int count = s.h.start()[o + 1] - first;
      if (chooses) {
        int input = s.h.index()[first];
        // The row before may be the same; that it is there is known only if this thread made it.
        if (rowHeld[0] == input && last == target - rowBytes) Memory.copy(target - rowBytes, target, rowBytes);
        else width(from + input * s.rowIn * s.bytes, target);
        rowHeld[0] = input;
        last = target;
        return;
      }
      if (mixesFirst) {
        for (int t = 0; t < count; t++) tapRows[t] = from + s.h.index()[first + t] * s.rowIn * s.bytes;
        mix(s.straight ? target : memory, tapRows, s.h, first, count, s.rowIn);
        if (!s.straight) width(memory, target);
        return;
      }
      for (int t = 0; t < count; t++) {
        int input = s.h.index()[first + t];
        long row = from + input * s.rowIn * s.bytes;
        if (!s.straight) {
          int slot = input % s.rowSlots;
          long held = memory + slot * rowBytes;
          if (rowHeld[slot] != input) width(row, held);
          rowHeld[slot] = input;
          row = held;
        }
        tapRows[t] = row;
      }
      mix(target, tapRows, s.h, first, count, s.rowOut);
    }

    /// One row along the width.
    private void width(long x, long y) {
      if (s.straight) {
        Memory.copy(x, y, s.rowOut * s.bytes);
      } else if (s.inner == 1) {
        s.rows.gather(y, x, s.w, s.taps);
      } else {
        long pixel = s.inner * s.bytes;
        int[] start = s.w.start();
        for (int o = 0; o < s.w.out(); o++) {
          int count = start[o + 1] - start[o];
          for (int t = 0; t < count; t++) tapPixels[t] = x + s.w.index()[start[o] + t] * pixel;
          mix(y + o * pixel, tapPixels, s.w, start[o], count, s.inner);
        }
      }
    }
  }

  // ---- uint8

  /// `uint8` planes of `[height, width]` in integers: weights of 16 bits, the width first, each pass rounded to `uint8`.
  public static void bytes(long x, long y, long planes, ResampleAxis h, ResampleAxis w) {
    int acrossBits = w.precision();
    int downBits = h.precision();
    int[] across = w.fixed(acrossBits);
    int[] down = h.fixed(downBits);
    long work = (long) h.in() * w.out() * w.widest() + (long) h.out() * w.out() * h.widest();
    Parallel.run(planes, Reductions.grain(work), (begin, end) -> {
      byte[] middle = new byte[h.in() * w.out()];
      for (long p = begin; p < end; p++) {
        long from = x + p * h.in() * w.in();
        for (int i = 0; i < h.in(); i++) {
          for (int o = 0; o < w.out(); o++) {
            int sum = 1 << (acrossBits - 1);
            for (int t = w.start()[o]; t < w.start()[o + 1]; t++)
              sum += across[t] * (Memory.getByte(from + (long) i * w.in() + w.index()[t]) & 255);
            middle[i * w.out() + o] = (byte) Math.clamp(sum >> acrossBits, 0, 255);
          }
        }
        long to = y + p * h.out() * w.out();
        for (int i = 0; i < h.out(); i++) {
          for (int o = 0; o < w.out(); o++) {
            int sum = 1 << (downBits - 1);
            for (int t = h.start()[i]; t < h.start()[i + 1]; t++)
              sum += down[t] * (middle[h.index()[t] * w.out() + o] & 255);
            Memory.putByte(to + (long) i * w.out() + o, (byte) Math.clamp(sum >> downBits, 0, 255));
          }
        }
      }
    });
  }
}
