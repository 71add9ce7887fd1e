package jtorch;

import org.jspecify.annotations.Nullable;

/// Reductions and normalisations of the elements whose mask is true, as `torch.masked`.
///
/// A mask is a bool tensor that broadcasts to the input; null counts all elements. Elements that do not count are replaced
/// by what leaves the result alone (0 in sums, 1 in products, infinities in extrema), which is also the result where none
/// counts; means of none are NaN.
public final class Masked {
  private Masked() {}

  private static Tensor filled(Tensor input, @Nullable Tensor mask, Number value) {
    return mask == null ? input : input.maskedFill(mask.logicalNot(), value);
  }

  private static long[] dims(Tensor input, long[] dim) {
    if (dim.length > 0) return dim;
    long[] all = new long[input.dim()];
    for (int d = 0; d < all.length; d++) all[d] = d;
    return all;
  }

  /// The number that no other of the dtype is above, or below.
  private static Number bound(DType dtype, boolean largest) {
    if (dtype.isFloatingPoint()) return largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    if (dtype == DType.BOOL) return largest ? 1 : 0;
    IInfo limits = IInfo.of(dtype);
    return largest ? limits.max() : limits.min();
  }

  /// How many elements count.
  private static Tensor count(Tensor input, @Nullable Tensor mask, long[] dim, boolean keepdim) {
    Tensor ones = mask == null ? input.onesLike() : mask.expand(input.sizes());
    return ones.to(DType.INT64).sum(dims(input, dim), keepdim);
  }

  // ---- reductions ------------------------------------------------------------------------------------------------

  /// @param dim the dimensions to sum over; none for all
  public static Tensor sum(Tensor input, @Nullable Tensor mask, long[] dim, boolean keepdim) {
    return filled(input, mask, 0).sum(dims(input, dim), keepdim);
  }

  public static Tensor sum(Tensor input, @Nullable Tensor mask, long... dim) {
    return sum(input, mask, dim, false);
  }

  public static Tensor prod(Tensor input, @Nullable Tensor mask, long[] dim, boolean keepdim) {
    Tensor product = filled(input, mask, 1);
    // From the last dimension on, so that the numbers of the others stay.
    long[] sorted = dims(input, dim).clone();
    for (int i = 0; i < sorted.length; i++) sorted[i] = Math.floorMod(sorted[i], Math.max(input.dim(), 1));
    java.util.Arrays.sort(sorted);
    for (int i = sorted.length - 1; i >= 0; i--) product = product.prod(sorted[i], keepdim);
    return product;
  }

  public static Tensor prod(Tensor input, @Nullable Tensor mask, long... dim) {
    return prod(input, mask, dim, false);
  }

  public static Tensor amax(Tensor input, @Nullable Tensor mask, long... dim) {
    return filled(input, mask, bound(input.dtype(), false)).amax(dims(input, dim));
  }

  public static Tensor amin(Tensor input, @Nullable Tensor mask, long... dim) {
    return filled(input, mask, bound(input.dtype(), true)).amin(dims(input, dim));
  }

  public static Tensor argmax(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, bound(input.dtype(), false)).argmax(dim);
  }

  public static Tensor argmin(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, bound(input.dtype(), true)).argmin(dim);
  }

  public static Tensor mean(Tensor input, @Nullable Tensor mask, long[] dim, boolean keepdim) {
    Tensor total = sum(input, mask, dim, keepdim);
    return total.div(count(input, mask, dim, keepdim).to(total.dtype()));
  }

  public static Tensor mean(Tensor input, @Nullable Tensor mask, long... dim) {
    return mean(input, mask, dim, false);
  }

  /// The middle one of the elements that count; the lower of two.
  ///
  /// @throws IllegalArgumentException if the dtype is not floating
  public static Tensor median(Tensor input, @Nullable Tensor mask, long dim, boolean keepdim) {
    if (!input.dtype().isFloatingPoint()) throw new IllegalArgumentException(
        "masked median expected a floating-point tensor, got " + input.describe());
    return filled(input, mask, Double.NaN).nanmedian(dim, keepdim).values();
  }

  /// @param correction 1 for the unbiased estimate, 0 for the second moment
  public static Tensor var(Tensor input, @Nullable Tensor mask, double correction, long[] dim, boolean keepdim) {
    Tensor x = input.dtype().isDifferentiable() ? input : input.to(Torch.defaultDType());
    Tensor difference = x.sub(mean(x, mask, dim, true));
    Tensor squares = x.isComplex() ? difference.mul(difference.conj()).real() : difference.mul(difference);
    Tensor total = sum(squares, mask, dim, keepdim);
    Tensor divisor = count(input, mask, dim, keepdim).sub(correction).clampMin(0);
    return total.div(divisor.to(total.dtype()));
  }

  public static Tensor std(Tensor input, @Nullable Tensor mask, double correction, long[] dim, boolean keepdim) {
    return var(input, mask, correction, dim, keepdim).sqrt();
  }

  /// The norm of order `ord`; orders below 0 count small elements most.
  public static Tensor norm(Tensor input, @Nullable Tensor mask, double ord, long[] dim, boolean keepdim) {
    return filled(input, mask, ord < 0 ? Double.POSITIVE_INFINITY : 0).norm(ord, dims(input, dim), keepdim);
  }

  public static Tensor logsumexp(Tensor input, @Nullable Tensor mask, long dim, boolean keepdim) {
    return filled(input, mask, bound(input.dtype(), false)).logsumexp(dim, keepdim);
  }

  // ---- element by element ----------------------------------------------------------------------------------------

  /// `log(exp(input) + exp(other))` of what each mask lets count.
  public static Tensor logaddexp(Tensor input, Tensor other, @Nullable Tensor inputMask, @Nullable Tensor otherMask) {
    return filled(input, inputMask, Double.NEGATIVE_INFINITY)
        .logaddexp(filled(other, otherMask, Double.NEGATIVE_INFINITY));
  }

  public static Tensor cumsum(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, 0).cumsum(dim);
  }

  public static Tensor cumprod(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, 1).cumprod(dim);
  }

  public static Tensor softmax(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, Double.NEGATIVE_INFINITY).softmax(dim);
  }

  public static Tensor logSoftmax(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, Double.NEGATIVE_INFINITY).logSoftmax(dim);
  }

  public static Tensor softmin(Tensor input, @Nullable Tensor mask, long dim) {
    return filled(input, mask, Double.POSITIVE_INFINITY).neg().softmax(dim);
  }

  /// Divided by the norm of order `ord`, which is at least `eps`.
  public static Tensor normalize(Tensor input, @Nullable Tensor mask, double ord, long dim, double eps) {
    Tensor divisor = norm(input, mask, ord, new long[] {dim}, true).clampMin(eps);
    return filled(input, mask, 0).div(divisor);
  }
}
