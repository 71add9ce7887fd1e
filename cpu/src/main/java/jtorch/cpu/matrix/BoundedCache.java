package jtorch.cpu.matrix;

import java.util.LinkedHashMap;
import java.util.function.Function;

/// The values most recently used, up to a number; made when first asked for.
final class BoundedCache<K, V> {
  private final LinkedHashMap<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private final int capacity;

  BoundedCache(int capacity) {
    this.capacity = capacity;
  }

  synchronized V get(K key, Function<K, V> make) {
    V value = values.get(key);
    if (value == null) {
      value = make.apply(key);
      values.put(key, value);
      if (values.size() > capacity) {
        values.pollFirstEntry();
      }
    }
    return value;
  }
}
