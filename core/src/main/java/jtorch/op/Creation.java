package jtorch.op;

import static jtorch.op.Elementwise.Types.FIRST;

import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.MemoryFormat;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Expr;
import jtorch.expr.ScalarFunction;
import jtorch.spi.Backends;
import jtorch.spi.Iteration;
import org.jspecify.annotations.Nullable;

/// Tensors of one value or of none: `fill_`, `zeros`, `full_like`, `new_ones`, `empty` and their kin.
public final class Creation {
  private static final ScalarFunction VALUE = new ScalarFunction("fill", 0, 1, Expr.P);

  private static final String OPTIONS =
      "*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None";
  private static final String LIKE_OPTIONS = OPTIONS + ", MemoryFormat? memory_format=None) -> Tensor";

  // ---- into a tensor that is there -------------------------------------------------------------------------------

  public static final Operator FILL =
      Elementwise.declare("aten::fill.Scalar(Tensor self, Scalar value) -> Tensor", FIRST, Expr.P)
          .refuse(a -> a[0] instanceof Tensor self && overflows(a[1], self.dtype()),
              "value cannot be converted to the tensor's dtype without overflow")
          .inPlace();

  /// The value has no dimensions.
  public static final Operator FILL_TENSOR =
      Elementwise.declare("aten::fill.Tensor(Tensor self, Tensor value) -> Tensor", FIRST, Expr.Y)
          .refuse(a -> a[1] instanceof Tensor value && value.dim() > 0,
              "fill_ only supports 0-dimension value tensor")
          .inPlace();

  public static final Operator ZERO =
      Elementwise.declare("aten::zero(Tensor self) -> Tensor", FIRST, Expr.constant(0)).inPlace();

  // ---- filled with one value -------------------------------------------------------------------------------------

  public static final Operator ZEROS = filled("zeros(SymInt[] size, ", 0L);
  public static final Operator ONES = filled("ones(SymInt[] size, ", 1L);

  /// The dtype is that of the value's kind: bool, int64, the default one or complex
  public static final Operator FULL =
      Operator.declare("aten::full(SymInt[] size, Scalar fill_value, " + OPTIONS + ") -> Tensor")
          .composition(c -> full(c, c.longs("size"), c.scalar("fill_value"),
              Promotion.ofScalar(c.scalar("fill_value"))))
          .notDifferentiable();

  public static final Operator NEW_ZEROS = filled("new_zeros(Tensor self, SymInt[] size, ", 0L);
  public static final Operator NEW_ONES = filled("new_ones(Tensor self, SymInt[] size, ", 1L);
  public static final Operator NEW_FULL =
      Operator.declare("aten::new_full(Tensor self, SymInt[] size, Scalar fill_value, " + OPTIONS + ") -> Tensor")
          .composition(c -> full(c, c.longs("size"), c.scalar("fill_value"), c.tensor("self").dtype()))
          .notDifferentiable();

  public static final Operator ZEROS_LIKE = like("zeros_like", 0L);
  public static final Operator ONES_LIKE = like("ones_like", 1L);
  public static final Operator FULL_LIKE =
      Operator.declare("aten::full_like(Tensor self, Scalar fill_value, " + LIKE_OPTIONS)
          .composition(c -> {
            Tensor made = emptyLike(c);
            fill(made, c.scalar("fill_value"));
            return made;
          })
          .notDifferentiable();

  /// A 0-dim tensor of the default dtype
  public static final Operator SCALAR_TENSOR =
      Operator.declare("aten::scalar_tensor(Scalar s, " + OPTIONS + ") -> Tensor")
          .composition(c -> full(c, new long[0], c.scalar("s"), Torch.defaultDType()))
          .notDifferentiable();

  private static Operator filled(String form, Object value) {
    return Operator.declare("aten::" + form + OPTIONS + ") -> Tensor")
        .composition(c -> full(c, c.longs("size"), value, ownType(c)))
        .notDifferentiable();
  }

  private static Operator like(String name, Object value) {
    return Operator.declare("aten::" + name + "(Tensor self, " + LIKE_OPTIONS)
        .composition(c -> {
          Tensor made = emptyLike(c);
          fill(made, value);
          return made;
        })
        .notDifferentiable();
  }

  /// Whether a number lies outside what a dtype holds. Small floating dtypes are reached by way of float32, and only lose
  /// digits; infinities are numbers of all floating dtypes; negative integers wrap around in unsigned dtypes, as in C.
  static boolean overflows(@Nullable Object value, DType dtype) {
    if (!(value instanceof Number number) || dtype == DType.BOOL) return false;
    if (number instanceof Complex c) return !dtype.isComplex() ? c.imaginary() != 0 || overflows(c.real(), dtype)
        : overflows(c.real(), dtype.toReal()) || overflows(c.imaginary(), dtype.toReal());
    if (dtype.isDifferentiable())
      return dtype.toReal() == DType.FLOAT32 && Math.abs(number.doubleValue()) > Float.MAX_VALUE
          && !Double.isInfinite(number.doubleValue());
    boolean signed = dtype == DType.INT8 || dtype == DType.INT16 || dtype == DType.INT32 || dtype == DType.INT64;
    int bits = Math.toIntExact(8 * dtype.size()) - (signed ? 1 : 0);
    if (number instanceof Double || number instanceof Float) {
      double v = number.doubleValue();
      double limit = Math.scalb(1.0, bits);
      return !(v >= (signed ? -limit : 0) && (v <= limit - 1));
    }
    long v = number.longValue();
    if (bits >= 63) return false;
    return v >= 1L << bits || v < (signed ? -(1L << bits) : 1 - (1L << bits));
  }

  /// The dtype of the tensor that a `new_` function is asked of; else the default one.
  private static DType ownType(Call c) {
    Tensor self = c.firstTensor();
    return self == null ? Torch.defaultDType() : self.dtype();
  }

  private static Tensor full(Call c, long[] size, Object value, DType otherwise) {
    Tensor made = Torch.empty(size, c.dtype("dtype", otherwise), device(c));
    fill(made, value);
    return made;
  }

  private static Device device(Call c) {
    Tensor self = c.firstTensor();
    return c.device("device", self == null ? Placement.current() : self.device());
  }

  // ---- with undefined content ------------------------------------------------------------------------------------

  public static final Operator EMPTY = Operator
      .declare("aten::empty.memory_format(SymInt[] size, " + OPTIONS + ", MemoryFormat? memory_format=None) -> Tensor")
      .composition(c -> {
        MemoryFormat format = c.memoryFormat("memory_format");
        return Torch.empty(c.longs("size"), c.dtype("dtype", Torch.defaultDType()), device(c),
            format == null ? MemoryFormat.CONTIGUOUS_FORMAT : format);
      })
      .notDifferentiable();
  public static final Operator NEW_EMPTY =
      Operator.declare("aten::new_empty(Tensor self, SymInt[] size, " + OPTIONS + ") -> Tensor")
          .composition(c -> Torch.empty(c.longs("size"), c.dtype("dtype", c.tensor("self").dtype()), device(c)))
          .notDifferentiable();
  public static final Operator EMPTY_LIKE = Operator.declare("aten::empty_like(Tensor self, " + LIKE_OPTIONS)
      .composition(c -> emptyLike(c)).notDifferentiable();
  public static final Operator EMPTY_STRIDED =
      Operator.declare("aten::empty_strided(SymInt[] size, SymInt[] stride, " + OPTIONS + ") -> Tensor")
          .composition(c -> strided(c, Torch.defaultDType()))
          .notDifferentiable();
  public static final Operator NEW_EMPTY_STRIDED = Operator
      .declare("aten::new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, " + OPTIONS + ") -> Tensor")
      .composition(c -> strided(c, c.tensor("self").dtype()))
      .notDifferentiable();

  private static Tensor strided(Call c, DType otherwise) {
    long[] size = c.longs("size");
    long[] stride = c.longs("stride");
    if (size.length != stride.length) throw c.check()
        .because("dimensionality of sizes (%d) must match dimensionality of strides (%d)", size.length, stride.length)
        .shapeFailure();
    return Torch.emptyStrided(size, stride, c.dtype("dtype", otherwise), device(c));
  }

  private static Tensor emptyLike(Call c) {
    Tensor self = c.tensor("self");
    DType dtype = c.dtype("dtype", self.dtype());
    MemoryFormat format = c.memoryFormat("memory_format");
    if (format == null || format == MemoryFormat.PRESERVE_FORMAT)
      return Torch.emptyLike(self, o -> o.dtype(dtype).device(device(c)));
    return Torch.empty(self.sizes(), dtype, device(c), format);
  }

  private Creation() {}

  /// Writes a value into every element, without a trace on the graph.
  ///
  /// @throws IllegalArgumentException if the dtype has no such number
  public static void fill(Tensor made, Object value) {
    if (made.numel() == 0) return;
    DType dtype = made.dtype();
    if (overflows(value, dtype)) throw Check.of("fill_")
        .because("value %s cannot be converted to type %s without overflow", value, dtype).failure();
    DType compute = dtype == DType.BOOL ? DType.FLOAT64 : dtype.computeType();
    long[] words = Elementwise.parameterWords(new Object[] {value}, compute);
    long[] addresses = {made.pointer()};
    Iteration iteration;
    if (made.isContiguous()) {
      iteration = Iteration.flat(made.numel(), addresses, new long[] {dtype.size()});
    } else {
      long[] strides = made.strides().clone();
      for (int d = 0; d < strides.length; d++) strides[d] *= dtype.size();
      iteration = Iteration.of(made.sizes(), new long[][] {strides}, addresses);
    }
    Backends.of(made.device()).elementwise(made.device(), VALUE, compute, new DType[0], dtype).run(iteration, words);
    java.lang.ref.Reference.reachabilityFence(made);
  }
}
