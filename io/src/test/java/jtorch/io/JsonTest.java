package jtorch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    var wanted = new LinkedHashMap<String, Object>();
    wanted.put("z", List.of(1L, -2.5, true, false, "é\n\"\\/\u0001😀😀"));
    wanted.put("a", null);
    wanted.put("", Map.of());
    Map<String, Object> read = Json.parseObject("""
         { "z": [1, -25e-1, true, false, "é\\n\\"\\\\\\/\\u0001😀\\uD83D\\uDE00"], "a" : null, "" : {} }
        """);
    assertThat(read).isEqualTo(wanted);
    assertThat(read.keySet()).containsExactly("z", "a", "");
  }

  @Test
  void integersAreExact() {
    assertThat(Json.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parse("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(Json.parse("9223372036854775808")).isEqualTo(BigInteger.ONE.shiftLeft(63));
    assertThat(Json.parse("-0")).isEqualTo(0L);
    assertThat(Json.parse("9007199254740993")).isEqualTo(9007199254740993L);
  }

  /// A text, what the message says.
  static Stream<Arguments> wrongTexts() {
    return """
        {"a": 1, "a": 2} | line 1, column 10: the key "a" stands twice in one object
        [1, 2 | line 1, column 6: expected ',' or ']', found the end of the text
        [1,] | line 1, column 4: expected a value, found ']'
        {"a" 1} | line 1, column 6: expected ':' after the key "a", found '1'
        {a: 1} | line 1, column 2: expected a key in quotes, found 'a'
        {"a": 1,} | line 1, column 9: expected a key in quotes, found '}'
        1 2 | line 1, column 3: expected the end, found '2'
        01 | line 1, column 2: a number cannot start with 0
        1. | line 1, column 3: expected a digit, found the end of the text
        -x | line 1, column 2: expected a digit, found 'x'
        1e999 | line 1, column 1: the number 1e999 is too large
        NaN | line 1, column 1: expected a value, found 'N'
        tru | line 1, column 1: expected a value, found 't'
        "abc | line 1, column 1: a string without an end
        "\\x" | line 1, column 2: an unknown escape in a string
        "\\u12g4" | line 1, column 2: \\u needs four hexadecimal digits
        "\\ud800" | line 1, column 2: half a surrogate pair
        "\\ude00" | line 1, column 2: half a surrogate pair
        // | line 1, column 1: expected a value, found '/'
        """.lines().map(line -> Arguments.of((Object[]) line.split(" \\| ")));
  }

  @ParameterizedTest
  @MethodSource("wrongTexts")
  void saysWhereItGoesWrong(String text, String message) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class).hasMessage(message);
  }

  @Test
  void anEmptyTextIsNoValue() {
    assertThatThrownBy(() -> Json.parse(""))
        .hasMessage("line 1, column 1: expected a value, found the end of the text");
  }

  @Test
  void countsLines() {
    assertThatThrownBy(() -> Json.parse("{\n  \"a\": 1,\n  \"b\": ?\n}")).hasMessageStartingWith("line 3, column 8:");
  }

  @Test
  void controlCharactersMustBeEscaped() {
    assertThatThrownBy(() -> Json.parse("\"a\nb\"")).hasMessageContaining("column 3: a control character");
    assertThatThrownBy(() -> Json.parse("\"a\0b\"")).hasMessageContaining("column 3: a control character");
    assertThatThrownBy(() -> Json.parse("\0")).hasMessageContaining("found a control character");
  }

  @Test
  void depthIsBounded() {
    int deepest = Json.MAX_DEPTH;
    assertThat(Json.parse("[".repeat(deepest) + "]".repeat(deepest))).isInstanceOf(List.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000))).isInstanceOf(JsonException.class)
        .hasMessage("line 1, column 257: nested deeper than 256 levels");
  }

  @Test
  void hugeIntegersAreRefusedBeforeTheyAreRead() {
    assertThatThrownBy(() -> Json.parse("1".repeat(5_000_000))).hasMessageContaining("more than 1000 digits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "true", "-12", "12345678901234567890123", "1.5", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f/é😀\"",
        "[]", "{}", "[1,[2,{}],{\"a\":[]}]", "{\"b\":null,\"a\":\"x\"}"})
  void writesWhatItReads(String text) {
    assertThat(Json.write(Json.parse(text))).isEqualTo(text);
    assertThat(Json.parse(Json.pretty(Json.parse(text)))).isEqualTo(Json.parse(text));
  }

  @Test
  void writesArraysOfNumbers() {
    assertThat(Json.write(Arrays.asList(new long[] {1, 2}, new double[] {0.5}, 3, 1.5f)))
        .isEqualTo("[[1,2],[0.5],3,1.5]");
  }

  @Test
  void prettyKeepsPlainListsOnOneLine() {
    var value = new LinkedHashMap<String, Object>();
    value.put("shape", List.of(1, 2));
    value.put("rows", List.of(List.of(1), Map.of()));
    assertThat(Json.pretty(value)).isEqualTo("""
        {
          "shape": [1, 2],
          "rows": [
            [1],
            {}
          ]
        }
        """);
  }

  @Test
  void refusesWhatJsonCannotSay() {
    assertThatThrownBy(() -> Json.write(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> Json.write(Float.POSITIVE_INFINITY)).hasMessageContaining("Infinity");
    assertThatThrownBy(() -> Json.write("\ud800x")).hasMessageContaining("surrogate");
    assertThatThrownBy(() -> Json.write(Map.of(1, 2))).hasMessageContaining("keys are strings");
    assertThatThrownBy(() -> Json.write(new Object())).hasMessageContaining("java.lang.Object");
  }

  @Test
  void filesAreNamedInErrors(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.json");
    Files.write(file, new byte[] {'"', (byte) 0xff, '"'});
    assertThatThrownBy(() -> Json.read(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("x.json: not UTF-8 at byte 1");
    Files.writeString(file, "{\"a\": 1}\n\n{\"a\": 2}\n[3]\n");
    assertThatThrownBy(() -> Json.readLines(file)).isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("line 4: expected an object, found an array");
    Files.writeString(file, "{\"a\": 1}\n\n{\"a\": 2}\n");
    assertThat(Json.readLines(file)).extracting(o -> o.get("a")).containsExactly(1L, 2L);
  }
}
