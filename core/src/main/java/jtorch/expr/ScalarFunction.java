package jtorch.expr;

/// A named scalar function: what an element-wise operator computes for one element.
///
/// Functions are equal if they compute the same, whatever they are called, so that operators with the same expression
/// share one compiled loop. Equality and hash cost a few comparisons, whatever the size of the body.
///
/// @param name the operator, for messages
/// @param inputs how many tensors it reads; the body's inputs are below it
/// @param parameters how many run-time scalars it takes
/// @param body the result
public record ScalarFunction(String name, int inputs, int parameters, Expr body) {
  /// @throws IllegalArgumentException if the body reads an input or a parameter beyond those counts
  public ScalarFunction {
    body = Canonical.of(body);
    body.visit(e -> {
      if (e instanceof Expr.Input(int index) && index >= inputs) {
        throw new IllegalArgumentException(name + " has " + inputs + " inputs but reads input " + index);
      }
      if (e instanceof Expr.Parameter(int index) && index >= parameters) {
        throw new IllegalArgumentException(name + " has " + parameters + " parameters but reads parameter " + index);
      }
    });
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof ScalarFunction f && body == f.body && inputs == f.inputs && parameters == f.parameters;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(body) * 31 + inputs * 7 + parameters;
  }

  @Override
  public String toString() {
    return name + " = " + body;
  }
}
