package jtorch.testing;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/// Assertions on tensors in AssertJ's manner; a failure shows the worst element and its index.
///
/// ```java
/// assertThat(y).hasShape(2, 3).hasDtype(FLOAT32).isCloseTo(expected);
/// assertThat(x.grad()).hasValues(2, 2, 2);
/// ```
public final class TensorAssert extends AbstractAssert<TensorAssert, Tensor> {
  private TensorAssert(@Nullable Tensor actual) {
    super(actual, TensorAssert.class);
  }

  public static TensorAssert assertThat(@Nullable Tensor actual) {
    return new TensorAssert(actual);
  }

  public TensorAssert hasShape(long... sizes) {
    isNotNull();
    if (!Arrays.equals(actual.sizes(), sizes))
      failWithMessage("expected shape %s, got %s", Arrays.toString(sizes), Arrays.toString(actual.sizes()));
    return this;
  }

  public TensorAssert hasDtype(DType dtype) {
    isNotNull();
    if (actual.dtype() != dtype) failWithMessage("expected dtype %s, got %s", dtype, actual.dtype());
    return this;
  }

  /// Dtype, shape and every element, within PyTorch's default tolerances for the dtype.
  public TensorAssert isCloseTo(Tensor expected) {
    return isCloseTo(expected, relativeTolerance(expected.dtype()), absoluteTolerance(expected.dtype()));
  }

  /// Dtype, shape and every element: `|actual - expected| <= atol + rtol * |expected|`; NaN equals NaN.
  public TensorAssert isCloseTo(Tensor expected, double rtol, double atol) {
    isNotNull();
    String mismatch = new Comparison(rtol, atol).mismatch("tensor", actual, expected);
    if (mismatch != null) failWithMessage("%s", mismatch);
    return this;
  }

  /// Dtype, shape and every element are the same.
  public TensorAssert isSameAs(Tensor expected) {
    return isCloseTo(expected, 0, 0);
  }

  /// The elements in order of index, within the dtype's tolerances; the shape is not looked at.
  public TensorAssert hasValues(double... values) {
    isNotNull();
    Contents contents = Contents.of(actual);
    if (contents.count() != values.length)
      failWithMessage("expected %d elements, got %d", values.length, contents.count());
    var comparison = new Comparison(relativeTolerance(actual.dtype()), absoluteTolerance(actual.dtype()));
    for (int i = 0; i < values.length; i++) {
      boolean close = actual.dtype().isDifferentiable() ? comparison.close(contents.real()[i], values[i])
          : contents.integers()[i] == values[i];
      if (!close || (actual.dtype().isComplex() && contents.imaginary()[i] != 0)) failWithMessage(
          "the element at %s: got %s, expected %s", contents.index(i), contents.text(i), Double.toString(values[i]));
    }
    return this;
  }

  /// `torch.testing.assert_close`'s default for the dtype.
  static double relativeTolerance(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> 1e-3;
      case BFLOAT16 -> 1.6e-2;
      case FLOAT32, COMPLEX64 -> 1.3e-6;
      case FLOAT64, COMPLEX128 -> 1e-7;
      default -> 0;
    };
  }

  static double absoluteTolerance(DType dtype) {
    return switch (dtype) {
      case FLOAT16, BFLOAT16, FLOAT32, COMPLEX64 -> 1e-5;
      case FLOAT64, COMPLEX128 -> 1e-7;
      default -> 0;
    };
  }
}
