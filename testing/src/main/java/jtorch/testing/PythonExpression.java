package jtorch.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the few Python expressions that sample files hold: literals (`(0.9, 0.999)`, `None`, `'mean'`) and arithmetic in
/// one variable (`0.95 ** e`, `min(1.0, (e + 1) / 10)`, `1.02 if e < 10 else 0.9`).
///
/// Integers are `Long`, other numbers `Double`, tuples and lists `List`; operators follow Python 3: `/` divides truly, `//`
/// rounds down, `**` binds tighter than a sign before it.
final class PythonExpression {
  private final String text;
  private final @Nullable String variable;
  private final @Nullable Number value;
  private int at;

  private PythonExpression(String text, @Nullable String variable, @Nullable Number value) {
    this.text = text;
    this.variable = variable;
    this.value = value;
  }

  /// A literal's value.
  ///
  /// @throws IllegalArgumentException if it is not one of the forms above
  static @Nullable Object literal(String text) {
    return new PythonExpression(text, null, null).whole();
  }

  /// The value of an expression for a value of its variable.
  static double evaluate(String text, String variable, long value) {
    Object result = new PythonExpression(text, variable, value).whole();
    return number(result).doubleValue();
  }

  private @Nullable Object whole() {
    Object result = conditional();
    skipBlanks();
    if (at < text.length()) throw wrong();
    return result;
  }

  private @Nullable Object conditional() {
    Object then = comparison();
    if (!acceptWord("if")) return then;
    Object condition = comparison();
    if (!acceptWord("else")) throw wrong();
    Object otherwise = conditional();
    return Boolean.TRUE.equals(condition) ? then : otherwise;
  }

  private @Nullable Object comparison() {
    Object left = sum();
    for (String operator : List.of("<=", ">=", "==", "<", ">")) {
      if (!accept(operator)) continue;
      int order = Double.compare(number(left).doubleValue(), number(sum()).doubleValue());
      return switch (operator) {
        case "<=" -> order <= 0;
        case ">=" -> order >= 0;
        case "==" -> order == 0;
        case "<" -> order < 0;
        default -> order > 0;
      };
    }
    return left;
  }

  private @Nullable Object sum() {
    Object left = product();
    while (true) {
      if (accept("+")) left = arithmetic('+', left, product());
      else if (accept("-")) left = arithmetic('-', left, product());
      else return left;
    }
  }

  private @Nullable Object product() {
    Object left = signed();
    while (true) {
      if (accept("//")) left = arithmetic('|', left, signed());
      else if (accept("*")) left = arithmetic('*', left, signed());
      else if (accept("/")) left = arithmetic('/', left, signed());
      else return left;
    }
  }

  private @Nullable Object signed() {
    if (accept("-")) return arithmetic('-', 0L, signed());
    Object base = atom();
    return accept("**") ? arithmetic('^', base, signed()) : base;
  }

  private static Number arithmetic(char operator, @Nullable Object left, @Nullable Object right) {
    double a = number(left).doubleValue();
    double b = number(right).doubleValue();
    if (left instanceof Long x && right instanceof Long y && operator != '/' && !(operator == '^' && y < 0))
      return switch (operator) {
        case '+' -> Math.addExact(x, y);
        case '-' -> Math.subtractExact(x, y);
        case '*' -> Math.multiplyExact(x, y);
        case '|' -> Math.floorDiv(x, y);
        default -> (long) Math.pow(a, b);
      };
    return switch (operator) {
      case '+' -> a + b;
      // 0 - 0.0 would lose the sign of a zero.
      case '-' -> left instanceof Long x && x == 0 ? -b : a - b;
      case '*' -> a * b;
      case '/' -> a / b;
      case '|' -> Math.floor(a / b);
      default -> Math.pow(a, b);
    };
  }

  private static Number number(@Nullable Object value) {
    if (value instanceof Number n) return n;
    throw new IllegalArgumentException("a number must stand where " + value + " stands");
  }

  private @Nullable Object atom() {
    skipBlanks();
    if (accept("(")) return sequence(")", true);
    if (accept("[")) return sequence("]", false);
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == '\'' || c == '"') {
      int close = text.indexOf(c, at + 1);
      if (close < 0) throw wrong();
      String string = text.substring(at + 1, close);
      at = close + 1;
      return string;
    }
    if (Character.isDigit(c) || c == '.') return numeral();
    for (String name : List.of("None", "True", "False", "inf", "nan", "min", "max")) {
      if (!acceptWord(name)) continue;
      return switch (name) {
        case "None" -> null;
        case "True" -> true;
        case "False" -> false;
        case "inf" -> Double.POSITIVE_INFINITY;
        case "nan" -> Double.NaN;
        default -> extreme(name.equals("min"));
      };
    }
    if (variable != null && acceptWord(variable)) return value;
    throw wrong();
  }

  private Object extreme(boolean least) {
    if (!accept("(")) throw wrong();
    Number best = null;
    for (Object item : items(")")) {
      Number n = number(item);
      if (best == null || (least ? n.doubleValue() < best.doubleValue() : n.doubleValue() > best.doubleValue()))
        best = n;
    }
    if (best == null) throw wrong();
    return best;
  }

  private Object numeral() {
    int start = at;
    while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.'
        || ("+-".indexOf(text.charAt(at)) >= 0 && "eE".indexOf(text.charAt(at - 1)) >= 0)))
      at++;
    String token = text.substring(start, at);
    return token.chars().allMatch(Character::isDigit) ? (Object) Long.parseLong(token) : Double.parseDouble(token);
  }

  /// What follows an opening bracket: a list, or an expression in parentheses.
  private @Nullable Object sequence(String close, boolean parenthesis) {
    int start = at;
    List<@Nullable Object> items = items(close);
    boolean comma = text.substring(start, at - 1).stripTrailing().endsWith(",");
    return parenthesis && items.size() == 1 && !comma ? items.getFirst() : items;
  }

  private List<@Nullable Object> items(String close) {
    var items = new ArrayList<@Nullable Object>();
    while (!accept(close)) {
      if (!items.isEmpty() && !accept(",")) throw wrong();
      if (accept(close)) break;
      items.add(conditional());
    }
    return items;
  }

  private boolean accept(String token) {
    skipBlanks();
    if (!text.startsWith(token, at)) return false;
    // "*" is not the first half of "**", "/" not of "//".
    if ((token.equals("*") || token.equals("/")) && text.startsWith(token, at + 1)) return false;
    at += token.length();
    return true;
  }

  private boolean acceptWord(String word) {
    skipBlanks();
    int end = at + word.length();
    if (!text.startsWith(word, at) || (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))))
      return false;
    at = end;
    return true;
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) == ' ') at++;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("cannot read the Python expression " + text + " at column " + (at + 1));
  }
}
