package jtorch.python;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `collections.Counter`: how often each key was met.
public final class Counter<K extends @Nullable Object> extends LinkedHashMap<K, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  public Counter() {}

  public Counter(Map<? extends K, ? extends @Nullable Object> entries) {
    super(entries);
  }
}
