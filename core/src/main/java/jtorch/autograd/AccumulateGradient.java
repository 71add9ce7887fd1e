package jtorch.autograd;

import java.lang.ref.WeakReference;
import java.util.List;
import jtorch.DType;
import jtorch.SparseTensor;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The end of the way: adds what arrives to a leaf's `grad`.
final class AccumulateGradient extends GraphNode {
  private static final @Nullable Edge[] NO_EDGES = {};
  private final Tensor leaf;

  AccumulateGradient(Tensor leaf) {
    super(NO_EDGES, true);
    this.leaf = leaf;
  }

  Tensor leaf() {
    return leaf;
  }

  @Override
  public String name() {
    return "AccumulateGrad";
  }

  @Override
  int outputs() {
    return 1;
  }

  @Override
  long[] outputSizes(int output) {
    return leaf.sizes();
  }

  @Override
  DType outputDType(int output) {
    return leaf.dtype();
  }

  @Override
  @Nullable Tensor[] apply(@Nullable Tensor[] grads, boolean createGraph) {
    Tensor grad = grads[0];
    if (grad == null) return grads;
    AutogradMeta meta = Recording.meta(leaf);
    if (meta.gradDType != null) grad = grad.to(meta.gradDType);
    Tensor before = meta.grad;
    if (before == null) {
      Tensor own = createGraph || grad.storage().isTemporary() && grad.isDense() ? grad : grad.clone();
      Recording.setGrad(leaf, createGraph ? own : own.detach());
    } else if (createGraph || before instanceof SparseTensor) {
      Recording.setGrad(leaf, before.add(grad));
    } else {
      before.add_(grad);
    }
    if (meta.afterGradient != null) {
      for (var hook : List.copyOf(meta.afterGradient)) hook.accept(leaf);
    }
    return new @Nullable Tensor[0];
  }

  @Override
  void release() {}
}
