package jtorch.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// What a tensor that takes part in a graph knows about it; tensors that do not have none.
public final class AutogradMeta {
  /// Asked for by the user; the tensor is a leaf then.
  public boolean requiresGrad;
  @Nullable Tensor grad;
  /// The node that made this tensor; null for a leaf.
  @Nullable GraphNode node;
  int output;
  @Nullable AccumulateGradient accumulator;
  /// The tensor that this one is a view of.
  @Nullable Tensor base;
  /// The storage's version when `node` was right.
  int viewVersion;
  boolean retainsGrad;
  final List<Function<Tensor, @Nullable Tensor>> hooks = new ArrayList<>(0);
  /// What is told when a leaf's gradient has arrived.
  @Nullable List<Consumer<Tensor>> afterGradient;
  /// The dtype of a leaf's gradient where it differs from the leaf's.
  @Nullable DType gradDType;
  /// Whether a leaf's gradient may have any dtype.
  boolean anyGradDType;

  /// Whether the tensor is a view of another.
  public boolean isView() {
    return base != null;
  }
}
