package jtorch;

import jtorch.spi.Interceptor;
import org.jspecify.annotations.Nullable;

/// What one thread is doing: whether it records gradients, who watches its calls, which module it is in.
///
/// For the framework itself; users reach it through [Torch#noGrad], [Torch#inferenceMode] and their kin.
public final class ThreadContext {
  private static final ThreadLocal<ThreadContext> CURRENT = ThreadLocal.withInitial(ThreadContext::new);

  /// Whether operators put nodes on the graph.
  public boolean gradEnabled = true;
  /// Whether results are inference tensors, which never take part in a graph.
  public boolean inferenceMode;
  /// Who sees each call before it runs; null is the one cheap test on the way.
  public @Nullable Interceptor interceptor;
  /// The path of the module whose `forward` runs, for error messages: `net.fc2`.
  public @Nullable String modulePath;

  private ThreadContext() {}

  public static ThreadContext current() {
    return CURRENT.get();
  }
}
