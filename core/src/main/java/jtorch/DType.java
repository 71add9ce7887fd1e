package jtorch;

import java.util.Locale;

/// The element type of a tensor, named as in PyTorch.
///
/// The halves (`FLOAT16`, `BFLOAT16`) are stored in two bytes and computed in `FLOAT32`. Complex numbers are stored as
/// two neighbouring reals.
public enum DType {
  BOOL(11, 1, Category.BOOL),
  UINT8(0, 1, Category.INTEGRAL),
  INT8(1, 1, Category.INTEGRAL),
  INT16(2, 2, Category.INTEGRAL),
  INT32(3, 4, Category.INTEGRAL),
  INT64(4, 8, Category.INTEGRAL),
  FLOAT16(5, 2, Category.FLOATING),
  BFLOAT16(15, 2, Category.FLOATING),
  FLOAT32(6, 4, Category.FLOATING),
  FLOAT64(7, 8, Category.FLOATING),
  COMPLEX64(9, 8, Category.COMPLEX),
  COMPLEX128(10, 16, Category.COMPLEX),
  /// Stored, copied and converted; without arithmetic among themselves and with other integers, as in PyTorch.
  UINT16(27, 2, Category.INTEGRAL),
  UINT32(28, 4, Category.INTEGRAL),
  UINT64(29, 8, Category.INTEGRAL),
  /// Stored, copied and converted: formats of [jtorch.memory.Float8].
  FLOAT8_E5M2(23, 1, Category.FLOATING),
  FLOAT8_E4M3FN(24, 1, Category.FLOATING),
  FLOAT8_E5M2FNUZ(25, 1, Category.FLOATING),
  FLOAT8_E4M3FNUZ(26, 1, Category.FLOATING),
  /// Powers of two, the scales of blocks of other numbers.
  FLOAT8_E8M0FNU(44, 1, Category.FLOATING),
  /// Two numbers of four bits an element: stored and viewed, never computed with.
  FLOAT4_E2M1FN_X2(45, 1, Category.FLOATING),
  /// Pairs of float16, computed as complex64.
  COMPLEX32(8, 4, Category.COMPLEX),
  /// Integers that stand for numbers: dtypes of [QuantizedTensor] alone.
  QINT8(12, 1, Category.QUANTIZED),
  QUINT8(13, 1, Category.QUANTIZED),
  QINT32(14, 4, Category.QUANTIZED);

  /// The kinds of numbers, ordered as type promotion orders them.
  public enum Category {
    BOOL,
    INTEGRAL,
    FLOATING,
    COMPLEX,
    /// Takes no part in promotion.
    QUANTIZED
  }

  private final int code;
  private final int size;
  private final Category category;

  DType(int code, int size, Category category) {
    this.code = code;
    this.size = size;
    this.category = category;
  }

  /// ATen's number of this dtype (`ScalarType`), as it stands in schemas and files.
  public int code() {
    return code;
  }

  /// Bytes an element.
  public int size() {
    return size;
  }

  public Category category() {
    return category;
  }

  public boolean isFloatingPoint() {
    return category == Category.FLOATING;
  }

  public boolean isComplex() {
    return category == Category.COMPLEX;
  }

  /// Whether elements are integers; bool is not one of them.
  public boolean isIntegral() {
    return category == Category.INTEGRAL;
  }

  /// Whether tensors of this dtype can carry gradients.
  public boolean isDifferentiable() {
    return category == Category.FLOATING || category == Category.COMPLEX;
  }

  /// Stored in two bytes and computed in float32.
  public boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  /// Whether elements are integers that stand for numbers.
  public boolean isQuantized() {
    return category == Category.QUANTIZED;
  }

  /// One of the formats with eight bits.
  public boolean isFloat8() {
    return switch (this) {
      case FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E5M2FNUZ, FLOAT8_E4M3FNUZ, FLOAT8_E8M0FNU -> true;
      default -> false;
    };
  }

  /// An unsigned integer of more than eight bits, which PyTorch promotes with floating numbers only.
  public boolean isBareUnsigned() {
    return this == UINT16 || this == UINT32 || this == UINT64;
  }

  /// What whoever would compute with elements of [#FLOAT4_E2M1FN_X2] throws.
  public UnsupportedOperationException notANumber() {
    return new UnsupportedOperationException(this
        + " has two numbers an element: it is stored, viewed and copied, not computed with; a view as uint8 shows the bits");
  }

  /// The dtype that arithmetic on this dtype is done in: float32 for the halves, int64 for the integers.
  public DType computeType() {
    return switch (this) {
      case FLOAT16, BFLOAT16, FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E5M2FNUZ, FLOAT8_E4M3FNUZ, FLOAT8_E8M0FNU,
          FLOAT4_E2M1FN_X2 ->
        FLOAT32;
      case UINT8, INT8, INT16, INT32, INT64, UINT16, UINT32, UINT64 -> INT64;
      case COMPLEX32 -> COMPLEX64;
      default -> this;
    };
  }

  /// The real dtype of the parts of a complex one; a real dtype itself.
  public DType toReal() {
    return switch (this) {
      case COMPLEX32 -> FLOAT16;
      case COMPLEX64 -> FLOAT32;
      case COMPLEX128 -> FLOAT64;
      default -> this;
    };
  }

  /// The complex dtype whose parts have this dtype (halves widen to complex64).
  public DType toComplex() {
    return switch (this) {
      case FLOAT64, COMPLEX128 -> COMPLEX128;
      case COMPLEX32 -> COMPLEX32;
      default -> COMPLEX64;
    };
  }

  /// PyTorch's name of its kind of scalars: `Float`, `Long`, `ComplexHalf`.
  public String scalarTypeName() {
    return switch (this) {
      case BOOL -> "Bool";
      case UINT8 -> "Byte";
      case INT8 -> "Char";
      case INT16 -> "Short";
      case INT32 -> "Int";
      case INT64 -> "Long";
      case UINT16 -> "UInt16";
      case UINT32 -> "UInt32";
      case UINT64 -> "UInt64";
      case FLOAT16 -> "Half";
      case BFLOAT16 -> "BFloat16";
      case FLOAT32 -> "Float";
      case FLOAT64 -> "Double";
      case FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E5M2FNUZ, FLOAT8_E4M3FNUZ, FLOAT8_E8M0FNU, FLOAT4_E2M1FN_X2 -> "F"
          + toString().substring(1);
      case QINT8 -> "QInt8";
      case QUINT8 -> "QUInt8";
      case QINT32 -> "QInt32";
      case COMPLEX32 -> "ComplexHalf";
      case COMPLEX64 -> "ComplexFloat";
      case COMPLEX128 -> "ComplexDouble";
    };
  }

  /// The dtype with that name, with or without `torch.` before it.
  ///
  /// @throws IllegalArgumentException if there is none
  public static DType of(String name) {
    String bare = name.startsWith("torch.") ? name.substring(6) : name;
    for (DType d : values()) {
      if (d.toString().equals(bare)) return d;
    }
    return switch (bare) {
      case "float" -> FLOAT32;
      case "double" -> FLOAT64;
      case "half" -> FLOAT16;
      case "long" -> INT64;
      case "int" -> INT32;
      case "short" -> INT16;
      case "chalf" -> COMPLEX32;
      case "cfloat" -> COMPLEX64;
      case "cdouble" -> COMPLEX128;
      default -> throw new IllegalArgumentException("no dtype is called '" + name + "'");
    };
  }

  /// The dtype of ATen's number.
  public static DType ofCode(int code) {
    for (DType d : values()) {
      if (d.code == code) return d;
    }
    throw new IllegalArgumentException("no dtype has ATen's number " + code);
  }

  /// PyTorch's name: `float32`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
