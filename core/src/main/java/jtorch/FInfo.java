package jtorch;

/// The limits of a floating dtype, as `torch.finfo`.
///
/// @param bits how many an element has
/// @param eps the distance from 1 to the next larger number
/// @param max the largest finite number
/// @param min the smallest finite number: `-max`
/// @param tiny the smallest positive normal number
/// @param smallestNormal as `tiny`
/// @param resolution the approximate decimal resolution
/// @param dtype the dtype, of the parts for complex numbers
public record FInfo(int bits, double eps, double max, double min, double tiny, double smallestNormal,
    double resolution, DType dtype) {
  /// @throws IllegalArgumentException if the dtype is not floating
  public static FInfo of(DType dtype) {
    DType real = dtype.toReal();
    return switch (real) {
      case FLOAT64 -> of(64, 0x1p-52, Double.MAX_VALUE, Double.MIN_NORMAL, 1e-15, real);
      case FLOAT32 -> of(32, 0x1p-23, Float.MAX_VALUE, Float.MIN_NORMAL, 1e-6, real);
      case FLOAT16 -> of(16, 0x1p-10, 65504, 0x1p-14, 1e-3, real);
      case FLOAT8_E4M3FN -> of(8, 0x1p-3, 448, 0x1p-6, 1, real);
      case FLOAT8_E5M2 -> of(8, 0x1p-2, 57344, 0x1p-14, 1, real);
      case FLOAT8_E4M3FNUZ -> of(8, 0x1p-3, 240, 0x1p-7, 1, real);
      case FLOAT8_E5M2FNUZ -> of(8, 0x1p-3, 57344, 0x1p-15, 1, real);
      // Without a sign: the smallest number is the smallest positive one.
      case FLOAT8_E8M0FNU -> new FInfo(8, 1, 0x1p127, 0x1p-127, 0x1p-127, 0x1p-127, 1, real);
      case BFLOAT16 -> of(16, 0x1p-7, 0x1.FEp127, 0x1p-126, 1e-2, real);
      default -> throw new IllegalArgumentException(
          "finfo: only floating dtypes have it, not " + dtype + "; for integers there is IInfo");
    };
  }

  private static FInfo of(int bits, double eps, double max, double tiny, double resolution, DType dtype) {
    return new FInfo(bits, eps, max, -max, tiny, tiny, resolution, dtype);
  }
}
