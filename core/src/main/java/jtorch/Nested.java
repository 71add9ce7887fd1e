package jtorch;

import java.util.Arrays;
import jtorch.op.NestedForms;
import org.jspecify.annotations.Nullable;

/// `torch.nested`: batches of tensors whose sizes differ.
public final class Nested {
  private Nested() {}

  /// Copies of the tensors as one nested tensor, outside the graph.
  ///
  /// @throws IllegalArgumentException if they differ in dtype or number of dimensions
  public static NestedTensor nestedTensor(Tensor... tensors) {
    return asNestedTensor(Arrays.stream(tensors).map(t -> t.detach().clone()).toArray(Tensor[]::new));
  }

  /// The tensors themselves as one nested tensor: gradients pass through.
  public static NestedTensor asNestedTensor(Tensor... tensors) {
    for (int i = 1; i < tensors.length; i++) {
      if (tensors[i].dim() != tensors[0].dim()) throw new IllegalArgumentException(
          "All Tensors given to nested_tensor must have the same dimension. Found dimension %d for Tensor at index %d and dimension %d for Tensor at index 0."
              .formatted(tensors[i].dim(), i, tensors[0].dim()));
      if (tensors[i].dtype() != tensors[0].dtype()) throw new IllegalArgumentException(
          "All Tensors given to nested_tensor must have the same dtype, but got %s and %s".formatted(tensors[0].dtype(),
              tensors[i].dtype()));
    }
    return new NestedTensor(tensors.clone());
  }

  /// The rows `offsets[i]` to `offsets[i + 1]` of values, or with lengths as many of them from the beginning, as views.
  ///
  /// @param offsets batch + 1 numbers, rising
  public static NestedTensor nestedTensorFromJagged(Tensor values, Tensor offsets, @Nullable Tensor lengths) {
    long[] from = offsets.toLongArray();
    long[] counts = lengths == null ? null : lengths.toLongArray();
    if (from.length == 0 || counts != null && counts.length != from.length - 1) throw new IllegalArgumentException(
        "nestedTensorFromJagged: expected batch + 1 offsets, and as many lengths as there are rows of them");
    Tensor[] parts = new Tensor[from.length - 1];
    for (int i = 0; i < parts.length; i++)
      parts[i] = values.narrow(0, from[i], counts == null ? from[i + 1] - from[i] : counts[i]);
    return new NestedTensor(parts);
  }

  public static NestedTensor nestedTensorFromJagged(Tensor values, Tensor offsets) {
    return nestedTensorFromJagged(values, offsets, null);
  }

  /// Of each row of a tensor `[batch, length, *]` the elements `start[i]` to `start[i] + length[i]`, as views.
  ///
  /// @param dim 1, the only dimension that may be ragged
  public static NestedTensor narrow(Tensor tensor, long dim, Tensor start, Tensor length) {
    if (dim != 1)
      throw new IllegalArgumentException("narrow: only dim=1 supported for jagged tensors, but got: " + dim);
    int batch = Math.toIntExact(tensor.size(0));
    long[] starts = start.expand(batch).toLongArray();
    long[] lengths = length.expand(batch).toLongArray();
    Tensor[] parts = new Tensor[batch];
    for (int i = 0; i < batch; i++) parts[i] = tensor.select(0, i).narrow(0, starts[i], lengths[i]);
    return new NestedTensor(parts);
  }

  /// Of each row of a matrix the elements where the mask is true.
  public static NestedTensor maskedSelect(Tensor tensor, Tensor mask) {
    if (tensor.dim() != 2) throw new IllegalArgumentException(
        "maskedSelect: expected a matrix, got " + tensor.dim() + " dimensions");
    Tensor whole = mask.expand(tensor.sizes());
    Tensor[] parts = new Tensor[Math.toIntExact(tensor.size(0))];
    for (int i = 0; i < parts.length; i++) parts[i] = tensor.select(0, i).maskedSelect(whole.select(0, i));
    return new NestedTensor(parts);
  }

  /// One dense tensor, each part filled up with a number at the ends of its dimensions.
  ///
  /// @param outputSize the sizes with the batch; null for the largest of each dimension
  /// @throws IllegalArgumentException if the tensor is not nested, or a part is larger than asked for
  public static Tensor toPaddedTensor(Tensor input, double padding, long @Nullable [] outputSize) {
    return NestedForms.TO_PADDED.tensor(input, padding, outputSize);
  }

  public static Tensor toPaddedTensor(Tensor input, double padding) {
    return toPaddedTensor(input, padding, null);
  }
}
