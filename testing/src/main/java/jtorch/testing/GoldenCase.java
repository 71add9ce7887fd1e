package jtorch.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of a golden folder's `cases.jsonl`, with its values.
///
/// @param fields as they stand in the file
/// @param values decodes them; within the case a key is one tensor
record GoldenCase(Map<String, @Nullable Object> fields, SampleValues values) {
  String id() {
    return text("id");
  }

  boolean has(String key) {
    return fields.get(key) != null;
  }

  /// A field as it stands in the file.
  Object raw(String key) {
    Object value = fields.get(key);
    if (value == null) throw new IllegalArgumentException("the case has no '" + key + "'");
    return value;
  }

  String text(String key) {
    return (String) raw(key);
  }

  long integer(String key) {
    return ((Number) raw(key)).longValue();
  }

  double number(String key) {
    return ((Number) raw(key)).doubleValue();
  }

  double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  List<?> list(String key) {
    return (List<?>) raw(key);
  }

  long[] sizes(String key) {
    return list(key).stream().mapToLong(v -> (Long) v).toArray();
  }

  Map<?, ?> object(String key) {
    return (Map<?, ?>) raw(key);
  }

  @Nullable Object decoded(String key) {
    return values.decode(fields.get(key));
  }

  /// A list of values.
  List<@Nullable Object> decodedList(String key) {
    var all = new ArrayList<@Nullable Object>();
    for (Object item : list(key)) all.add(values.decode(item));
    return all;
  }

  /// `[[name, value], ...]` by name.
  Map<String, @Nullable Object> named(String key) {
    return named(list(key), values);
  }

  static Map<String, @Nullable Object> named(List<?> pairs, SampleValues values) {
    var all = new LinkedHashMap<String, @Nullable Object>();
    for (Object pair : pairs) {
      var nameAndValue = (List<?>) SampleValues.required(pair);
      all.put((String) SampleValues.required(nameAndValue.get(0)), values.decode(nameAndValue.get(1)));
    }
    return all;
  }

  /// `{name: value, ...}` by name.
  Map<String, @Nullable Object> members(String key) {
    var all = new LinkedHashMap<String, @Nullable Object>();
    object(key).forEach((name, value) -> all.put((String) name, values.decode(value)));
    return all;
  }

  /// The tolerances of the case.
  Comparison comparison() {
    return new Comparison(number("rtol", 0), number("atol", 0));
  }
}
