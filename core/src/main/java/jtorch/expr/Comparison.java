package jtorch.expr;

/// A comparison of two numbers. With a NaN on either side all but [#NE] are false.
public enum Comparison {
  LT("lt", "<"),
  LE("le", "<="),
  GT("gt", ">"),
  GE("ge", ">="),
  EQ("eq", "=="),
  NE("ne", "!=");

  private final String label;
  private final String symbol;

  Comparison(String label, String symbol) {
    this.label = label;
    this.symbol = symbol;
  }

  String symbol() {
    return symbol;
  }

  /// PyTorch's name.
  @Override
  public String toString() {
    return label;
  }
}
