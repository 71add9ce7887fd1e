package jtorch.spi;

import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// Sees every operator call of a thread before it runs, and may change it: a tracer, autocast. A profiler is a [Watcher].
///
/// An interceptor goes on with [Operator#proceed], which passes the call to the interceptor around it, or runs it.
public interface Interceptor {
  Object call(Operator operator, @Nullable Object[] arguments);
}
