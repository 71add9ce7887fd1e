package jtorch.spi;

import org.jspecify.annotations.Nullable;

/// Something whose calls nest, a module: it can name what it contains, for error messages.
public interface ModulePath {
  /// The name under which this one contains the other, or null if it does not.
  @Nullable String pathName(Object child);
}
