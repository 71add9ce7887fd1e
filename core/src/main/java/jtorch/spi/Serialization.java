package jtorch.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ServiceLoader;
import jtorch.LoadOptions;
import org.jspecify.annotations.Nullable;

/// What reads and writes PyTorch's files. Found by `ServiceLoader`.
public interface Serialization {
  void save(@Nullable Object value, Path path) throws IOException;

  void save(@Nullable Object value, OutputStream out) throws IOException;

  @Nullable Object load(Path path, LoadOptions options) throws IOException;

  @Nullable Object load(InputStream in, LoadOptions options) throws IOException;

  /// The one on the class path.
  ///
  /// @throws UnsupportedOperationException if there is none
  static Serialization find() {
    return ServiceLoader.load(Serialization.class, Serialization.class.getClassLoader()).findFirst()
        .orElseThrow(() -> new UnsupportedOperationException(
            "nothing on the class path reads and writes PyTorch's files: the artifact jtorch-io brings it"));
  }
}
