package jtorch.autograd;

import java.util.function.Function;
import jtorch.DType;
import jtorch.GradMode;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// A call whose gradients are a function of Java's, which cannot be differentiated in turn: PyTorch's `autograd.Function`
/// with `once_differentiable`.
final class FunctionNode extends GraphNode {
  private final String name;
  private final long[][] sizes;
  private final DType[] dtypes;
  private final Function<@Nullable Tensor[], @Nullable Tensor[]> backward;

  FunctionNode(String name, @Nullable Edge[] edges, Tensor[] results,
      Function<@Nullable Tensor[], @Nullable Tensor[]> backward) {
    super(edges, false);
    this.name = name;
    this.backward = backward;
    sizes = new long[results.length][];
    dtypes = new DType[results.length];
    for (int i = 0; i < results.length; i++) {
      sizes[i] = results[i].sizes();
      dtypes[i] = results[i].dtype();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  int outputs() {
    return sizes.length;
  }

  @Override
  long[] outputSizes(int output) {
    return sizes[output];
  }

  @Override
  DType outputDType(int output) {
    return dtypes[output];
  }

  @Override
  @Nullable Tensor[] apply(@Nullable Tensor[] grads, boolean createGraph) {
    if (createGraph) throw new IllegalStateException(
        name + ": trying to differentiate twice a function that was marked with @once_differentiable");
    try (GradMode off = Torch.noGrad()) {
      return backward.apply(grads);
    }
  }

  @Override
  void release() {}
}
