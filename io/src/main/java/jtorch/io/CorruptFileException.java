package jtorch.io;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file whose content breaks the rules of its format: damaged, cut off, or made to do harm.
public final class CorruptFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public CorruptFileException(Path file, String reason) {
    this(file, reason, null);
  }

  public CorruptFileException(Path file, String reason, @Nullable Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
