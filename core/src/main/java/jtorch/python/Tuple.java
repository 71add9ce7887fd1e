package jtorch.python;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A tuple of Python: a fixed sequence of values, which may be a key of a map where its items may.
///
/// ```java
/// Tuple betas = Tuple.of(0.9, 0.999);
/// double first = (double) betas.get(0);
/// ```
public final class Tuple implements Iterable<@Nullable Object> {
  /// Larger keys are refused: comparing two of them may take time that grows exponentially with a file that builds them of
  /// each other.
  private static final int LARGEST_KEY = 10_000;

  private final List<@Nullable Object> items;
  private final int hash;
  /// How many values there are at all depths, -1 where one of them cannot be a key.
  private final int weight;

  /// A tuple of these items, which are copied.
  public Tuple(List<? extends @Nullable Object> items) {
    this.items = Collections.unmodifiableList(new ArrayList<>(items));
    // Both are known once, so that tuples which share tuples at many depths stay cheap.
    int sum = 1;
    int total = 1;
    for (Object item : this.items) {
      int each = item instanceof Tuple inner ? inner.weight : isKey(item) ? 1 : -1;
      total = each < 0 || total < 0 ? -1 : Math.min(LARGEST_KEY + 1, total + each);
      sum = 31 * sum + (each < 0 ? System.identityHashCode(item) : Objects.hashCode(item));
    }
    hash = sum;
    weight = total;
  }

  public static Tuple of(@Nullable Object... items) {
    return new Tuple(Arrays.asList(items));
  }

  /// Whether a value may be a key of a map, as Python sees it: numbers, text, tuples of such, but no lists or maps.
  public static boolean isKey(@Nullable Object value) {
    if (value instanceof Tuple tuple) return tuple.weight >= 0 && tuple.weight <= LARGEST_KEY;
    return !(value instanceof java.util.Collection || value instanceof java.util.Map
        || value instanceof java.nio.Buffer);
  }

  public int size() {
    return items.size();
  }

  /// @throws IndexOutOfBoundsException if there is no such item
  public @Nullable Object get(int index) {
    return items.get(index);
  }

  /// The items, which cannot be changed.
  public List<@Nullable Object> items() {
    return items;
  }

  @Override
  public Iterator<@Nullable Object> iterator() {
    return items.iterator();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) return true;
    if (!(other instanceof Tuple tuple) || tuple.hash != hash || tuple.weight != weight) return false;
    return items.equals(tuple.items);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /// As Python prints it.
  @Override
  public String toString() {
    if (items.size() == 1) return "(" + items.getFirst() + ",)";
    String text = items.toString();
    return "(" + text.substring(1, text.length() - 1) + ")";
  }
}
