package jtorch.cuda.fft;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Where signals lie, as cuFFT is told: element `(b, x, y, z)` at
/// `b distance + ((x embed[1] + y) embed[2] + z) stride`.
///
/// **Source**: "Advanced Data Layout" in cuFFT's documentation.
///
/// @param embed one number for each dimension of a signal; the first one is not read
/// @param stride the distance of neighbours along the last dimension
/// @param distance of signals
public record Layout(List<Long> embed, long stride, long distance) {
  /// How the library can see a tensor whose last `rank` dimensions are a signal and whose others are the batch; null if it has
  /// to be copied first.
  public static @Nullable Layout of(Tensor t, int rank) {
    int batch = t.dim() - rank;
    long distance = 0;
    long merged = 1;
    for (int d = batch - 1; d >= 0; d--) {
      if (t.size(d) == 1) continue;
      if (merged == 1) distance = t.stride(d);
      else if (t.stride(d) != merged * distance) return null;
      merged *= t.size(d);
    }
    if (merged > 1 && distance <= 0) return null;
    int last = t.dim() - 1;
    long stride = t.size(last) == 1 ? 1 : t.stride(last);
    if (stride <= 0) return null;
    Long[] embed = new Long[rank];
    long inner = stride;
    for (int i = rank - 1; i > 0; i--) {
      int outer = batch + i - 1;
      // Of one line the distance says nothing.
      long step = t.size(outer) == 1 ? inner * t.size(outer + 1) : t.stride(outer);
      if (step % inner != 0 || step / inner < t.size(outer + 1)) return null;
      embed[i] = step / inner;
      inner = step;
    }
    embed[0] = t.size(batch);
    return new Layout(List.of(embed), stride, merged == 1 ? inner * t.size(batch) : distance);
  }

  static List<Long> list(long... numbers) {
    return LongStream.of(numbers).boxed().toList();
  }

  static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(n -> n).toArray();
  }

  /// The sizes of the last dimensions.
  public static List<Long> signal(Tensor t, int rank) {
    return list(Arrays.copyOfRange(t.sizes(), t.dim() - rank, t.dim()));
  }
}
