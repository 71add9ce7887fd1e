package jtorch.autograd;

import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// A view whose base was changed in place after it was made: its gradient is put into its place in the base.
final class ViewNode extends GraphNode {
  private final long[] sizes;
  private final DType dtype;
  private final SliceNode.ViewGeometry geometry;

  ViewNode(Tensor base, Tensor view) {
    super(new @Nullable Edge[] {Recording.edge(base)}, false);
    sizes = view.sizes();
    dtype = view.dtype();
    geometry = SliceNode.ViewGeometry.of(base, view);
  }

  @Override
  public String name() {
    return "AsStridedBackward0";
  }

  @Override
  int outputs() {
    return 1;
  }

  @Override
  long[] outputSizes(int output) {
    return sizes;
  }

  @Override
  DType outputDType(int output) {
    return dtype;
  }

  @Override
  @Nullable Tensor[] apply(@Nullable Tensor[] grads, boolean createGraph) {
    Tensor grad = grads[0];
    if (grad == null) return new @Nullable Tensor[1];
    // Dimensions of stride 0 repeat one element: their gradients add up first.
    Tensor summed = grad;
    for (int d = 0; d < sizes.length; d++) {
      if (geometry.strides()[d] == 0 && sizes[d] > 1) summed = summed.sum(d, true);
    }
    Tensor whole = geometry.zeroBase(grad);
    Tensor part = geometry.viewIn(whole);
    for (int d = 0; d < sizes.length; d++) {
      if (geometry.strides()[d] == 0 && sizes[d] > 1) part = part.narrow(d, 0, 1);
    }
    part.copy_(summed);
    return new @Nullable Tensor[] {whole};
  }

  @Override
  void release() {}
}
