package jtorch;

/// The limits of an integer dtype, as `torch.iinfo`.
///
/// @param bits how many an element has
public record IInfo(int bits, long min, long max, DType dtype) {
  /// @throws IllegalArgumentException if the dtype is not of integers
  public static IInfo of(DType dtype) {
    return switch (dtype) {
      case UINT8 -> new IInfo(8, 0, 255, dtype);
      case UINT16 -> new IInfo(16, 0, 65535, dtype);
      case UINT32 -> new IInfo(32, 0, 0xffffffffL, dtype);
      case INT8 -> new IInfo(8, Byte.MIN_VALUE, Byte.MAX_VALUE, dtype);
      case INT16 -> new IInfo(16, Short.MIN_VALUE, Short.MAX_VALUE, dtype);
      case INT32 -> new IInfo(32, Integer.MIN_VALUE, Integer.MAX_VALUE, dtype);
      case INT64 -> new IInfo(64, Long.MIN_VALUE, Long.MAX_VALUE, dtype);
      default -> throw new IllegalArgumentException(
          "iinfo: only integer dtypes have it, not " + dtype + "; for floating ones there is FInfo");
    };
  }
}
