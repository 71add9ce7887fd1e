package jtorch.io;

import org.jspecify.annotations.Nullable;

/// What is wrong with a pickle; the reader adds the place and makes it a [CorruptFileException].
final class PickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PickleException(String reason) {
    this(reason, null);
  }

  PickleException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
