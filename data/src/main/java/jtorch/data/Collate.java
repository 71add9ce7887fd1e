package jtorch.data;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Makes a batch of items.
///
/// @param <T> an item
/// @param <B> a batch
@FunctionalInterface
public interface Collate<T, B> {
  B apply(List<T> items);

  /// Stacks tensors along a new first dimension; arrays, lists, maps and records of tensors element by element, so that a
  /// batch has the form of an item. Inside lists and maps numbers become tensors (int64, float64, bool), texts a list.
  /// **As** `torch.utils.data.default_collate`.
  ///
  /// @param <T> `Tensor`, `Tensor[]`, `List`, `Map`, or a record whose components are such
  static <T> Collate<T, T> stacking() {
    return Stacking::batch;
  }

  /// The rules of [#stacking].
  final class Stacking {
    private Stacking() {}

    @SuppressWarnings("unchecked") // the form of the batch is the form of the items
    static <T> T batch(List<T> items) {
      if (items.isEmpty()) throw new IllegalArgumentException("stacking: a batch needs at least one item");
      T first = items.getFirst();
      boolean kept = first instanceof Tensor || first instanceof Tensor[] || first instanceof List
          || first instanceof Map || first instanceof Record;
      if (!kept) throw new IllegalArgumentException("stacking: a batch of " + first.getClass().getName()
          + " would have another type than its items: give the loader a collate function");
      return (T) stack(items, "item");
    }

    private static Object stack(List<?> items, String place) {
      Object first = items.getFirst();
      for (Object item : items) {
        if (!sameForm(first, item)) throw new IllegalArgumentException("stacking: " + place + " is "
            + form(first) + " in one item of the batch and " + form(item) + " in another");
      }
      return switch (first) {
        case Tensor _ -> Torch.stack(items.toArray(Tensor[]::new));
        case Tensor[] row -> IntStream.range(0, row.length)
            .mapToObj(i -> (Tensor) part(items, item -> ((Tensor[]) item)[i], place + "[" + i + "]"))
            .toArray(Tensor[]::new);
        case List<?> row -> IntStream.range(0, row.size())
            .mapToObj(i -> part(items, item -> ((List<?>) item).get(i), place + ".get(" + i + ")")).toList();
        case Map<?, ?> row -> {
          var batch = new LinkedHashMap<Object, Object>();
          for (Object key : row.keySet())
            batch.put(key, part(items, item -> ((Map<?, ?>) item).get(key), place + ".get(" + key + ")"));
          yield batch;
        }
        case Record row -> record(items, row.getClass(), place);
        case Double _, Float _ ->
          doubles(items.stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray());
        case Number _ -> Torch.tensor(items.stream().mapToLong(n -> ((Number) n).longValue()).toArray());
        case Boolean _ -> {
          boolean[] truths = new boolean[items.size()];
          for (int i = 0; i < truths.length; i++) truths[i] = (Boolean) items.get(i);
          yield Torch.tensor(truths);
        }
        case String _ -> List.copyOf(items);
        default -> throw new IllegalArgumentException("stacking: " + place + " is " + form(first)
            + ", which has no batch: give the loader a collate function");
      };
    }

    private static Tensor doubles(double[] values) {
      return Torch.fromSegment(MemorySegment.ofArray(values), DType.FLOAT64, values.length);
    }

    private static Object part(List<?> items, Function<Object, @Nullable Object> of, String place) {
      List<@Nullable Object> parts = items.stream().<@Nullable Object>map(of).toList();
      if (parts.contains(null)) throw new IllegalArgumentException("stacking: " + place + " is null in an item");
      return stack(parts, place);
    }

    private static Object record(List<?> items, Class<?> type, String place) {
      RecordComponent[] components = type.getRecordComponents();
      var values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        RecordComponent component = components[i];
        values[i] = part(items, item -> read(component, item), place + "." + component.getName() + "()");
        if (!component.getType().isInstance(values[i])) throw new IllegalArgumentException("stacking: the batch of "
            + place + "." + component.getName() + "() is a " + values[i].getClass().getSimpleName() + ", which the "
            + component.getType().getSimpleName() + " of " + type.getName() + " cannot hold: make it a Tensor");
      }
      try {
        var constructor =
            type.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
        constructor.setAccessible(true);
        return constructor.newInstance(values);
      } catch (InvocationTargetException refused) {
        throw new IllegalArgumentException("stacking: " + type.getName() + " refuses a batch", refused.getCause());
      } catch (ReflectiveOperationException hidden) {
        throw new IllegalArgumentException("stacking: " + type.getName() + " cannot be made", hidden);
      }
    }

    private static @Nullable Object read(RecordComponent component, Object item) {
      try {
        component.getAccessor().setAccessible(true);
        return component.getAccessor().invoke(item);
      } catch (ReflectiveOperationException hidden) {
        throw new IllegalArgumentException("stacking: " + component + " cannot be read", hidden);
      }
    }

    private static boolean sameForm(Object first, Object item) {
      return switch (first) {
        case Tensor _ -> item instanceof Tensor;
        case Tensor[] row -> item instanceof Tensor[] other && other.length == row.length;
        case List<?> row -> item instanceof List<?> other && other.size() == row.size();
        case Map<?, ?> row -> item instanceof Map<?, ?> other && other.keySet().equals(row.keySet());
        default -> item.getClass() == first.getClass();
      };
    }

    private static String form(Object item) {
      return switch (item) {
        case Tensor[] row -> row.length + " tensors";
        case List<?> row -> "a list of " + row.size();
        case Map<?, ?> row -> "a map of " + row.keySet();
        default -> "a " + item.getClass().getSimpleName();
      };
    }
  }
}
