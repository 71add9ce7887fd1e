package jtorch.data;

import org.jspecify.annotations.Nullable;

/// Which worker of a [DataLoader] the calling thread is. **As** `torch.utils.data.get_worker_info()`.
///
/// @param id the worker's number, from 0
/// @param workers how many there are
/// @param seed what its default generator was seeded with: the pass's base seed plus the number
public record WorkerInfo(int id, int workers, long seed) {
  static final ScopedValue<WorkerInfo> CURRENT = ScopedValue.newInstance();

  /// The worker that runs this; null outside of workers.
  public static @Nullable WorkerInfo current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }
}
