package jtorch.nn;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The fields of a module class that hold state, found once a class: parameters, buffers and child modules, in order
/// of declaration, those of base classes first.
record StateFields(List<Entry> entries) {
  record Entry(String name, Field field) {
    @Nullable Object of(Module module) {
      try {
        return field.get(module);
      } catch (IllegalAccessException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private static final ClassValue<StateFields> OF = new ClassValue<>() {
    @Override
    protected StateFields computeValue(Class<?> type) {
      var entries = new ArrayList<Entry>();
      collect(type, entries);
      return new StateFields(List.copyOf(entries));
    }
  };

  static StateFields of(Class<? extends Module> type) {
    return OF.get(type);
  }

  private static void collect(Class<?> type, List<Entry> entries) {
    if (type == Module.class || type == Object.class) return;
    collect(type.getSuperclass(), entries);
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) continue;
      Class<?> t = field.getType();
      if (!Parameter.class.isAssignableFrom(t) && !Buffer.class.isAssignableFrom(t)
          && !Module.class.isAssignableFrom(t))
        continue;
      field.setAccessible(true);
      StateName given = field.getAnnotation(StateName.class);
      entries.add(new Entry(given != null ? given.value() : snakeCase(field.getName()), field));
    }
  }

  /// `runningMean` -> `running_mean`, `conv1` -> `conv1`, `weightIh` -> `weight_ih`
  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
