package jtorch.cuda;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.expr.Expr;
import jtorch.expr.ScalarFunction;
import jtorch.op.Call;
import jtorch.spi.Iteration;
import jtorch.spi.Kernel;

/// Copies within a device of elements that stay as they are, whatever they mean.
final class CopyKernels {
  private static final ScalarFunction SAME = new ScalarFunction("copy", 1, 0, Expr.X);

  private final CudaBackend backend;

  private CopyKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    table.accept("copy", new CopyKernels(backend)::copy);
  }

  private void copy(Call call) {
    Tensor to = call.out();
    Tensor from = call.tensor("src");
    CudaDevice device = backend.device(to.device());
    int size = to.dtype().size();
    if (Arrays.equals(to.strides(), from.strides()) && to.isDense()) {
      device.driver().copyAcross(device.index(), to.pointer(), device.index(), from.pointer(), to.numel() * size,
          device.stream());
      return;
    }
    int n = to.dim();
    long[][] strides = new long[2][n];
    for (int d = 0; d < n; d++) {
      strides[0][d] = to.size(d) == 1 ? 0 : to.strides()[d] * size;
      strides[1][d] = to.size(d) == 1 ? 0 : from.strides()[d] * size;
    }
    DType bits = switch (size) {
      case 1 -> DType.INT8;
      case 2 -> DType.INT16;
      case 4 -> DType.INT32;
      case 8 -> DType.INT64;
      default -> DType.COMPLEX128;
    };
    DType compute = bits.isComplex() ? bits : DType.INT64;
    backend.elementwise(to.device(), SAME, compute, new DType[] {bits}, bits)
        .run(Iteration.of(to.sizes(), strides, new long[] {to.pointer(), from.pointer()}), new long[0]);
  }
}
