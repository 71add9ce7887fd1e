package jtorch;

/// What `torch.linalg.LinAlgError` says: a matrix is singular or not positive-definite, or an algorithm did not converge.
public final class LinAlgException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public LinAlgException(String message) {
    super(message);
  }
}
