package jtorch.cpu.fft;

import org.jspecify.annotations.Nullable;

/// Where lines of numbers lie in memory, all in bytes.
///
/// @param base the address of the first line
/// @param starts where each line begins after `base`; null where they are `step` apart
/// @param step from one line to the next, where there are no `starts`
/// @param stride from one number of a line to the next
/// @param part from a number's real to its imaginary part; 0 for real numbers
public record Side(long base, long @Nullable [] starts, long step, long stride, long part) {
  /// Lines at given places.
  public static Side of(long base, long[] starts, long stride, long part) {
    return new Side(base, starts, 0, stride, part);
  }

  /// Lines at equal distances.
  static Side regular(long base, long step, long stride, long part) {
    return new Side(base, null, step, stride, part);
  }

  long start(int line) {
    return base + (starts == null ? line * step : starts[line]);
  }

  /// The distance of these lines from each other, or -1 where it varies.
  long apart(int first, int count) {
    if (starts == null) return step;
    if (count < 2) return -1;
    long apart = starts[first + 1] - starts[first];
    for (int i = first + 2; i < first + count; i++) {
      if (starts[i] - starts[i - 1] != apart) return -1;
    }
    return apart;
  }

  /// The same numbers in pairs: a real line as a complex one of half its length.
  Side pairs() {
    return new Side(base, starts, step, 2 * stride, stride);
  }
}
