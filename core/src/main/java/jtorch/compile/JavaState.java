package jtorch.compile;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The Java state that a function can reach: fields of the objects it holds, elements of arrays and collections, as far as
/// they may change. A trace is right as long as all of them are as they were; a trace during which one changed is not.
///
/// Followed are lambdas, modules and whatever classes programs have; of the JDK's classes arrays, collections and atomic
/// numbers. Tensors are compared by identity; their values are none of this class's business.
final class JavaState {
  static final JavaState EMPTY = new JavaState();
  private static final int MOST_PLACES = 20_000;
  private static final int LONGEST_ARRAY = 1024;

  /// The fields of a class and those above it that are followed; null where they may not be read.
  private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {
    @Override
    protected Field[] computeValue(Class<?> type) {
      var all = new ArrayList<Field>();
      for (Class<?> c = type; c != null && isFollowed(c); c = c.getSuperclass()) {
        for (Field f : c.getDeclaredFields()) {
          if (!Modifier.isStatic(f.getModifiers()) && f.trySetAccessible()) all.add(f);
        }
      }
      return all.toArray(Field[]::new);
    }
  };

  /// A place that may change, and what is in it.
  private sealed interface Place {
    boolean isUnchanged();
  }

  private record InField(Object holder, Field field, @Nullable Object value) implements Place {
    @Override
    public boolean isUnchanged() {
      try {
        return isSame(value, field.get(holder));
      } catch (IllegalAccessException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private record InFlag(Object holder, Field field, boolean value) implements Place {
    @Override
    public boolean isUnchanged() {
      try {
        return field.getBoolean(holder) == value;
      } catch (IllegalAccessException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private record InArray(Object array, Object copy) implements Place {
    @Override
    public boolean isUnchanged() {
      if (array instanceof Object[] now) {
        Object[] before = (Object[]) copy;
        for (int i = 0; i < now.length; i++) {
          if (!isSame(before[i], now[i])) return false;
        }
        return true;
      }
      return Objects.deepEquals(array, copy);
    }
  }

  private record InCollection(Collection<?> collection, @Nullable Object[] copy) implements Place {
    @Override
    public boolean isUnchanged() {
      if (collection.size() != copy.length) return false;
      int i = 0;
      for (Object now : collection) {
        if (i == copy.length || !isSame(copy[i++], now)) return false;
      }
      return i == copy.length;
    }
  }

  private record InAtomic(Object atomic, @Nullable Object value) implements Place {
    @Override
    public boolean isUnchanged() {
      return isSame(value, read(atomic));
    }

    static @Nullable Object read(Object atomic) {
      return switch (atomic) {
        case AtomicReference<?> r -> r.get();
        case AtomicBoolean b -> b.get();
        case Number n -> n.doubleValue() == n.longValue() ? (Object) n.longValue() : (Object) n.doubleValue();
        default -> atomic;
      };
    }
  }

  private final List<Place> places = new ArrayList<>();
  private Place[] all = {};

  private JavaState() {}

  /// The state that an object reaches now.
  static JavaState of(Object root) {
    JavaState state = new JavaState();
    state.follow(root, Collections.newSetFromMap(new IdentityHashMap<>()));
    if (state.places.isEmpty()) return EMPTY;
    state.all = state.places.toArray(Place[]::new);
    state.places.clear();
    return state;
  }

  boolean isUnchanged() {
    for (Place place : all) {
      if (!place.isUnchanged()) return false;
    }
    return true;
  }

  /// Numbers, texts and the like are the same if they are equal, all else if it is one object.
  private static boolean isSame(@Nullable Object before, @Nullable Object now) {
    return before == now || before != null && isValue(before) && before.equals(now);
  }

  private static boolean isValue(Object o) {
    return o instanceof Number && !isAtomic(o) || o instanceof String || o instanceof Boolean || o instanceof Character;
  }

  private static boolean isAtomic(Object o) {
    return o.getClass().getPackageName().equals("java.util.concurrent.atomic");
  }

  /// Whether the fields of a class are looked into.
  private static boolean isFollowed(Class<?> type) {
    String name = type.getName();
    if (name.startsWith("java.") || name.startsWith("javax.") || name.startsWith("jdk.") || name.startsWith("sun."))
      return false;
    boolean own = name.startsWith("jtorch.");
    return !own || name.startsWith("jtorch.nn.") || name.startsWith("jtorch.optim.") || type.isHidden()
        || !CORE.contains(type.getPackageName());
  }

  private static final Set<String> CORE = Set.of("jtorch", "jtorch.op", "jtorch.autograd", "jtorch.memory",
      "jtorch.random", "jtorch.expr", "jtorch.spi", "jtorch.compile");

  private void follow(@Nullable Object o, Set<Object> seen) {
    var waiting = new java.util.ArrayDeque<Object>();
    if (o != null) waiting.add(o);
    while (!waiting.isEmpty() && places.size() < MOST_PLACES) {
      Object next = waiting.remove();
      if (isValue(next) || next instanceof Tensor || next instanceof Enum || !seen.add(next)) continue;
      if (next.getClass().isArray()) array(next, waiting);
      else if (isAtomic(next)) places.add(new InAtomic(next, InAtomic.read(next)));
      else if (next instanceof Collection<?> c && isOfJdk(next)) collection(c, waiting);
      else if (next instanceof Map<?, ?> map && isOfJdk(next)) collection(map.values(), waiting);
      else if (isFollowed(next.getClass())) fields(next, waiting);
    }
  }

  private static boolean isOfJdk(Object o) {
    return o.getClass().getName().startsWith("java.");
  }

  private void array(Object array, Collection<Object> waiting) {
    int length = Array.getLength(array);
    if (length == 0 || length > LONGEST_ARRAY) return;
    if (array instanceof Object[] elements) {
      places.add(new InArray(array, elements.clone()));
      for (Object e : elements) {
        if (e != null) waiting.add(e);
      }
      return;
    }
    Object copy = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, 0, copy, 0, length);
    places.add(new InArray(array, copy));
  }

  private void collection(Collection<?> collection, Collection<Object> waiting) {
    if (collection.size() > LONGEST_ARRAY) return;
    @Nullable Object[] copy = collection.toArray();
    boolean immutable = collection.getClass().getName().startsWith("java.util.ImmutableCollections");
    if (!immutable) places.add(new InCollection(collection, copy));
    for (Object e : copy) {
      if (e != null) waiting.add(e);
    }
  }

  private void fields(Object holder, Collection<Object> waiting) {
    try {
      for (Field field : FIELDS.get(holder.getClass())) {
        Object value = field.get(holder);
        if (!Modifier.isFinal(field.getModifiers())) {
          if (field.getType() == boolean.class) places.add(new InFlag(holder, field, (Boolean) value));
          else places.add(new InField(holder, field, value));
        }
        if (value != null && !field.getType().isPrimitive()) waiting.add(value);
      }
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
