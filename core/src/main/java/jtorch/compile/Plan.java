package jtorch.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.compile.Graph.Argument;
import jtorch.compile.Graph.Call;
import jtorch.compile.Graph.Captured;
import jtorch.compile.Graph.Literal;
import jtorch.compile.Graph.Node;
import jtorch.compile.Graph.Value;
import jtorch.compile.Graph.Window;
import jtorch.memory.Frame;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// A graph made ready to run: registers instead of values, and what may be freed when.
///
/// Calls go through the gate, so gradients are recorded as ever. Memory that the calls make and nobody gets goes back
/// after its last use. Any number of threads may run a plan.
final class Plan {
  private static final int NONE = -1;

  /// What a step does with the registers.
  private sealed interface Step {
    /// @return false where a result has another shape than when the function was traced
    boolean run(ThreadContext context, @Nullable Tensor[] registers);
  }

  /// The registers of a list of tensors.
  private record Places(int argument, int[] registers) {}

  private record Invocation(Operator operator, @Nullable Object[] template, int[] arguments, int[] registers,
      List<Places> lists, int[] results, boolean single, boolean grad, long @Nullable [][] sizes) implements Step {
    @Override
    public boolean run(ThreadContext context, @Nullable Tensor[] registers) {
      @Nullable Object[] given = template.clone();
      for (int i = 0; i < arguments.length; i++) given[arguments[i]] = registers[this.registers[i]];
      for (Places list : lists) {
        Tensor[] all = new Tensor[list.registers.length];
        for (int i = 0; i < all.length; i++) {
          if (list.registers[i] != NONE) all[i] = Objects.requireNonNull(registers[list.registers[i]]);
        }
        given[list.argument] = all;
      }
      context.gradEnabled = grad;
      Object result = operator.call(given);
      if (single) {
        registers[results[0]] = (Tensor) result;
      } else {
        Tensor[] all = (Tensor[]) result;
        if (all.length != results.length) return false;
        for (int i = 0; i < all.length; i++) {
          if (results[i] != NONE) registers[results[i]] = all[i];
        }
      }
      if (sizes != null) {
        for (int i = 0; i < results.length; i++) {
          if (results[i] != NONE && !Arrays.equals(Objects.requireNonNull(registers[results[i]]).sizes(), sizes[i]))
            return false;
        }
      }
      return true;
    }
  }

  private record Windowing(int of, long shift, Value value) implements Step {
    @Override
    public boolean run(ThreadContext context, @Nullable Tensor[] registers) {
      Tensor base = Objects.requireNonNull(registers[of]);
      registers[value.id()] = base.window(value.sizes(), value.strides(), base.storageOffset() + shift);
      return true;
    }
  }

  private record Copying(Tensor original, int register) implements Step {
    @Override
    public boolean run(ThreadContext context, @Nullable Tensor[] registers) {
      context.gradEnabled = false;
      registers[register] = original.clone();
      return true;
    }
  }

  private final @Nullable Tensor[] template;
  private final int[] arguments;
  private final Step[] steps;
  /// By step, the registers whose memory is used no more.
  private final int[][] last;
  private final int[] outputs;
  private final boolean framed;

  Plan(Graph graph, int argumentCount) {
    template = new @Nullable Tensor[graph.values()];
    arguments = new int[argumentCount];
    Arrays.fill(arguments, NONE);
    var all = new ArrayList<Step>();
    var reading = new ArrayList<List<Value>>();
    boolean valued = false;
    for (Node node : graph.nodes()) {
      switch (node) {
        case Argument a -> arguments[a.index()] = a.value().id();
        case Captured c -> template[c.value().id()] = c.tensor();
        case Literal l when !l.copied() -> template[l.value().id()] = l.tensor();
        case Literal l -> {
          all.add(new Copying(l.tensor(), l.value().id()));
          reading.add(List.of(l.value()));
        }
        case Window w -> {
          all.add(new Windowing(w.of().id(), w.shift(), w.value()));
          reading.add(List.of(w.of(), w.value()));
        }
        case Call call -> {
          all.add(invocation(call));
          var touched = new ArrayList<>(call.reads());
          touched.addAll(call.made());
          reading.add(touched);
          valued |= call.valued();
        }
      }
    }
    steps = all.toArray(Step[]::new);
    outputs = Arrays.stream(graph.outputs()).mapToInt(v -> v == null ? NONE : v.id()).toArray();
    framed = steps.length > 1;
    last = framed && !valued ? lastUses(graph, reading) : new int[steps.length][0];
  }

  private static Invocation invocation(Call call) {
    @Nullable Object[] given = call.arguments();
    @Nullable Object[] template = given.clone();
    var places = new ArrayList<Integer>();
    var registers = new ArrayList<Integer>();
    var lists = new ArrayList<Places>();
    for (int i = 0; i < given.length; i++) {
      if (given[i] instanceof Value v) {
        places.add(i);
        registers.add(v.id());
        template[i] = null;
      } else if (given[i] instanceof Value[] list) {
        lists.add(new Places(i, ids(list)));
        template[i] = null;
      }
    }
    long[][] sizes = null;
    if (call.valued()) sizes =
        Arrays.stream(call.results()).map(v -> v == null ? new long[0] : v.sizes()).toArray(long[][]::new);
    return new Invocation(call.operator(), template, places.stream().mapToInt(i -> i).toArray(),
        registers.stream().mapToInt(i -> i).toArray(), List.copyOf(lists), ids(call.results()), call.single(),
        call.grad(), sizes);
  }

  private static int[] ids(@Nullable Value[] values) {
    return Arrays.stream(values).mapToInt(v -> v == null ? NONE : v.id()).toArray();
  }

  /// After which step which memory is used no more; by one of its registers. Memory from outside, and that of outputs,
  /// is nobody's to free.
  private static int[][] lastUses(Graph graph, List<List<Value>> reading) {
    Map<Integer, Integer> step = new HashMap<>();
    Map<Integer, Value> by = new HashMap<>();
    for (int i = 0; i < reading.size(); i++) {
      for (Value v : reading.get(i)) {
        step.put(v.memory(), i);
        by.put(v.memory(), v);
      }
    }
    for (Value v : graph.outputs()) {
      if (v != null) step.remove(v.memory());
    }
    for (Node node : graph.nodes()) {
      boolean outside =
          node instanceof Argument || node instanceof Captured || node instanceof Literal l && !l.copied();
      if (outside) node.made().forEach(v -> step.remove(v.memory()));
    }
    List<List<Integer>> all = new ArrayList<>();
    for (int i = 0; i < reading.size(); i++) all.add(new ArrayList<>());
    step.forEach((memory, at) -> all.get(at).add(Objects.requireNonNull(by.get(memory)).id()));
    return all.stream().map(l -> l.stream().mapToInt(i -> i).toArray()).toArray(int[][]::new);
  }

  /// Runs it; null where a shape that depends on values is another than before, which happens before anything is changed.
  @Nullable Tensor @Nullable [] run(ThreadContext context, Tensor[] given) {
    @Nullable Tensor[] registers = template.clone();
    for (int i = 0; i < given.length; i++) {
      if (arguments[i] != NONE) registers[arguments[i]] = given[i];
    }
    boolean grad = context.gradEnabled;
    Frame frame = framed ? Frame.open() : null;
    try {
      for (int i = 0; i < steps.length; i++) {
        if (!steps[i].run(context, registers)) return null;
        if (frame == null) continue;
        for (int register : last[i]) {
          Tensor dead = registers[register];
          if (dead != null) frame.drop(dead.storage());
        }
      }
      @Nullable Tensor[] results = new @Nullable Tensor[outputs.length];
      for (int i = 0; i < results.length; i++) {
        if (outputs[i] == NONE) continue;
        Tensor result = Objects.requireNonNull(registers[outputs[i]]);
        results[i] = result;
        if (frame != null) frame.handOut(result.storage());
      }
      return results;
    } finally {
      context.gradEnabled = grad;
      if (frame != null) frame.end();
    }
  }

  int steps() {
    return steps.length;
  }
}
