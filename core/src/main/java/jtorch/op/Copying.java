package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Device;
import jtorch.Layout;
import jtorch.MemoryFormat;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Expr;
import jtorch.expr.ScalarFunction;
import jtorch.spi.Backends;
import jtorch.spi.Iteration;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Copies and conversions: `copy_`, `to`, `clone`, `contiguous`.
public final class Copying {
  private static final ScalarFunction IDENTITY = new ScalarFunction("copy", 1, 0, Expr.X);

  /// Writes values into a tensor of the same or a larger, broadcast shape, converting dtypes.
  public static final Operator COPY =
      Operator.declare("aten::copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Tensor made = Torch.emptyLike(self, self.dtype());
            write(c.tensor("src"), made);
            return made;
          })
          .gradient("self", b -> b.grad().zerosLike())
          .gradient("src", b -> b.grad())
          .inPlace(c -> write(c.tensor("src"), c.tensor("self"), c.bool("non_blocking")));

  /// Converts dtype and device, copying where something changes or `copy` asks for it.
  public static final Operator TO_COPY = Operator.declare(
      "aten::_to_copy(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor made = like(self, c.dtype("dtype", self.dtype()), c.memoryFormat("memory_format"),
            c.device("device", self.device()));
        // What nobody waits for has to land in pinned memory.
        boolean nonBlocking = c.bool("non_blocking");
        boolean read = nonBlocking && self.isCuda() && made.isCpu() && made.layout() == Layout.STRIDED;
        if (read || Boolean.TRUE.equals(c.value("pin_memory"))) made = Backends.emptyPinned("to", made);
        write(self, made, nonBlocking);
        return made;
      })
      .gradient("self", b -> b.grad().to(b.dtypeOf("self")));

  public static final Operator TO_DTYPE = Operator.declare(
      "aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        DType dtype = c.dtype("dtype", self.dtype());
        MemoryFormat format = c.memoryFormat("memory_format");
        if (dtype == self.dtype() && !c.bool("copy")
            && (format == null || format == MemoryFormat.PRESERVE_FORMAT || self.isContiguous(format)))
          return self;
        return TO_COPY.call(self, dtype, null, null, null, c.bool("non_blocking"), format);
      });

  public static final Operator TO_DEVICE = Operator.declare(
      "aten::to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Device device = c.device("device", self.device());
        if (device.equals(self.device())) return TO_DTYPE.call(self, c.dtype("dtype"), c.bool("non_blocking"),
            c.bool("copy"), c.memoryFormat("memory_format"));
        return TO_COPY.call(self, c.dtype("dtype"), null, device, null, c.bool("non_blocking"),
            c.memoryFormat("memory_format"));
      });

  public static final Operator TO_OTHER = Operator.declare(
      "aten::to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)")
      .composition(c -> TO_DEVICE.call(c.tensor("self"), c.tensor("other").device(), c.tensor("other").dtype(),
          c.bool("non_blocking"), c.bool("copy"), c.memoryFormat("memory_format")));

  public static final Operator TYPE_AS = Operator.declare("aten::type_as(Tensor self, Tensor other) -> Tensor")
      .composition(c -> TO_OTHER.call(c.tensor("self"), c.tensor("other"), false, false, null));

  public static final Operator CLONE =
      Operator.declare("aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Tensor made = like(self, self.dtype(), c.memoryFormat("memory_format"), self.device());
            write(self, made);
            return made;
          })
          .gradient("self", b -> b.grad());

  public static final Operator CONTIGUOUS =
      Operator.declare("aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)")
          .composition(c -> {
            Tensor self = c.tensor("self");
            MemoryFormat format = c.memoryFormat("memory_format");
            return self.isContiguous(format == null ? MemoryFormat.CONTIGUOUS_FORMAT : format) ? self
                : CLONE.call(self, format);
          });

  /// The value of a tensor with one element.
  public static final Operator ITEM = Operator.declare("aten::item(Tensor self) -> Scalar")
      .composition(c -> c.tensor("self").item()).notDifferentiable();
  public static final Operator LOCAL_SCALAR = Operator.declare("aten::_local_scalar_dense(Tensor self) -> Scalar")
      .composition(c -> c.tensor("self").item()).notDifferentiable();

  private Copying() {}

  private static Tensor like(Tensor self, DType dtype, @Nullable MemoryFormat format, Device device) {
    if (format == null || format == MemoryFormat.PRESERVE_FORMAT)
      return device.equals(self.device()) ? Torch.emptyLike(self, dtype)
          : Torch.emptyLike(self, o -> o.dtype(dtype).device(device));
    return Torch.empty(self.sizes(), dtype, device, format);
  }

  /// Writes values without a trace on the graph; the source is broadcast to the target.
  public static void write(Tensor from, Tensor to) {
    write(from, to, false);
  }

  /// @param nonBlocking whether a copy between pinned memory and a GPU may go on after this returns
  public static void write(Tensor from, Tensor to, boolean nonBlocking) {
    if (to instanceof SparseTensor sparse) {
      sparse.become(from);
      return;
    }
    if (from instanceof SparseTensor) from = from.toDense();
    if (to.numel() == 0) return;
    if (from.device() != to.device() && !from.device().equals(to.device())) {
      Transfer.write(from, to, nonBlocking);
      return;
    }
    if (!Arrays.equals(from.sizes(), to.sizes())) {
      long[] joined = Elementwise.broadcastShapes(from.sizes(), to.sizes());
      if (joined == null || !Arrays.equals(joined, to.sizes())) {
        throw Check.of("copy_").because(Elementwise.notExpandable(from.sizes(), to.sizes())).tensor("self", to)
            .tensor("src", from).shapeFailure();
      }
      from = from.expandRaw(to.sizes());
    }
    if (from.storage() == to.storage() && from.overlaps(to)) {
      if (from.storageOffset() == to.storageOffset() && Arrays.equals(from.strides(), to.strides())) return;
      Tensor apart = Torch.emptyLike(from, from.dtype());
      write(from, apart);
      from = apart;
    }
    var backend = Backends.of(to.device());
    long[] addresses = {to.pointer(), from.pointer()};
    if (from.dtype() == to.dtype()) {
      Kernel strided = backend.kernel("copy");
      if (strided != null) {
        Call call = new Call(COPY, new Object[] {to, from, false});
        call.result(to);
        strided.run(call);
        java.lang.ref.Reference.reachabilityFence(from);
        return;
      }
    }
    int n = to.dim();
    long[][] strides = {bytes(to, n), bytes(from, n)};
    DType compute = Promotion.promote(plain(from.dtype()), plain(to.dtype())).computeType();
    if (compute == DType.BOOL || from.dtype().isIntegral() && to.dtype().isIntegral()) compute = DType.INT64;
    else if (from.dtype().isComplex() && !to.dtype().isComplex()) compute = from.dtype().computeType();
    else if (from.dtype().isFloatingPoint() && !to.dtype().isDifferentiable()) compute = from.dtype().computeType();
    else if (from.dtype() == DType.INT64 && to.dtype() == DType.FLOAT64) compute = DType.FLOAT64;
    backend.elementwise(to.device(), IDENTITY, compute, new DType[] {from.dtype()}, to.dtype())
        .run(Iteration.of(to.sizes(), strides, addresses), new long[0]);
    java.lang.ref.Reference.reachabilityFence(from);
    java.lang.ref.Reference.reachabilityFence(to);
  }

  /// Copies convert also what operators do not promote.
  private static DType plain(DType dtype) {
    if (dtype == DType.FLOAT4_E2M1FN_X2) throw dtype.notANumber();
    return dtype.isFloat8() || dtype.isBareUnsigned() ? dtype.computeType() : dtype;
  }

  private static long[] bytes(Tensor t, int n) {
    long[] strides = t.strides().clone();
    for (int d = 0; d < n; d++) strides[d] = t.size(d) == 1 ? 0 : strides[d] * t.dtype().size();
    return strides;
  }

}
