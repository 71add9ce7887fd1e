package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Device;
import jtorch.MemoryFormat;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// One call of an operator: its arguments by name, and its results.
///
/// Shape rules say what the results look like with [#result]; kernels read the arguments and fill [#out].
public final class Call {
  private final Operator operator;
  private final @Nullable Object[] arguments;
  private final @Nullable Tensor place;
  private Tensor[] outputs = NONE;
  private @Nullable Object given;
  private static final Tensor[] NONE = {};

  public Call(Operator operator, @Nullable Object[] arguments) {
    this(operator, arguments, null);
  }

  /// @param place where the result may go, if it fits
  Call(Operator operator, @Nullable Object[] arguments, @Nullable Tensor place) {
    this.operator = operator;
    this.arguments = arguments;
    this.place = place;
  }

  public Operator operator() {
    return operator;
  }

  /// The arguments in the schema's order; not to be changed by the caller.
  public @Nullable Object[] arguments() {
    return arguments;
  }

  /// The value of an argument.
  public @Nullable Object value(String name) {
    return arguments[operator.argumentIndex(name)];
  }

  private Object present(String name) {
    Object value = value(name);
    if (value == null) throw Check.of(operator).because("argument '" + name + "' is missing").failure();
    return value;
  }

  public boolean has(String name) {
    return value(name) != null;
  }

  public Tensor tensor(String name) {
    return (Tensor) present(name);
  }

  public @Nullable Tensor tensorOrNull(String name) {
    return (Tensor) value(name);
  }

  public Tensor[] tensors(String name) {
    return (Tensor[]) present(name);
  }

  public long integer(String name) {
    return (Long) present(name);
  }

  public long integer(String name, long otherwise) {
    return value(name) instanceof Long v ? v : otherwise;
  }

  public double number(String name) {
    return ((Number) present(name)).doubleValue();
  }

  public double number(String name, double otherwise) {
    return value(name) instanceof Number v ? v.doubleValue() : otherwise;
  }

  public boolean bool(String name) {
    return (Boolean) present(name);
  }

  /// A `Scalar`: a `Number`, or a `Boolean`.
  public Object scalar(String name) {
    return present(name);
  }

  public String string(String name) {
    return (String) present(name);
  }

  public long[] longs(String name) {
    return (long[]) present(name);
  }

  public long @Nullable [] longsOrNull(String name) {
    return (long[]) value(name);
  }

  public double @Nullable [] numbersOrNull(String name) {
    return (double[]) value(name);
  }

  public boolean[] bools(String name) {
    return (boolean[]) present(name);
  }

  public @Nullable DType dtype(String name) {
    return (DType) value(name);
  }

  public DType dtype(String name, DType otherwise) {
    return value(name) instanceof DType d ? d : otherwise;
  }

  public @Nullable MemoryFormat memoryFormat(String name) {
    return (MemoryFormat) value(name);
  }

  public Device device(String name, Device otherwise) {
    return value(name) instanceof Device d ? d : otherwise;
  }

  /// The generator that was given, else the default one of the device that the call runs on.
  ///
  /// @throws IllegalArgumentException if it is one of another kind of device
  public Generator generator(String name) {
    Device device = runsOn();
    return value(name) instanceof Generator g ? g.on(device) : Generator.defaultOn(device);
  }

  /// The first tensor among the arguments, which says on what device the call runs.
  @Nullable Tensor firstTensor() {
    for (Object argument : arguments) {
      if (argument instanceof Tensor t) return t;
      if (argument instanceof Tensor[] all) {
        for (Tensor t : all) {
          if (t != null) return t;
        }
      }
    }
    return null;
  }

  /// The device that the call runs on.
  public Device runsOn() {
    Tensor first = firstTensor();
    return first == null ? Placement.current() : first.device();
  }

  /// A dimension argument, with negative ones counted from the end.
  ///
  /// @throws IndexOutOfBoundsException if it is outside
  public int dim(String name, Tensor of) {
    return Check.dim(operator, integer(name), of.dim());
  }

  /// Adds a result that the kernel will fill: contiguous, of this shape and dtype.
  public Tensor result(long[] sizes, DType dtype) {
    return result(place != null && fits(place, sizes, dtype) ? place : Torch.empty(sizes, dtype, runsOn()));
  }

  /// Whether a kernel may fill that memory while it reads the arguments.
  private boolean fits(Tensor place, long[] sizes, DType dtype) {
    return place.dtype() == dtype && Arrays.equals(place.sizes(), sizes) && place.isContiguous()
        && !sharesStorage(arguments, place);
  }

  /// Whether one of the arguments lies in the storage of a tensor.
  static boolean sharesStorage(@Nullable Object[] arguments, Tensor tensor) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor t && t.storage() == tensor.storage()) return true;
      if (argument instanceof Tensor[] all && sharesStorage(all, tensor)) return true;
    }
    return false;
  }

  /// Adds a result of the same shape as a tensor.
  public Tensor resultLike(Tensor like, DType dtype) {
    return like.isContiguous() ? result(like.sizes(), dtype) : result(Torch.emptyLike(like, dtype));
  }

  /// Adds a result that the kernel will fill.
  public Tensor result(Tensor made) {
    outputs = Arrays.copyOf(outputs, outputs.length + 1);
    outputs[outputs.length - 1] = made;
    return made;
  }

  /// The first result.
  public Tensor out() {
    return outputs[0];
  }

  public Tensor out(int index) {
    return outputs[index];
  }

  /// How many results have been added.
  public int outs() {
    return outputs.length;
  }

  /// Gives results whose shapes depend on data: a tensor, an array of tensors, a number.
  public void give(Object result) {
    given = result;
  }

  Object results() {
    if (given != null) return given;
    return outputs.length == 1 ? outputs[0] : outputs;
  }

  public Check check() {
    return Check.of(operator);
  }
}
