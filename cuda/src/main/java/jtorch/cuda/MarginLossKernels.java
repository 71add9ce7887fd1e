package jtorch.cuda;

import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The margin loss of several labels.
final class MarginLossKernels {
  static final KernelSet KERNELS = new KernelSet("margin", "functions", "blocks");
  private static final int THREADS = 128;

  private final CudaBackend backend;

  private MarginLossKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new MarginLossKernels(backend);
    table.accept("multilabel_margin_loss_forward", kernels::forward);
    table.accept("multilabel_margin_loss_backward", kernels::backward);
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype));
  }

  private static long classes(Tensor x) {
    return x.dim() == 0 ? 1 : x.size(-1);
  }

  private void forward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    long rows = x.numel() / classes(x);
    Tensor losses = Torch.empty(new long[] {rows}, x.dtype(), x.device());
    launch(c, "margins", x, losses, c.out(1), losses, 0, 0);
    Tensor out = c.out();
    if (out.dim() == 1) out.copy_(losses);
    else out.copy_(c.integer("reduction") == 1 && rows > 0 ? losses.mean() : losses.sum());
  }

  private void backward(Call c) {
    Tensor x = c.tensor("self").contiguous();
    Tensor grad = c.tensor("grad_output").contiguous();
    long classes = classes(x);
    long rows = x.numel() / classes;
    double share = c.integer("reduction") == 1 && rows > 0 ? 1.0 / (rows * classes) : 1.0 / classes;
    launch(c, "margins_backward", x, c.out(), c.out(), grad, grad.dim() == 1 ? 1 : 0, share);
  }

  private void launch(Call c, String kernel, Tensor x, Tensor out, Tensor isTarget, Tensor grad, long step,
      double share) {
    if (x.numel() == 0) return;
    Tensor target = c.tensor("target").contiguous();
    CudaDevice device = backend.device(x.device());
    String name = c.operator().schema().bareName();
    Arguments arguments = Arguments.begin().number(x.pointer()).number(target.pointer()).number(out.pointer())
        .number(isTarget.pointer()).number(grad.pointer()).number(device.problem(name)).number(classes(x)).number(step)
        .number(share);
    device.launch(name, KERNELS.function(device, definitions(x.dtype()), kernel),
        Grid.of(x.numel() / classes(x), THREADS), arguments);
  }
}
