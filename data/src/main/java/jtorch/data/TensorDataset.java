package jtorch.data;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;

/// Items from tensors that share their first dimension: item i holds index i of each. **As**
/// `torch.utils.data.TensorDataset`.
public final class TensorDataset implements Dataset<Tensor[]> {
  private final Tensor[] tensors;

  /// @throws IllegalArgumentException if there is no tensor, or they differ in their first dimension
  public TensorDataset(Tensor... tensors) {
    if (tensors.length == 0) throw new IllegalArgumentException("TensorDataset: needs at least one tensor");
    for (Tensor tensor : tensors) {
      if (tensor.dim() == 0 || tensors[0].dim() == 0 || tensor.size(0) != tensors[0].size(0))
        throw new IllegalArgumentException("TensorDataset: Size mismatch between tensors: "
            + String.join(", ", Arrays.stream(tensors).map(Tensor::describe).toList()));
    }
    this.tensors = tensors.clone();
  }

  public Tensor[] tensors() {
    return tensors.clone();
  }

  @Override
  public long size() {
    return tensors[0].size(0);
  }

  /// Views of the tensors.
  @Override
  public Tensor[] get(long index) {
    return each(tensor -> tensor.select(0, index));
  }

  @Override
  public Tensor[] batch(long[] indices) {
    Tensor rows = Torch.tensor(indices);
    return each(tensor -> tensor.indexSelect(0, rows));
  }

  private Tensor[] each(UnaryOperator<Tensor> part) {
    return Arrays.stream(tensors).map(part).toArray(Tensor[]::new);
  }
}
