package jtorch.nn;

import org.jspecify.annotations.Nullable;

/// The keyword arguments of convolutions; one number stands for all dimensions.
///
/// @param paddingMode `zeros`, `reflect`, `replicate` or `circular`
/// @param samePadding whether the padding keeps the size: `padding="same"`
/// @param validPadding whether no padding was asked for by that word, `padding="valid"`
public record ConvOptions(long[] stride, long[] padding, long[] outputPadding, long[] dilation, long groups,
    boolean bias, String paddingMode, boolean samePadding, boolean validPadding,
    jtorch.@Nullable DType dtype) {
  public static final ConvOptions DEFAULT =
      new ConvOptions(new long[] {1}, new long[] {0}, new long[] {0}, new long[] {1}, 1, true, "zeros", false, false,
          null);

  public ConvOptions stride(long... v) {
    return new ConvOptions(v, padding, outputPadding, dilation, groups, bias, paddingMode, samePadding, validPadding,
        dtype);
  }

  public ConvOptions padding(long... v) {
    return new ConvOptions(stride, v, outputPadding, dilation, groups, bias, paddingMode, false, false, dtype);
  }

  /// `same` or `valid`.
  ///
  /// @throws IllegalArgumentException for any other word
  public ConvOptions padding(String v) {
    return switch (v) {
      case "same" ->
        new ConvOptions(stride, new long[] {0}, outputPadding, dilation, groups, bias, paddingMode, true, false, dtype);
      case "valid" ->
        new ConvOptions(stride, new long[] {0}, outputPadding, dilation, groups, bias, paddingMode, false, true, dtype);
      default -> throw new IllegalArgumentException("Invalid padding string '" + v + "', should be one of same, valid");
    };
  }

  public ConvOptions outputPadding(long... v) {
    return new ConvOptions(stride, padding, v, dilation, groups, bias, paddingMode, samePadding, validPadding, dtype);
  }

  public ConvOptions dilation(long... v) {
    return new ConvOptions(stride, padding, outputPadding, v, groups, bias, paddingMode, samePadding, validPadding,
        dtype);
  }

  public ConvOptions groups(long v) {
    return new ConvOptions(stride, padding, outputPadding, dilation, v, bias, paddingMode, samePadding, validPadding,
        dtype);
  }

  public ConvOptions bias(boolean v) {
    return new ConvOptions(stride, padding, outputPadding, dilation, groups, v, paddingMode, samePadding, validPadding,
        dtype);
  }

  public ConvOptions paddingMode(String v) {
    return new ConvOptions(stride, padding, outputPadding, dilation, groups, bias, v, samePadding, validPadding, dtype);
  }

  public ConvOptions dtype(jtorch.DType v) {
    return new ConvOptions(stride, padding, outputPadding, dilation, groups, bias, paddingMode, samePadding,
        validPadding, v);
  }
}
