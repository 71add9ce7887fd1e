package jtorch.cpu;

import java.util.Arrays;
import jtorch.memory.Memory;

/// Sorts longs by some of their bits from the least digit on, so that those equal in them keep their order; long lines on
/// all threads.
///
/// **Source**: D. E. Knuth, The Art of Computer Programming, volume 3, section 5.2.5 (sorting by distribution). Each block
/// of a line counts its digits; the sums over the digits and, for each, over the blocks say where every block's elements
/// go, so that the blocks write side by side.
final class RadixSort {
  private static final int LONGEST_DIGIT = 11;
  /// Digits of short lines, where going through the counts would cost more than another pass.
  private static final int SHORT_DIGIT = 8;
  private static final int SHORT = 1 << 12;
  /// Elements that are worth a block of their own.
  private static final int GRAIN = 1 << 15;
  /// Blocks for each thread: a thread that is late delays the others by a part only.
  private static final int BLOCKS = 2;

  private final int count;
  private final int[][] starts;

  private RadixSort(int count, int digits) {
    this.count = count;
    starts = new int[Math.clamp(count / GRAIN, 1, Parallel.threads() * BLOCKS)][digits];
  }

  /// Sorts by the bits from 32 on, taken as an unsigned number.
  ///
  /// @param elements the address of the longs, and where they are sorted in the end
  /// @param spare the address of memory of the same size
  /// @param bits how many bits from 32 on differ at all
  static void sort(long elements, long spare, int count, int bits) {
    if (bits == 0) return;
    int longest = count < SHORT ? SHORT_DIGIT : LONGEST_DIGIT;
    int passes = (bits + longest - 1) / longest;
    int width = (bits + passes - 1) / passes;
    var sort = new RadixSort(count, 1 << width);
    long from = elements;
    long to = spare;
    for (int pass = 0; pass < passes; pass++) {
      if (!sort.pass(from, to, 32 + pass * width)) continue;
      long other = from;
      from = to;
      to = other;
    }
    if (from != elements) Memory.copy(from, elements, 8L * count);
  }

  /// False if one digit is that of all elements, and nothing was moved.
  private boolean pass(long from, long to, int shift) {
    Parallel.run(starts.length, 1, (begin, end) -> {
      for (long block = begin; block < end; block++)
        count(from + 8L * first(block), first(block + 1) - first(block), shift, starts[(int) block]);
    });
    if (!toStarts()) return false;
    Parallel.run(starts.length, 1, (begin, end) -> {
      for (long block = begin; block < end; block++)
        move(from + 8L * first(block), first(block + 1) - first(block), shift, starts[(int) block], to);
    });
    return true;
  }

  private int first(long block) {
    return (int) (block * count / starts.length);
  }

  private static void count(long from, int n, int shift, int[] counts) {
    Arrays.fill(counts, 0);
    int mask = counts.length - 1;
    for (int i = 0; i < n; i++) counts[(int) (Memory.getLong(from + 8L * i) >>> shift) & mask]++;
  }

  private static void move(long from, int n, int shift, int[] starts, long to) {
    int mask = starts.length - 1;
    for (int i = 0; i < n; i++) {
      long element = Memory.getLong(from + 8L * i);
      Memory.putLong(to + 8L * starts[(int) (element >>> shift) & mask]++, element);
    }
  }

  /// Turns counts into first places; false if all elements have the same digit.
  private boolean toStarts() {
    int sum = 0;
    for (int digit = 0; digit < starts[0].length; digit++) {
      int before = sum;
      for (int[] block : starts) {
        int n = block[digit];
        block[digit] = sum;
        sum += n;
      }
      if (sum - before == count) return false;
    }
    return true;
  }
}
