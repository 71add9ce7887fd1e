package jtorch;

/// What `torch.backends` holds: the switches of the libraries that compute.
///
/// Not to be confused with [jtorch.spi.Backends], where this library finds who computes at all.
public final class Backends {
  private static final Cudnn CUDNN = new Cudnn();

  private Backends() {}

  /// `torch.backends.cudnn`: `Backends.cudnn().benchmark(true)`.
  public static Cudnn cudnn() {
    return CUDNN;
  }
}
