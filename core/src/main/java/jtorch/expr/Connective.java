package jtorch.expr;

/// What joins two truths.
public enum Connective {
  AND("and", "&&"),
  OR("or", "||"),
  XOR("xor", "^^");

  private final String label;
  private final String symbol;

  Connective(String label, String symbol) {
    this.label = label;
    this.symbol = symbol;
  }

  String symbol() {
    return symbol;
  }

  @Override
  public String toString() {
    return label;
  }
}
