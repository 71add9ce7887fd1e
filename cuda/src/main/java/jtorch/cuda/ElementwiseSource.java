package jtorch.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jtorch.DType;
import jtorch.expr.BinaryOp;
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
import jtorch.expr.UnaryOp;

/// CUDA C++ of element-wise kernels: one function for an element, written from its expressions, and around it the way to
/// the elements, which is `elementwise.cu`.
final class ElementwiseSource {
  private static final Set<UnaryOp> RARE = Set.of(UnaryOp.ERFINV, UnaryOp.ERFCX, UnaryOp.DIGAMMA, UnaryOp.TRIGAMMA,
      UnaryOp.I0, UnaryOp.I0E, UnaryOp.I1, UnaryOp.I1E, UnaryOp.NDTRI, UnaryOp.LOG_NDTR, UnaryOp.AIRY_AI,
      UnaryOp.BESSEL_J0, UnaryOp.BESSEL_J1, UnaryOp.BESSEL_Y0, UnaryOp.BESSEL_Y1, UnaryOp.MODIFIED_BESSEL_I0,
      UnaryOp.MODIFIED_BESSEL_I1, UnaryOp.MODIFIED_BESSEL_K0, UnaryOp.MODIFIED_BESSEL_K1,
      UnaryOp.SCALED_MODIFIED_BESSEL_K0, UnaryOp.SCALED_MODIFIED_BESSEL_K1, UnaryOp.SPHERICAL_BESSEL_J0);
  /// From here on the two-number operators are rare ones.
  private static final BinaryOp FIRST_RARE = BinaryOp.XLOG1PY;

  private final LoopPlan plan;
  private final Map<Expr, String> names = new HashMap<>();
  private final StringBuilder code = new StringBuilder();

  private ElementwiseSource(LoopPlan plan) {
    this.plan = plan;
  }

  /// The way to the elements.
  enum Access {
    /// Operands without gaps, or one element for all.
    FLAT("0"),
    /// Any strides, places counted in 32 bits.
    STRIDED("1"),
    /// Any strides.
    STRIDED_FAR("2");

    private final String code;

    Access(String code) {
      this.code = code;
    }
  }

  /// The source of a kernel named `elementwise`.
  static String of(LoopPlan plan, Access access) {
    return new ElementwiseSource(plan).write(access);
  }

  /// How many elements a thread handles at once: 16 bytes of the largest operand, at most 8.
  static int width(LoopPlan plan) {
    int largest = plan.operands().stream().mapToInt(DType::size).max().orElse(1);
    return Math.max(1, Math.min(8, 16 / largest));
  }

  private String write(Access access) {
    boolean rare = plan.subterms().stream().anyMatch(ElementwiseSource::isRare);
    var text = new StringBuilder(Sources.of("prelude")).append(Sources.of("functions"));
    if (rare) for (String part : List.of("special", "single", "bessel", "orthogonal", "rare"))
      text.append(Sources.of(part));
    List<DType> operands = plan.operands();
    for (int k = 0; k < operands.size(); k++)
      text.append("typedef ").append(Sources.type(operands.get(k))).append(" T").append(k).append(";\n");
    String number = Sources.type(plan.compute());
    text.append("typedef ").append(number).append(" number;\n");
    text.append("#define OPERANDS ").append(operands.size()).append('\n');
    text.append("#define WIDTH ").append(width(plan)).append('\n');
    text.append("#define ACCESS ").append(access.code).append('\n');
    int parameters = words(plan);
    text.append("struct Words { ").append(plan.compute().isFloatingPoint() ? "f64" : "i64").append(" at[")
        .append(Math.max(1, parameters)).append("]; };\n");
    function();
    text.append(code);
    text.append("#define EACH_INPUT(each)");
    for (int k = 1; k < operands.size(); k++) text.append(" each(").append(k).append(')');
    text.append("\n#define COMPUTE(x, words) compute(").append(operands.size() == 1 ? "" : java.util.stream.IntStream
        .range(1, operands.size()).mapToObj(k -> "x(" + k + ")").collect(Collectors.joining(", ")) + ", ")
        .append("words)\n");
    return text.append(Sources.of("elementwise")).toString();
  }

  /// How many run-time scalars it reads, counted as words.
  static int words(LoopPlan plan) {
    return plan.subterms().stream().mapToInt(e -> e instanceof Parameter(int i) ? i + 1 : 0).max().orElse(0);
  }

  private static boolean isRare(Expr e) {
    return switch (e) {
      case Unary(UnaryOp op, Expr _) -> RARE.contains(op);
      case Binary(BinaryOp op, Expr _, Expr _) -> op.compareTo(FIRST_RARE) >= 0;
      default -> false;
    };
  }

  /// `T0 compute(T1 x1, T2 x2, const Words& w)`: each subterm once, in an order in which all is known that is read.
  private void function() {
    code.append("DEVICE T0 compute(");
    for (int k = 1; k < plan.operands().size(); k++) code.append('T').append(k).append(" x").append(k).append(", ");
    code.append("const Words& w) {\n");
    for (Expr e : plan.subterms()) {
      String name = "t" + names.size();
      String value = value(e);
      code.append("  const ").append(e.isTruth() ? "bool " : "number ").append(name).append(" = ").append(value)
          .append(";\n");
      names.put(e, name);
    }
    code.append("  T0 made;\n");
    for (Write write : plan.writes()) code.append("  ").append(part("made", write.to())).append(" = cast<")
        .append(Sources.type(write.to().dtype())).append(">(").append(name(write.value())).append(");\n");
    code.append("  return made;\n}\n");
  }

  private String name(Expr e) {
    String name = names.get(e);
    if (name == null) throw new IllegalStateException("not computed yet: " + e);
    return name;
  }

  private String value(Expr e) {
    return switch (e) {
      case Input(int i) -> {
        Part part = plan.reads().get(i);
        yield "cast<number>(" + part("x" + part.operand(), part) + ")";
      }
      case Parameter(int i) -> "cast<number>(w.at[" + i + "])";
      case Constant(double value) -> constant(value);
      case Unary(var op, Expr x) -> "op_" + op + "(" + name(x) + ")";
      case Binary(var op, Expr a, Expr b) -> "op_" + op + "(" + name(a) + ", " + name(b) + ")";
      case Compare(var op, Expr a, Expr b) -> "op_" + op + "(" + name(a) + ", " + name(b) + ")";
      case Logical(var op, Expr a, Expr b) -> "op_" + op + "(" + name(a) + ", " + name(b) + ")";
      case Not(Expr x) -> "!" + name(x);
      case Select(Expr c, Expr a, Expr b) -> name(c) + " ? " + name(a) + " : " + name(b);
    };
  }

  private String constant(double value) {
    if (plan.compute() == DType.BOOL) return value != 0 ? "true" : "false";
    if (!plan.compute().isFloatingPoint()) {
      long whole = (long) value;
      return whole == Long.MIN_VALUE ? "(-9223372036854775807LL - 1)" : whole + "LL";
    }
    String text = Double.isNaN(value) ? "NAN64"
        : Double.isInfinite(value) ? value > 0 ? "INF64" : "-INF64" : Double.toString(value);
    return "(number) (" + text + ")";
  }

  /// A real element: the operand itself, or one half of it where it is complex.
  private String part(String operand, Part part) {
    if (!plan.operands().get(part.operand()).isComplex()) return operand;
    return operand + (part.offset() == 0 ? ".re" : ".im");
  }
}
