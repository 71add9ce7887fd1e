package jtorch.spi;

import jtorch.Device;
import org.jspecify.annotations.Nullable;

/// Is told when operators and named parts of a program begin and end, on every thread: a profiler, ranges for NVIDIA's tools.
///
/// Unlike an [Interceptor] it changes nothing, and sees the operators that operators are made of.
public interface Watcher {
  /// Something begins on the calling thread.
  ///
  /// @param device where it computes; the CPU for parts of a program
  /// @param arguments those of an operator; none for a part of a program
  /// @return what [#end] gets when it is over; null if that is not wanted
  @Nullable Object begin(String name, Device device, @Nullable Object[] arguments);

  /// What began last on the calling thread is over, whether it succeeded or threw.
  void end(Object begun);
}
