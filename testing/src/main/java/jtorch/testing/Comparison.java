package jtorch.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.Complex;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Whether what was computed is what PyTorch says: `|got - want| <= atol + rtol * |want|`.
///
/// NaN equals NaN, infinities equal themselves, dtype and shape must be equal, integers, truths and texts exactly.
/// For complex numbers `|.|` is the modulus. As `torch.testing.assert_close`.
record Comparison(double rtol, double atol) {
  static final Comparison EXACT = new Comparison(0, 0);
  /// What `assert_close` allows float32.
  static final Comparison FLOAT32 = new Comparison(1.3e-6, 1e-5);

  /// How a value differs, or null if it fits; `what` names it in the message.
  @Nullable String mismatch(String what, @Nullable Object got, @Nullable Object want) {
    if (want == null) return got == null ? null : what + ": expected None, got " + describe(got);
    if (got == null) return what + ": expected " + describe(want) + ", got None";
    return switch (want) {
      case Tensor tensor -> got instanceof Tensor t ? mismatch(what, t, tensor) : kinds(what, got, want);
      case List<?> list -> {
        List<?> all = got instanceof Object[] array ? Arrays.asList(array) : got instanceof List<?> l ? l : null;
        if (all == null) yield kinds(what, got, want);
        if (all.size() != list.size())
          yield what + ": expected " + list.size() + " values, got " + all.size();
        for (int i = 0; i < all.size(); i++) {
          String difference = mismatch(what + "[" + i + "]", all.get(i), list.get(i));
          if (difference != null) yield difference;
        }
        yield null;
      }
      case Map<?, ?> map -> {
        if (!(got instanceof Map<?, ?> other)) yield kinds(what, got, want);
        if (!other.keySet().equals(map.keySet()))
          yield what + ": expected the keys " + map.keySet() + ", got " + other.keySet();
        for (var member : map.entrySet()) {
          String difference = mismatch(what + "." + member.getKey(), other.get(member.getKey()), member.getValue());
          if (difference != null) yield difference;
        }
        yield null;
      }
      case Complex c -> {
        if (!(got instanceof Number n)) yield kinds(what, got, want);
        double imaginary = got instanceof Complex g ? g.imaginary() : 0;
        yield close(n.doubleValue(), imaginary, c.real(), c.imaginary()) ? null : values(what, got, want);
      }
      case Double d -> got instanceof Number n && !(got instanceof Complex)
          ? close(n.doubleValue(), 0, d, 0) ? null : values(what, got, want) : kinds(what, got, want);
      case Long l -> got instanceof Number n
          ? n.doubleValue() == l && n.longValue() == l ? null : values(what, got, want) : kinds(what, got, want);
      default -> Objects.equals(got, want) ? null : values(what, got, want);
    };
  }

  private static String kinds(String what, Object got, Object want) {
    return what + ": expected " + describe(want) + ", got " + describe(got);
  }

  private static String values(String what, Object got, Object want) {
    return what + ": expected " + want + ", got " + got;
  }

  private static String describe(Object value) {
    return switch (value) {
      case Tensor t -> "a tensor " + t.describe();
      case List<?> list -> "a list of " + list.size();
      case Object[] array -> "a list of " + array.length;
      default -> "the " + value.getClass().getSimpleName() + " " + value;
    };
  }

  /// How a tensor differs, or null if it fits: the worst element is shown.
  @Nullable String mismatch(String what, Tensor got, Tensor want) {
    if (got.dtype() != want.dtype()) return what + ": expected dtype " + want.dtype() + ", got " + got.dtype();
    if (!Arrays.equals(got.sizes(), want.sizes()))
      return what + ": expected shape " + Arrays.toString(want.sizes()) + ", got " + Arrays.toString(got.sizes());
    Contents g = Contents.of(got);
    Contents w = Contents.of(want);
    int wrong = 0;
    int worst = -1;
    double worstExcess = -1;
    for (int i = 0; i < w.count(); i++) {
      double excess = excess(g, w, i);
      if (excess <= 0) continue;
      wrong++;
      if (excess > worstExcess) {
        worst = i;
        worstExcess = excess;
      }
    }
    if (wrong == 0) return null;
    return "%s: %d of %d elements differ; the worst at %s: got %s, expected %s%s".formatted(what, wrong, w.count(),
        w.index(worst), g.text(worst), w.text(worst), deviation(g, w, worst));
  }

  private String deviation(Contents g, Contents w, int i) {
    if (!w.dtype().isDifferentiable()) return "";
    double difference = distance(g, w, i);
    double size = magnitude(w, i);
    return " (difference %.3g, relative %.3g, allowed %.3g + %.3g * %.3g)".formatted(difference, difference / size,
        atol,
        rtol, size);
  }

  /// By how much an element misses its tolerance; not positive if it fits.
  private double excess(Contents g, Contents w, int i) {
    if (!w.dtype().isDifferentiable()) return g.integers()[i] == w.integers()[i] ? 0
        : Math.max(1, Math.abs((double) g.integers()[i] - w.integers()[i]));
    double gi = w.dtype().isComplex() ? g.imaginary()[i] : 0;
    double wi = w.dtype().isComplex() ? w.imaginary()[i] : 0;
    if (close(g.real()[i], gi, w.real()[i], wi)) return 0;
    double excess = distance(g, w, i) - atol - rtol * magnitude(w, i);
    return excess > 0 ? excess : Double.POSITIVE_INFINITY;
  }

  private static double distance(Contents g, Contents w, int i) {
    double real = g.real()[i] - w.real()[i];
    return w.dtype().isComplex() ? Math.hypot(real, g.imaginary()[i] - w.imaginary()[i]) : Math.abs(real);
  }

  private static double magnitude(Contents w, int i) {
    return w.dtype().isComplex() ? Math.hypot(w.real()[i], w.imaginary()[i]) : Math.abs(w.real()[i]);
  }

  boolean close(double got, double want) {
    return close(got, 0, want, 0);
  }

  private boolean close(double gr, double gi, double wr, double wi) {
    if (gr == wr && gi == wi) return true;
    if (Double.isNaN(wr) || Double.isNaN(wi)) return Double.isNaN(gr) || Double.isNaN(gi);
    double difference = Math.hypot(gr - wr, gi - wi);
    return Double.isFinite(difference) && difference <= atol + rtol * Math.hypot(wr, wi);
  }
}
