package jtorch;

import java.util.Arrays;
import java.util.Objects;
import jtorch.op.Check;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// A batch of tensors with as many dimensions each, whose sizes may differ: sentences, point clouds.
///
/// Made by [Nested]; [#unbind] gives the tensors, through which gradients pass, and [#toPaddedTensor] one dense tensor.
/// Operators that compute refuse nested tensors by name.
public final class NestedTensor extends Tensor {
  private static boolean made;

  private final Tensor[] parts;

  NestedTensor(Tensor[] parts) {
    super(parts.length == 0 ? Torch.empty(0).storage() : parts[0].storage(),
        parts.length == 0 ? Torch.defaultDType() : parts[0].dtype(), new long[0], new long[0], 0);
    made = true;
    this.parts = parts;
  }

  /// Whether there has been any nested tensor in this program.
  public static boolean areThere() {
    return made;
  }

  /// Refuses nested tensors for an operator that knows only dense ones.
  public static void refuse(Operator operator, @Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor[] list) refuse(operator, list);
      else if (argument instanceof NestedTensor) throw Check.of(operator).because("not there for nested tensors")
          .hint("unbind() gives the tensors, toPaddedTensor() a dense one").unsupported();
    }
  }

  @Override
  public boolean isNested() {
    return true;
  }

  /// One more than each tensor has.
  @Override
  public int dim() {
    return parts.length == 0 ? 1 : parts[0].dim() + 1;
  }

  /// The elements of all tensors.
  @Override
  public long numel() {
    return Arrays.stream(parts).mapToLong(Tensor::numel).sum();
  }

  /// @throws IllegalStateException if the tensors differ in that dimension
  @Override
  public long size(int dim) {
    int d = dim < 0 ? dim + dim() : dim;
    Objects.checkIndex(d, dim());
    if (d == 0) return parts.length;
    long size = parts[0].size(d - 1);
    for (Tensor part : parts) {
      if (part.size(d - 1) != size) throw new IllegalStateException(
          "Given dimension " + d + " is irregular and does not have a size.");
    }
    return size;
  }

  /// @throws IllegalStateException always: the tensors may differ
  @Override
  public long[] sizes() {
    throw new IllegalStateException("a nested tensor has no sizes; unbind() gives the tensors");
  }

  /// @throws IllegalStateException always: the tensors may differ
  @Override
  public long[] shape() {
    return sizes();
  }

  @Override
  public boolean requiresGrad() {
    return Arrays.stream(parts).anyMatch(Tensor::requiresGrad);
  }

  @Override
  public Tensor detach() {
    return new NestedTensor(Arrays.stream(parts).map(Tensor::detach).toArray(Tensor[]::new));
  }

  /// The tensors.
  @Override
  public Tensor[] unbind() {
    return parts.clone();
  }

  @Override
  public String toString() {
    var text = new StringBuilder("nested_tensor([\n");
    for (int i = 0; i < parts.length; i++) {
      text.append("  ").append(parts[i].toString().replace("\n", "\n  ")).append(i < parts.length - 1 ? ",\n" : "");
    }
    return text.append("\n])").toString();
  }
}
