package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.List;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.op.Segments;
import jtorch.spi.Kernel;

/// Reductions of segments along a dimension, and their gradients.
final class SegmentKernels {
  static final KernelSet KERNELS = new KernelSet("segment", "functions");
  private static final List<String> REDUCTIONS = List.of("sum", "mean", "max", "min", "prod");
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private SegmentKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SegmentKernels(backend);
    table.accept("segment_reduce", c -> kernels.run(c, "reduce", c.out(), c.out()));
    table.accept("segment_reduce_backward", c -> {
      c.out().zero_();
      kernels.run(c, "reduce_backward", c.tensor("grad").contiguous(), c.tensor("output").contiguous());
    });
  }

  static String definitions(DType dtype, String reduce) {
    return type("Element", Sources.type(dtype)) + type("Number", Sources.type(dtype.computeType()))
        + define("REDUCE", REDUCTIONS.indexOf(reduce));
  }

  private void run(Call c, String kernel, Tensor grad, Tensor output) {
    Tensor data = c.tensor("data").contiguous();
    int axis = c.dim("axis", data);
    boolean offsets = c.has("offsets");
    Tensor bounds = c.tensor(offsets ? "offsets" : "lengths").to(DType.INT64);
    long segments = bounds.size(axis) - (offsets ? 1 : 0);
    if (output.numel() == 0) return;
    Tensor starts =
        offsets ? bounds : Torch.cat(new Tensor[] {bounds.narrow(axis, 0, 1).mul(0L), bounds.cumsum(axis)}, axis);
    starts = starts.contiguous();
    long inner = 1;
    for (int d = axis + 1; d < data.dim(); d++) inner *= data.size(d);
    long outer = output.numel() / (segments * inner);
    String reduce = c.string("reduce");
    CudaDevice device = backend.device(data.device());
    Arguments arguments = Arguments.begin().number(data.pointer()).number(starts.pointer()).number(c.out().pointer())
        .number(grad.pointer()).number(output.pointer()).number(outer).number(data.size(axis)).number(inner)
        .number(segments).number(Segments.start(reduce, c.value("initial"))).number(c.has("initial") ? 0 : 1);
    device.launch("segment_reduce", KERNELS.function(device, definitions(data.dtype(), reduce), kernel),
        device.grid(output.numel(), 1, THREADS), arguments);
  }
}
