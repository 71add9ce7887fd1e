package jtorch.testing.training;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings of a training program by name.
///
/// @param values as a sample file holds them: `Long`, `Double`, `Boolean`, `String`
public record TrainingConfig(Map<String, ? extends @Nullable Object> values) {
  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) throw new IllegalArgumentException("there is no setting '" + name + "' in " + values.keySet());
    return value;
  }

  public long integer(String name) {
    return (Long) value(name);
  }

  public double number(String name) {
    return ((Number) value(name)).doubleValue();
  }

  public boolean truth(String name) {
    return (Boolean) value(name);
  }

  public String text(String name) {
    return (String) value(name);
  }
}
