package jtorch.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.ThreadContext;
import org.jspecify.annotations.Nullable;

/// A node of the graph that `backward()` walks: one operator call, or the place where a leaf gathers its gradient.
public abstract class GraphNode {
  private static final AtomicLong NEXT = new AtomicLong();

  /// Later calls have larger numbers; the engine works from the largest down.
  final long sequence;
  final @Nullable Edge[] edges;
  /// Hooks on the gradients of single outputs; null until the first.
  @Nullable List<Hook> hooks;

  /// Where it was made, in anomaly mode; null otherwise.
  final @Nullable Throwable origin;

  /// A tensor's hook, or its wish to keep its gradient.
  record Hook(int output, Function<Tensor, @Nullable Tensor> function) {}

  GraphNode(@Nullable Edge[] edges, boolean leaf) {
    this.sequence = leaf ? Long.MAX_VALUE : NEXT.getAndIncrement();
    this.edges = edges;
    this.origin = !leaf && ThreadContext.current().anomalyEnabled
        ? new Throwable("the call whose gradient this is, in anomaly mode") : null;
  }

  /// How PyTorch calls it: `MulBackward0`.
  public abstract String name();

  abstract int outputs();

  abstract long[] outputSizes(int output);

  abstract DType outputDType(int output);

  /// From the gradients of the outputs (null: none reached it) the gradients for the edges.
  abstract @Nullable Tensor[] apply(@Nullable Tensor[] grads, boolean createGraph);

  /// Lets go of what it kept.
  abstract void release();

  void addHook(int output, Function<Tensor, @Nullable Tensor> function) {
    if (hooks == null) hooks = new ArrayList<>();
    hooks.add(new Hook(output, function));
  }

  @Override
  public String toString() {
    return "<" + name() + ">";
  }
}
