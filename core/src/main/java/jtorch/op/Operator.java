package jtorch.op;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import jtorch.Device;
import jtorch.NestedTensor;
import jtorch.Placement;
import jtorch.QuantizedTensor;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.Torch;
import jtorch.autograd.Backward;
import jtorch.autograd.Recording;
import jtorch.expr.Expr;
import jtorch.memory.Frame;
import jtorch.memory.Storage;
import jtorch.spi.Backends;
import jtorch.spi.Interceptor;
import jtorch.spi.Kernel;
import jtorch.spi.Watchers;
import org.jspecify.annotations.Nullable;

/// An operator as data, and the one gate that all calls pass.
///
/// A declaration says everything about an operator: its ATen schema, how the results look ([#shape]), how it is computed
/// (an element-wise expression, a kernel of the backend, a composition of other operators, a view) and its gradient. The same
/// object serves the facade, the conformance runner, tracers and the documentation.
///
/// The way of a call: [#call] asks for interceptors, computes the result, and puts one node on the graph if a gradient
/// is needed.
public final class Operator {
  /// Computes an operator from others, or makes a view.
  @FunctionalInterface
  public interface Composition {
    Object apply(Call call);
  }

  /// The gradient for one argument, null for none.
  @FunctionalInterface
  public interface Gradient {
    @Nullable Tensor apply(Backward back);
  }

  /// The gradients for several arguments at once, in the order of the declaration; null for none.
  @FunctionalInterface
  public interface Gradients {
    @Nullable Tensor[] apply(Backward back);
  }

  /// A gradient rule: for which arguments, and what the node keeps for it.
  ///
  /// @param arguments indexes of the arguments that it gives gradients for
  /// @param keeps indexes of the argument tensors that it reads
  /// @param keepsResults whether it reads results
  public record Rule(int[] arguments, Gradients gradients, int[] keeps, boolean keepsResults) {}

  /// Among the names that a gradient keeps: the operator's results.
  public static final String RESULT = "result";

  private final Schema schema;
  private final String[] names;
  private @Nullable Consumer<Call> shapeRule;
  private @Nullable String kernelName;
  private final @Nullable Kernel[] kernels = new @Nullable Kernel[Device.Type.values().length];
  private final boolean[] kernelLookedUp = new boolean[Device.Type.values().length];
  /// Whether the kernel changes a copy of the first argument.
  private boolean updates;
  private @Nullable Composition composition;
  private @Nullable Elementwise elementwise;
  private final List<Rule> rules = new ArrayList<>();
  private @Nullable Rule[] ruleOf;
  private boolean view;
  private boolean undifferentiable;
  private boolean anyQuantization;
  private boolean anyNested;
  private @Nullable Function<Call, String> noGradient;
  private int[] undifferentiableResults = {};
  private @Nullable Operator inPlaceForm;
  private @Nullable Consumer<Call> overwriting;
  /// The functional operator that this in-place form belongs to.
  private @Nullable Operator functional;
  /// How calls with sparse tensors among the arguments are computed: another declaration with the same schema, this
  /// one itself, or null.
  private @Nullable Operator sparseForm;
  private final boolean mutates;
  private final BitSet written = new BitSet(0);
  private final BitSet anywhere = new BitSet(0);

  private Operator(Schema schema, boolean registered) {
    this.schema = schema;
    this.names = schema.arguments().stream().map(a -> a.name().intern()).toArray(String[]::new);
    this.ruleOf = new @Nullable Rule[names.length];
    this.mutates = schema.arguments().stream().anyMatch(Schema.Argument::mutated);
    if (registered) Operators.register(this);
  }

  // ---- declaration -----------------------------------------------------------------------------------------------

  /// Declares an operator by its ATen schema; what follows is chained.
  public static Operator declare(String schema) {
    return new Operator(Schema.parse(schema), true);
  }

  /// An operator of the framework's own that no registry lists: the derivative of an element-wise one.
  static Operator internal(Schema schema) {
    return new Operator(schema, false);
  }

  /// How the results look: the rule calls [Call#result] for each, after checking the arguments.
  public Operator shape(Consumer<Call> rule) {
    shapeRule = rule;
    return this;
  }

  /// The name under which backends may have a kernel: a faster way to the value of the composition, where there is one.
  public Operator kernel(String name) {
    kernelName = name;
    return this;
  }

  /// The name of a kernel that goes on with its first argument's values: its result starts as a copy of them, and in
  /// place it is that argument itself. The kernel checks everything before it writes.
  public Operator update(String name) {
    kernelName = name;
    updates = true;
    return this;
  }

  /// The call changes these tensors, though its schema does not say so: running statistics.
  public Operator writing(String... names) {
    for (String name : names) written.set(schema.index(name));
    return this;
  }

  /// These tensors may lie on the CPU where the others do not: indices.
  public Operator fromAnywhere(String... names) {
    for (String name : names) anywhere.set(schema.index(name));
    return this;
  }

  /// How it is computed from other operators: always right, on any backend.
  public Operator composition(Composition rule) {
    composition = rule;
    return this;
  }

  /// An operator whose result shares the memory of its first argument.
  public Operator view(Composition rule) {
    composition = rule;
    view = true;
    return this;
  }

  Operator elementwise(Elementwise rule) {
    elementwise = rule;
    return this;
  }

  /// The derivative that the in-place form uses, in terms of the result (the input after the last) and the parameters
  /// alone: so it needs no copy of what it overwrites.
  public Operator slopeInPlace(int input, Expr derivative) {
    way().derivativeInPlace(input, derivative);
    return this;
  }

  private Elementwise way() {
    if (elementwise == null) throw new IllegalStateException(schema.qualifiedName() + " is not element-wise");
    return elementwise;
  }

  /// Another expression of an element-wise operator, for calls whose arguments satisfy a condition: bools, a parameter
  /// of one. The first condition that holds counts. Slopes are as those of [#slope], from the first input on.
  public Operator when(Predicate<@Nullable Object[]> condition, Elementwise.Types types, Expr body, Expr... slopes) {
    way().variant(this, condition, types, body, slopes);
    return this;
  }

  /// With half tensors, numbers among the operands are used as they are, where other operators round them to the halves'
  /// precision first. Follows the last [#when].
  Operator exactNumbers() {
    way().keepNumbers();
    return this;
  }

  /// Calls of an element-wise operator that are errors, with PyTorch's words.
  public Operator refuse(Predicate<@Nullable Object[]> condition, String reason) {
    way().refusal(condition, reason);
    return this;
  }

  /// The derivative of an element-wise operator by an input, where it differs from the symbolic one or is shorter in
  /// terms of the result, which is the input after the last.
  public Operator slope(int input, Expr derivative) {
    way().derivative(input, derivative);
    return this;
  }

  /// Declares how calls with sparse tensors among the arguments are computed: gives a declaration with the same schema to
  /// be chained, with a composition and gradients of its own.
  public Operator sparse() {
    Operator form = internal(schema);
    form.sparseForm = form;
    sparseForm = form;
    return form;
  }

  /// This declaration takes quantized tensors.
  public Operator anyQuantization() {
    anyQuantization = true;
    return this;
  }

  /// This declaration takes nested tensors.
  public Operator anyNested() {
    anyNested = true;
    return this;
  }

  /// This declaration takes tensors of any layout.
  public Operator anyLayout() {
    sparseForm = this;
    return this;
  }

  /// The gradient for an argument, and the tensors it reads (names of arguments, or [#RESULT]).
  public Operator gradient(String argument, Gradient rule, String... keeps) {
    return rule(new int[] {schema.index(argument)}, back -> new @Nullable Tensor[] {rule.apply(back)}, keeps);
  }

  /// The gradients for several arguments in one go.
  public Operator gradients(String[] arguments, Gradients rule, String... keeps) {
    return rule(Arrays.stream(arguments).mapToInt(schema::index).toArray(), rule, keeps);
  }

  private Operator rule(int[] arguments, Gradients gradients, String... keeps) {
    boolean results = false;
    int[] kept = new int[keeps.length];
    int count = 0;
    for (String keep : keeps) {
      if (keep.equals(RESULT)) results = true;
      else kept[count++] = schema.index(keep);
    }
    Rule rule = new Rule(arguments, gradients, Arrays.copyOf(kept, count), results);
    rules.add(rule);
    for (int argument : arguments) ruleOf[argument] = rule;
    return this;
  }

  /// Has no gradient in PyTorch either: results never ask for one.
  public Operator notDifferentiable() {
    undifferentiable = true;
    return this;
  }

  /// These results never ask for a gradient.
  public Operator notDifferentiable(int... results) {
    undifferentiableResults = results;
    return this;
  }

  /// Also declares the form that writes into its first argument: `add_`.
  public Operator inPlace() {
    String text = schema.text();
    int open = text.indexOf('(');
    int dot = text.indexOf('.');
    int end = dot >= 0 && dot < open ? dot : open;
    String first = "Tensor " + names[0];
    String inPlaceText = text.substring(0, end) + "_" + text.substring(end, open)
        + text.substring(open, text.indexOf("->")).replaceFirst("\\b" + first, "Tensor(a!) " + names[0])
        + "-> Tensor(a!)";
    Operator form = declare(inPlaceText);
    form.functional = this;
    inPlaceForm = form;
    return this;
  }

  /// As [#inPlace], with a way of its own to change the first argument.
  public Operator inPlace(Consumer<Call> way) {
    inPlace();
    overwriting = way;
    return this;
  }

  /// Makes this the form that writes into the first argument of an operator with the same arguments and another name.
  public Operator inPlaceOf(Operator base) {
    functional = base;
    base.inPlaceForm = this;
    return this;
  }

  // ---- facts -----------------------------------------------------------------------------------------------------

  public Schema schema() {
    return schema;
  }

  /// The in-place form declared by [#inPlace].
  public Operator mutating() {
    if (inPlaceForm == null) throw new IllegalStateException(schema.qualifiedName() + " has no in-place form");
    return inPlaceForm;
  }

  /// The operator that this one writes the result of into its first argument; null where it is not such a form.
  public @Nullable Operator functional() {
    return functional;
  }

  public @Nullable Elementwise elementwise() {
    return elementwise;
  }

  /// What a call computes for one element, in place or not; null where that is not all there is to it.
  public Elementwise.@Nullable Term term(@Nullable Object[] arguments) {
    Operator base = functional == null ? this : functional;
    if (base.elementwise == null || !base.rules.isEmpty() || base.undifferentiable) return null;
    return base.elementwise.variant(base, arguments).term(base, arguments);
  }

  public boolean isView() {
    return view;
  }

  /// Whether it writes into an argument.
  public boolean isMutating() {
    return mutates;
  }

  public boolean hasExplicitGradient() {
    return !rules.isEmpty();
  }

  public List<Rule> rules() {
    return rules;
  }

  public boolean isDifferentiableResult(int index) {
    for (int i : undifferentiableResults) {
      if (i == index) return false;
    }
    return true;
  }

  int argumentIndex(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i] == name) return i;
    }
    return schema.index(name);
  }

  /// Whether a call changes that argument.
  boolean writes(int argument) {
    return written.get(argument) || schema.arguments().get(argument).mutated();
  }

  /// Whether that argument may lie on the CPU where the others do not.
  boolean takesFromHost(int argument) {
    return anywhere.get(argument) || functional != null && functional.anywhere.get(argument);
  }

  /// The index of an argument, for rules that know it by name.
  public int indexOf(String argument) {
    return argumentIndex(argument);
  }

  // ---- the gate --------------------------------------------------------------------------------------------------

  /// Calls with all arguments given, in the forms that [Call] names; the way of the typed facade.
  public Object call(@Nullable Object... arguments) {
    ThreadContext context = ThreadContext.current();
    Interceptor interceptor = context.interceptor;
    if (interceptor != null) return interceptor.call(this, arguments);
    return run(context, arguments);
  }

  /// Calls an operator with one tensor result.
  public Tensor tensor(@Nullable Object... arguments) {
    return (Tensor) call(arguments);
  }

  /// Calls an operator with several tensor results.
  public Tensor[] tensors(@Nullable Object... arguments) {
    return (Tensor[]) call(arguments);
  }

  /// Calls with arguments as they come: fewer than the schema has, integers of any width, single values for lists.
  /// Each is checked against the schema's type first.
  ///
  /// @throws IllegalArgumentException naming the argument that does not fit
  public Object invoke(@Nullable Object... arguments) {
    return call(Arguments.bind(this, arguments));
  }

  /// Computes into a tensor, which gets the result's shape. Its memory is written to at once where it fits the result.
  ///
  /// @return `out`; or the result, where that is a view of an argument
  /// @throws UnsupportedOperationException for an operator without one new tensor as its result
  /// @throws IllegalArgumentException if a gradient is wanted, or the result's dtype cannot become that of `out`
  Tensor into(Tensor out, @Nullable Object[] arguments) {
    if (functional != null || !schema.givesOneTensor())
      throw Check.of(this).because("out: only a call that makes one new tensor has a place for it").unsupported();
    ThreadContext context = ThreadContext.current();
    if (context.gradEnabled && (out.requiresGrad() || Recording.anyRequiresGrad(arguments))) throw Check.of(this)
        .because(
            "%s(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.",
            schema.bareName())
        .failure();
    if (out.getClass() != Tensor.class)
      throw Check.of(this).because("out: %s is no plain tensor", out.describe()).unsupported();
    Recording.checkInPlace(this, out, false);
    boolean before = context.gradEnabled;
    context.gradEnabled = false;
    Frame frame = Frame.open();
    try {
      Tensor value = (Tensor) made(context, out, arguments);
      if (value != out) {
        if (Call.sharesStorage(arguments, value)) {
          frame.handOut(value.storage());
          return value;
        }
        Elementwise.checkCast(this, value.dtype(), out.dtype());
        if (!Arrays.equals(value.sizes(), out.sizes())) out.resize_(value.sizes());
        Copying.write(value, out);
      }
      out.storage().bumpVersion();
    } finally {
      frame.end();
      context.gradEnabled = before;
    }
    Reference.reachabilityFence(arguments);
    return out;
  }

  private static boolean isPlain(@Nullable Object argument) {
    if (argument instanceof Tensor[] all) return Arrays.stream(all).allMatch(Operator::isPlain);
    return !(argument instanceof SparseTensor || argument instanceof QuantizedTensor
        || argument instanceof NestedTensor);
  }

  /// The result, which is `out` where the way to compute it can write there.
  private Object made(ThreadContext context, Tensor out, @Nullable Object[] arguments) {
    boolean here = !Placement.matters()
        || out.device().isHost() && DeviceArguments.of(arguments, Placement.current()).isHost();
    boolean plain = here && Arrays.stream(arguments).allMatch(Operator::isPlain);
    if (plain && elementwise != null) {
      Elementwise way = elementwise.variant(this, arguments);
      if (way.fits(arguments, out)) return way.run(this, arguments, out);
    }
    Kernel kernel = plain && elementwise == null && !updates ? kernel() : null;
    return kernel != null ? computed(kernel, arguments, out) : run(context, arguments);
  }

  /// Runs the operator for the interceptor that caught the call; calls it makes are intercepted no more.
  public Object proceed(@Nullable Object[] arguments) {
    ThreadContext context = ThreadContext.current();
    Interceptor interceptor = context.interceptor;
    context.interceptor = null;
    try {
      return run(context, arguments);
    } finally {
      context.interceptor = interceptor;
    }
  }

  /// Views keep what integers stand for, and what is made of other operators alone leaves it to them.
  private boolean takesQuantized() {
    return anyQuantization || view
        || composition != null && kernelName == null && functional == null && elementwise == null && rules.isEmpty();
  }

  /// As [#proceed], but an operator that is nothing but a composition of others has them intercepted in turn.
  public Object proceedInside(@Nullable Object[] arguments) {
    boolean transparent = composition != null && kernelName == null && !view && functional == null && rules.isEmpty();
    return transparent ? run(ThreadContext.current(), arguments) : proceed(arguments);
  }

  private Object run(ThreadContext context, @Nullable Object[] arguments) {
    return Watchers.areThere() ? runWatched(context, arguments) : runUnwatched(context, arguments);
  }

  /// Profilers are told of the call.
  private Object runWatched(ThreadContext context, @Nullable Object[] arguments) {
    Device device = Placement.matters() ? DeviceArguments.of(arguments, Placement.current()) : Device.CPU;
    try (var watched = Watchers.begin(schema.name(), device, arguments)) {
      return runUnwatched(context, arguments);
    }
  }

  private Object runUnwatched(ThreadContext context, @Nullable Object[] arguments) {
    return Placement.matters() ? runPlaced(context, arguments) : runHere(context, arguments);
  }

  /// Where the tensors are is where a call runs, and where what it makes for itself goes.
  private Object runPlaced(ThreadContext context, @Nullable Object[] arguments) {
    Device before = context.device;
    Device device = DeviceArguments.of(arguments, Placement.current());
    context.device = device;
    try {
      Operator base = functional == null ? this : functional;
      boolean alone = base.elementwise != null || base.kernelName != null;
      return runHere(context, alone ? DeviceArguments.gathered(this, arguments, device) : arguments);
    } finally {
      context.device = before;
    }
  }

  private Object runHere(ThreadContext context, @Nullable Object[] arguments) {
    if (NestedTensor.areThere() && !anyNested) NestedTensor.refuse(this, arguments);
    if (QuantizedTensor.areThere() && !takesQuantized()) QuantizedTensor.refuse(this, arguments);
    if (SparseTensor.areThere() && SparseTensor.isAmong(arguments)) {
      Operator form = functional != null ? functional.forSparse(arguments) : forSparse(arguments);
      if (functional != null) return runInPlace(context, form, arguments);
      if (form != this) return form.run(context, arguments);
    }
    if (functional != null) return runInPlace(context, functional, arguments);
    boolean record = context.gradEnabled && !undifferentiable && Recording.anyRequiresGrad(arguments);
    Object result;
    if (elementwise != null) {
      Elementwise way = elementwise.variant(this, arguments);
      result = way.run(this, arguments, null);
      if (record && ((Tensor) result).dtype().isDifferentiable())
        Recording.record(this, rules.isEmpty() ? way.rulesFor(this, arguments, false) : rules,
            rules.isEmpty() ? way.ruleOf(this, arguments, false) : ruleOf, arguments, result);
    } else if (view) {
      result = Objects.requireNonNull(composition).apply(new Call(this, arguments));
      if (result instanceof Tensor t) viewOf(context, t, arguments, record);
      else {
        for (Tensor t : (Tensor[]) result) linkView(context, t, arguments);
        if (record) Recording.record(this, rules, ruleOf, arguments, result);
      }
    } else if (rules.isEmpty() && (kernelName == null || record && composition != null)) {
      // Without rules of its own it is differentiated through what it is made of; a fused kernel never loses the gradient.
      result = composed(arguments);
    } else {
      boolean before = context.gradEnabled;
      context.gradEnabled = false;
      try {
        Kernel kernel = kernel();
        result = kernel != null ? computed(kernel, arguments, null) : composed(arguments);
      } finally {
        context.gradEnabled = before;
      }
      if (record) Recording.record(this, rules, ruleOf, arguments, result);
    }
    // The arguments' memory is read by address: they must not be collected before the kernel is done.
    Reference.reachabilityFence(arguments);
    return result;
  }

  /// The declaration for a call with sparse tensors. What is made of other operators alone needs none of its own.
  private Operator forSparse(@Nullable Object[] arguments) {
    if (sparseForm == null) Operators.load();
    if (sparseForm != null) return sparseForm;
    if (composition != null && kernelName == null && !view && rules.isEmpty()) return this;
    throw Check.of(this).because("not there for layouts %s", SparseTensor.layouts(arguments))
        .hint("toDense() gives all elements").unsupported();
  }

  private void viewOf(ThreadContext context, Tensor made, @Nullable Object[] arguments, boolean record) {
    if (made == arguments[0]) return;
    linkView(context, made, arguments);
    if (record) Recording.record(this, rules, ruleOf, arguments, made);
  }

  private static void linkView(ThreadContext context, Tensor made, @Nullable Object[] arguments) {
    if (context.gradEnabled) Recording.linkView(made, self(arguments));
  }

  private static Tensor self(@Nullable Object[] arguments) {
    return (Tensor) Objects.requireNonNull(arguments[0]);
  }

  private Object computed(Kernel kernel, @Nullable Object[] arguments, @Nullable Tensor out) {
    Call call = new Call(this, arguments, updates ? null : out);
    if (shapeRule != null) shapeRule.accept(call);
    if (updates) {
      if (out == null) {
        out = Torch.emptyLike(self(arguments));
        Copying.write(self(arguments), out);
      }
      call.result(out);
    }
    // What the kernel makes for itself goes when it is done.
    Frame frame = Frame.open();
    try {
      kernel.run(call);
      Object result = call.results();
      handOut(frame, result);
      return result;
    } finally {
      frame.end();
    }
  }

  private Object composed(@Nullable Object[] arguments) {
    if (composition == null) {
      if (!Placement.current().isHost()) return HostFallback.run(this, arguments);
      throw new UnsupportedOperationException(schema.qualifiedName() + " has no kernel on this device");
    }
    Frame frame = Frame.open();
    try {
      Object result = composition.apply(new Call(this, arguments));
      handOut(frame, result);
      return result;
    } finally {
      frame.end();
    }
  }

  static void handOut(Frame frame, @Nullable Object result) {
    if (result instanceof Tensor t) frame.handOut(t.storage());
    else if (result instanceof Tensor[] all) {
      for (Tensor t : all) {
        if (t != null) frame.handOut(t.storage());
      }
    }
  }

  private @Nullable Kernel kernel() {
    if (kernelName == null) return null;
    Device device = Placement.current();
    int type = device.type().ordinal();
    if (!kernelLookedUp[type]) {
      kernels[type] = Backends.of(device).kernel(kernelName);
      kernelLookedUp[type] = true;
    }
    return kernels[type];
  }

  /// In-place: the functional form's value and gradient, written into the first argument.
  private Object runInPlace(ThreadContext context, Operator base, @Nullable Object[] arguments) {
    Tensor self = self(arguments);
    boolean record = context.gradEnabled && !base.undifferentiable && Recording.anyRequiresGrad(arguments)
        && self.dtype().isDifferentiable();
    Recording.checkInPlace(this, self, record);
    Elementwise way = base.elementwise == null ? null : base.elementwise.variant(base, arguments);
    List<Rule> baseRules = way != null && base.rules.isEmpty() ? way.rulesFor(base, arguments, true) : base.rules;
    @Nullable Rule[] baseRuleOf = way != null && base.rules.isEmpty() ? way.ruleOf(base, arguments, true) : base.ruleOf;
    @Nullable Object[] recorded = arguments;
    if (record && Recording.needsOldSelf(baseRules, arguments)) {
      // The gradient reads what is about to be overwritten.
      recorded = arguments.clone();
      recorded[0] = Recording.copyForGraph(self);
    }
    if (way != null) {
      way.run(base, arguments, self);
    } else if (base.overwriting != null) {
      base.overwriting.accept(new Call(this, arguments));
    } else {
      boolean before = context.gradEnabled;
      context.gradEnabled = false;
      Frame frame = Frame.open();
      try {
        Kernel update = base.updates ? base.kernel() : null;
        Tensor value = update != null ? (Tensor) base.computed(update, arguments, self)
            : (Tensor) base.run(context, arguments);
        if (!Arrays.equals(value.sizes(), self.sizes()))
          throw Check.of(this).because("output with shape %s doesn't match the broadcast shape %s",
              Arrays.toString(self.sizes()), Arrays.toString(value.sizes())).shapeFailure();
        Elementwise.checkCast(this, value.dtype(), self.dtype());
        if (value != self) Copying.write(value, self);
      } finally {
        frame.end();
        context.gradEnabled = before;
      }
    }
    Storage storage = self.storage();
    storage.bumpVersion();
    if (record) {
      if (base.hasExplicitGradient() || way != null)
        Recording.recordInPlace(base, baseRules, baseRuleOf, recorded, self);
      else throw new UnsupportedOperationException(
          schema.qualifiedName() + " cannot be differentiated in place: use " + base.schema.bareName());
    }
    Reference.reachabilityFence(arguments);
    return self;
  }

  @Override
  public String toString() {
    return schema.toString();
  }
}
