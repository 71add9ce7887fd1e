package jtorch.op;

import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Tensors of numbers in order: `arange`, `linspace`, `logspace`, `eye`.
public final class Sequences {
  private static final String OPTIONS =
      "*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor";

  /// `start, start + step, ...` below `end` (above it for negative steps). Integers give int64, others the default dtype
  public static final Operator ARANGE =
      Operator.declare("aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, " + OPTIONS)
          .shape(c -> c.result(new long[] {count(c)}, rangeType(c)))
          .kernel("arange")
          .notDifferentiable();
  public static final Operator ARANGE_START =
      Operator.declare("aten::arange.start(Scalar start, Scalar end, " + OPTIONS)
          .composition(c -> ARANGE.call(c.scalar("start"), c.scalar("end"), 1L, c.dtype("dtype"), null, null, null));
  public static final Operator ARANGE_END = Operator.declare("aten::arange(Scalar end, " + OPTIONS)
      .composition(c -> ARANGE.call(0L, c.scalar("end"), 1L, c.dtype("dtype"), null, null, null));

  private static DType rangeType(Call c) {
    boolean whole = true;
    for (String bound : new String[] {"start", "end", "step"}) whole &= !Arithmetic.isFraction(c.scalar(bound));
    DType dtype = c.dtype("dtype", whole ? DType.INT64 : Torch.defaultDType());
    if (dtype == DType.BOOL || dtype.isComplex())
      throw c.check().because("\"arange_cpu\" not implemented for '%s'", dtype).failure();
    return dtype;
  }

  private static long count(Call c) {
    double start = c.number("start");
    double end = c.number("end");
    double step = c.number("step");
    if (rangeType(c) == DType.INT64) {
      // Integers of 64 bits are not rounded.
      long from = ((Number) c.scalar("start")).longValue();
      long distance = Math.subtractExact(((Number) c.scalar("end")).longValue(), from);
      long by = ((Number) c.scalar("step")).longValue();
      checkRange(c, start, end, by, distance);
      return Math.ceilDiv(distance, by);
    }
    checkRange(c, start, end, step, end - start);
    return (long) Math.ceil((end - start) / step);
  }

  private static void checkRange(Call c, double start, double end, double step, double distance) {
    if (step == 0) throw c.check().because("step must be nonzero").failure();
    if (!Double.isFinite(start) || !Double.isFinite(end))
      throw c.check().because("unsupported range: %s -> %s", start, end).failure();
    if (distance * step < 0)
      throw c.check().because("upper bound and lower bound inconsistent with step sign: %s to %s by %s", start, end,
          step).failure();
  }

  /// `steps` numbers from `start` to `end`, both included
  public static final Operator LINSPACE =
      Operator.declare("aten::linspace(Scalar start, Scalar end, int steps, " + OPTIONS)
          .shape(c -> c.result(new long[] {steps(c)}, spaceType(c)))
          .kernel("linspace")
          .notDifferentiable();

  /// `base` to the powers from `start` to `end`, both included
  public static final Operator LOGSPACE =
      Operator.declare("aten::logspace(Scalar start, Scalar end, int steps, float base=10., " + OPTIONS)
          .shape(c -> c.result(new long[] {steps(c)}, spaceType(c)))
          .kernel("logspace")
          .notDifferentiable();

  static {
    for (String[] bounds : new String[][] {{"Tensor", "Tensor"}, {"Tensor", "Scalar"}, {"Scalar", "Tensor"}}) {
      String overload = bounds[0] + "_" + bounds[1] + "(" + bounds[0] + " start, " + bounds[1] + " end, int steps, ";
      Operator.declare("aten::linspace." + overload + OPTIONS)
          .composition(
              c -> LINSPACE.call(bound(c, "start"), bound(c, "end"), c.integer("steps"), c.dtype("dtype"), null,
                  c.value("device"), null))
          .notDifferentiable();
      Operator.declare("aten::logspace." + overload + "float base=10., " + OPTIONS)
          .composition(c -> LOGSPACE.call(bound(c, "start"), bound(c, "end"), c.integer("steps"), c.number("base"),
              c.dtype("dtype"), null, c.value("device"), null))
          .notDifferentiable();
    }
  }

  private static Object bound(Call c, String name) {
    Object value = c.scalar(name);
    if (!(value instanceof Tensor t)) return value;
    if (t.dim() != 0) throw c.check()
        .because("only supports 0-dimensional start and end tensors, but got %s with %d dimension(s).", name, t.dim())
        .shapeFailure();
    return t.item();
  }

  private static long steps(Call c) {
    long steps = c.integer("steps");
    if (steps < 0) throw c.check().because("number of steps must be non-negative").failure();
    return steps;
  }

  private static DType spaceType(Call c) {
    DType dtype = c.dtype("dtype");
    boolean complex = c.scalar("start") instanceof Complex || c.scalar("end") instanceof Complex;
    if (dtype == null) return complex ? Torch.defaultDType().toComplex() : Torch.defaultDType();
    if (complex && !dtype.isComplex()) throw c.check()
        .because("inferred dtype %s can't be safely cast to passed dtype %s", Torch.defaultDType().toComplex(), dtype)
        .failure();
    if (dtype == DType.BOOL) throw c.check().because("not implemented for '%s'", dtype).failure();
    return dtype;
  }

  // ---- matrices --------------------------------------------------------------------------------------------------

  /// The unit matrix, with n rows and m columns
  public static final Operator EYE_M = Operator.declare("aten::eye.m(SymInt n, SymInt m, " + OPTIONS)
      .composition(c -> eye(c, c.integer("n"), c.integer("m")))
      .notDifferentiable();
  public static final Operator EYE = Operator.declare("aten::eye(SymInt n, " + OPTIONS)
      .composition(c -> eye(c, c.integer("n"), c.integer("n")))
      .notDifferentiable();

  private static Tensor eye(Call c, long n, long m) {
    if (n < 0) throw c.check().because("n must be greater or equal to 0, got %d", n).shapeFailure();
    if (m < 0) throw c.check().because("m must be greater or equal to 0, got %d", m).shapeFailure();
    Tensor made = Torch.zeros(new long[] {n, m}, c.dtype("dtype", Torch.defaultDType()));
    Creation.fill(made.window(new long[] {Math.min(n, m)}, new long[] {m + 1}, 0), 1L);
    return made;
  }

  private Sequences() {}
}
