package jtorch.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.Complex;
import org.jspecify.annotations.Nullable;

/// Short Python programs as sample files hold them: calls, operators, indices, assignments, `with`.
///
/// Definitions of functions and classes, loops and comprehensions are not read; [PythonProgram] runs what is.
final class PythonSyntax {
  /// A part of a program.
  sealed interface Node {}

  /// A constant: `Long`, [BigInteger], `Double`, [Complex], `String`, `byte[]`, `Boolean`, null.
  record Literal(@Nullable Object value) implements Node {}

  /// `...`
  record Ellipsis() implements Node {}

  record Name(String name) implements Node {}

  record Attribute(Node of, String name) implements Node {}

  record Call(Node function, List<Node> positional, Map<String, Node> named) implements Node {}

  record Subscript(Node of, List<Node> indices) implements Node {}

  record Slice(@Nullable Node start, @Nullable Node end, @Nullable Node step) implements Node {}

  /// Operators by their sign: `+`, `@`, `**`, `<=`.
  record Binary(String operator, Node left, Node right) implements Node {}

  record Unary(String operator, Node operand) implements Node {}

  /// A list or a tuple.
  record Sequence(List<Node> items) implements Node {}

  /// `lambda x, y: body`
  record Lambda(List<String> parameters, Node body) implements Node {}

  /// Keys and values in turn; a key of null stands before a dict that is spread.
  record Dict(List<@Nullable Node> keys, List<Node> values) implements Node {}

  /// One step of a program.
  sealed interface Statement {}

  record Expression(Node value) implements Statement {}

  record Assignment(Node target, Node value) implements Statement {}

  record With(Node context, List<Statement> body) implements Statement {}

  private static final List<List<String>> LEVELS = List.of(List.of("==", "!=", "<=", ">=", "<", ">"), List.of("|"),
      List.of("^"), List.of("&"), List.of("+", "-"), List.of("//", "*", "/", "@", "%"));

  private final String text;
  private int at;

  private PythonSyntax(String text) {
    this.text = text;
  }

  /// Reads a program.
  ///
  /// @throws AbsentException if it has a form that is not read
  static List<Statement> parse(String program) {
    var parser = new PythonSyntax(program);
    var all = new ArrayList<Statement>();
    while (parser.skip(" \n;")) all.add(parser.statement());
    return all;
  }

  /// Passes over characters; whether something is left.
  private boolean skip(String characters) {
    while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) at++;
    return at < text.length();
  }

  private Statement statement() {
    if (acceptWord("with")) {
      Node context = expression();
      expect(":");
      var body = new ArrayList<Statement>();
      do {
        skip(" \n");
        body.add(statement());
      } while (accept(";"));
      return new With(context, body);
    }
    Node first = listed();
    skip(" ");
    if (text.startsWith("==", at) || !accept("=")) {
      skip(" ");
      if (at < text.length() && ";\n".indexOf(text.charAt(at)) < 0) throw unread();
      return new Expression(first);
    }
    return new Assignment(first, listed());
  }

  /// An expression, or several with commas between, which are a tuple.
  private Node listed() {
    Node first = expression();
    if (!accept(",")) return first;
    var items = new ArrayList<Node>(List.of(first));
    while (true) {
      skip(" ");
      if (at >= text.length() || "=;\n".indexOf(text.charAt(at)) >= 0) return new Sequence(items);
      items.add(expression());
      if (!accept(",")) return new Sequence(items);
    }
  }

  private Node expression() {
    return binary(0);
  }

  private Node binary(int level) {
    if (level == LEVELS.size()) return unary();
    Node left = binary(level + 1);
    while (true) {
      String found = null;
      for (String operator : LEVELS.get(level)) {
        if (found == null && accept(operator)) found = operator;
      }
      if (found == null) return left;
      left = new Binary(found, left, binary(level + 1));
    }
  }

  private Node unary() {
    for (String sign : List.of("-", "~")) {
      if (accept(sign)) return new Unary(sign, unary());
    }
    Node base = postfix(atom());
    return accept("**") ? new Binary("**", base, unary()) : base;
  }

  private Node postfix(Node start) {
    Node value = start;
    while (true) {
      if (accept("(")) value = call(value);
      else if (accept("[")) value = new Subscript(value, indices());
      else
        if (at + 1 < text.length() && text.charAt(at) == '.' && Character.isJavaIdentifierStart(text.charAt(at + 1))) {
          at++;
          value = new Attribute(value, word());
        } else return value;
    }
  }

  private Node call(Node function) {
    var positional = new ArrayList<Node>();
    var named = new LinkedHashMap<String, Node>();
    while (!accept(")")) {
      int start = at;
      skip(" \n");
      if (at < text.length() && Character.isJavaIdentifierStart(text.charAt(at))) {
        String name = word();
        skip(" ");
        if (text.startsWith("=", at) && !text.startsWith("==", at)) {
          at++;
          named.put(name, expression());
          if (!accept(",") && !text.startsWith(")", at)) throw unread();
          continue;
        }
      }
      at = start;
      positional.add(expression());
      if (!accept(",") && !text.startsWith(")", at)) throw unread();
    }
    return new Call(function, positional, named);
  }

  private List<Node> indices() {
    var all = new ArrayList<Node>();
    while (!accept("]")) {
      all.add(index());
      if (!accept(",") && !text.startsWith("]", at)) throw unread();
    }
    return all;
  }

  private Node index() {
    @Nullable Node[] parts = new @Nullable Node[3];
    int part = 0;
    while (true) {
      skip(" ");
      if (accept(":")) {
        part++;
        continue;
      }
      if (at >= text.length() || ",]".indexOf(text.charAt(at)) >= 0) break;
      parts[part] = expression();
    }
    return part == 0 && parts[0] != null ? parts[0] : new Slice(parts[0], parts[1], parts[2]);
  }

  private Node atom() {
    skip(" ");
    if (accept("...")) return new Ellipsis();
    if (accept("(")) return items(")", true);
    if (accept("[")) return items("]", false);
    if (accept("{")) return dict();
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == '\'' || c == '"') {
      int close = text.indexOf(c, at + 1);
      if (close < 0) throw unread();
      at = close + 1;
      return new Literal(text.substring(text.lastIndexOf(c, close - 1) + 1, close));
    }
    if (Character.isDigit(c) || c == '.') return numeral();
    if (!Character.isJavaIdentifierStart(c)) throw unread();
    String name = word();
    return switch (name) {
      case "None" -> new Literal(null);
      case "True" -> new Literal(true);
      case "False" -> new Literal(false);
      case "lambda" -> lambda();
      case "class", "def", "for", "if", "try", "not", "import", "from", "return" ->
        throw new AbsentException("Python's " + name);
      case "b" -> at < text.length() && "'\"".indexOf(text.charAt(at)) >= 0
          ? new Literal(
              ((String) Objects.requireNonNull(((Literal) atom()).value())).getBytes(StandardCharsets.ISO_8859_1))
          : new Name(name);
      default -> new Name(name);
    };
  }

  private Node lambda() {
    var parameters = new ArrayList<String>();
    while (!accept(":")) {
      skip(" ");
      parameters.add(word());
      if (!accept(",") && !text.startsWith(":", at)) throw unread();
    }
    return new Lambda(parameters, expression());
  }

  private Node items(String close, boolean parenthesis) {
    var items = new ArrayList<Node>();
    boolean comma = false;
    while (!accept(close)) {
      items.add(expression());
      comma = accept(",");
      if (!comma && !text.startsWith(close, at)) throw unread();
    }
    return parenthesis && items.size() == 1 && !comma ? items.getFirst() : new Sequence(items);
  }

  private Node dict() {
    var keys = new ArrayList<@Nullable Node>();
    var values = new ArrayList<Node>();
    while (!accept("}")) {
      if (accept("**")) {
        keys.add(null);
      } else {
        keys.add(expression());
        expect(":");
      }
      values.add(expression());
      if (!accept(",") && !text.startsWith("}", at)) throw unread();
    }
    return new Dict(keys, values);
  }

  private Node numeral() {
    int start = at;
    while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.'
        || ("+-".indexOf(text.charAt(at)) >= 0 && "eE".indexOf(text.charAt(at - 1)) >= 0)))
      at++;
    String token = text.substring(start, at);
    if (token.endsWith("j"))
      return new Literal(Complex.of(0, Double.parseDouble(token.substring(0, token.length() - 1))));
    if (!token.chars().allMatch(Character::isDigit)) return new Literal(Double.parseDouble(token));
    var whole = new BigInteger(token);
    return new Literal(whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole);
  }

  private String word() {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) at++;
    return text.substring(start, at);
  }

  private boolean accept(String token) {
    skip(" ");
    if (!text.startsWith(token, at)) return false;
    // "*" is not the first half of "**", "/" not of "//".
    if ((token.equals("*") || token.equals("/")) && text.startsWith(token, at + 1)) return false;
    at += token.length();
    return true;
  }

  private boolean acceptWord(String word) {
    int end = at + word.length();
    if (!text.startsWith(word, at) || (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))))
      return false;
    at = end;
    return true;
  }

  private void expect(String token) {
    if (!accept(token)) throw unread();
  }

  private AbsentException unread() {
    return new AbsentException(
        "Python's syntax at '" + text.substring(Math.min(at, text.length()), Math.min(at + 12, text.length())) + "'");
  }
}
