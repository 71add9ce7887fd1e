package jtorch.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import jtorch.DType;
import jtorch.Device;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// One recorded call: the operator, its arguments as far as its gradient rules read them, and its results' form.
final class OperatorNode extends GraphNode {
  final Operator operator;
  private final List<Operator.Rule> rules;
  /// The arguments with each tensor replaced by an [Input], each list of tensors by an array of them.
  final @Nullable Object[] arguments;
  final Input[] results;
  /// The index of an argument's first edge, -1 for what is no tensor.
  final int[] edgeOf;

  OperatorNode(Operator operator, List<Operator.Rule> rules, @Nullable Object[] arguments, Input[] results,
      @Nullable Edge[] edges, int[] edgeOf) {
    super(edges, false);
    this.operator = operator;
    this.rules = rules;
    this.arguments = arguments;
    this.results = results;
    this.edgeOf = edgeOf;
  }

  @Override
  public String name() {
    var text = new StringBuilder();
    for (String part : operator.schema().bareName().split("_")) {
      if (!part.isEmpty()) text.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
    }
    return text.append("Backward0").toString();
  }

  @Override
  int outputs() {
    return results.length;
  }

  @Override
  long[] outputSizes(int output) {
    return results[output].sizes;
  }

  @Override
  DType outputDType(int output) {
    return results[output].dtype;
  }

  /// Whether a gradient for this argument (any tensor of a list) goes anywhere.
  boolean needs(int argument) {
    int first = edgeOf[argument];
    if (first < 0) return false;
    int count = arguments[argument] instanceof Input[] list ? list.length : 1;
    for (int i = 0; i < count; i++) {
      if (edges[first + i] != null) return true;
    }
    return false;
  }

  @Override
  @Nullable Tensor[] apply(@Nullable Tensor[] grads, boolean createGraph) {
    if (!Placement.matters()) return gradients(grads);
    // What the rules make for themselves lies beside the results.
    ThreadContext context = ThreadContext.current();
    Device before = context.device;
    context.device = results[0].device;
    try {
      return gradients(grads);
    } finally {
      context.device = before;
    }
  }

  private @Nullable Tensor[] gradients(@Nullable Tensor[] grads) {
    @Nullable Tensor[] out = new @Nullable Tensor[edges.length];
    Backward back = new Backward(this, grads);
    for (Operator.Rule rule : rules) {
      int[] targets = rule.arguments();
      boolean wanted = false;
      for (int target : targets) wanted |= needs(target);
      if (!wanted) continue;
      @Nullable Tensor[] made = rule.gradients().apply(back);
      int next = 0;
      for (int target : targets) {
        int first = edgeOf[target];
        if (arguments[target] instanceof Input[] list) {
          for (int i = 0; i < list.length; i++) {
            if (list[i] != null) place(out, first + i, list[i], made[next]);
            next++;
          }
        } else {
          if (arguments[target] instanceof Input input) place(out, first, input, made[next]);
          next++;
        }
      }
    }
    return out;
  }

  private void place(@Nullable Tensor[] out, int edge, Input input, @Nullable Tensor grad) {
    if (grad == null || edges[edge] == null) return;
    Tensor fitted = fit(grad, input.sizes, input.dtype);
    out[edge] = fitted.device().equals(input.device) ? fitted : fitted.to(input.device);
  }

  /// Sums over what was broadcast, and brings the gradient to its input's dtype.
  static Tensor fit(Tensor grad, long[] sizes, DType dtype) {
    Tensor fitted = grad;
    if (fitted.dtype() != dtype) {
      if (fitted.dtype().isComplex() && !dtype.isComplex()) fitted = fitted.real();
      fitted = fitted.to(dtype);
    }
    return Arrays.equals(fitted.sizes(), sizes) ? fitted : fitted.sumToSize(sizes);
  }

  @Override
  void release() {
    for (Object argument : arguments) {
      if (argument instanceof Input input) input.release();
      else if (argument instanceof Input[] list) {
        for (Input input : list) {
          if (input != null) input.release();
        }
      }
    }
    for (Input result : results) result.release();
  }
}
