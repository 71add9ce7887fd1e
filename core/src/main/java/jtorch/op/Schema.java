package jtorch.op;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operator's signature, parsed from ATen's text:
/// `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`.
///
/// @param name with namespace and without overload: `aten::add`
/// @param overload empty for the default one
/// @param arguments in order
/// @param results the types of the results, in order
/// @param text the schema as it was written
public record Schema(String name, String overload, List<Argument> arguments, List<Result> results, String text) {
  /// Whether there is one result, a tensor.
  public boolean givesOneTensor() {
    return results.size() == 1 && results.getFirst().type().kind() == Kind.TENSOR && !results.getFirst().type().list();
  }

  /// The kinds of values that operators take and give.
  public enum Kind {
    TENSOR,
    INT,
    FLOAT,
    BOOL,
    SCALAR,
    STRING,
    DTYPE,
    DEVICE,
    LAYOUT,
    MEMORY_FORMAT,
    GENERATOR
  }

  /// A type: a kind, maybe a list of it (of a fixed size, which a single value may stand for), maybe optional.
  public record Type(Kind kind, boolean list, int fixedSize, boolean optional, boolean optionalElements) {
    @Override
    public String toString() {
      String base = switch (kind) {
        case TENSOR -> "Tensor";
        case INT -> "int";
        case FLOAT -> "float";
        case BOOL -> "bool";
        case SCALAR -> "Scalar";
        case STRING -> "str";
        case DTYPE -> "ScalarType";
        case DEVICE -> "Device";
        case LAYOUT -> "Layout";
        case MEMORY_FORMAT -> "MemoryFormat";
        case GENERATOR -> "Generator";
      };
      String element = optionalElements ? base + "?" : base;
      String whole = list ? element + "[" + (fixedSize > 0 ? fixedSize : "") + "]" : element;
      return optional ? whole + "?" : whole;
    }
  }

  /// An argument.
  ///
  /// @param mutated whether the operator writes into it (`Tensor(a!)`)
  /// @param hasDefault whether it may be left out
  /// @param defaultValue its value then, in the form that [Call] holds
  public record Argument(String name, Type type, boolean mutated, boolean keywordOnly, boolean hasDefault,
      @Nullable Object defaultValue) {}

  /// A result.
  public record Result(Type type, @Nullable String name) {}

  /// Name and overload as registries write them: `aten::add.Tensor`.
  public String qualifiedName() {
    return overload.isEmpty() ? name : name + "." + overload;
  }

  /// The name without namespace and overload: `add`.
  public String bareName() {
    return name.substring(name.indexOf("::") + 2);
  }

  /// The index of that argument.
  ///
  /// @throws IllegalArgumentException if there is none
  public int index(String argument) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).name().equals(argument)) return i;
    }
    throw new IllegalArgumentException(qualifiedName() + " has no argument '" + argument + "'");
  }

  /// Parses ATen's text.
  ///
  /// @throws IllegalArgumentException telling where it cannot be read
  public static Schema parse(String text) {
    return new Parser(text).schema();
  }

  @Override
  public String toString() {
    return text;
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Schema schema() {
      int open = text.indexOf('(');
      if (open < 0) throw wrong("an opening parenthesis");
      String full = text.substring(0, open).strip();
      int namespace = full.indexOf("::");
      int dot = full.indexOf('.', Math.max(0, namespace));
      at = open + 1;
      var arguments = new ArrayList<Argument>();
      boolean keywordOnly = false;
      while (!accept(")")) {
        if (!arguments.isEmpty() || keywordOnly) {
          if (!arguments.isEmpty()) expect(",");
        }
        if (accept("*")) {
          keywordOnly = true;
          expect(",");
        }
        arguments.add(argument(keywordOnly));
      }
      expect("->");
      var results = new ArrayList<Result>();
      if (accept("(")) {
        while (!accept(")")) {
          if (!results.isEmpty()) expect(",");
          results.add(result());
        }
      } else {
        results.add(result());
      }
      return new Schema(dot < 0 ? full : full.substring(0, dot), dot < 0 ? "" : full.substring(dot + 1),
          List.copyOf(arguments), List.copyOf(results), text);
    }

    private boolean mutated;

    private Argument argument(boolean keywordOnly) {
      Type type = type();
      boolean written = mutated;
      String name = word();
      if (!accept("=")) return new Argument(name, type, written, keywordOnly, false, null);
      return new Argument(name, type, written, keywordOnly, true, value(type));
    }

    private Result result() {
      Type type = type();
      skipBlanks();
      boolean named = at < text.length() && Character.isLetter(text.charAt(at));
      return new Result(type, named ? word() : null);
    }

    private Type type() {
      mutated = false;
      Kind kind = switch (word()) {
        case "Tensor" -> Kind.TENSOR;
        case "int", "SymInt" -> Kind.INT;
        case "float" -> Kind.FLOAT;
        case "bool" -> Kind.BOOL;
        case "Scalar" -> Kind.SCALAR;
        case "str" -> Kind.STRING;
        case "ScalarType" -> Kind.DTYPE;
        case "Device" -> Kind.DEVICE;
        case "Layout" -> Kind.LAYOUT;
        case "MemoryFormat" -> Kind.MEMORY_FORMAT;
        case "Generator" -> Kind.GENERATOR;
        default -> throw wrong("a type");
      };
      aliases();
      boolean optional = accept("?");
      boolean list = false;
      boolean elementsOptional = false;
      int size = 0;
      if (accept("[")) {
        list = true;
        elementsOptional = optional;
        skipBlanks();
        if (Character.isDigit(text.charAt(at))) size = Integer.parseInt(word());
        expect("]");
        aliases();
        optional = accept("?");
      }
      return new Type(kind, list, size, optional, elementsOptional);
    }

    private void aliases() {
      if (at < text.length() && text.charAt(at) == '(') {
        int close = text.indexOf(')', at);
        mutated |= text.substring(at, close).contains("!");
        at = close + 1;
      }
    }

    private @Nullable Object value(Type type) {
      skipBlanks();
      if (accept("None")) return null;
      if (type.list()) {
        if (!accept("[")) {
          Object single = single(type.kind());
          int count = Math.max(1, type.fixedSize());
          return switch (type.kind()) {
            case INT -> {
              var all = new long[count];
              java.util.Arrays.fill(all, (Long) single);
              yield all;
            }
            case FLOAT -> {
              var all = new double[count];
              java.util.Arrays.fill(all, (Double) single);
              yield all;
            }
            default -> throw wrong("a list");
          };
        }
        var items = new ArrayList<Object>();
        while (!accept("]")) {
          if (!items.isEmpty()) expect(",");
          items.add(single(type.kind()));
        }
        return switch (type.kind()) {
          case INT -> items.stream().mapToLong(v -> (Long) v).toArray();
          case FLOAT -> items.stream().mapToDouble(v -> (Double) v).toArray();
          case BOOL -> {
            var all = new boolean[items.size()];
            for (int i = 0; i < all.length; i++) all[i] = (Boolean) items.get(i);
            yield all;
          }
          default -> throw wrong("a list of numbers");
        };
      }
      return single(type.kind());
    }

    private Object single(Kind kind) {
      skipBlanks();
      if (text.charAt(at) == '"' || text.charAt(at) == '\'') {
        int close = text.indexOf(text.charAt(at), at + 1);
        String string = text.substring(at + 1, close);
        at = close + 1;
        return string;
      }
      int start = at;
      while (at < text.length() && ",)] ".indexOf(text.charAt(at)) < 0) at++;
      String token = text.substring(start, at);
      return switch (kind) {
        case BOOL -> token.equals("True");
        case INT -> switch (token) {
          case "Mean" -> 1L;
          case "Sum" -> 2L;
          case "None" -> 0L;
          default -> Long.parseLong(token);
        };
        case FLOAT -> token.equals("inf") ? Double.POSITIVE_INFINITY : token.equals("-inf") ? Double.NEGATIVE_INFINITY
            : Double.parseDouble(token);
        case SCALAR -> switch (token) {
          case "True" -> Boolean.TRUE;
          case "False" -> Boolean.FALSE;
          case "inf" -> Double.POSITIVE_INFINITY;
          default -> {
            if (token.matches("-?\\d+")) yield Long.parseLong(token);
            yield Double.parseDouble(token);
          }
        };
        case DTYPE -> token.matches("\\d+") ? jtorch.DType.ofCode(Integer.parseInt(token)) : jtorch.DType.of(token);
        case MEMORY_FORMAT -> jtorch.MemoryFormat.of(token);
        default -> token;
      };
    }

    private String word() {
      skipBlanks();
      int start = at;
      while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) at++;
      if (start == at) throw wrong("a name");
      return text.substring(start, at);
    }

    private boolean accept(String token) {
      skipBlanks();
      if (!text.startsWith(token, at)) return false;
      at += token.length();
      return true;
    }

    private void expect(String token) {
      if (!accept(token)) throw wrong("'" + token + "'");
    }

    private void skipBlanks() {
      while (at < text.length() && text.charAt(at) == ' ') at++;
    }

    private IllegalArgumentException wrong(String expected) {
      return new IllegalArgumentException(
          "expected %s at column %d of the schema %s".formatted(expected, at + 1, text));
    }
  }
}
