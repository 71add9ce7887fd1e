package jtorch.optim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import jtorch.Tensor;
import jtorch.python.Tuple;
import org.jspecify.annotations.Nullable;

/// The options of optimizers by PyTorch's names: those of the record's components in snake case, where `beta1` and `beta2`
/// are the items of `betas`.
final class OptionNames {
  private OptionNames() {}

  /// `weightDecay` as `weight_decay`; `beta1` as `betas`.
  private static String name(RecordComponent component) {
    String plain = component.getName().replaceFirst("\\d$", "");
    String snake = plain.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return plain.equals(component.getName()) ? snake : snake + "s";
  }

  /// Which item of a tuple a component is; -1 if it stands alone.
  private static int place(RecordComponent component) {
    String name = component.getName();
    char last = name.charAt(name.length() - 1);
    return last >= '1' && last <= '9' ? last - '1' : -1;
  }

  private static RecordComponent[] components(Object options) {
    RecordComponent[] all = options.getClass().getRecordComponents();
    if (all == null) throw new IllegalArgumentException(options.getClass().getName() + " is no record");
    for (RecordComponent c : all) c.getAccessor().setAccessible(true);
    return all;
  }

  private static @Nullable Object value(RecordComponent component, Object options) {
    try {
      return component.getAccessor().invoke(options);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InvocationTargetException failure) {
      throw new IllegalStateException(failure.getCause());
    }
  }

  /// The options by name, in the record's order.
  static Map<String, @Nullable Object> of(OptimizerOptions<?> options) {
    var all = new LinkedHashMap<String, @Nullable Object>();
    for (RecordComponent c : components(options)) {
      Object value = value(c, options);
      if (place(c) < 0) all.put(name(c), value);
      else {
        var items = new java.util.ArrayList<@Nullable Object>();
        if (all.get(name(c)) instanceof Tuple before) items.addAll(before.items());
        items.add(value);
        all.put(name(c), new Tuple(items));
      }
    }
    all.putAll(options.others());
    return all;
  }

  /// Options with other values; what is not named stays, what they do not have is left out.
  ///
  /// @throws IllegalArgumentException if a value is none of its option
  static <O extends OptimizerOptions<O>> O with(O options, Map<?, ? extends @Nullable Object> named) {
    RecordComponent[] components = components(options);
    var types = new Class<?>[components.length];
    var values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent c = components[i];
      types[i] = c.getType();
      String name = name(c);
      Object given = named.get(name);
      boolean there = named.containsKey(name);
      if (there && place(c) >= 0) {
        Object items = given instanceof Iterable<?> list ? new Tuple(copy(list)) : given;
        if (!(items instanceof Tuple tuple) || tuple.size() <= place(c))
          throw new IllegalArgumentException("the option '" + name + "' is " + given);
        given = tuple.get(place(c));
      }
      values[i] = there ? converted(name, given, c.getType()) : value(c, options);
    }
    try {
      var constructor = options.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      @SuppressWarnings("unchecked")
      O made = (O) constructor.newInstance(values);
      return made;
    } catch (InvocationTargetException failure) {
      if (failure.getCause() instanceof RuntimeException refused) throw refused;
      throw new IllegalStateException(failure.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static java.util.List<@Nullable Object> copy(Iterable<?> items) {
    var all = new java.util.ArrayList<@Nullable Object>();
    items.forEach(all::add);
    return all;
  }

  private static @Nullable Object converted(String name, @Nullable Object given, Class<?> type) {
    Object value = given instanceof Tensor t && t.numel() == 1 ? t.item() : given;
    if (value == null && !type.isPrimitive()) return null;
    if (value instanceof Number number) {
      if (type == double.class || type == Double.class) return number.doubleValue();
      if (type == long.class || type == Long.class) return number.longValue();
      if (type == int.class || type == Integer.class) return number.intValue();
    }
    if (value instanceof Boolean && (type == boolean.class || type == Boolean.class)) return value;
    if (value != null && type.isInstance(value)) return value;
    throw new IllegalArgumentException("the option '" + name + "' is " + given + ", no " + type.getSimpleName());
  }
}
