package jtorch.compile;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.op.Elementwise;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// A traced function: what it does with its arguments, in order, and which values it gives back.
///
/// @param nodes in order of execution
/// @param outputs the results; null where the function gave null
/// @param values how many values there are
record Graph(List<Node> nodes, @Nullable Value[] outputs, int values) {
  /// A tensor of the program.
  ///
  /// @param id its place among the registers
  /// @param strides in elements
  /// @param memory values with the same number share memory
  /// @param requiresGrad whether gradients reached it when it was made
  record Value(int id, DType dtype, long[] sizes, long[] strides, int memory, boolean requiresGrad) {
    static Value of(int id, Tensor t, int memory) {
      return new Value(id, t.dtype(), t.sizes(), t.strides(), memory, t.requiresGrad());
    }

    /// Another value of the same form, in the same place as far as anybody looks at places.
    Value again(int newId) {
      return new Value(newId, dtype, sizes, strides, memory, requiresGrad);
    }

    boolean isContiguous() {
      return Arrays.equals(strides, Tensor.contiguousStrides(sizes));
    }

    boolean hasForm(Value other) {
      return Arrays.equals(sizes, other.sizes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Value v && id == v.id;
    }

    @Override
    public int hashCode() {
      return id;
    }

    @Override
    public String toString() {
      return "%" + id;
    }
  }

  /// One thing that happens.
  sealed interface Node {
    /// The values that begin with it.
    List<Value> made();
  }

  /// A tensor that the function is called with.
  record Argument(int index, Value value) implements Node {
    @Override
    public List<Value> made() {
      return List.of(value);
    }

    @Override
    public String toString() {
      return value + " = argument " + index + ": " + form(value);
    }
  }

  /// A tensor from outside: its values at the time of each run count.
  record Captured(Tensor tensor, Value value) implements Node {
    @Override
    public List<Value> made() {
      return List.of(value);
    }

    @Override
    public String toString() {
      return value + " = captured " + form(value);
    }
  }

  /// A tensor that the function made from Java values; where it is changed or handed out, a copy for each run.
  record Literal(Tensor tensor, Value value, boolean copied) implements Node {
    @Override
    public List<Value> made() {
      return List.of(value);
    }

    @Override
    public String toString() {
      return value + " = " + (copied ? "copied " : "") + "literal " + form(value);
    }
  }

  /// Another window on the memory of a value, without gradients: `detach()`.
  ///
  /// @param shift from the first element of one to that of the other, in elements of the new dtype
  record Window(Value of, long shift, Value value) implements Node {
    @Override
    public List<Value> made() {
      return List.of(value);
    }

    @Override
    public String toString() {
      return value + " = window on " + of + ": " + form(value);
    }
  }

  /// A call of an operator.
  ///
  /// @param arguments in the schema's order, a [Value] for each tensor, an array of them for each list of tensors
  /// @param results null where a result was not given
  /// @param single whether the operator gives a tensor rather than an array
  /// @param grad whether gradients are recorded
  /// @param changes the memories that it writes into
  /// @param valued whether Java code in it read values, so that the results' sizes may depend on them
  /// @param term what it computes for an element; null where it does more
  record Call(Operator operator, @Nullable Object[] arguments, @Nullable Value[] results, boolean single, boolean grad,
      int[] changes, boolean valued, Elementwise.@Nullable Term term) implements Node {
    @Override
    public List<Value> made() {
      return Arrays.stream(results).filter(v -> v != null).map(v -> (Value) v).toList();
    }

    /// All values that it reads.
    List<Value> reads() {
      var all = new java.util.ArrayList<Value>();
      for (Object a : arguments) {
        if (a instanceof Value v) all.add(v);
        else if (a instanceof Value[] list) {
          for (Value v : list) {
            if (v != null) all.add(v);
          }
        }
      }
      return all;
    }

    @Override
    public String toString() {
      String left = Arrays.stream(results).map(String::valueOf).collect(Collectors.joining(", "));
      String right = Arrays.stream(arguments).map(Call::text).collect(Collectors.joining(", "));
      return left + " = " + operator.schema().name() + "(" + right + ")";
    }

    private static String text(@Nullable Object argument) {
      return switch (argument) {
        case null -> "None";
        case Object[] all -> Arrays.toString(all);
        case long[] all -> Arrays.toString(all);
        case double[] all -> Arrays.toString(all);
        case boolean[] all -> Arrays.toString(all);
        default -> argument.toString();
      };
    }
  }

  private static String form(Value value) {
    return value.dtype() + Arrays.toString(value.sizes());
  }

  /// One node a line.
  @Override
  public String toString() {
    return nodes.stream().map(Node::toString).collect(Collectors.joining("\n")) + "\nreturn "
        + Arrays.toString(outputs);
  }
}
