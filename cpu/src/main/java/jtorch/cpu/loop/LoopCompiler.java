package jtorch.cpu.loop;

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
import jtorch.expr.LoopPlan;
import jtorch.expr.LoopPlan.Part;
import jtorch.expr.LoopPlan.Write;

/// Writes the class of a kernel: reads, calls to the functions of a vocabulary, writes.
///
/// What does not change from element to element is computed before the loop, what is used twice is kept in a local
/// variable. A scalar kernel follows any strides. A vector kernel takes operands that are dense or repeated (stride 0)
/// and leaves out the elements that do not fill a vector.
final class LoopCompiler {
  private static final ClassDesc SUPERCLASS = ClassDesc.of(Kernel.class.getName());
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_void, CD_long, CD_long, LONGS, LONGS, LONGS);

  private final LoopPlan plan;
  private final Vocabulary words;
  private final long repeated;
  private final List<Expr> order;
  private final Set<Expr> varying = new HashSet<>();
  private final Map<Expr, Integer> uses = new HashMap<>();

  /// @param repeated which operands have stride 0 in every call; bit 0 is the output's
  private LoopCompiler(LoopPlan plan, Vocabulary words, long repeated) {
    this.plan = plan;
    this.words = words;
    this.repeated = repeated;
    order = plan.subterms();
    plan.writes().forEach(write -> uses.merge(write.value(), 1, Integer::sum));
    for (Expr e : order) {
      e.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum));
      boolean moves = e instanceof Input(int i) && !isRepeated(plan.reads().get(i));
      if (moves || e.operands().stream().anyMatch(varying::contains)) varying.add(e);
    }
  }

  /// @throws UnsupportedOperationException if the vocabulary lacks an operator or a dtype
  static Kernel compile(LoopPlan plan, Vocabulary words, long repeated) {
    byte[] bytes = new LoopCompiler(plan, words, repeated).bytes();
    try {
      Class<?> kernel = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return (Kernel) kernel.getDeclaredConstructor().newInstance();
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
    String kind = words.isVector() ? "_vector" : "";
    String name = "Loop_" + plan.name().replaceAll("\\W", "_") + "_" + plan.compute() + kind;
    return ClassFile.of().build(ClassDesc.of(Kernel.class.getPackageName(), name), type -> {
      type.withSuperclass(SUPERCLASS).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
      type.withMethodBody(INIT_NAME, MTD_void, 0,
          code -> code.aload(0).invokespecial(SUPERCLASS, INIT_NAME, MTD_void).return_());
      type.withMethodBody("run", RUN, 0, code -> new Body(code).write());
    });
  }

  /// The code of `run(from, to, addresses, strides, parameters)`.
  private final class Body {
    private final CodeBuilder code;
    private final Inliner inliner;
    private final int from;
    private final int to;
    private final int parameters;
    /// The address of the element in hand, or in vector kernels of the first one; by operand.
    private final int[] addresses = new int[plan.operands().size()];
    private final int[] strides = new int[addresses.length];
    /// In vector kernels: how many elements came before the one in hand.
    private final int index;
    /// Where expressions are kept that were computed already.
    private final Map<Expr, Integer> locals = new HashMap<>();

    Body(CodeBuilder code) {
      this.code = code;
      inliner = new Inliner(code);
      from = code.parameterSlot(0);
      to = code.parameterSlot(1);
      parameters = code.parameterSlot(4);
      for (int k = 0; k < addresses.length; k++) {
        pushLong(code.parameterSlot(3), k);
        strides[k] = keep(long.class);
        pushLong(code.parameterSlot(2), k);
        code.lload(from).lload(strides[k]).lmul().ladd();
        addresses[k] = keep(long.class);
      }
      index = code.allocateLocal(TypeKind.INT);
      code.iconst_0().istore(index);
    }

    void write() {
      for (Expr e : order) {
        if (!varying.contains(e)) locals.put(e, keep(compute(e)));
      }
      // int i = 0; int end = (int) (to - from) - (lanes - 1); while (i < end) { element; i += lanes; }
      code.lload(to).lload(from).lsub().l2i().loadConstant(words.lanes() - 1).isub();
      int end = keep(int.class);
      Label test = code.newLabel();
      Label exit = code.newLabel();
      code.labelBinding(test).iload(index).iload(end).if_icmpge(exit);
      element();
      if (!words.isVector()) {
        for (int k = 0; k < addresses.length; k++) {
          code.lload(addresses[k]).lload(strides[k]).ladd().lstore(addresses[k]);
        }
      }
      code.iinc(index, words.lanes()).goto_(test).labelBinding(exit).return_();
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
        Class<?> type = push(write.value());
        String name = "store" + suffix(write.to().dtype());
        if (words.isVector()) {
          call(words.function(name, long.class, type));
        } else {
          Class<?> stored = memoryType(write.to().dtype());
          cast(type, stored);
          call(method(Elements.class, name, long.class, stored));
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
          pushLong(parameters, i);
          yield call(words.function("parameter", long.class));
        }
        case Unary(var op, Expr x) -> call(words.function(op.toString(), push(x)));
        case Binary(var op, Expr a, Expr b) -> call(words.function(op.toString(), push(a), push(b)));
        case Compare(var op, Input(int i), Constant(double zero)) when op == Comparison.NE && zero == 0
            && isVaryingBool(plan.reads().get(i)) ->
          test(plan.reads().get(i));
        case Compare(var op, Expr a, Expr b) -> call(words.function(op.toString(), push(a), push(b)));
        case Logical(var op, Expr a, Expr b) -> call(words.function(op.toString(), push(a), push(b)));
        case Not(Expr x) -> call(words.function("not", push(x)));
        case Select(Expr c, Expr a, Expr b) -> call(words.function("select", push(c), push(a), push(b)));
      };
    }

    private Class<?> load(Part part) {
      pushAddress(part);
      String name = "load" + suffix(part.dtype());
      if (words.isVector() && !isRepeated(part)) return call(words.function(name, long.class));
      cast(call(method(Elements.class, name, long.class)), words.lane());
      return words.isVector() ? call(words.function("broadcast", words.lane())) : words.lane();
    }

    private boolean isVaryingBool(Part part) {
      return part.dtype() == DType.BOOL && !isRepeated(part);
    }

    /// A bool that is only asked whether it is true.
    private Class<?> test(Part part) {
      pushAddress(part);
      return call(words.isVector() ? words.function("testBool", long.class)
          : method(Elements.class, "loadBool", long.class));
    }

    private void pushAddress(Part part) {
      code.lload(addresses[part.operand()]);
      if (words.isVector() && !isRepeated(part)) {
        code.iload(index).i2l().loadConstant((long) plan.operands().get(part.operand()).size()).lmul().ladd();
      }
      if (part.offset() != 0) code.loadConstant((long) part.offset()).ladd();
    }

    private void pushLong(int array, int k) {
      code.aload(array).loadConstant(k).laload();
    }

    private void cast(Class<?> from, Class<?> to) {
      if (from != to) call(method(Casts.class, "to" + suffix(to), from));
    }

    private Class<?> call(Method method) {
      var type = MethodType.methodType(method.getReturnType(), method.getParameterTypes()).describeConstable();
      ClassDesc owner = ClassDesc.of(method.getDeclaringClass().getName());
      if (words.isVector() && method.getDeclaringClass() != Elements.class && method.getDeclaringClass() != Casts.class)
        inliner.call(owner, method.getName(), type.orElseThrow());
      else code.invokestatic(owner, method.getName(), type.orElseThrow());
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

  private static Method method(Class<?> owner, String name, Class<?>... types) {
    try {
      return owner.getDeclaredMethod(name, types);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /// The Java type of an element in memory, as [Elements] has it.
  private static Class<?> memoryType(DType dtype) {
    return switch (dtype) {
      case BOOL -> boolean.class;
      case UINT8, INT8, INT16, INT32, UINT16 -> int.class;
      case INT64, UINT32, UINT64 -> long.class;
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E5M2FNUZ, FLOAT8_E4M3FNUZ,
          FLOAT8_E8M0FNU ->
        float.class;
      case FLOAT64 -> double.class;
      case COMPLEX32, COMPLEX64, COMPLEX128 ->
        throw new IllegalArgumentException("loops read and write the parts of " + dtype);
      case QINT8, QUINT8, QINT32, FLOAT4_E2M1FN_X2 ->
        throw new IllegalArgumentException("no loop computes with " + dtype);
    };
  }

  /// How a name ends: `Float32` for the dtype, `Float` for the type.
  private static String suffix(Object type) {
    String name = type instanceof Class<?> c ? c.getName() : type.toString();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
