package jtorch.expr;

import java.util.concurrent.ConcurrentHashMap;

/// One object for all equal expressions.
///
/// Every expression holds canonical operands, so equality and hashing look at one level only: a derivative, which shares
/// most of its subterms, would otherwise be compared as the tree it unfolds to. Expressions come from operator
/// declarations and traced programs, so the table stays as small as the program.
final class Canonical {
  private static final ConcurrentHashMap<Expr, Expr> EXPRESSIONS = new ConcurrentHashMap<>();

  private Canonical() {}

  static Expr of(Expr e) {
    Expr known = EXPRESSIONS.putIfAbsent(e, e);
    return known == null ? e : known;
  }

  /// The operand of an operator on numbers.
  static Expr number(Object op, Expr operand) {
    if (operand.isTruth()) throw new IllegalArgumentException(op + " takes a number, not the truth " + operand);
    return of(operand);
  }

  /// The operand of an operator on truths.
  static Expr truth(Object op, Expr operand) {
    if (!operand.isTruth()) throw new IllegalArgumentException(op + " takes a truth, not the number " + operand);
    return of(operand);
  }

  /// A hash of what makes a node: its operator and its canonical operands.
  static int hash(Object operator, Expr... operands) {
    int hash = operator.hashCode();
    for (Expr e : operands) hash = 31 * hash + System.identityHashCode(e);
    return hash;
  }
}
