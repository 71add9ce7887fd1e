package jtorch.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import jtorch.NestedTensor;
import jtorch.QuantizedTensor;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.Torch;
import jtorch.autograd.Recording;
import jtorch.compile.Graph.Argument;
import jtorch.compile.Graph.Call;
import jtorch.compile.Graph.Captured;
import jtorch.compile.Graph.Literal;
import jtorch.compile.Graph.Node;
import jtorch.compile.Graph.Value;
import jtorch.compile.Graph.Window;
import jtorch.memory.Storage;
import jtorch.op.CastPolicy;
import jtorch.op.Elementwise;
import jtorch.op.Operator;
import jtorch.random.Generator;
import jtorch.spi.Interceptor;
import jtorch.spi.Tracer;
import org.jspecify.annotations.Nullable;

/// One run of a function, written down: it computes as always, and each operator call becomes a node.
///
/// What cannot be written down (a value becomes a Java value, `backward()`, hooks) ends the writing and not the run; the
/// reason is kept. The function gets twins of its arguments, so that a tensor which it holds by itself is not taken for an
/// argument.
final class Tracing implements Tracer {
  private final ThreadContext context = ThreadContext.current();
  private final @Nullable Interceptor outer = context.interceptor;
  private final boolean fullgraph;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Tensor, Value> values = new IdentityHashMap<>();
  /// Handles that were made since the beginning.
  private final Set<Tensor> made = Collections.newSetFromMap(new IdentityHashMap<>());
  /// Memory that was allocated since the beginning.
  private final Set<Storage> fresh = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Storage, Memory> memories = new IdentityHashMap<>();
  private final Map<Tensor, Tensor> originals = new IdentityHashMap<>();
  private final List<Signature.Outside> captured = new ArrayList<>();
  private int count;
  private boolean busy;
  private boolean reads;
  private boolean changesOutside;
  /// Whether a call that went before drew random numbers.
  private boolean random;
  private long uses = Generator.defaultUses();
  private @Nullable String reason;

  /// What is known of a storage.
  private static final class Memory {
    final int id;
    final Tensor first;
    final Value value;
    int version;
    /// The node that made it from Java values, -1 where another did.
    int literal = -1;
    boolean outside;

    Memory(int id, Tensor first, Value value) {
      this.id = id;
      this.first = first;
      this.value = value;
      this.version = first.storage().version();
    }
  }

  /// What came of it.
  ///
  /// @param graph null where the writing ended early
  /// @param reason why, then
  /// @param captured the tensors from outside
  /// @param changesOutside whether arguments or tensors from outside are written to
  record Outcome(@Nullable Tensor[] results, @Nullable Graph graph, @Nullable String reason,
      List<Signature.Outside> captured,
      boolean changesOutside) {}

  private Tracing(boolean fullgraph) {
    this.fullgraph = fullgraph;
  }

  /// Runs a function and writes it down.
  static Outcome run(Function<Tensor[], @Nullable Tensor[]> function, Tensor[] arguments, boolean fullgraph) {
    return new Tracing(fullgraph).trace(function, arguments);
  }

  private Outcome trace(Function<Tensor[], @Nullable Tensor[]> function, Tensor[] arguments) {
    Tensor[] twins = new Tensor[arguments.length];
    Map<Tensor, Tensor> twinOf = new IdentityHashMap<>();
    for (int i = 0; i < twins.length; i++) {
      Tensor twin = twinOf.computeIfAbsent(arguments[i], Recording::twin);
      twins[i] = twin;
      if (originals.put(twin, arguments[i]) != null) continue;
      Value value = value(twin, memory -> memory.outside = true);
      nodes.add(new Argument(i, value));
    }
    boolean grad = context.gradEnabled;
    boolean inference = context.inferenceMode;
    context.trace(this);
    context.interceptor = this;
    @Nullable Tensor[] results;
    try {
      results = function.apply(twins);
    } finally {
      context.trace(null);
      if (context.interceptor == this) context.interceptor = outer;
      else end("an interceptor was left behind");
      originals.forEach(Tracing::adopt);
    }
    if (context.gradEnabled != grad || context.inferenceMode != inference) end("the gradient mode was left changed");
    @Nullable Value[] outputs = new @Nullable Value[results.length];
    for (int i = 0; i < results.length; i++) {
      Tensor result = results[i];
      if (result == null) continue;
      if (reason == null) outputs[i] = bind(result);
      Memory memory = memories.get(result.storage());
      if (reason == null && memory != null && memory.literal >= 0) copyLiteral(memory);
      results[i] = originals.getOrDefault(result, result);
    }
    checkGenerator();
    for (var entry : memories.entrySet()) checkVersion(entry.getKey(), entry.getValue());
    originals.forEach((twin, original) -> {
      Value value = Objects.requireNonNull(values.get(twin));
      if (!Arrays.equals(value.sizes(), original.sizes()) || !Arrays.equals(value.strides(), original.strides()))
        end("the form of an argument is changed");
    });
    Graph graph = reason == null ? new Graph(List.copyOf(nodes), outputs, count) : null;
    return new Outcome(results, graph, reason, captured, changesOutside);
  }

  /// What happened to the form of a twin happens to the tensor that it stood for.
  private static void adopt(Tensor twin, Tensor original) {
    if (twin.storage() != original.storage() || twin.dtype() != original.dtype() || twin.sizes() != original.sizes()
        || twin.strides() != original.strides() || twin.storageOffset() != original.storageOffset())
      original.data(twin);
    if (twin.autogradMeta() != original.autogradMeta()) original.autogradMeta(twin.autogradMeta());
  }

  private void end(String why) {
    if (reason != null) return;
    reason = why;
    nodes.clear();
    if (fullgraph) throw new UnsupportedOperationException("compile: fullgraph=true, but " + why);
  }

  // ---- operators -------------------------------------------------------------------------------------------------

  @Override
  public Object call(Operator operator, @Nullable Object[] arguments) {
    if (reason != null || busy) return proceed(operator, arguments);
    @Nullable Object[] bound = bound(arguments);
    if (reason != null || bound == null) return proceed(operator, arguments);
    Tensor[] tensors = tensors(arguments);
    for (Tensor t : tensors) checkVersion(t.storage(), memory(t));
    checkGenerator();
    if (operator.isMutating()) {
      for (Tensor t : tensors) {
        if (memory(t).literal >= 0) copyLiteral(memory(t));
      }
    }
    Elementwise.Term term =
        outer == null || CastPolicy.of(operator, CastPolicy.device(arguments)) == CastPolicy.NONE
            ? operator.term(arguments) : null;
    boolean grad = context.gradEnabled;
    long[][] sizes = Arrays.stream(tensors).map(Tensor::sizes).toArray(long[][]::new);
    long[][] strides = Arrays.stream(tensors).map(Tensor::strides).toArray(long[][]::new);
    reads = false;
    Object result;
    try {
      result = proceed(operator, arguments);
    } catch (RuntimeException | Error failure) {
      end(operator.schema().name() + " threw an exception");
      throw failure;
    }
    if (reason != null) return result;
    for (int i = 0; i < tensors.length; i++) {
      if (tensors[i].sizes() != sizes[i] || tensors[i].strides() != strides[i])
        end(operator.schema().name() + " changes the form of a tensor");
    }
    write(operator, bound, tensors, result, grad, term);
    return result;
  }

  /// The operator itself, through whoever watched before.
  private Object proceed(Operator operator, @Nullable Object[] arguments) {
    Interceptor before = context.interceptor;
    context.interceptor = outer;
    boolean wasBusy = busy;
    busy = true;
    try {
      return outer == null ? operator.call(arguments) : outer.call(operator, arguments);
    } finally {
      busy = wasBusy;
      context.interceptor = before;
    }
  }

  private void write(Operator operator, @Nullable Object[] bound, Tensor[] tensors, Object result, boolean grad,
      Elementwise.@Nullable Term term) {
    if (!(result instanceof Tensor) && !(result instanceof Tensor[])) {
      // From Java values alone it gives what the trace may hold on to, as it does the values.
      if (tensors.length > 0 || uses != Generator.defaultUses()) end(operator.schema().name() + " gives a Java value");
      return;
    }
    int[] changes = changes(tensors);
    Tensor[] all = result instanceof Tensor[] list ? list : new Tensor[] {(Tensor) result};
    // A call that gives back its argument does nothing that the graph needs to know.
    boolean idle =
        changes.length == 0 && !operator.isMutating() && all.length > 0 && uses == Generator.defaultUses();
    for (Tensor t : all) idle &= t != null && values.containsKey(t);
    if (idle && reads) end(operator.schema().name() + " reads values to choose what it does");
    if (idle || reason != null) return;
    @Nullable Value[] results = new @Nullable Value[all.length];
    for (int i = 0; i < all.length; i++) {
      if (all[i] == null) continue;
      if (isForeign(all[i])) {
        end(operator.schema().name() + " gives a tensor that is not dense");
        return;
      }
      Value known = values.get(all[i]);
      results[i] = known != null ? known : value(all[i], memory -> {});
    }
    if (reads && (changesOutside || random)) {
      end(operator.schema().name() + " reads values after something was changed");
      return;
    }
    nodes.add(new Call(operator, bound, results, result instanceof Tensor, grad, changes, reads, term));
    for (Object argument : bound) random |= argument instanceof Generator;
    random |= uses != Generator.defaultUses();
    uses = Generator.defaultUses();
  }

  /// The memories that a call has written into.
  private int[] changes(Tensor[] tensors) {
    var changed = new java.util.TreeSet<Integer>();
    for (Tensor t : tensors) {
      Memory memory = memory(t);
      if (memory.version == t.storage().version()) continue;
      if (memory.literal >= 0 && !((Literal) nodes.get(memory.literal)).copied()) {
        end("a tensor made from Java values is changed by an operator that does not say so");
        return new int[0];
      }
      memory.version = t.storage().version();
      changed.add(memory.id);
      changesOutside |= memory.outside;
    }
    return changed.stream().mapToInt(Integer::intValue).toArray();
  }

  private void checkVersion(Storage storage, Memory memory) {
    if (memory.version != storage.version()) end("a tensor is changed by something that is no operator");
  }

  private void checkGenerator() {
    if (uses != Generator.defaultUses()) end("random numbers are drawn or seeded by something that is no operator");
  }

  // ---- tensors ---------------------------------------------------------------------------------------------------

  private Memory memory(Tensor known) {
    return Objects.requireNonNull(memories.get(known.storage()));
  }

  private Value value(Tensor t, java.util.function.Consumer<Memory> first) {
    Memory memory = memories.get(t.storage());
    Value value = Value.of(count++, t, memory == null ? memories.size() : memory.id);
    if (memory == null) {
      memory = new Memory(memories.size(), t, value);
      memories.put(t.storage(), memory);
      first.accept(memory);
    }
    values.put(t, value);
    return value;
  }

  private static Tensor[] tensors(@Nullable Object[] arguments) {
    var all = new ArrayList<Tensor>();
    for (Object a : arguments) {
      if (a instanceof Tensor t) all.add(t);
      else if (a instanceof Tensor[] list) {
        for (Tensor t : list) {
          if (t != null) all.add(t);
        }
      }
    }
    return all.toArray(Tensor[]::new);
  }

  private @Nullable Object @Nullable [] bound(@Nullable Object[] arguments) {
    @Nullable Object[] bound = new @Nullable Object[arguments.length];
    for (int i = 0; i < bound.length; i++) {
      Object argument = arguments[i];
      bound[i] = switch (argument) {
        case Tensor t -> bind(t);
        case Tensor[] list -> {
          @Nullable Value[] all = new @Nullable Value[list.length];
          for (int j = 0; j < all.length; j++) {
            if (list[j] != null) all[j] = bind(list[j]);
          }
          yield all;
        }
        case long[] all -> all.clone();
        case double[] all -> all.clone();
        case boolean[] all -> all.clone();
        case null, default -> argument;
      };
      if (reason != null) return null;
    }
    return bound;
  }

  private static boolean isForeign(Tensor t) {
    return t instanceof SparseTensor || t instanceof NestedTensor || t instanceof QuantizedTensor;
  }

  /// The value that a tensor is; a new node where it comes from outside.
  private @Nullable Value bind(Tensor t) {
    Value known = values.get(t);
    if (known != null) return known;
    if (isForeign(t)) {
      end("a tensor is not dense");
      return null;
    }
    Memory memory = memories.get(t.storage());
    if (!made.contains(t) || memory == null && !fresh.contains(t.storage())) {
      Value value = value(t, m -> m.outside = true);
      nodes.add(new Captured(t, value));
      captured.add(Signature.Outside.of(t));
      return value;
    }
    if (t.requiresGrad()) {
      end("a tensor that requires a gradient is made by something that is no operator");
      return null;
    }
    if (memory == null) {
      Value value = value(t, m -> m.literal = nodes.size());
      nodes.add(new Literal(t, value, false));
      return value;
    }
    if (t.dtype() != memory.first.dtype()) {
      end("memory is read as another dtype");
      return null;
    }
    Value value = value(t, m -> {});
    nodes.add(new Window(memory.value, t.storageOffset() - memory.first.storageOffset(), value));
    return value;
  }

  /// From now on each run has a copy of its own.
  private void copyLiteral(Memory memory) {
    Literal literal = (Literal) nodes.get(memory.literal);
    if (literal.copied()) return;
    boolean wasBusy = busy;
    Interceptor before = context.interceptor;
    busy = true;
    context.interceptor = null;
    try (var off = Torch.noGrad()) {
      nodes.set(memory.literal, new Literal(literal.tensor().clone(), literal.value(), true));
    } finally {
      busy = wasBusy;
      context.interceptor = before;
    }
  }

  // ---- what happens beside operators -----------------------------------------------------------------------------

  @Override
  public void allocated(Storage storage) {
    fresh.add(storage);
  }

  @Override
  public void made(Tensor tensor) {
    made.add(tensor);
  }

  @Override
  public void touched(Tensor tensor) {
    if (busy || reason != null) return;
    Memory memory = memories.get(tensor.storage());
    boolean own = memory == null && fresh.contains(tensor.storage());
    if (!own) end("the values of a tensor are read or written by Java code");
  }

  @Override
  public void read(Tensor tensor) {
    if (busy) reads = true;
    else touched(tensor);
  }

  @Override
  public void beside(String what) {
    if (!busy) end(what);
  }
}
