package jtorch.io;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The project's one reader and writer of JSON (RFC 8259), strict in both directions.
///
/// | JSON | Java |
/// |---|---|
/// | object | `Map<String, Object>` in the order of the text |
/// | array | `List<Object>` |
/// | string | `String` |
/// | integer | `Long`, or `BigInteger` where it needs more than 64 bits |
/// | number with a fraction or an exponent | `Double` |
/// | `true`, `false`, `null` | `Boolean`, null |
///
/// Refused, each with line and column: a key that stands twice in one object, nesting deeper than [#MAX_DEPTH],
/// anything after the value, numbers beyond double's range, integers of more than [#MAX_DIGITS] digits, half surrogate
/// pairs, and `NaN` or `Infinity`. What is read takes memory in proportion to the text, whatever the text says.
public final class Json {
  /// How deep objects and arrays may be nested.
  public static final int MAX_DEPTH = 256;
  /// How many digits an integer may have: reading one takes time that grows with their square.
  public static final int MAX_DIGITS = 1000;

  private Json() {}

  // ---- reading ---------------------------------------------------------------------------------------------------

  /// The value of a text.
  ///
  /// @throws JsonException saying at which line and column the text stops being JSON
  public static @Nullable Object parse(String text) {
    return new Reader(text).document();
  }

  /// The value of a text that must be an object.
  ///
  /// @throws JsonException if the text is not JSON, or its value is no object
  public static Map<String, @Nullable Object> parseObject(String text) {
    return asObject(parse(text));
  }

  /// The value of a file in UTF-8.
  ///
  /// @throws CorruptFileException if it is not JSON
  public static @Nullable Object read(Path file) throws IOException {
    try {
      return parse(decode(ByteBuffer.wrap(Files.readAllBytes(file))));
    } catch (JsonException failure) {
      throw new CorruptFileException(file, String.valueOf(failure.getMessage()), failure);
    }
  }

  /// The objects of a file that has one a line; empty lines are passed over.
  ///
  /// @throws CorruptFileException naming the line that is no object
  public static List<Map<String, @Nullable Object>> readLines(Path file) throws IOException {
    var objects = new ArrayList<Map<String, @Nullable Object>>();
    int number = 0;
    try {
      for (String line : decode(ByteBuffer.wrap(Files.readAllBytes(file))).split("\n", -1)) {
        number++;
        if (!line.isBlank()) objects.add(parseObject(line));
      }
    } catch (JsonException failure) {
      throw new CorruptFileException(file, "record at line " + number + ": " + failure.getMessage(), failure);
    }
    return objects;
  }

  /// Bytes as text.
  ///
  /// @throws JsonException if they are not UTF-8
  static String decode(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException failure) {
      throw new JsonException("not UTF-8 at byte " + bytes.position());
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> asObject(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) return (Map<String, @Nullable Object>) map;
    throw new JsonException("expected an object, found " + kind(value));
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "an array";
      case String _ -> "a string";
      case Boolean _ -> "a truth value";
      default -> "a number";
    };
  }

  private static final class Reader {
    private final String text;
    private int at;
    private int depth;

    Reader(String text) {
      this.text = text;
    }

    @Nullable Object document() {
      Object value = value();
      skipBlanks();
      if (at < text.length()) throw wrong("the end");
      return value;
    }

    private @Nullable Object value() {
      skipBlanks();
      return switch (peek()) {
        case '{' -> object();
        case '[' -> array();
        case '"' -> string();
        case 't' -> word("true", Boolean.TRUE);
        case 'f' -> word("false", Boolean.FALSE);
        case 'n' -> word("null", null);
        case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
        default -> throw wrong("a value");
      };
    }

    private Map<String, @Nullable Object> object() {
      enter();
      var members = new LinkedHashMap<String, @Nullable Object>();
      if (!closes('}')) {
        do {
          skipBlanks();
          int start = at;
          if (peek() != '"') throw wrong("a key in quotes");
          String key = string();
          skipBlanks();
          if (peek() != ':') throw wrong("':' after the key \"" + shortened(key) + "\"");
          at++;
          Object value = value();
          if (members.containsKey(key)) {
            at = start;
            throw failure("the key \"" + shortened(key) + "\" stands twice in one object");
          }
          members.put(key, value);
        } while (continues('}'));
      }
      depth--;
      return members;
    }

    private List<@Nullable Object> array() {
      enter();
      var items = new ArrayList<@Nullable Object>();
      if (!closes(']')) {
        do {
          items.add(value());
        } while (continues(']'));
      }
      depth--;
      return items;
    }

    private void enter() {
      if (++depth > MAX_DEPTH) throw failure("nested deeper than " + MAX_DEPTH + " levels");
      at++;
    }

    private boolean closes(char bracket) {
      skipBlanks();
      if (peek() != bracket) return false;
      at++;
      return true;
    }

    private boolean continues(char bracket) {
      skipBlanks();
      char next = peek();
      if (next != ',' && next != bracket) throw wrong("',' or '" + bracket + "'");
      at++;
      return next == ',';
    }

    private @Nullable Object word(String word, @Nullable Object value) {
      if (!text.startsWith(word, at)) throw wrong("a value");
      at += word.length();
      return value;
    }

    private Object number() {
      int start = at;
      if (peek() == '-') at++;
      if (peek() == '0') at++;
      else digits();
      if (Character.isDigit(peek())) throw failure("a number cannot start with 0");
      boolean integer = true;
      if (peek() == '.') {
        integer = false;
        at++;
        digits();
      }
      if (peek() == 'e' || peek() == 'E') {
        integer = false;
        at++;
        if (peek() == '+' || peek() == '-') at++;
        digits();
      }
      String token = text.substring(start, at);
      if (!integer) {
        double value = Double.parseDouble(token);
        if (Double.isInfinite(value)) throw failure(start, "the number " + shortened(token) + " is too large");
        return value;
      }
      if (token.length() <= 18) return Long.parseLong(token);
      if (token.length() > MAX_DIGITS) throw failure(start, "an integer of more than " + MAX_DIGITS + " digits");
      BigInteger value = new BigInteger(token);
      return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
    }

    private void digits() {
      int start = at;
      while (peek() >= '0' && peek() <= '9') at++;
      if (at == start) throw wrong("a digit");
    }

    private String string() {
      int start = ++at;
      int plain = start;
      while (plain < text.length() && isPlain(text.charAt(plain))) plain++;
      if (plain < text.length() && text.charAt(plain) == '"') {
        at = plain + 1;
        return text.substring(start, plain);
      }
      var value = new StringBuilder();
      while (true) {
        char c = peek();
        if (c == '"') {
          at++;
          return value.toString();
        }
        if (c == '\\') escape(value);
        else if (c < ' ') throw at < text.length() ? failure("a control character in a string, which must be escaped")
            : failure(start - 1, "a string without an end");
        else if (Character.isSurrogate(c)) {
          if (!Character.isHighSurrogate(c) || at + 1 >= text.length()
              || !Character.isLowSurrogate(text.charAt(at + 1)))
            throw failure("half a surrogate pair");
          value.append(c).append(text.charAt(at + 1));
          at += 2;
        } else {
          value.append(c);
          at++;
        }
      }
    }

    private static boolean isPlain(char c) {
      return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }

    private void escape(StringBuilder into) {
      int start = at++;
      char c = peek();
      at++;
      switch (c) {
        case '"', '\\', '/' -> into.append(c);
        case 'b' -> into.append('\b');
        case 'f' -> into.append('\f');
        case 'n' -> into.append('\n');
        case 'r' -> into.append('\r');
        case 't' -> into.append('\t');
        case 'u' -> {
          char unit = hex(start);
          into.append(unit);
          if (Character.isHighSurrogate(unit)) {
            if (!text.startsWith("\\u", at)) throw failure(start, "half a surrogate pair");
            at += 2;
            char low = hex(start);
            if (!Character.isLowSurrogate(low)) throw failure(start, "half a surrogate pair");
            into.append(low);
          } else if (Character.isLowSurrogate(unit)) {
            throw failure(start, "half a surrogate pair");
          }
        }
        default -> throw failure(start, "an unknown escape in a string");
      }
    }

    private char hex(int start) {
      int value = 0;
      for (int i = 0; i < 4; i++) {
        char c = peek();
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        if (digit < 0) throw failure(start, "\\u needs four hexadecimal digits");
        value = value << 4 | digit;
        at++;
      }
      return (char) value;
    }

    /// The next character; 0 at the end, which fits nothing.
    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipBlanks() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
        at++;
      }
    }

    private JsonException wrong(String expected) {
      String found = at >= text.length() ? "the end of the text"
          : text.charAt(at) < ' ' ? "a control character" : "'" + Character.toString(text.codePointAt(at)) + "'";
      return failure("expected " + expected + ", found " + found);
    }

    private JsonException failure(String reason) {
      return failure(at, reason);
    }

    private JsonException failure(int position, String reason) {
      int line = 1;
      int lineStart = 0;
      for (int i = 0; i < position; i++) {
        if (text.charAt(i) == '\n') {
          line++;
          lineStart = i + 1;
        }
      }
      return new JsonException("line " + line + ", column " + (position - lineStart + 1) + ": " + reason);
    }

    private static String shortened(String string) {
      return string.length() <= 60 ? string : string.substring(0, 60) + "...";
    }
  }

  // ---- writing ---------------------------------------------------------------------------------------------------

  /// A value as JSON without blanks.
  ///
  /// Takes what [#parse] gives, and also other `Number`s, arrays of numbers, iterables, and maps whose keys are strings.
  ///
  /// @throws IllegalArgumentException if a number is not finite, a string holds half a surrogate pair, or the value is of
  ///     a kind that JSON lacks
  public static String write(@Nullable Object value) {
    var writer = new Writer(null);
    writer.value(value, 0);
    return writer.out.toString();
  }

  /// A value as JSON in lines, two blanks a level; arrays of plain values stay on one line.
  public static String pretty(@Nullable Object value) {
    var writer = new Writer("  ");
    writer.value(value, 0);
    return writer.out.append('\n').toString();
  }

  private static final class Writer {
    private final StringBuilder out = new StringBuilder();
    private final @Nullable String indent;

    Writer(@Nullable String indent) {
      this.indent = indent;
    }

    void value(@Nullable Object value, int depth) {
      if (depth > MAX_DEPTH) throw new IllegalArgumentException("JSON nested deeper than " + MAX_DEPTH + " levels");
      switch (value) {
        case null -> out.append("null");
        case Boolean truth -> out.append(truth);
        case String string -> string(string);
        case Number number -> number(number);
        case Map<?, ?> map -> object(map, depth);
        case Iterable<?> items -> array(items, depth);
        case long[] items -> array(boxed(items), depth);
        case int[] items -> array(boxed(items), depth);
        case double[] items -> array(boxed(items), depth);
        case float[] items -> array(boxed(items), depth);
        default -> throw new IllegalArgumentException("JSON has no form for a " + value.getClass().getName());
      }
    }

    private static List<@Nullable Object> boxed(Object numbers) {
      var items = new ArrayList<@Nullable Object>();
      for (int i = 0; i < java.lang.reflect.Array.getLength(numbers); i++)
        items.add(java.lang.reflect.Array.get(numbers, i));
      return items;
    }

    private void number(Number number) {
      switch (number) {
        case Long _, Integer _, Short _, Byte _, BigInteger _ -> out.append(number);
        case Double v when Double.isFinite(v) -> out.append(number);
        case Float v when Float.isFinite(v) -> out.append(number);
        default -> throw new IllegalArgumentException("JSON has no form for the number " + number);
      }
    }

    private void object(Map<?, ?> map, int depth) {
      out.append('{');
      boolean first = true;
      for (var member : map.entrySet()) {
        if (!first) out.append(',');
        first = false;
        newLine(depth + 1);
        if (!(member.getKey() instanceof String key))
          throw new IllegalArgumentException("JSON keys are strings, not " + member.getKey());
        string(key);
        out.append(indent == null ? ":" : ": ");
        value(member.getValue(), depth + 1);
      }
      if (!first) newLine(depth);
      out.append('}');
    }

    private void array(Iterable<?> items, int depth) {
      boolean plain = true;
      for (Object item : items) plain &= !(item instanceof Map || item instanceof Iterable);
      out.append('[');
      boolean first = true;
      for (Object item : items) {
        if (!first) out.append(plain && indent != null ? ", " : ",");
        first = false;
        if (!plain) newLine(depth + 1);
        value(item, depth + 1);
      }
      if (!first && !plain) newLine(depth);
      out.append(']');
    }

    private void newLine(int depth) {
      if (indent == null) return;
      out.append('\n').append(String.join("", Collections.nCopies(depth, indent)));
    }

    private void string(String string) {
      out.append('"');
      for (int i = 0; i < string.length(); i++) {
        char c = string.charAt(i);
        switch (c) {
          case '"' -> out.append("\\\"");
          case '\\' -> out.append("\\\\");
          case '\b' -> out.append("\\b");
          case '\f' -> out.append("\\f");
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> {
            if (c < ' ') {
              out.append("\\u%04x".formatted((int) c));
            } else {
              if (Character.isSurrogate(c) && !pairAt(string, i))
                throw new IllegalArgumentException("JSON has no form for half a surrogate pair");
              out.append(c);
            }
          }
        }
      }
      out.append('"');
    }

    private static boolean pairAt(String string, int i) {
      return Character.isHighSurrogate(string.charAt(i))
          ? i + 1 < string.length() && Character.isLowSurrogate(string.charAt(i + 1))
          : i > 0 && Character.isHighSurrogate(string.charAt(i - 1));
    }
  }
}
