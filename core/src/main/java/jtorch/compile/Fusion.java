package jtorch.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jtorch.DType;
import jtorch.compile.Graph.Call;
import jtorch.compile.Graph.Node;
import jtorch.compile.Graph.Value;
import jtorch.expr.BinaryOp;
import jtorch.expr.Expr;
import jtorch.expr.UnaryOp;
import jtorch.op.Elementwise;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// Makes one loop of element-wise calls that feed each other.
///
/// A call goes into the loop of those that read its result where these are in one loop, have its shape, and nobody else
/// wants the result. Gradients are put together from the gradients that the calls have by themselves, so they are the same
/// numbers in the same order, in one loop for each input.
///
/// Halves are rounded once, at the end of the loop, and not after each operator; what floats and doubles give is what
/// the single calls give, bit for bit.
final class Fusion {
  /// Functions that the loops of all backends compute in vectors.
  private static final Set<UnaryOp> UNARY = EnumSet.of(UnaryOp.NEG, UnaryOp.ABS, UnaryOp.SIGN, UnaryOp.SGN,
      UnaryOp.FLOOR, UnaryOp.CEIL, UnaryOp.ROUND, UnaryOp.TRUNC, UnaryOp.FRAC, UnaryOp.SQUARE, UnaryOp.SQRT,
      UnaryOp.RSQRT, UnaryOp.RECIPROCAL, UnaryOp.EXP, UnaryOp.EXPM1, UnaryOp.LOG, UnaryOp.LOG1P, UnaryOp.TANH,
      UnaryOp.SIGMOID, UnaryOp.REAL, UnaryOp.CONJ, UnaryOp.IS_NAN, UnaryOp.IS_INF, UnaryOp.IS_FINITE, UnaryOp.SIGNBIT);
  /// Those that they do so in single precision.
  private static final Set<UnaryOp> SINGLE_UNARY = EnumSet.of(UnaryOp.EXP2, UnaryOp.LOG2, UnaryOp.LOG10, UnaryOp.SIN,
      UnaryOp.COS, UnaryOp.TAN, UnaryOp.ERF);
  private static final Set<BinaryOp> BINARY = EnumSet.of(BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, BinaryOp.DIV,
      BinaryOp.MIN, BinaryOp.MAX, BinaryOp.FMIN, BinaryOp.FMAX, BinaryOp.COPYSIGN, BinaryOp.TRUNC_DIVIDE);
  private static final Set<BinaryOp> SINGLE_BINARY = EnumSet.of(BinaryOp.POW, BinaryOp.ATAN2);

  /// More operands than this and more work than that keep a loop from being compiled well.
  private static final int MOST_INPUTS = 10;
  private static final int MOST_WORK = 40;
  private static final int MOST_WORK_BACK = 64;
  private static final int FUNCTION_WORK = 8;

  private final Graph graph;
  private final List<Node> nodes;
  private final Map<Value, List<Integer>> readers = new HashMap<>();
  /// The node in whose loop a node is computed: itself where it has one.
  private final int[] rootOf;
  private final Map<Integer, Integer> work = new HashMap<>();
  private final Set<Value> wanted = new HashSet<>();
  private int fused;

  /// Operators that changed their argument before, by the result that they have now.
  private final Map<Value, Operator> changing;

  private Fusion(Graph graph, Map<Value, Operator> changing) {
    this.graph = graph;
    this.changing = changing;
    this.nodes = graph.nodes();
    this.rootOf = new int[nodes.size()];
  }

  /// The graph with fused calls, and how many calls became part of another.
  record Outcome(Graph graph, int fused, int dropped) {}

  static Outcome of(Graph graph) {
    InPlace.Outcome functional = InPlace.removed(graph);
    Graph alive = withoutDead(functional.graph());
    Fusion fusion = new Fusion(alive, functional.replaced());
    Graph result = fusion.run();
    return new Outcome(result, fusion.fused, graph.nodes().size() - alive.nodes().size());
  }

  // ---- what nobody wants -----------------------------------------------------------------------------------------

  /// Without element-wise calls, views and windows whose results nobody reads.
  private static Graph withoutDead(Graph graph) {
    var wanted = new HashSet<Value>(Arrays.asList(graph.outputs()));
    var kept = new ArrayList<Node>();
    for (Node node : graph.nodes().reversed()) {
      boolean pure = switch (node) {
        case Call call -> call.changes().length == 0 && !call.operator().isMutating()
            && (call.term() != null || call.operator().isView());
        case Graph.Argument argument -> false;
        default -> true;
      };
      if (pure && node.made().stream().noneMatch(wanted::contains)) continue;
      kept.add(node);
      if (node instanceof Call call) wanted.addAll(call.reads());
      if (node instanceof Graph.Window window) wanted.add(window.of());
    }
    return new Graph(List.copyOf(kept.reversed()), graph.outputs(), graph.values());
  }

  // ---- which calls share a loop ----------------------------------------------------------------------------------

  private Graph run() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof Call call) {
        for (Value v : call.reads()) readers.computeIfAbsent(v, k -> new ArrayList<>()).add(i);
      } else if (nodes.get(i) instanceof Graph.Window window) {
        readers.computeIfAbsent(window.of(), k -> new ArrayList<>()).add(i);
      }
    }
    wanted.addAll(Arrays.asList(graph.outputs()));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      rootOf[i] = i;
      if (!(nodes.get(i) instanceof Call call) || !isFusible(call)) continue;
      int root = rootOfReaders(call, i);
      if (root >= 0) rootOf[i] = root;
      work.merge(rootOf[i], work(call), Integer::sum);
    }
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) groups.computeIfAbsent(rootOf[i], k -> new ArrayList<>()).add(i);
    var result = new ArrayList<Node>();
    for (int i = 0; i < nodes.size(); i++) {
      if (rootOf[i] != i) continue;
      List<Integer> group = Objects.requireNonNull(groups.get(i));
      if (group.size() == 1) {
        result.add(changingAgain(nodes.get(i), i));
        continue;
      }
      Call fusedCall = new Group(group.stream().map(n -> (Call) nodes.get(n)).toList()).call();
      fused += group.size() - 1;
      result.add(fusedCall);
    }
    return new Graph(List.copyOf(result), graph.outputs(), graph.values());
  }

  /// A call that stayed alone goes back to changing its argument, where nobody reads that later, on the way back either.
  private Node changingAgain(Node node, int at) {
    if (!(node instanceof Call call) || call.results().length != 1) return node;
    Operator operator = changing.get(call.results()[0]);
    if (operator == null) return node;
    Value self = (Value) Objects.requireNonNull(call.arguments()[0]);
    boolean readLater = wanted.contains(self) || Objects.requireNonNull(readers.get(self)).stream()
        .anyMatch(reader -> rootOf[reader] > at || call.grad() && reader != at);
    return readLater ? node : new Call(operator, call.arguments(), call.results(), true, call.grad(),
        new int[] {self.memory()}, false, null);
  }

  private boolean isFusible(Call call) {
    Elementwise.Term term = call.term();
    if (term == null || call.operator().isMutating() || call.changes().length > 0 || !call.single()) return false;
    Value result = Objects.requireNonNull(call.results()[0]);
    if (result.dtype() != term.compute() && result.dtype() != DType.BOOL) return false;
    boolean floating = false;
    for (int i = 0; i < term.inputs().length; i++) {
      Value input = (Value) Objects.requireNonNull(call.arguments()[term.inputs()[i]]);
      floating |= input.dtype().isFloatingPoint();
      boolean gradient = call.grad() && input.dtype().isDifferentiable() && result.dtype().isDifferentiable();
      if (gradient && term.pullbacks()[i] == null) return false;
      if (gradient && !isCheap(Objects.requireNonNull(term.pullbacks()[i]), term.compute())) return false;
    }
    // Functions of integers alone have roundings of their own.
    return floating && isCheap(term.body(), term.compute());
  }

  private static boolean isCheap(Expr body, DType compute) {
    boolean single = compute != DType.FLOAT64;
    return body.subterms().stream().allMatch(e -> switch (e) {
      case Expr.Unary u -> UNARY.contains(u.op()) || single && SINGLE_UNARY.contains(u.op());
      case Expr.Binary b -> BINARY.contains(b.op()) || single && SINGLE_BINARY.contains(b.op());
      default -> true;
    });
  }

  private static int work(Call call) {
    int work = 0;
    for (Expr e : Objects.requireNonNull(call.term()).body().subterms()) {
      boolean function = e instanceof Expr.Unary u && (u.op().ordinal() >= UnaryOp.EXP.ordinal()
          && u.op().ordinal() <= UnaryOp.ERF.ordinal())
          || e instanceof Expr.Binary b && SINGLE_BINARY.contains(b.op());
      boolean leaf = e instanceof Expr.Input || e instanceof Expr.Parameter || e instanceof Expr.Constant;
      work += function ? FUNCTION_WORK : leaf ? 0 : 1;
    }
    return work;
  }

  /// The loop that all readers are in and that this call may join, or -1.
  private int rootOfReaders(Call call, int at) {
    Value result = Objects.requireNonNull(call.results()[0]);
    List<Integer> all = readers.get(result);
    if (all == null || wanted.contains(result)) return -1;
    int root = -1;
    for (int reader : all) {
      if (!(nodes.get(reader) instanceof Call other) || !isFusible(other)) return -1;
      if (root >= 0 && rootOf[reader] != root) return -1;
      root = rootOf[reader];
    }
    Call last = (Call) nodes.get(root);
    Value made = Objects.requireNonNull(last.results()[0]);
    if (!made.hasForm(result) || last.grad() != call.grad()
        || Objects.requireNonNull(last.term()).compute() != Objects.requireNonNull(call.term()).compute())
      return -1;
    if (work.getOrDefault(root, 0) + work(call) > MOST_WORK) return -1;
    for (Value read : call.reads()) {
      // What the gradient reads must not change later either: it is another tensor than the single calls keep.
      if (isChangedBetween(read.memory(), at, call.grad() ? nodes.size() : root)) return -1;
    }
    Set<Value> inputs = inputsOf(root, at);
    if (inputs.size() > MOST_INPUTS) return -1;
    // On the way back each input has a loop of its own, which may compute everything again.
    long loops = call.grad() ? inputs.stream().filter(Value::requiresGrad).count() : 0;
    return loops > 1 && loops * (work.getOrDefault(root, 0) + work(call)) > MOST_WORK_BACK ? -1 : root;
  }

  private boolean isChangedBetween(int memory, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (nodes.get(i) instanceof Call call) {
        for (int changed : call.changes()) {
          if (changed == memory) return true;
        }
      }
    }
    return false;
  }

  /// The values that a loop would read with one more call in it.
  private Set<Value> inputsOf(int root, int joining) {
    var inside = new HashSet<Value>();
    var reads = new HashSet<Value>();
    for (int i = joining; i <= root; i++) {
      if (i != joining && rootOf[i] != root) continue;
      Call call = (Call) nodes.get(i);
      reads.addAll(call.reads());
      inside.addAll(call.made());
    }
    reads.removeAll(inside);
    return reads;
  }

  // ---- one loop --------------------------------------------------------------------------------------------------

  /// Calls that become one; the last gives the result.
  private static final class Group {
    private final List<Call> calls;
    private final Call last;
    private final Map<Value, Integer> inputs = new LinkedHashMap<>();
    private final Map<Double, Integer> numbers = new LinkedHashMap<>();
    private final Map<Value, Expr> bodies = new HashMap<>();

    Group(List<Call> calls) {
      this.calls = calls;
      this.last = calls.getLast();
    }

    Call call() {
      for (Call call : calls) {
        Elementwise.Term term = Objects.requireNonNull(call.term());
        Expr body = put(term.body(), arguments(call), Map.of(), numbers(term));
        bodies.put(result(call), result(call).dtype() == DType.BOOL ? body.truth() : body.number());
      }
      Value result = result(last);
      Map<Integer, Expr> pullbacks = new HashMap<>();
      if (last.grad() && result.dtype().isDifferentiable()) inputs.forEach((value, index) -> {
        Expr gradient = value.dtype().isDifferentiable() ? pullback(value) : null;
        if (gradient != null) pullbacks.put(index, gradient);
      });
      DType compute = Objects.requireNonNull(last.term()).compute();
      Operator operator = Elementwise.fused(new Elementwise.Fusion(name(), inputs.size(), numbers.size(),
          Objects.requireNonNull(bodies.get(result)), compute, result.dtype(), result.strides(), pullbacks));
      @Nullable Object[] arguments = new @Nullable Object[inputs.size() + numbers.size()];
      inputs.forEach((value, index) -> arguments[index] = value);
      numbers.forEach((number, index) -> arguments[inputs.size() + index] = number);
      return new Call(operator, arguments, last.results(), true, last.grad(), new int[0], false, null);
    }

    private static Value result(Call call) {
      return Objects.requireNonNull(call.results()[0]);
    }

    private String name() {
      var text = new StringBuilder("fused");
      for (Call call : calls) {
        if (text.length() > 60) break;
        text.append('_').append(call.operator().schema().bareName());
      }
      return text.toString();
    }

    /// What the inputs of a call are in the loop.
    private Expr[] arguments(Call call) {
      int[] places = Objects.requireNonNull(call.term()).inputs();
      Expr[] all = new Expr[places.length];
      for (int i = 0; i < all.length; i++) all[i] = expression(argument(call, i));
      return all;
    }

    private static Value argument(Call call, int input) {
      int place = Objects.requireNonNull(call.term()).inputs()[input];
      return (Value) Objects.requireNonNull(call.arguments()[place]);
    }

    private Expr expression(Value value) {
      Expr inside = bodies.get(value);
      return inside != null ? inside : Expr.input(inputs.computeIfAbsent(value, v -> inputs.size()));
    }

    private Expr[] numbers(Elementwise.Term term) {
      Expr[] all = new Expr[term.numbers().length];
      for (int i = 0; i < all.length; i++)
        all[i] = Expr.parameter(numbers.computeIfAbsent(term.numbers()[i], n -> numbers.size()));
      return all;
    }

    /// An expression with other inputs and parameters.
    private static Expr put(Expr body, Expr[] inputs, Map<Integer, Expr> more, Expr[] numbers) {
      Map<Expr, Expr> places = new HashMap<>();
      for (int i = 0; i < inputs.length; i++) replace(places, i, inputs[i]);
      more.forEach((i, e) -> replace(places, i, e));
      for (int i = 0; i < numbers.length; i++) places.put(Expr.parameter(i), numbers[i]);
      return body.replace(places);
    }

    private static void replace(Map<Expr, Expr> places, int input, Expr by) {
      places.put(Expr.input(input), by);
      // A truth that is only asked whether it is true stays one.
      if (by.isTruth()) places.put(Expr.input(input).truth(), by);
    }

    /// The gradient of an input, from those of the calls in reverse order; null where no way leads to it.
    private @Nullable Expr pullback(Value input) {
      int n = inputs.size();
      Set<Value> onTheWay = new HashSet<>(Set.of(input));
      for (Call call : calls) {
        if (!result(call).dtype().isDifferentiable()) continue;
        for (int i = 0; i < Objects.requireNonNull(call.term()).inputs().length; i++) {
          if (onTheWay.contains(argument(call, i))) onTheWay.add(result(call));
        }
      }
      Map<Value, Expr> gradients = new HashMap<>();
      gradients.put(result(last), Expr.input(n + 1));
      for (Call call : calls.reversed()) {
        Expr gradient = gradients.get(result(call));
        if (gradient == null || !onTheWay.contains(result(call))) continue;
        Elementwise.Term term = Objects.requireNonNull(call.term());
        Expr value = call == last ? Expr.input(n) : Objects.requireNonNull(bodies.get(result(call)));
        for (int i = 0; i < term.inputs().length; i++) {
          Value argument = argument(call, i);
          if (!onTheWay.contains(argument)) continue;
          Expr rule = Objects.requireNonNull(term.pullbacks()[i]);
          int m = term.inputs().length;
          Expr part = put(rule, arguments(call), Map.of(m, value, m + 1, gradient), numbers(term));
          gradients.merge(argument, part, Group::sum);
        }
      }
      return gradients.get(input);
    }

    private static Expr sum(Expr before, Expr part) {
      Expr zero = Expr.constant(0);
      return before == zero ? part : part == zero ? before : before.add(part);
    }
  }
}
