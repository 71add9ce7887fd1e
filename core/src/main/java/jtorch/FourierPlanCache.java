package jtorch;

/// The plans that cuFFT has made for the shapes of a GPU's Fourier transforms, as `torch.backends.cuda.cufft_plan_cache`
/// shows them. Those not used for longest go first.
public interface FourierPlanCache {
  /// How many there are now.
  long size();

  /// How many are kept.
  long maxSize();

  /// @throws IllegalArgumentException if it is negative; 0 keeps none
  void setMaxSize(long size);

  /// Forgets all.
  void clear();
}
