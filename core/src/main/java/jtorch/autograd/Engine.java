package jtorch.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.memory.Allocator;
import jtorch.memory.Frame;
import org.jspecify.annotations.Nullable;

/// Walks the graph backwards: latest call first, each node once all its gradients are there. Without recursion, on the
/// calling thread.
///
/// Gradients on the way belong to the engine and go back to the allocator as soon as their node has run; what a node
/// kept is let go right after it.
public final class Engine {
  private final IdentityHashMap<GraphNode, Task> tasks = new IdentityHashMap<>();
  private final PriorityQueue<Task> ready =
      new PriorityQueue<>((a, b) -> Long.compare(b.node.sequence, a.node.sequence));
  private final boolean keepGraph;
  private final boolean createGraph;
  private final boolean checkNan;

  /// What is known of a node during one walk.
  private static final class Task {
    final GraphNode node;
    int waitingFor;
    @Nullable Tensor[] grads;
    /// Whether the node lies on a way to a tensor whose gradient was asked for.
    boolean needed = true;
    /// Indexes of asked-for gradients by output; null where none are.
    int @Nullable [] captures;

    Task(GraphNode node) {
      this.node = node;
      this.grads = new @Nullable Tensor[node.outputs()];
    }
  }

  private Engine(boolean keepGraph, boolean createGraph) {
    this.keepGraph = keepGraph;
    this.createGraph = createGraph;
    ThreadContext context = ThreadContext.current();
    this.checkNan = context.anomalyEnabled && context.anomalyCheckNan;
  }

  private static void refuseNan(GraphNode node, @Nullable Tensor[] made) {
    for (int i = 0; i < made.length; i++) {
      Tensor grad = made[i];
      if (grad == null || !grad.isnan().any().itemBoolean()) continue;
      throw new IllegalStateException(
          "Function '" + node.name() + "' returned nan values in its " + i + "th output.", node.origin);
    }
  }

  /// Adds the gradients of all leaves to their `grad`.
  public static void backward(Tensor[] roots, @Nullable Tensor[] rootGrads, boolean keepGraph, boolean createGraph) {
    new Engine(keepGraph, createGraph).run(roots, rootGrads, null);
  }

  /// The gradients of these inputs, null where none reaches one; no `grad` is touched.
  public static @Nullable Tensor[] grad(Tensor[] roots, @Nullable Tensor[] rootGrads, Tensor[] inputs,
      boolean keepGraph, boolean createGraph) {
    return new Engine(keepGraph, createGraph).run(roots, rootGrads, inputs);
  }

  private @Nullable Tensor[] run(Tensor[] roots, @Nullable Tensor[] rootGrads, Tensor @Nullable [] inputs) {
    @Nullable Tensor[] gradients = walk(roots, rootGrads, inputs);
    if (!keepGraph) Allocator.graphFreed();
    return gradients;
  }

  private @Nullable Tensor[] walk(Tensor[] roots, @Nullable Tensor[] rootGrads, Tensor @Nullable [] inputs) {
    ThreadContext.beside("backward() is called");
    ThreadContext context = ThreadContext.current();
    boolean before = context.gradEnabled;
    context.gradEnabled = createGraph;
    Frame frame = createGraph ? null : Frame.open();
    @Nullable Tensor[] captured = new @Nullable Tensor[inputs == null ? 0 : inputs.length];
    try {
      Edge[] starts = new Edge[roots.length];
      for (int i = 0; i < roots.length; i++) {
        Edge edge = Recording.edge(roots[i]);
        if (edge == null) throw new IllegalStateException(
            "element " + i + " of tensors does not require grad and does not have a grad_fn");
        starts[i] = edge;
      }
      ArrayList<Task> order = discover(starts);
      if (inputs != null) wanted(inputs, order);
      for (int i = 0; i < roots.length; i++) add(starts[i], seed(roots[i], rootGrads[i]));
      for (Edge start : starts) {
        Task task = task(start);
        if (task.waitingFor == 0 && !ready.contains(task)) ready.add(task);
      }
      for (Task task = ready.poll(); task != null; task = ready.poll()) step(task, captured, inputs != null);
      for (Tensor t : captured) {
        if (t != null) t.storage().expose();
      }
      return captured;
    } finally {
      for (Tensor t : captured) {
        if (t != null) t.storage().release();
      }
      for (Task task : tasks.values()) {
        for (Tensor grad : task.grads) {
          if (grad != null) grad.storage().release();
        }
      }
      if (frame != null) {
        for (Tensor t : captured) {
          if (t != null) frame.handOut(t.storage());
        }
        frame.end();
      }
      for (Tensor t : captured) {
        if (t != null) t.storage().release();
      }
      context.gradEnabled = before;
    }
  }

  private Tensor seed(Tensor root, @Nullable Tensor given) {
    if (given == null) {
      if (root.numel() != 1) throw new IllegalStateException(
          "grad can be implicitly created only for scalar outputs, not for " + root.describe());
      return root.onesLike();
    }
    if (!Arrays.equals(given.sizes(), root.sizes())) {
      throw new IllegalArgumentException("Mismatch in shape: grad_output[0] has a shape of "
          + Arrays.toString(given.sizes()) + " and output[0] has a shape of " + Arrays.toString(root.sizes()));
    }
    if (given.dtype().isComplex() && !root.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "For complex Tensors, both grad_output and output are required to have the same dtype: got " + given.dtype()
              + " and " + root.dtype());
    }
    return given;
  }

  /// All nodes that can be reached, counted by how many edges lead to each; a node stands before those it leads to
  /// only by sequence, so the list is in order of discovery.
  private ArrayList<Task> discover(Edge[] starts) {
    var order = new ArrayList<Task>();
    var stack = new ArrayDeque<GraphNode>();
    for (Edge start : starts) {
      if (tasks.containsKey(start.node())) continue;
      Task task = new Task(start.node());
      tasks.put(start.node(), task);
      order.add(task);
      stack.push(start.node());
    }
    while (!stack.isEmpty()) {
      GraphNode node = stack.pop();
      for (Edge edge : node.edges) {
        if (edge == null) continue;
        Task next = tasks.get(edge.node());
        if (next == null) {
          next = new Task(edge.node());
          tasks.put(edge.node(), next);
          order.add(next);
          stack.push(edge.node());
        }
        next.waitingFor++;
      }
    }
    return order;
  }

  /// Marks what lies on a way to an asked-for tensor.
  private void wanted(Tensor[] inputs, ArrayList<Task> order) {
    for (Task task : order) task.needed = false;
    var direct = new ArrayList<Task>();
    for (int i = 0; i < inputs.length; i++) {
      Edge edge = Recording.edge(inputs[i]);
      if (edge == null) throw new IllegalStateException("One of the differentiated Tensors does not require grad");
      Task task = tasks.get(edge.node());
      if (task == null) continue;
      int[] captures = task.captures;
      if (captures == null) {
        captures = new int[task.grads.length * inputs.length];
        Arrays.fill(captures, -1);
        task.captures = captures;
      }
      captures[edge.output() * inputs.length + i] = i;
      direct.add(task);
    }
    // From the earliest call to the latest: an edge leads to an earlier call, leaves first of all.
    var byCall = new ArrayList<>(order);
    byCall.sort((a, b) -> Long.compare(a.node.sequence == Long.MAX_VALUE ? -1 : a.node.sequence,
        b.node.sequence == Long.MAX_VALUE ? -1 : b.node.sequence));
    for (Task task : byCall) {
      boolean leads = false;
      for (Edge edge : task.node.edges) {
        if (edge == null) continue;
        Task next = task(edge);
        leads |= next.needed || next.captures != null;
      }
      task.needed = leads;
    }
  }

  private void step(Task task, @Nullable Tensor[] captured, boolean capturing) {
    GraphNode node = task.node;
    @Nullable Tensor[] grads = task.grads;
    if (node.hooks != null) runHooks(task);
    if (task.captures != null) {
      int inputs = captured.length;
      for (int o = 0; o < grads.length; o++) {
        for (int i = 0; i < inputs; i++) {
          Tensor grad = grads[o];
          if (task.captures[o * inputs + i] < 0 || grad == null) continue;
          grad.storage().hold();
          captured[i] = grad;
        }
      }
    }
    boolean leaf = node instanceof AccumulateGradient;
    boolean run = task.needed && !(leaf && capturing);
    boolean any = false;
    for (Tensor grad : grads) any |= grad != null;
    @Nullable Tensor[] made = new @Nullable Tensor[node.edges.length];
    if (run && any) {
      Frame frame = createGraph ? null : Frame.open();
      try {
        made = node.apply(grads.clone(), createGraph);
        if (checkNan) refuseNan(node, made);
        for (int i = 0; i < made.length; i++) {
          Edge edge = node.edges[i];
          Tensor grad = made[i];
          if (edge == null || grad == null) continue;
          add(edge, grad);
        }
      } finally {
        if (frame != null) frame.end();
      }
      if (!keepGraph) node.release();
    }
    for (int i = 0; i < grads.length; i++) {
      Tensor grad = grads[i];
      if (grad == null) continue;
      grads[i] = null;
      grad.storage().release();
    }
    for (Edge edge : node.edges) {
      if (edge == null) continue;
      Task next = task(edge);
      if (--next.waitingFor == 0) ready.add(next);
    }
  }

  private void runHooks(Task task) {
    for (GraphNode.Hook hook : List.copyOf(Objects.requireNonNull(task.node.hooks))) {
      Tensor grad = task.grads[hook.output()];
      if (grad == null) continue;
      // The hook may keep it.
      grad.storage().expose();
      Tensor replaced = hook.function().apply(grad);
      if (replaced == null || replaced == grad) continue;
      if (!Arrays.equals(replaced.sizes(), grad.sizes()))
        throw new IllegalStateException("hook '" + hook.function() + "' has changed the size of value");
      replaced.storage().hold();
      grad.storage().release();
      task.grads[hook.output()] = replaced;
    }
  }

  private Task task(Edge edge) {
    return Objects.requireNonNull(tasks.get(edge.node()));
  }

  private void add(Edge edge, Tensor grad) {
    Task task = task(edge);
    Tensor before = task.grads[edge.output()];
    Tensor sum = before == null ? grad : before.add(grad);
    sum.storage().hold();
    task.grads[edge.output()] = sum;
    if (before != null) before.storage().release();
  }
}
