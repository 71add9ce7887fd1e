package jtorch.autograd;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// A tensor of which one view was changed in place: the gradient of the rest passes, that of the part goes through the
/// operator that changed it.
final class SliceNode extends GraphNode {
  private final long[] sizes;
  private final DType dtype;
  private final ViewGeometry geometry;
  private final OperatorNode change;

  /// The change's edges, with the first replaced by the base's: what flowed into the part before is part of the base.
  SliceNode(Tensor base, Tensor view, OperatorNode change, @Nullable Edge baseEdge) {
    super(edges(change, baseEdge), false);
    this.sizes = base.sizes();
    this.dtype = base.dtype();
    this.geometry = ViewGeometry.of(base, view);
    this.change = change;
  }

  private static @Nullable Edge[] edges(OperatorNode change, @Nullable Edge baseEdge) {
    @Nullable Edge[] edges = change.edges.clone();
    edges[0] = baseEdge;
    return edges;
  }

  @Override
  public String name() {
    return "CopySlices";
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
    if (grad == null) return new @Nullable Tensor[edges.length];
    Tensor whole = geometry.copyOfBase(grad);
    Tensor part = geometry.viewIn(whole);
    @Nullable Tensor[] made = change.apply(new @Nullable Tensor[] {part.clone()}, createGraph);
    if (edges[0] != null) {
      Tensor through = made[0];
      if (through == null) part.zero_();
      else part.copy_(Arrays.equals(through.sizes(), part.sizes()) ? through : through.expand(part.sizes()));
      made[0] = whole;
    }
    return made;
  }

  @Override
  void release() {
    change.release();
  }

  /// Where a view lies in its base, independent of where both lie in memory.
  record ViewGeometry(long[] baseSizes, long[] baseStrides, long[] sizes, long[] strides, long offset) {
    static ViewGeometry of(Tensor base, Tensor view) {
      return new ViewGeometry(base.sizes(), base.strides(), view.sizes(), view.strides(),
          view.storageOffset() - base.storageOffset());
    }

    private long extent() {
      long last = 1;
      for (int d = 0; d < baseSizes.length; d++) last += (baseSizes[d] - 1) * baseStrides[d];
      return last;
    }

    /// A tensor with the base's strides and these values.
    Tensor copyOfBase(Tensor grad) {
      Tensor whole =
          Torch.zeros(new long[] {extent()}, grad.dtype(), grad.device()).asStrided(baseSizes, baseStrides, 0);
      whole.copy_(grad);
      return whole;
    }

    Tensor zeroBase(Tensor like) {
      return Torch.zeros(new long[] {extent()}, like.dtype(), like.device()).asStrided(baseSizes, baseStrides, 0);
    }

    Tensor viewIn(Tensor whole) {
      return whole.asStrided(sizes, strides, whole.storageOffset() + offset);
    }
  }
}
