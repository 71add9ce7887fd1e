package jtorch.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.Tensor;

/// Parameters by name, in order of addition, each part of the state under its name.
///
/// **As** `torch.nn.ParameterDict`.
///
/// ```java
/// var weights = new ParameterDict();
/// weights.put("left", new Parameter(Torch.randn(5, 10)));
/// ```
public final class ParameterDict extends Module {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  public ParameterDict() {}

  public ParameterDict(Map<String, ? extends Tensor> parameters) {
    parameters.forEach(this::put);
  }

  /// Adds a parameter, or replaces the one of that name; a plain tensor becomes one. Returns it.
  public Parameter put(String name, Tensor value) {
    Parameter parameter = value instanceof Parameter p ? p : new Parameter(value);
    if (parameters.containsKey(name)) replace(name, parameter);
    else register(name, parameter);
    parameters.put(name, parameter);
    return parameter;
  }

  /// @throws IllegalArgumentException if there is none of that name
  public Parameter get(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null)
      throw new IllegalArgumentException("ParameterDict: there is no '" + name + "' in " + parameters.keySet());
    return parameter;
  }

  /// Takes a parameter away; returns it.
  public Parameter pop(String name) {
    Parameter parameter = get(name);
    parameters.remove(name);
    unregister(name);
    return parameter;
  }

  public boolean contains(String name) {
    return parameters.containsKey(name);
  }

  public int size() {
    return parameters.size();
  }

  public void clear() {
    for (String name : List.copyOf(parameters.keySet())) pop(name);
  }

  /// The parameters by name; a view that cannot be changed.
  public Map<String, Parameter> asMap() {
    return Collections.unmodifiableMap(parameters);
  }

  @Override
  public String toString() {
    if (parameters.isEmpty()) return "ParameterDict()";
    var lines = new StringBuilder("ParameterDict(\n");
    parameters
        .forEach((name, p) -> lines.append("    ").append(ParameterList.describe(name, p, typeName(p))).append('\n'));
    return lines.append(')').toString();
  }

  private static String typeName(Parameter p) {
    return switch (p.dtype()) {
      case FLOAT32 -> "torch.FloatTensor";
      case FLOAT64 -> "torch.DoubleTensor";
      case FLOAT16 -> "torch.HalfTensor";
      case BFLOAT16 -> "torch.BFloat16Tensor";
      case COMPLEX64 -> "torch.ComplexFloatTensor";
      case COMPLEX128 -> "torch.ComplexDoubleTensor";
      default -> "torch." + p.dtype();
    };
  }
}
