package jtorch.op;

import jtorch.Complex;
import jtorch.DType;
import jtorch.DType.Category;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// PyTorch's type promotion.
///
/// **Source**: [Type promotion](https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc).
public final class Promotion {
  private Promotion() {}

  /// The smallest dtype that both can be converted to.
  public static DType promote(DType a, DType b) {
    if (a == b) return a;
    if (a.isFloat8() || b.isFloat8()) throw unsupported("Float8 Types is", a, b);
    if (a.isBareUnsigned() || b.isBareUnsigned()) {
      DType other = a.isBareUnsigned() ? b : a;
      if (other.isFloatingPoint()) return other;
      throw unsupported("uint16, uint32, uint64 types is", a, b);
    }
    if (a == DType.FLOAT4_E2M1FN_X2 || b == DType.FLOAT4_E2M1FN_X2) throw unsupported("Float4 Types is", a, b);
    Category ca = a.category();
    Category cb = b.category();
    if (ca == Category.QUANTIZED || cb == Category.QUANTIZED) throw unsupported("quantized dtypes is", a, b);
    if (ca != cb) {
      DType high = ca.ordinal() > cb.ordinal() ? a : b;
      DType low = high == a ? b : a;
      if (!high.isComplex() || !low.isFloatingPoint()) return high;
      // The precision of a real number survives in a complex one.
      DType least = complexOf(low);
      return least.size() > high.size() ? least : high;
    }
    return switch (ca) {
      case BOOL -> DType.BOOL;
      case COMPLEX -> a.size() > b.size() ? a : b;
      case FLOATING -> a.isHalf() && b.isHalf() ? DType.FLOAT32 : a.size() > b.size() ? a : b;
      case INTEGRAL -> {
        if (a == DType.UINT8 || b == DType.UINT8) {
          DType other = a == DType.UINT8 ? b : a;
          yield other == DType.INT8 ? DType.INT16 : other;
        }
        yield a.size() > b.size() ? a : b;
      }
      case QUANTIZED -> throw unsupported("quantized dtypes is", a, b);
    };
  }

  private static IllegalArgumentException unsupported(String what, DType a, DType b) {
    return new IllegalArgumentException("Promotion for %s not supported, attempted to promote %s and %s".formatted(what,
        a.scalarTypeName(), b.scalarTypeName()));
  }

  /// The complex dtype of a real one's precision.
  private static DType complexOf(DType real) {
    return real == DType.FLOAT16 ? DType.COMPLEX32 : real.toComplex();
  }

  /// The dtype that a Java number has when it meets tensors.
  public static DType ofScalar(Object scalar) {
    return switch (scalar) {
      case Boolean b -> DType.BOOL;
      case Complex c -> Torch.defaultDType().toComplex();
      case Double d -> Torch.defaultDType();
      case Float f -> Torch.defaultDType();
      case Number n -> DType.INT64;
      default -> throw new IllegalArgumentException("a number must stand where " + scalar + " stands");
    };
  }

  static Category category(Object scalar) {
    return switch (scalar) {
      case Boolean b -> Category.BOOL;
      case Complex c -> Category.COMPLEX;
      case Double d -> Category.FLOATING;
      case Float f -> Category.FLOATING;
      default -> Category.INTEGRAL;
    };
  }

  /// The common dtype of tensors and numbers: a number or a 0-dim tensor counts only by its kind where a tensor with
  /// dimensions is there.
  public static DType resultType(@Nullable Object... operands) {
    DType dims = null;
    DType zero = null;
    DType wrapped = null;
    for (Object operand : operands) {
      if (operand instanceof Tensor t) {
        if (t.dim() > 0) dims = dims == null ? t.dtype() : promote(dims, t.dtype());
        else if (t.isWrappedNumber())
          wrapped = wrapped == null ? wrappedType(t.dtype()) : promote(wrapped, wrappedType(t.dtype()));
        else zero = zero == null ? t.dtype() : promote(zero, t.dtype());
      } else if (operand instanceof Number || operand instanceof Boolean) {
        DType scalar = ofScalar(operand);
        wrapped = wrapped == null ? scalar : promote(wrapped, scalar);
      }
    }
    DType result = combine(dims, combine(zero, wrapped));
    if (result == null) throw new IllegalArgumentException("a result type needs at least one tensor or number");
    return result;
  }

  private static DType wrappedType(DType dtype) {
    return dtype.isComplex() ? Torch.defaultDType().toComplex() : dtype.isFloatingPoint() ? Torch.defaultDType()
        : dtype;
  }

  private static @Nullable DType combine(@Nullable DType higher, @Nullable DType lower) {
    if (higher == null) return lower;
    if (lower == null || higher.isComplex()) return higher;
    if (higher.isFloatingPoint()) {
      if (lower.isComplex() && (higher.isFloat8() || higher == DType.FLOAT4_E2M1FN_X2))
        throw new IllegalArgumentException("Unknown Complex ScalarType for " + higher.scalarTypeName());
      return lower.isComplex() ? complexOf(higher) : higher;
    }
    if (lower.isComplex()) return lower;
    if (higher == DType.BOOL || lower.isFloatingPoint()) return promote(higher, lower);
    return higher;
  }

  /// Whether values of one dtype may be written into another: not from a higher kind into a lower one.
  public static boolean canCast(DType from, DType to) {
    if (from.isComplex() && !to.isComplex()) return false;
    if (from.isFloatingPoint() && (to.isIntegral() || to == DType.BOOL)) return false;
    return !(from.isIntegral() && to == DType.BOOL);
  }

  /// The dtype of a function that only has floating results: integers become the default dtype.
  public static DType floating(DType dtype) {
    return dtype.isDifferentiable() ? dtype : Torch.defaultDType();
  }
}
