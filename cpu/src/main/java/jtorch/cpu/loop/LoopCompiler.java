package jtorch.cpu.loop;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;
import jtorch.cpu.loop.LoopPlan.Part;
import jtorch.cpu.loop.LoopPlan.Write;
import jtorch.expr.Comparison;
import jtorch.expr.Expr;
import jtorch.expr.Expr.Binary;
import jtorch.expr.Expr.Compare;
import jtorch.expr.Expr.Constant;
import jtorch.expr.Expr.Input;
import jtorch.expr.Expr.Logical;
import jtorch.expr.Expr.Not;
import jtorch.expr.Expr.Parameter;
import jtorch.expr.Expr.Select;
import jtorch.expr.Expr.Unary;

/// Writes the class of a loop: reads, calls to the functions of a vocabulary, writes.
///
/// What does not change from element to element is computed before the loop, what is used twice is kept in a local
/// variable. A scalar loop follows any strides. A vector loop takes operands that are dense or repeated (stride 0), and
/// does what is left of the count under a mask, so that an element's value does not depend on its place.
final class LoopCompiler {
  private static final ClassDesc SUPERCLASS = Loop.class.describeConstable().orElseThrow();
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_void, CD_long, LONGS, LONGS, LONGS);
  private static final MethodTypeDesc TAIL = MethodTypeDesc.of(CD_void, CD_int, CD_int, LONGS, LONGS);

  private final LoopPlan plan;
  private final Vocabulary words;
  private final long repeated;
  private final ClassDesc self;
  private final List<Expr> order;
  private final Set<Expr> varying = new HashSet<>();
  private final Map<Expr, Integer> uses = new HashMap<>();

  /// @param repeated which operands have stride 0 in every call; bit 0 is the output's
  private LoopCompiler(LoopPlan plan, Vocabulary words, long repeated) {
    this.plan = plan;
    this.words = words;
    this.repeated = repeated;
    String name = "Loop_" + plan.name().replaceAll("\\W", "_") + "_" + plan.compute();
    self = ClassDesc.of(Loop.class.getPackageName(), words.isVector() ? name + "_vector" : name);
    order = plan.subterms();
    plan.writes().forEach(write -> uses.merge(write.value(), 1, Integer::sum));
    for (Expr e : order) {
      e.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum));
      boolean moves = e instanceof Input(int i) && !isRepeated(plan.reads().get(i));
      if (moves || e.operands().stream().anyMatch(varying::contains)) varying.add(e);
    }
  }

  /// @throws UnsupportedOperationException if the vocabulary lacks an operator or a dtype
  static Loop compile(LoopPlan plan, Vocabulary words, long repeated) {
    byte[] bytes = new LoopCompiler(plan, words, repeated).bytes();
    try {
      Class<?> loop = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return (Loop) loop.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the loop of " + plan.name() + " cannot be loaded", e);
    }
  }

  /// Whether the vocabulary has all operators and dtypes of the plan.
  static boolean canCompile(LoopPlan plan, Vocabulary words) {
    try {
      new LoopCompiler(plan, words, 0).bytes();
      return true;
    } catch (UnsupportedOperationException lacking) {
      return false;
    }
  }

  private boolean isRepeated(Part part) {
    return (repeated >> part.operand() & 1) != 0;
  }

  private byte[] bytes() {
    return ClassFile.of().build(self, type -> {
      type.withSuperclass(SUPERCLASS).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
      type.withMethodBody(INIT_NAME, MTD_void, 0,
          code -> code.aload(0).invokespecial(SUPERCLASS, INIT_NAME, MTD_void).return_());
      type.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, code -> {
        if (words.isVector()) new Body(code, 1, 3).vectors();
        else new Body(code, 1, 3).scalars();
      });
      if (words.isVector()) {
        type.withMethodBody("tail", TAIL, ClassFile.ACC_STATIC, code -> new Body(code, 2, 3).rest());
      }
    });
  }

  /// The code of one method.
  private final class Body {
    private static final int UNUSED = -1;

    private final CodeBuilder code;
    private final int addressArray;
    private final int parameterArray;
    private final int[] addresses = new int[plan.operands().size()];
    /// Where expressions are kept that were computed already.
    private final Map<Expr, Integer> locals = new HashMap<>();
    /// In vector loops: the local variable with the number of the first element in hand.
    private int index = UNUSED;
    /// In the rest of a vector loop: the local variable with the mask of the lanes in use.
    private int mask = UNUSED;

    /// The parameters of the method that are the arrays of addresses and of run-time scalars, by number.
    Body(CodeBuilder code, int addresses, int parameters) {
      this.code = code;
      addressArray = code.parameterSlot(addresses);
      parameterArray = code.parameterSlot(parameters);
    }

    /// `for (int left = (int) count; left > 0; left--) { element; address += stride; ... }`.
    void scalars() {
      int[] strides = new int[addresses.length];
      for (int k = 0; k < strides.length; k++) {
        addresses[k] = longFrom(addressArray, k);
        strides[k] = longFrom(code.parameterSlot(2), k);
      }
      computeInvariants();
      int left = code.allocateLocal(TypeKind.INT);
      Label start = code.newLabel();
      Label end = code.newLabel();
      code.lload(code.parameterSlot(0)).l2i().istore(left);
      code.labelBinding(start).iload(left).ifle(end);
      element();
      for (int k = 0; k < strides.length; k++) {
        code.lload(addresses[k]).lload(strides[k]).ladd().lstore(addresses[k]);
      }
      code.iinc(left, -1).goto_(start).labelBinding(end).return_();
    }

    /// `for (i = 0; i < (int) count - (LANES - 1); i += LANES) element; if (i < (int) count) tail(i, (int) count, ...)`.
    void vectors() {
      for (int k = 0; k < addresses.length; k++) addresses[k] = longFrom(addressArray, k);
      computeInvariants();
      int count = code.allocateLocal(TypeKind.INT);
      int limit = code.allocateLocal(TypeKind.INT);
      index = code.allocateLocal(TypeKind.INT);
      Label start = code.newLabel();
      Label end = code.newLabel();
      Label done = code.newLabel();
      code.lload(code.parameterSlot(0)).l2i().dup().istore(count);
      code.loadConstant(words.lanes() - 1).isub().istore(limit).iconst_0().istore(index);
      code.labelBinding(start).iload(index).iload(limit).if_icmpge(end);
      element();
      code.iinc(index, words.lanes()).goto_(start).labelBinding(end);
      code.iload(index).iload(count).if_icmpge(done);
      code.iload(index).iload(count).aload(addressArray).aload(parameterArray).invokestatic(self, "tail", TAIL);
      code.labelBinding(done).return_();
    }

    /// The last, partial vector: `tail(int i, int count, long[] addresses, long[] parameters)`.
    void rest() {
      for (int k = 0; k < addresses.length; k++) addresses[k] = longFrom(addressArray, k);
      index = code.parameterSlot(0);
      code.iload(code.parameterSlot(1)).iload(index).isub();
      mask = keep(call(words.function("firstLanes", int.class)));
      computeInvariants();
      element();
      code.return_();
    }

    private int longFrom(int array, int k) {
      code.aload(array).loadConstant(k).laload();
      return keep(long.class);
    }

    private void computeInvariants() {
      for (Expr e : order) {
        if (!varying.contains(e)) locals.put(e, keep(compute(e)));
      }
    }

    /// Reads, computes and writes at one place. All is computed before anything is written: the output may be an input.
    private void element() {
      if (plan.writes().size() > 1) {
        for (Write write : plan.writes()) {
          Expr value = write.value();
          if (!locals.containsKey(value)) locals.put(value, keep(compute(value)));
        }
      }
      for (Write write : plan.writes()) {
        pushAddress(write.to());
        String name = "store" + suffix(write.to().dtype());
        if (!words.isVector()) {
          Class<?> stored = memoryType(write.to().dtype());
          cast(push(write.value()), stored);
          call(Vocabulary.method(Elements.class, name, long.class, stored));
        } else if (mask == UNUSED) {
          call(words.function(name, long.class, push(write.value())));
        } else {
          code.aload(mask);
          call(words.function(name, long.class, words.truth(), push(write.value())));
        }
      }
      locals.keySet().removeIf(varying::contains);
    }

    /// Puts the value of an expression on the stack and returns its type.
    private Class<?> push(Expr e) {
      Integer local = locals.get(e);
      if (local == null) {
        Class<?> type = compute(e);
        if (uses.getOrDefault(e, 0) < 2) return type;
        local = keep(type);
        locals.put(e, local);
      }
      Class<?> type = e.isTruth() ? words.truth() : words.value();
      code.loadLocal(TypeKind.from(type), local);
      return type;
    }

    private Class<?> compute(Expr e) {
      return switch (e) {
        case Input(int i) -> load(plan.reads().get(i));
        case Constant(double value) -> {
          code.loadConstant(value);
          yield call(words.function("constant", double.class));
        }
        case Parameter(int i) -> {
          code.aload(parameterArray).loadConstant(i).laload();
          yield call(words.function("parameter", long.class));
        }
        case Unary(var op, Expr x) -> call(words.function(op.toString(), push(x)));
        case Binary(var op, Expr a, Expr b) -> call(words.function(op.toString(), push(a), push(b)));
        case Compare(var op, Input(int i), Constant(double zero)) when op == Comparison.NE && zero == 0
            && isBool(plan.reads().get(i)) ->
          test(plan.reads().get(i));
        case Compare(var op, Expr a, Expr b) -> call(words.function(op.toString(), push(a), push(b)));
        case Logical(var op, Expr a, Expr b) ->
          call(Vocabulary.method(words.truths(), op.toString(), push(a), push(b)));
        case Not(Expr x) -> call(Vocabulary.method(words.truths(), "not", push(x)));
        case Select(Expr c, Expr a, Expr b) -> call(words.function("select", push(c), push(a), push(b)));
      };
    }

    private Class<?> load(Part part) {
      pushAddress(part);
      String name = "load" + suffix(part.dtype());
      if (!words.isVector() || isRepeated(part)) {
        cast(call(Vocabulary.method(Elements.class, name, long.class)), words.lane());
        return words.isVector() ? call(words.function("broadcast", words.lane())) : words.lane();
      }
      if (mask == UNUSED) return call(words.function(name, long.class));
      code.aload(mask);
      return call(words.function(name, long.class, words.truth()));
    }

    private boolean isBool(Part part) {
      return part.dtype() == DType.BOOL && !(words.isVector() && isRepeated(part));
    }

    /// A bool that is only asked whether it is true.
    private Class<?> test(Part part) {
      pushAddress(part);
      if (!words.isVector()) return call(Vocabulary.method(Elements.class, "loadBool", long.class));
      if (mask == UNUSED) return call(words.function("testBool", long.class));
      code.aload(mask);
      return call(words.function("testBool", long.class, words.truth()));
    }

    private void pushAddress(Part part) {
      code.lload(addresses[part.operand()]);
      if (index != UNUSED && !isRepeated(part)) {
        code.iload(index).i2l().loadConstant((long) plan.operands().get(part.operand()).size()).lmul().ladd();
      }
      if (part.offset() != 0) code.loadConstant((long) part.offset()).ladd();
    }

    private void cast(Class<?> from, Class<?> to) {
      if (from != to) call(Vocabulary.method(Casts.class, "to" + suffix(to), from));
    }

    private Class<?> call(Method method) {
      var type = MethodType.methodType(method.getReturnType(), method.getParameterTypes()).describeConstable();
      ClassDesc owner = method.getDeclaringClass().describeConstable().orElseThrow();
      code.invokestatic(owner, method.getName(), type.orElseThrow());
      return method.getReturnType();
    }

    /// Moves what is on the stack to a new local variable.
    private int keep(Class<?> type) {
      TypeKind kind = TypeKind.from(type);
      int local = code.allocateLocal(kind);
      code.storeLocal(kind, local);
      return local;
    }
  }

  /// The Java type of an element in memory, as [Elements] has it.
  private static Class<?> memoryType(DType dtype) {
    return switch (dtype) {
      case BOOL -> boolean.class;
      case UINT8, INT8, INT16, INT32 -> int.class;
      case INT64 -> long.class;
      case FLOAT16, BFLOAT16, FLOAT32 -> float.class;
      case FLOAT64 -> double.class;
      case COMPLEX64, COMPLEX128 -> throw new IllegalArgumentException("loops read and write the parts of " + dtype);
    };
  }

  /// How a name ends: `Float32` for the dtype, `Float` for the type.
  private static String suffix(Object type) {
    String name = type instanceof Class<?> c ? c.getName() : type.toString();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
