package jtorch.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jtorch.compile.Graph.Call;
import jtorch.compile.Graph.Node;
import jtorch.compile.Graph.Value;
import jtorch.compile.Graph.Window;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// Element-wise changes of tensors that the function made itself become calls with results of their own, so that they can
/// be part of a loop: `y.add_(1)` is `y = y.add(1)` where nobody else looks at the memory of `y`.
final class InPlace {
  private final Graph graph;
  private final Map<Value, Value> latest = new HashMap<>();
  private final Map<Integer, Integer> handles = new HashMap<>();
  private final Map<Integer, Boolean> isMadeByCall = new HashMap<>();
  /// Memories that were changed while gradients were recorded: their tensors may require some now.
  private final Set<Integer> changedWithGrad = new HashSet<>();
  /// The operators that were replaced, by result.
  private final Map<Value, Operator> replaced = new HashMap<>();
  private int values;

  private InPlace(Graph graph) {
    this.graph = graph;
    this.values = graph.values();
    for (Node node : graph.nodes()) {
      for (Value v : node.made()) {
        if (isMadeByCall.putIfAbsent(v.memory(), node instanceof Call) == null || !isResultOfChange(node, v))
          handles.merge(v.memory(), 1, Integer::sum);
      }
    }
  }

  /// The graph, and by result the operators that changed something before.
  record Outcome(Graph graph, Map<Value, Operator> replaced) {}

  static Outcome removed(Graph graph) {
    InPlace all = new InPlace(graph);
    return all.run();
  }

  private static boolean isResultOfChange(Node node, Value v) {
    return node instanceof Call call && call.reads().contains(v);
  }

  private Outcome run() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      switch (node) {
        case Call call -> nodes.add(rewritten(call));
        case Window window ->
          nodes.add(new Window(latest.getOrDefault(window.of(), window.of()), window.shift(), window.value()));
        default -> nodes.add(node);
      }
    }
    @Nullable Value[] outputs = graph.outputs().clone();
    for (int i = 0; i < outputs.length; i++) {
      Value output = outputs[i];
      if (output != null) outputs[i] = latest.getOrDefault(output, output);
    }
    return new Outcome(new Graph(List.copyOf(nodes), outputs, values), replaced);
  }

  private Call rewritten(Call call) {
    @Nullable Object[] arguments = call.arguments().clone();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Value v) arguments[i] = latest.getOrDefault(v, v);
      else if (arguments[i] instanceof Value[] list) {
        @Nullable Value[] renamed = list.clone();
        for (int j = 0; j < renamed.length; j++) {
          Value v = renamed[j];
          if (v != null) renamed[j] = latest.getOrDefault(v, v);
        }
        arguments[i] = renamed;
      }
    }
    Operator functional = call.operator().functional();
    boolean replaceable = functional != null && isReplaceable(call);
    if (call.grad()) {
      for (int memory : call.changes()) changedWithGrad.add(memory);
    }
    if (functional != null && replaceable) {
      Value self = Objects.requireNonNull(call.results()[0]);
      Value result = self.again(values++);
      latest.put(self, result);
      replaced.put(result, call.operator());
      return new Call(functional, arguments, new @Nullable Value[] {result}, true, call.grad(), new int[0], false,
          call.term());
    }
    @Nullable Value[] results = call.results().clone();
    for (int i = 0; i < results.length; i++) {
      Value v = results[i];
      if (v != null) results[i] = latest.getOrDefault(v, v);
    }
    return new Call(call.operator(), arguments, results, call.single(), call.grad(), call.changes(), call.valued(),
        call.term());
  }

  private boolean isReplaceable(Call call) {
    if (call.term() == null || !call.single() || call.valued()) return false;
    Value self = call.results()[0];
    // Where nothing is recorded a change leaves the tensor's history as it is, and a new tensor would have none.
    if (self != null && !call.grad() && (self.requiresGrad() || changedWithGrad.contains(self.memory()))) return false;
    return self != null && self.equals(call.arguments()[0]) && self.isContiguous()
        && self.dtype() == call.term().compute() && !call.term().body().isTruth()
        && Boolean.TRUE.equals(isMadeByCall.get(self.memory())) && handles.getOrDefault(self.memory(), 0) == 1
        && call.changes().length <= 1;
  }
}
