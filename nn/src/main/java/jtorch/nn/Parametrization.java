package jtorch.nn;

import jtorch.Tensor;

/// A module that computes a parameter of another module from originals; [Parametrize#registerParametrization] puts it in place.
///
/// ```java
/// final class Symmetric extends Parametrization {
///   @Override
///   public Tensor forward(Tensor original) {
///     return original.triu().add(original.triu(1).mT());
///   }
/// }
/// ```
public abstract class Parametrization extends Module {
  /// Parameters from several originals; those with one override [#forward(Tensor)].
  public Tensor forward(Tensor... originals) {
    if (originals.length != 1)
      throw new UnsupportedOperationException(name() + " takes one original, got " + originals.length);
    return forward(originals[0]);
  }

  /// Originals from which [#forward(Tensor...)] computes the value; by default the value itself.
  public Tensor[] rightInverse(Tensor value) {
    return new Tensor[] {value};
  }
}
