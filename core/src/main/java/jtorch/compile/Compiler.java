package jtorch.compile;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jtorch.ThreadContext;

/// PyTorch's `torch.compiler`: what counts for all compiled functions.
public final class Compiler {
  /// Traces that were made before it last changed count no more.
  private static final AtomicInteger GENERATION = new AtomicInteger();

  private Compiler() {}

  /// Forgets the traces of all compiled functions, each at its next call.
  public static void reset() {
    GENERATION.incrementAndGet();
  }

  static int generation() {
    return GENERATION.get();
  }

  /// The names that [CompileOptions#backend] may have.
  public static List<String> listBackends() {
    return List.of("eager", "inductor");
  }

  /// Whether the calling thread is in the trace of a function.
  public static boolean isCompiling() {
    return ThreadContext.current().tracer != null;
  }
}
