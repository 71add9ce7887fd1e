package jtorch.autograd;

import java.util.List;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.Torch;
import jtorch.op.Check;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// Puts calls on the graph, and answers what a tensor knows of it.
public final class Recording {
  private Recording() {}

  static AutogradMeta meta(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    if (meta == null) {
      meta = new AutogradMeta();
      tensor.autogradMeta(meta);
    }
    return meta;
  }

  /// The node that made a tensor; made anew for a view whose base was changed in place since.
  public static @Nullable GraphNode node(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    if (meta == null) return null;
    Tensor base = meta.base;
    if (base != null && meta.viewVersion != tensor.storage().version()) {
      AutogradMeta baseMeta = base.autogradMeta();
      if (baseMeta != null && baseMeta.node instanceof SliceNode) {
        meta.node = new ViewNode(base, tensor);
        meta.output = 0;
      }
      meta.viewVersion = tensor.storage().version();
    }
    return meta.node;
  }

  /// Which of its node's results a tensor is.
  public static int outputNumber(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    return meta == null || node(tensor) == null ? 0 : meta.output;
  }

  public static boolean requiresGrad(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    return meta != null && (meta.requiresGrad || node(tensor) != null);
  }

  public static boolean anyRequiresGrad(@Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor t) {
        if (t.autogradMeta() != null && requiresGrad(t)) return true;
      } else if (argument instanceof Tensor[] all) {
        for (Tensor t : all) {
          if (t != null && requiresGrad(t)) return true;
        }
      }
    }
    return false;
  }

  static @Nullable Edge edge(Tensor tensor) {
    if (!requiresGrad(tensor)) return null;
    AutogradMeta meta = meta(tensor);
    GraphNode node = meta.node;
    if (node != null) return new Edge(node, meta.output);
    AccumulateGradient accumulator = meta.accumulator;
    if (accumulator == null) {
      accumulator = new AccumulateGradient(tensor);
      meta.accumulator = accumulator;
      for (var hook : meta.hooks) accumulator.addHook(0, hook);
    }
    return new Edge(accumulator, 0);
  }

  /// Puts a call on the graph.
  public static void record(Operator operator, List<Operator.Rule> rules, Operator.@Nullable Rule[] ruleOf,
      @Nullable Object[] arguments, @Nullable Object result) {
    if (result instanceof Tensor single) {
      if (!single.dtype().isDifferentiable()) return;
      OperatorNode node = node(operator, rules, ruleOf, arguments, new Tensor[] {single});
      if (node == null) return;
      AutogradMeta meta = meta(single);
      meta.node = node;
      meta.output = 0;
      meta.viewVersion = single.storage().version();
    } else if (result instanceof Tensor[] all) {
      OperatorNode node = node(operator, rules, ruleOf, arguments, all);
      if (node == null) return;
      for (int i = 0; i < all.length; i++) {
        if (all[i] == null || !all[i].dtype().isDifferentiable() || !operator.isDifferentiableResult(i)) continue;
        AutogradMeta meta = meta(all[i]);
        meta.node = node;
        meta.output = i;
        meta.viewVersion = all[i].storage().version();
      }
    }
  }

  /// Puts a call on the graph whose gradients are a function of Java's, which cannot be differentiated in turn.
  ///
  /// @param name how the node is called
  /// @param differentiable which results have gradients
  /// @param backward from the gradients of the results (null: none reached it) those of the inputs, null for none
  public static void record(String name, Tensor[] inputs, Tensor[] results, boolean[] differentiable,
      Function<@Nullable Tensor[], @Nullable Tensor[]> backward) {
    if (!ThreadContext.current().gradEnabled) return;
    var edges = new @Nullable Edge[inputs.length];
    boolean any = false;
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].dtype().isDifferentiable()) edges[i] = edge(inputs[i]);
      any |= edges[i] != null;
    }
    if (!any) return;
    var node = new FunctionNode(name, edges, results, backward);
    for (int i = 0; i < results.length; i++) {
      if (!differentiable[i]) continue;
      AutogradMeta meta = meta(results[i]);
      meta.node = node;
      meta.output = i;
      meta.viewVersion = results[i].storage().version();
    }
  }

  private static @Nullable OperatorNode node(Operator operator, List<Operator.Rule> rules,
      Operator.@Nullable Rule[] ruleOf, @Nullable Object[] arguments, Tensor[] results) {
    int n = arguments.length;
    var kept = new @Nullable Object[n];
    int[] edgeOf = new int[n];
    int edgeCount = 0;
    for (int i = 0; i < n; i++) {
      Object argument = arguments[i];
      edgeOf[i] = -1;
      if (argument instanceof Tensor t) {
        kept[i] = new Input(t);
        edgeOf[i] = edgeCount++;
      } else if (argument instanceof Tensor[] all) {
        Input[] list = new Input[all.length];
        for (int j = 0; j < all.length; j++) {
          if (all[j] != null) list[j] = new Input(all[j]);
        }
        kept[i] = list;
        edgeOf[i] = edgeCount;
        edgeCount += all.length;
      } else {
        kept[i] = argument;
      }
    }
    var edges = new @Nullable Edge[edgeCount];
    boolean any = false;
    boolean keepResults = false;
    for (int i = 0; i < n; i++) {
      if (edgeOf[i] < 0) continue;
      boolean needed = false;
      if (arguments[i] instanceof Tensor t) {
        if (t.dtype().isDifferentiable()) {
          Edge edge = edge(t);
          needed = edge != null;
          if (ruleOf[i] != null) edges[edgeOf[i]] = edge;
        }
      } else if (arguments[i] instanceof Tensor[] all) {
        for (int j = 0; j < all.length; j++) {
          if (all[j] == null || !all[j].dtype().isDifferentiable()) continue;
          Edge edge = edge(all[j]);
          needed |= edge != null;
          if (ruleOf[i] != null) edges[edgeOf[i] + j] = edge;
        }
      }
      if (!needed) continue;
      Operator.Rule rule = ruleOf[i];
      if (rule == null) continue;
      any = true;
      keepResults |= rule.keepsResults();
      for (int k : rule.keeps()) {
        if (arguments[k] instanceof Tensor t) ((Input) kept[k]).keep(t);
        else if (arguments[k] instanceof Tensor[] all) {
          for (int j = 0; j < all.length; j++) {
            if (all[j] != null) ((Input[]) kept[k])[j].keep(all[j]);
          }
        }
      }
    }
    if (!any) {
      for (int i = 0; i < n; i++) {
        if (arguments[i] instanceof Tensor t && t.dtype().isDifferentiable() && requiresGrad(t)
            && !operator.hasExplicitGradient() && operator.elementwise() == null) {
          throw new UnsupportedOperationException(
              "the derivative of " + operator.schema().bareName() + " is not implemented");
        }
      }
      return null;
    }
    Input[] made = new Input[results.length];
    for (int i = 0; i < results.length; i++) {
      made[i] = new Input(results[i]);
      if (keepResults) made[i].keep(results[i]);
    }
    return new OperatorNode(operator, rules, kept, made, edges, edgeOf);
  }

  /// Notes that a tensor is a view, so that changing either in place is seen by the other's graph.
  public static void linkView(Tensor view, Tensor of) {
    AutogradMeta ofMeta = of.autogradMeta();
    AutogradMeta meta = meta(view);
    meta.base = ofMeta != null && ofMeta.base != null ? ofMeta.base : of;
    meta.viewVersion = view.storage().version();
  }

  // ---- in place --------------------------------------------------------------------------------------------------

  /// @throws IllegalStateException if a leaf that requires a gradient would be overwritten
  public static void checkInPlace(Operator operator, Tensor self, boolean record) {
    if (self.hasInternalOverlap()) {
      throw new IllegalStateException(operator.schema().bareName()
          + ": unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.");
    }
    if (!ThreadContext.current().gradEnabled) return;
    AutogradMeta meta = self.autogradMeta();
    if (meta == null) return;
    if (meta.requiresGrad && node(self) == null) throw new IllegalStateException(
        operator.schema().bareName() + ": a leaf Variable that requires grad is being used in an in-place operation.");
    Tensor base = meta.base;
    if (base != null) {
      AutogradMeta baseMeta = base.autogradMeta();
      if (baseMeta != null && baseMeta.requiresGrad && baseMeta.node == null) {
        throw new IllegalStateException(operator.schema().bareName()
            + ": a view of a leaf Variable that requires grad is being used in an in-place operation.");
      }
    }
  }

  /// Whether a needed rule reads the first argument, which the in-place form overwrites.
  public static boolean needsOldSelf(List<Operator.Rule> rules, @Nullable Object[] arguments) {
    for (Operator.Rule rule : rules) {
      boolean needed = false;
      for (int a : rule.arguments()) needed |= arguments[a] instanceof Tensor t && requiresGrad(t);
      if (!needed) continue;
      for (int k : rule.keeps()) {
        if (k == 0) return true;
      }
    }
    return false;
  }

  /// A copy of the values that stands in the same place of the graph.
  public static Tensor copyForGraph(Tensor self) {
    Tensor copy;
    try (var off = Torch.noGrad()) {
      copy = self.clone();
    }
    AutogradMeta old = self.autogradMeta();
    if (old != null && requiresGrad(self)) {
      AutogradMeta meta = meta(copy);
      meta.node = old.node;
      meta.output = old.output;
      meta.requiresGrad = old.requiresGrad;
      meta.accumulator = old.accumulator;
      meta.viewVersion = copy.storage().version();
    }
    return copy;
  }

  /// Puts an in-place call on the graph: the tensor's history goes on from it, and its base's too if it is a view.
  public static void recordInPlace(Operator operator, List<Operator.Rule> rules, Operator.@Nullable Rule[] ruleOf,
      @Nullable Object[] arguments, Tensor self) {
    AutogradMeta meta = meta(self);
    Tensor base = meta.base;
    OperatorNode node = node(operator, rules, ruleOf, arguments, new Tensor[] {self});
    if (node == null) return;
    int version = self.storage().version();
    if (base != null) {
      Edge baseEdge = edge(base);
      AutogradMeta baseMeta = meta(base);
      baseMeta.node = new SliceNode(base, self, node, baseEdge);
      baseMeta.output = 0;
      baseMeta.viewVersion = version;
      meta.node = new ViewNode(base, self);
    } else {
      meta.node = node;
    }
    meta.output = 0;
    meta.viewVersion = version;
  }

  /// Makes a tensor the view that was made of it: its form, and its place in the graph.
  public static void become(Tensor self, Tensor view) {
    self.restride(view.sizes(), view.strides(), view.storageOffset());
    AutogradMeta of = view.autogradMeta();
    if (of == null || of.node == null) return;
    AutogradMeta meta = meta(self);
    meta.node = of.node;
    meta.output = of.output;
    meta.viewVersion = self.storage().version();
  }

  /// Another handle on a tensor, with its place on the graph: whatever happens to one on the graph happens to both.
  public static Tensor twin(Tensor tensor) {
    AutogradMeta meta = meta(tensor);
    // A leaf's gradient goes to the tensor that users hold.
    if (meta.node == null) edge(tensor);
    Tensor twin = tensor.detach();
    twin.autogradMeta(meta);
    return twin;
  }

  // ---- what users ask --------------------------------------------------------------------------------------------

  /// A leaf's gradient as users see it.
  public static @Nullable Tensor grad(Tensor tensor) {
    ThreadContext.beside("a tensor is asked for its grad");
    AutogradMeta meta = tensor.autogradMeta();
    if (meta == null || meta.grad == null) return null;
    meta.grad.storage().expose();
    return meta.grad;
  }

  /// A leaf's gradient for code of the framework that does not keep it.
  public static @Nullable Tensor gradInternal(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    return meta == null ? null : meta.grad;
  }

  public static void setGrad(Tensor tensor, @Nullable Tensor grad) {
    ThreadContext.beside("a grad is replaced");
    AutogradMeta meta = meta(tensor);
    Tensor before = meta.grad;
    if (before == grad) return;
    if (grad != null) grad.storage().hold();
    meta.grad = grad;
    if (before != null) before.storage().release();
  }

  public static void setRequiresGrad(Tensor tensor, boolean requires) {
    ThreadContext.beside("requiresGrad(...) is changed");
    if (!requires && tensor.autogradMeta() == null) return;
    if (node(tensor) != null) {
      if (requires) return;
      throw new IllegalStateException(
          "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use detach().");
    }
    if (requires && !tensor.dtype().isDifferentiable()) throw new IllegalArgumentException(
        "only Tensors of floating point and complex dtype can require gradients, not " + tensor.dtype());
    meta(tensor).requiresGrad = requires;
  }

  public static void retainGrad(Tensor tensor) {
    ThreadContext.beside("retainGrad() is called");
    if (!requiresGrad(tensor))
      throw new IllegalStateException("can't retain_grad on Tensor that has requires_grad=False");
    AutogradMeta meta = meta(tensor);
    GraphNode node = node(tensor);
    if (node == null || meta.retainsGrad) return;
    meta.retainsGrad = true;
    node.addHook(meta.output, grad -> {
      Tensor before = meta.grad;
      grad.storage().expose();
      setGrad(tensor, before == null ? grad : before.add(grad));
      return null;
    });
  }

  public static boolean retainsGrad(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    return meta != null && meta.retainsGrad;
  }

  /// Lets a function see, and maybe replace, the gradient of a tensor.
  public static void registerHook(Tensor tensor, java.util.function.Function<Tensor, @Nullable Tensor> hook) {
    ThreadContext.beside("a hook is registered");
    if (!requiresGrad(tensor))
      throw new IllegalStateException("cannot register a hook on a tensor that doesn't require gradient");
    AutogradMeta meta = meta(tensor);
    GraphNode node = node(tensor);
    if (node != null) node.addHook(meta.output, hook);
    else {
      meta.hooks.add(hook);
      if (meta.accumulator != null) meta.accumulator.addHook(0, hook);
    }
  }

  /// Tells a function when a leaf's gradient has arrived.
  public static void afterGradient(Tensor tensor, java.util.function.Consumer<Tensor> hook) {
    ThreadContext.beside("a hook is registered");
    if (!requiresGrad(tensor))
      throw new IllegalStateException("cannot register a hook on a tensor that doesn't require gradient");
    if (node(tensor) != null)
      throw new IllegalStateException("post accumulate grad hooks cannot be registered on non-leaf tensors");
    AutogradMeta meta = meta(tensor);
    if (meta.afterGradient == null) meta.afterGradient = new java.util.ArrayList<>(1);
    meta.afterGradient.add(hook);
  }

  /// The dtype that a leaf's gradient must have; null for any.
  public static @Nullable DType gradDType(Tensor tensor) {
    checkLeaf(tensor);
    AutogradMeta meta = tensor.autogradMeta();
    return meta == null ? tensor.dtype() : meta.anyGradDType ? null : meta.gradDType == null ? tensor.dtype()
        : meta.gradDType;
  }

  public static void setGradDType(Tensor tensor, @Nullable DType dtype) {
    ThreadContext.beside("gradDtype(...) is changed");
    checkLeaf(tensor);
    AutogradMeta meta = meta(tensor);
    meta.anyGradDType = dtype == null;
    meta.gradDType = dtype == tensor.dtype() ? null : dtype;
  }

  private static void checkLeaf(Tensor tensor) {
    if (node(tensor) != null) throw new IllegalStateException("grad_dtype can only be accessed on leaf tensors.");
  }

  public static @Nullable Tensor base(Tensor tensor) {
    AutogradMeta meta = tensor.autogradMeta();
    return meta == null ? null : meta.base;
  }

  static DType dtype(Tensor tensor) {
    return tensor.dtype();
  }

  static IllegalStateException inPlaceFailure(Operator operator, String reason) {
    return new IllegalStateException(Check.of(operator).because(reason).failure().getMessage());
  }
}
