package jtorch.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The parameters of a Python class or function, in order: `torch.nn.Conv2d(in_channels, ..., stride=1, ...)`.
///
/// They say what a positional argument is called, and which argument may be left out because it has its default value.
/// The resource `python-signatures.txt` is written by `src/main/python/python_signatures.py`.
record PythonSignature(String path, List<Parameter> parameters) {
  /// @param defaultText the default as Python writes it; null if there is none
  record Parameter(String name, @Nullable String defaultText) {
    boolean hasDefault() {
      return defaultText != null;
    }

    @Nullable Object defaultValue() {
      return PythonExpression.literal(Objects.requireNonNull(defaultText));
    }
  }

  private static final Map<String, PythonSignature> ALL = read();

  /// The signature of that path; null if it is not known.
  static @Nullable PythonSignature of(String path) {
    return ALL.get(path);
  }

  private static Map<String, PythonSignature> read() {
    var all = new HashMap<String, PythonSignature>();
    try (
        InputStream in = Objects.requireNonNull(PythonSignature.class.getResourceAsStream("python-signatures.txt"));
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        PythonSignature signature = parse(line);
        all.put(signature.path(), signature);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return all;
  }

  static PythonSignature parse(String line) {
    int open = line.indexOf('(');
    String inside = line.substring(open + 1, line.length() - 1);
    var parameters = new ArrayList<Parameter>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= inside.length(); i++) {
      char c = i < inside.length() ? inside.charAt(i) : ',';
      if (c == '(' || c == '[') depth++;
      if (c == ')' || c == ']') depth--;
      if (c != ',' || depth > 0) continue;
      String part = inside.substring(start, i).strip();
      int equals = part.indexOf('=');
      if (!part.isEmpty()) parameters.add(equals < 0 ? new Parameter(part, null)
          : new Parameter(part.substring(0, equals), part.substring(equals + 1)));
      start = i + 1;
    }
    return new PythonSignature(line.substring(0, open), parameters);
  }

  /// The index of a parameter; -1 if there is none.
  int index(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) return i;
    }
    return -1;
  }

  /// Arguments by name, in the order of the call; those of `*args` all under that name.
  ///
  /// @throws IllegalArgumentException if there are more than parameters
  Map<String, @Nullable Object> bind(List<? extends @Nullable Object> positional,
      Map<String, ? extends @Nullable Object> named) {
    var bound = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < positional.size(); i++) {
      if (i >= parameters.size())
        throw new IllegalArgumentException(
            path + " takes " + parameters.size() + " arguments, got " + positional.size());
      String name = parameters.get(i).name();
      if (name.startsWith("*")) {
        bound.put(name, positional.subList(i, positional.size()));
        break;
      }
      bound.put(name, positional.get(i));
    }
    bound.putAll(named);
    return bound;
  }
}
