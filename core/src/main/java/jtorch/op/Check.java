package jtorch.op;

import java.util.Arrays;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.ThreadContext;
import org.jspecify.annotations.Nullable;

/// Error messages in one style: the operator, what is wrong, the tensors with shapes and dtypes, the module, a way out.
///
/// `matmul: inner sizes differ: 128 and 10 | input float32[32, 128] cpu | mat2 float32[10, 128] cpu | in net.fc2 |
/// mat2.mT() would fit`
public final class Check {
  private final StringBuilder text = new StringBuilder();
  private @Nullable String hint;

  private Check(String name) {
    text.append(name).append(": ");
  }

  public static Check of(Operator operator) {
    return new Check(operator.schema().bareName());
  }

  public static Check of(String name) {
    return new Check(name);
  }

  public Check because(String reason) {
    text.append(reason);
    return this;
  }

  public Check because(String reason, @Nullable Object... values) {
    text.append(reason.formatted(values));
    return this;
  }

  /// Shows a tensor: name, dtype, shape, device.
  public Check tensor(String name, @Nullable Tensor t) {
    if (t != null) text.append(" | ").append(name).append(' ').append(t.dtype()).append(Arrays.toString(t.sizes()))
        .append(' ').append(t.device());
    return this;
  }

  public Check hint(String way) {
    hint = way;
    return this;
  }

  private String message() {
    String module = ThreadContext.current().modulePath();
    return text + (module == null ? "" : " | in " + module) + (hint == null ? "" : " | " + hint);
  }

  public IllegalArgumentException failure() {
    return new IllegalArgumentException(message());
  }

  public ShapeException shapeFailure() {
    return new ShapeException(message());
  }

  public UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException(message());
  }

  public IndexOutOfBoundsException indexFailure() {
    return new IndexOutOfBoundsException(message());
  }

  /// A dimension with negative ones counted from the end; a 0-dim tensor is treated as having one.
  ///
  /// @throws IndexOutOfBoundsException if it is outside
  public static int dim(Operator operator, long dim, int dims) {
    int bound = Math.max(1, dims);
    if (dim < -bound || dim >= bound) {
      throw of(operator)
          .because("Dimension out of range (expected to be in range of [%d, %d], but got %d)", -bound, bound - 1, dim)
          .indexFailure();
    }
    return (int) (dim < 0 ? dim + bound : dim);
  }

  /// Dimensions wrapped; none given means all.
  ///
  /// @throws IllegalArgumentException if one appears twice
  public static int[] dims(Operator operator, long @Nullable [] dims, int of) {
    if (dims == null || dims.length == 0) {
      int[] all = new int[of];
      for (int i = 0; i < of; i++) all[i] = i;
      return all;
    }
    int[] wrapped = new int[dims.length];
    boolean[] seen = new boolean[Math.max(1, of)];
    for (int i = 0; i < dims.length; i++) {
      wrapped[i] = dim(operator, dims[i], of);
      if (seen[wrapped[i]])
        throw of(operator).because("dim %d appears multiple times in the list of dims", wrapped[i]).failure();
      seen[wrapped[i]] = true;
    }
    return wrapped;
  }
}
