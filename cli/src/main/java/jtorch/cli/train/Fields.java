package jtorch.cli.train;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object that a checkpoint should have.
///
/// Every method throws `IllegalArgumentException` naming the member that is missing or of another kind.
final class Fields {
  private final Map<?, ?> members;

  Fields(@Nullable Object json) {
    if (!(json instanceof Map<?, ?> map)) throw new IllegalArgumentException("an object was expected, not " + json);
    members = map;
  }

  @Nullable Object get(String name) {
    return members.get(name);
  }

  String text(String name) {
    return members.get(name) instanceof String text ? text : fail(name);
  }

  long whole(String name) {
    return members.get(name) instanceof Long number ? number : fail(name);
  }

  int integer(String name) {
    long number = whole(name);
    return number == (int) number ? (int) number : fail(name);
  }

  double number(String name) {
    return members.get(name) instanceof Number number ? number.doubleValue() : fail(name);
  }

  <E extends Enum<E>> E choice(String name, Class<E> type) {
    try {
      return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      return fail(name);
    }
  }

  private <T> T fail(String name) {
    throw new IllegalArgumentException(
        members.containsKey(name) ? "'" + name + "' is " + members.get(name) : "'" + name + "' is missing");
  }
}
