package jtorch;

/// Tensors whose shapes do not fit each other or the operator.
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ShapeException(String message) {
    super(message);
  }
}
