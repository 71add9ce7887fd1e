package jtorch;

import java.util.ArrayList;
import jtorch.spi.Interceptor;
import jtorch.spi.ModulePath;
import jtorch.spi.Tracer;
import org.jspecify.annotations.Nullable;

/// What one thread is doing: whether it records gradients, who watches its calls, which module it is in.
///
/// For the framework itself; users reach it through [Torch#noGrad], [Torch#inferenceMode] and their kin.
public final class ThreadContext {
  private static final ThreadLocal<ThreadContext> CURRENT = ThreadLocal.withInitial(ThreadContext::new);

  /// Whether operators put nodes on the graph.
  public boolean gradEnabled = true;
  /// Whether each node remembers where it was made, for errors on the way back.
  public boolean anomalyEnabled;
  /// Whether NaN among the gradients on the way back is an error, in anomaly mode.
  public boolean anomalyCheckNan = true;
  /// Whether results are inference tensors, which never take part in a graph.
  public boolean inferenceMode;
  /// Who sees each call before it runs; null is the one cheap test on the way.
  public @Nullable Interceptor interceptor;
  /// Who writes down what this thread does; also [#interceptor] where no operator runs.
  public @Nullable Tracer tracer;
  /// How many threads are traced: where none is, nobody has to be told.
  private static int traced;
  /// Where the operator that runs computes; null outside of operators.
  public @Nullable Device device;
  /// The modules whose `forward` runs, the outermost first.
  private final ArrayList<ModulePath> modules = new ArrayList<>();

  /// Made when first asked for.
  private @Nullable AutocastState autocast;

  private ThreadContext() {}

  /// Begins or ends to trace this thread.
  public void trace(@Nullable Tracer by) {
    synchronized (ThreadContext.class) {
      if (tracer != null) traced--;
      if (by != null) traced++;
    }
    tracer = by;
  }

  static boolean isTraced() {
    return traced != 0;
  }

  /// Tells this thread's tracer of something that no operator does.
  public static void beside(String what) {
    if (traced == 0) return;
    Tracer tracer = current().tracer;
    if (tracer != null) tracer.beside(what);
  }

  /// What the interceptors of this thread do to a call, to be compared: "" where there are none, null where nobody can
  /// say.
  public @Nullable Object watching() {
    return interceptor == null ? "" : interceptor == autocast ? autocast().form() : null;
  }

  AutocastState autocast() {
    if (autocast == null) autocast = new AutocastState();
    return autocast;
  }

  /// A module's `forward` begins.
  public void enter(ModulePath module) {
    modules.add(module);
  }

  /// The innermost module's `forward` ends.
  public void leave() {
    modules.removeLast();
  }

  /// The path of the module whose `forward` runs, for error messages: `net.fc2`; null outside.
  public @Nullable String modulePath() {
    if (modules.isEmpty()) return null;
    var path = new StringBuilder(modules.getFirst().getClass().getSimpleName());
    for (int i = 1; i < modules.size(); i++) {
      String name = modules.get(i - 1).pathName(modules.get(i));
      path.append('.').append(name == null ? modules.get(i).getClass().getSimpleName() : name);
    }
    return path.toString();
  }

  public static ThreadContext current() {
    return CURRENT.get();
  }
}
