package jtorch;

import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import org.jspecify.annotations.Nullable;

/// How convolutions on NVIDIA's GPUs use cuDNN, as `torch.backends.cudnn` says it: with PyTorch's defaults, for all
/// threads.
///
/// Settings change no result that a graph of gradients already holds, only what runs from now on.
public final class Cudnn {
  private volatile Flags flags = new Flags(true, false, 10, false, true);

  Cudnn() {}

  private record Flags(boolean enabled, boolean benchmark, int benchmarkLimit, boolean deterministic,
      boolean allowTf32) {}

  /// Whether cuDNN is there for the current GPU.
  public boolean isAvailable() {
    return version() != null;
  }

  /// Its version as a number, 92400 for 9.24.0; null where it is not there.
  public @Nullable Integer version() {
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    return accelerator == null || accelerator.count() == 0 ? null : accelerator.cudnnVersion(Cuda.currentDevice());
  }

  /// Whether it is used where it is there; true at first.
  public boolean enabled() {
    return flags.enabled;
  }

  public synchronized void enabled(boolean use) {
    flags = new Flags(use, flags.benchmark, flags.benchmarkLimit, flags.deterministic, flags.allowTf32);
  }

  /// Whether the fastest engine is found by taking time, once for each problem, instead of by heuristics; false at
  /// first.
  public boolean benchmark() {
    return flags.benchmark;
  }

  public synchronized void benchmark(boolean takeTime) {
    flags = new Flags(flags.enabled, takeTime, flags.benchmarkLimit, flags.deterministic, flags.allowTf32);
  }

  /// Of how many engines [#benchmark] takes the time; 10 at first, 0 for all.
  public int benchmarkLimit() {
    return flags.benchmarkLimit;
  }

  /// @throws IllegalArgumentException if it is negative
  public synchronized void benchmarkLimit(int engines) {
    if (engines < 0) throw new IllegalArgumentException("benchmarkLimit: expected a number of engines, got " + engines);
    flags = new Flags(flags.enabled, flags.benchmark, engines, flags.deterministic, flags.allowTf32);
  }

  /// Whether only engines are used that give the same bits in every run; false at first.
  /// [Torch#useDeterministicAlgorithms(boolean)] asks for the same.
  public boolean deterministic() {
    return flags.deterministic;
  }

  public synchronized void deterministic(boolean same) {
    flags = new Flags(flags.enabled, flags.benchmark, flags.benchmarkLimit, same, flags.allowTf32);
  }

  /// Whether convolutions of float32 may use TF32, which keeps 10 bits of the mantissa: true at first, as in PyTorch,
  /// while matrix products ask [Torch#setFloat32MatmulPrecision].
  public boolean allowTf32() {
    return flags.allowTf32;
  }

  public synchronized void allowTf32(boolean allow) {
    flags = new Flags(flags.enabled, flags.benchmark, flags.benchmarkLimit, flags.deterministic, allow);
  }

  /// Other settings until the result is closed, as `torch.backends.cudnn.flags`:
  /// `try (var as = Backends.cudnn().flags(true, false, true, false)) { ... }`.
  public synchronized Cuda.Restoring flags(boolean enabled, boolean benchmark, boolean deterministic,
      boolean allowTf32) {
    Flags before = flags;
    flags = new Flags(enabled, benchmark, before.benchmarkLimit, deterministic, allowTf32);
    return () -> restore(before);
  }

  private synchronized void restore(Flags before) {
    flags = before;
  }
}
