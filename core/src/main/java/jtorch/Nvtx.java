package jtorch;

import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import jtorch.spi.Ranges;
import jtorch.spi.Watcher;
import jtorch.spi.Watchers;
import org.jspecify.annotations.Nullable;

/// Names for parts of a program that NVIDIA's tools show (Nsight Systems), as `torch.cuda.nvtx`; by [Cuda#nvtx()].
///
/// Where NVIDIA's library is not there, nothing is named and nothing fails: `jtorch doctor` says how to get it.
public final class Nvtx {
  static final Nvtx INSTANCE = new Nvtx();

  private Nvtx() {}

  private static @Nullable Ranges ranges() {
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    return accelerator == null ? null : accelerator.ranges();
  }

  /// Whether NVIDIA's library is there.
  public boolean isAvailable() {
    return ranges() != null;
  }

  /// Begins a part of the program inside of this thread's last one; returns how many there are around it, from 0 on.
  public int rangePush(String message) {
    Ranges ranges = ranges();
    return ranges == null ? -1 : ranges.push(message);
  }

  /// Ends this thread's last part; returns how many there are around it.
  public int rangePop() {
    Ranges ranges = ranges();
    return ranges == null ? -1 : ranges.pop();
  }

  /// Names a moment.
  public void mark(String message) {
    Ranges ranges = ranges();
    if (ranges != null) ranges.mark(message);
  }

  /// A part that ends when the result is closed: `try (var r = Cuda.nvtx().range("forward")) { ... }`.
  public Cuda.Restoring range(String message) {
    rangePush(message);
    return this::rangePop;
  }

  /// Every operator is a part until the result is closed, as `torch.autograd.profiler.emit_nvtx`.
  public Cuda.Restoring emit() {
    Ranges ranges = ranges();
    if (ranges == null) return () -> {};
    var watcher = new Watcher() {
      @Override
      public Object begin(String name, Device device, @Nullable Object[] arguments) {
        ranges.push(name);
        return ranges;
      }

      @Override
      public void end(Object begun) {
        ranges.pop();
      }
    };
    Watchers.add(watcher);
    return () -> Watchers.remove(watcher);
  }
}
