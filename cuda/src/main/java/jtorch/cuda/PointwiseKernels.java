package jtorch.cuda;

import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Functions of one element that have two results, which expressions have not: `frexp`.
final class PointwiseKernels {
  static final KernelSet KERNELS = new KernelSet("pointwise");
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private PointwiseKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    table.accept("frexp", new PointwiseKernels(backend)::split);
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype));
  }

  private void split(Call c) {
    Tensor self = c.tensor("self").contiguous();
    if (self.numel() == 0) return;
    CudaDevice device = backend.device(self.device());
    device.launch("frexp", KERNELS.function(device, definitions(self.dtype()), "split"),
        device.grid(self.numel(), 1, THREADS), Arguments.begin().number(self.pointer()).number(c.out(0).pointer())
            .number(c.out(1).pointer()).number(self.numel()));
  }
}
