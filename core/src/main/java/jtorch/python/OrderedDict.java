package jtorch.python;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `collections.OrderedDict`: a map in order of insertion, which may carry attributes besides its entries.
///
/// A module's state is one; its attribute `_metadata` tells the versions of the modules.
public final class OrderedDict<K extends @Nullable Object, V extends @Nullable Object> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, @Nullable Object> attributes = new LinkedHashMap<>(0);

  public OrderedDict() {}

  public OrderedDict(Map<? extends K, ? extends V> entries) {
    super(entries);
  }

  /// What the object carries besides its entries; may be changed.
  public Map<String, @Nullable Object> attributes() {
    return attributes;
  }
}
