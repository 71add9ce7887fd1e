package jtorch.nn;

/// What the dropouts share: the probability, and whether the input itself is changed.
abstract class DropoutModule extends Module {
  final double p;
  final boolean inplace;

  DropoutModule(double p, boolean inplace) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException("dropout probability has to be between 0 and 1, but got " + p);
    this.p = p;
    this.inplace = inplace;
  }

  @Override
  protected String extraRepresentation() {
    return "p=" + Numbers.python(p) + ", inplace=" + Numbers.python(inplace);
  }
}
