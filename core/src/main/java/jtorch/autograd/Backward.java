package jtorch.autograd;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// What a gradient rule sees: the gradients of the results, and the call's arguments as far as the declaration keeps them.
public final class Backward {
  private final OperatorNode node;
  private final @Nullable Tensor[] grads;

  Backward(OperatorNode node, @Nullable Tensor[] grads) {
    this.node = node;
    this.grads = grads;
  }

  /// The gradient of the first result.
  public Tensor grad() {
    return grad(0);
  }

  /// The gradient of a result; zeros if none reached it.
  public Tensor grad(int result) {
    Tensor grad = grads[result];
    if (grad == null) {
      Input form = node.results[result];
      grad = Torch.zeros(form.sizes, form.dtype, form.device);
      grads[result] = grad;
    }
    return grad;
  }

  public boolean hasGrad(int result) {
    return grads[result] != null;
  }

  public int results() {
    return grads.length;
  }

  /// Whether a gradient for this argument is wanted.
  public boolean needs(String argument) {
    return node.needs(node.operator.indexOf(argument));
  }

  private @Nullable Object value(String argument) {
    return node.arguments[node.operator.indexOf(argument)];
  }

  private Object present(String argument) {
    Object value = value(argument);
    if (value == null) throw new IllegalStateException(node.name() + ": argument '" + argument + "' was not given");
    return value;
  }

  public boolean has(String argument) {
    return value(argument) != null;
  }

  /// An argument that the rule's declaration keeps.
  public Tensor tensor(String argument) {
    return ((Input) present(argument)).unpack(node);
  }

  public @Nullable Tensor tensorOrNull(String argument) {
    return value(argument) instanceof Input input ? input.unpack(node) : null;
  }

  /// A list argument that the rule's declaration keeps; elements that were not given are null.
  public Tensor[] tensors(String argument) {
    Input[] list = (Input[]) present(argument);
    var all = new Tensor[list.length];
    for (int i = 0; i < all.length; i++) {
      if (list[i] != null) all[i] = list[i].unpack(node);
    }
    return all;
  }

  /// How many tensors a list argument has.
  public int count(String argument) {
    return ((Input[]) present(argument)).length;
  }

  public long[] sizes(String argument) {
    return ((Input) present(argument)).sizes;
  }

  public long[] sizes(String argument, int index) {
    return ((Input[]) present(argument))[index].sizes;
  }

  public DType dtypeOf(String argument) {
    return ((Input) present(argument)).dtype;
  }

  public DType dtypeOf(String argument, int index) {
    return ((Input[]) present(argument))[index].dtype;
  }

  public Tensor result() {
    return result(0);
  }

  public Tensor result(int index) {
    return node.results[index].unpack(node);
  }

  public long[] resultSizes(int index) {
    return node.results[index].sizes;
  }

  public long integer(String argument) {
    return (Long) present(argument);
  }

  public long integer(String argument, long otherwise) {
    return value(argument) instanceof Long v ? v : otherwise;
  }

  /// A dimension argument, with negative ones counted from the end of `of`.
  public int dim(String argument, String of) {
    int dims = Math.max(1, sizes(of).length);
    long dim = integer(argument);
    return (int) (dim < 0 ? dim + dims : dim);
  }

  public double number(String argument) {
    return ((Number) present(argument)).doubleValue();
  }

  public double number(String argument, double otherwise) {
    return value(argument) instanceof Number v ? v.doubleValue() : otherwise;
  }

  public Object scalar(String argument) {
    return present(argument);
  }

  /// The argument as it was given; tensors are not given this way.
  public @Nullable Object raw(int argument) {
    return node.arguments[argument];
  }

  public boolean bool(String argument) {
    return (Boolean) present(argument);
  }

  public boolean bool(String argument, boolean otherwise) {
    return value(argument) instanceof Boolean v ? v : otherwise;
  }

  public String string(String argument) {
    return (String) present(argument);
  }

  public long[] longs(String argument) {
    return (long[]) present(argument);
  }

  public long @Nullable [] longsOrNull(String argument) {
    return (long[]) value(argument);
  }

  public double @Nullable [] numbersOrNull(String argument) {
    return (double[]) value(argument);
  }

  /// The tensor kept at this argument index, or null.
  public @Nullable Tensor kept(int argument) {
    return node.arguments[argument] instanceof Input input ? input.unpack(node) : null;
  }
}
