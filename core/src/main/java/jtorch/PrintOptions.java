package jtorch;

import org.jspecify.annotations.Nullable;

/// How tensors are printed: `Torch.setPrintOptions(o -> o.precision(2))`. As `torch.set_printoptions`.
///
/// @param precision digits after the point
/// @param threshold tensors with more elements are summarised
/// @param edgeItems how many elements a summary shows at each end of a dimension
/// @param lineWidth characters a line
/// @param sciMode whether to use scientific notation; null lets the numbers decide
public record PrintOptions(int precision, long threshold, int edgeItems, int lineWidth, @Nullable Boolean sciMode) {
  public static final PrintOptions DEFAULT = new PrintOptions(4, 1000, 3, 80, null);
  public static final PrintOptions SHORT = new PrintOptions(2, 1000, 2, 80, null);
  /// Nothing is left out.
  public static final PrintOptions FULL = new PrintOptions(4, Long.MAX_VALUE, 3, 80, null);

  /// @throws IllegalArgumentException if one is negative, or a line has no room
  public PrintOptions {
    if (precision < 0 || threshold < 0 || edgeItems < 0 || lineWidth < 1) throw new IllegalArgumentException(
        "setPrintOptions: precision, threshold and edgeItems must not be negative and lineWidth must be positive");
  }

  public PrintOptions precision(int v) {
    return new PrintOptions(v, threshold, edgeItems, lineWidth, sciMode);
  }

  public PrintOptions threshold(long v) {
    return new PrintOptions(precision, v, edgeItems, lineWidth, sciMode);
  }

  public PrintOptions edgeItems(int v) {
    return new PrintOptions(precision, threshold, v, lineWidth, sciMode);
  }

  public PrintOptions lineWidth(int v) {
    return new PrintOptions(precision, threshold, edgeItems, v, sciMode);
  }

  public PrintOptions sciMode(@Nullable Boolean v) {
    return new PrintOptions(precision, threshold, edgeItems, lineWidth, v);
  }
}
