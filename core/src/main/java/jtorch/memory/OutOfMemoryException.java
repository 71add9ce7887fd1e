package jtorch.memory;

/// There was not enough memory for a tensor, after everything that could be let go was let go.
///
/// Nothing is lost: all tensors are as they were, and the program can go on with less.
public final class OutOfMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutOfMemoryException(String message) {
    super(message);
  }
}
