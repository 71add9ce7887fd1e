package jtorch.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import jtorch.Tensor;
import jtorch.ThreadContext;
import org.jspecify.annotations.Nullable;

/// A function of tensors that is traced at the first call of each signature, and then runs what the trace became.
///
/// Threads may share it. Made by [jtorch.Torch#compile].
public abstract sealed class Compiled permits CompiledUnary, CompiledBinary, CompiledTensors {
  /// A trace and when it is right; without a plan the function itself runs then.
  private record Entry(Signature signature, @Nullable Plan plan, String story) {}

  /// What is known, replaced as a whole.
  private record Known(int generation, List<Entry> entries, boolean full) {
    static final Known NOTHING = new Known(-1, List.of(), false);
  }

  private final Object root;
  private final Function<Tensor[], @Nullable Tensor[]> function;
  private final CompileOptions options;
  private final ReentrantLock tracing = new ReentrantLock();
  private volatile Known known = Known.NOTHING;

  /// @param root what the user gave, whose state is watched
  Compiled(Object root, Function<Tensor[], @Nullable Tensor[]> function, CompileOptions options) {
    this.root = root;
    this.function = function;
    this.options = options;
  }

  @Nullable Tensor[] run(Tensor... arguments) {
    ThreadContext context = ThreadContext.current();
    // Inside another trace this function is part of that one.
    if (options.disable() || context.tracer != null || context.anomalyEnabled) return function.apply(arguments);
    Object watching = context.watching();
    if (watching == null) return function.apply(arguments);
    Known now = known;
    if (now.generation == Compiler.generation()) {
      for (Entry entry : now.entries) {
        if (!entry.signature.fits(context, watching, arguments)) continue;
        if (entry.plan == null) return function.apply(arguments);
        @Nullable Tensor[] results = entry.plan.run(context, arguments);
        return results != null ? results : function.apply(arguments);
      }
      if (now.full) return function.apply(arguments);
    }
    return trace(context, watching, arguments);
  }

  private @Nullable Tensor[] trace(ThreadContext context, Object watching, Tensor[] arguments) {
    for (Tensor t : arguments) {
      if (t.getClass().getPackageName().equals("jtorch") && t.getClass() != Tensor.class || t.isWrappedNumber())
        return function.apply(arguments);
    }
    // Who comes while another thread traces does not wait.
    if (!tracing.tryLock()) return function.apply(arguments);
    try {
      int generation = Compiler.generation();
      JavaState state = JavaState.of(root);
      Signature signature = new Signature(context, watching, arguments, state);
      Tracing.Outcome outcome = Tracing.run(function, arguments, options.fullgraph());
      signature.complete(outcome.captured(), outcome.changesOutside());
      Entry entry = entry(signature, outcome, state, arguments);
      Known before = known;
      var entries = new ArrayList<Entry>();
      entries.add(entry);
      if (before.generation == generation) entries.addAll(before.entries);
      known = new Known(generation, List.copyOf(entries), entries.size() >= options.recompileLimit());
      return outcome.results();
    } finally {
      tracing.unlock();
    }
  }

  private Entry entry(Signature signature, Tracing.Outcome outcome, JavaState state, Tensor[] arguments) {
    Graph graph = outcome.graph();
    String reason = outcome.reason();
    if (!state.isUnchanged()) {
      // Whatever the state is at the next call, it will not be this one.
      signature.forgetState();
      if (reason == null) reason = "the function changes the state of Java objects";
    }
    if (reason == null && !signature.isSound(arguments)) reason = "it writes into memory that arguments share";
    if (reason != null && options.fullgraph())
      throw new UnsupportedOperationException("compile: fullgraph=true, but " + reason);
    if (reason != null || graph == null) return new Entry(signature, null, "runs eagerly: " + reason);
    if (options.backend().equals("eager"))
      return new Entry(signature, new Plan(graph, arguments.length), story("as traced", graph));
    Fusion.Outcome fusion = Fusion.of(graph);
    if (fusion.fused() == 0 && fusion.dropped() == 0)
      return new Entry(signature, null, story("runs eagerly: nothing to gain", graph));
    return new Entry(signature, new Plan(fusion.graph(), arguments.length),
        story(fusion.fused() + " calls became part of another", fusion.graph()));
  }

  private static String story(String what, Graph graph) {
    return what + "\n" + graph.toString().indent(2).stripTrailing();
  }

  /// What became of each signature so far, the latest first: the graph that runs, or why the function itself does.
  public final String explain() {
    Known now = known;
    if (options.disable()) return "disabled";
    if (now.entries.isEmpty() || now.generation != Compiler.generation()) return "not called yet";
    var text = new StringBuilder();
    for (Entry entry : now.entries) {
      text.append(entry.signature).append(": ").append(entry.story).append('\n');
    }
    if (now.full) text.append("other signatures run eagerly: the limit of ").append(options.recompileLimit())
        .append(" traces is reached\n");
    return text.toString();
  }

  /// How many signatures have been traced.
  public final int traces() {
    Known now = known;
    return now.generation == Compiler.generation() ? now.entries.size() : 0;
  }

  /// How many operator calls the latest trace runs; -1 where the function itself runs.
  public final int steps() {
    Known now = known;
    if (now.entries.isEmpty()) return -1;
    Plan plan = now.entries.getFirst().plan;
    return plan == null ? -1 : plan.steps();
  }

  /// Forgets all traces.
  public final void reset() {
    known = Known.NOTHING;
  }

  static Tensor single(@Nullable Tensor[] results) {
    Tensor result = results[0];
    if (result == null) throw new IllegalStateException("a compiled function gave null");
    return result;
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + Arrays.asList(options);
  }
}
