package jtorch.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import jtorch.Tensor;

/// A list of parameters, each part of the state under its position.
///
/// **As** `torch.nn.ParameterList`.
///
/// ```java
/// var weights = new ParameterList();
/// weights.append(new Parameter(Torch.randn(2, 2)));
/// ```
public final class ParameterList extends Module implements Iterable<Parameter> {
  private final List<Parameter> parameters = new ArrayList<>();

  public ParameterList() {}

  public ParameterList(Iterable<? extends Tensor> values) {
    values.forEach(this::append);
  }

  /// Adds a parameter at the end; a plain tensor becomes one. Returns this list.
  public ParameterList append(Tensor value) {
    Parameter parameter = value instanceof Parameter p ? p : new Parameter(value);
    register(Integer.toString(parameters.size()), parameter);
    parameters.add(parameter);
    return this;
  }

  /// Adds several; returns this list.
  public ParameterList extend(Iterable<? extends Tensor> values) {
    values.forEach(this::append);
    return this;
  }

  /// The parameter at a position, negative ones counted from the end.
  public Parameter get(int index) {
    return parameters.get(index < 0 ? index + parameters.size() : index);
  }

  /// Puts another parameter at a position.
  public void set(int index, Tensor value) {
    int at = Objects.checkIndex(index < 0 ? index + parameters.size() : index, parameters.size());
    Parameter parameter = value instanceof Parameter p ? p : new Parameter(value);
    replace(Integer.toString(at), parameter);
    parameters.set(at, parameter);
  }

  public int size() {
    return parameters.size();
  }

  @Override
  public Iterator<Parameter> iterator() {
    return List.copyOf(parameters).iterator();
  }

  static String describe(String name, Parameter p, String type) {
    String sizes = Arrays.stream(p.sizes()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    return "(" + name + "): Parameter containing: [" + type + " of size " + sizes + "]";
  }

  @Override
  public String toString() {
    if (parameters.isEmpty()) return "ParameterList()";
    var lines = new StringBuilder("ParameterList(\n");
    for (int i = 0; i < parameters.size(); i++)
      lines.append("    ").append(describe("" + i, get(i), "torch." + get(i).dtype())).append('\n');
    return lines.append(')').toString();
  }
}
