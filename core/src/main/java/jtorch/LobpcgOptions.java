package jtorch;

import org.jspecify.annotations.Nullable;

/// What [Torch#lobpcg] may be told.
///
/// @param b the matrices on the right side, positive definite; null for the identity
/// @param x first guesses, a column each, `[*, m, n]`; null for random ones
/// @param n how many vectors are searched together; 0 for k
/// @param iK the preconditioner: a matrix near to the inverse of A; null for none
/// @param niter the most steps; -1 for no limit
/// @param tol the relative residual that counts as found; 0 for the square root of the dtype's precision
/// @param largest whether the largest or the smallest eigenvalues are wanted
public record LobpcgOptions(@Nullable Tensor b, @Nullable Tensor x, long n, @Nullable Tensor iK, long niter, double tol,
    boolean largest) {
  static final LobpcgOptions DEFAULT = new LobpcgOptions(null, null, 0, null, 1000, 0, true);

  public LobpcgOptions b(Tensor matrices) {
    return new LobpcgOptions(matrices, x, n, iK, niter, tol, largest);
  }

  public LobpcgOptions x(Tensor guesses) {
    return new LobpcgOptions(b, guesses, guesses.size(-1), iK, niter, tol, largest);
  }

  public LobpcgOptions n(long block) {
    return new LobpcgOptions(b, x, block, iK, niter, tol, largest);
  }

  public LobpcgOptions iK(Tensor preconditioner) {
    return new LobpcgOptions(b, x, n, preconditioner, niter, tol, largest);
  }

  public LobpcgOptions niter(long steps) {
    return new LobpcgOptions(b, x, n, iK, steps, tol, largest);
  }

  public LobpcgOptions tol(double residual) {
    return new LobpcgOptions(b, x, n, iK, niter, residual, largest);
  }

  public LobpcgOptions largest(boolean wanted) {
    return new LobpcgOptions(b, x, n, iK, niter, tol, wanted);
  }
}
