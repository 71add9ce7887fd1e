package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Borders that continue a tensor, windows of images as columns, and columns added back to images: a thread for each
/// element of the result, which looks where it comes from.
final class WindowKernels {
  static final KernelSet KERNELS = new KernelSet("window");
  private static final int MOST_DIMS = 12;
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private WindowKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new WindowKernels(backend);
    table.accept("extend", kernels::extend);
    table.accept("im2col", kernels::columns);
    table.accept("col2im", kernels::image);
  }

  static String definitions(DType dtype) {
    DType number = dtype == DType.BOOL || dtype.isComplex() ? DType.INT64 : dtype.computeType();
    return type("Element", Sources.type(dtype)) + type("Number", Sources.type(number))
        + define("ADDS", dtype.isComplex() ? 0 : 1);
  }

  private void launch(Call c, String kernel, Tensor out, Arguments arguments) {
    CudaDevice device = backend.device(out.device());
    device.launch(c.operator().schema().bareName(), KERNELS.function(device, definitions(out.dtype()), kernel),
        device.grid(out.numel(), 1, THREADS), arguments);
  }

  private void extend(Call c) {
    Tensor self = c.tensor("self").contiguous();
    Tensor out = c.out();
    if (out.numel() == 0) return;
    int n = self.dim();
    if (n > MOST_DIMS) throw new UnsupportedOperationException("more than " + MOST_DIMS + " dimensions on a GPU");
    long[] pad = c.longs("pad");
    int mode = switch (c.string("mode")) {
      case "reflect" -> 1;
      case "circular" -> 2;
      default -> 0;
    };
    long[][] rules = new long[5][MOST_DIMS];
    for (int i = 0; i < n; i++) {
      long low = 2 * i < pad.length ? pad[2 * i] : 0;
      long high = 2 * i < pad.length ? pad[2 * i + 1] : 0;
      rules[0][i] = self.size(n - 1 - i);
      rules[1][i] = out.size(n - 1 - i);
      // A negative pad cuts off.
      rules[2][i] = Math.max(0, -low);
      rules[3][i] = Math.max(0, low);
      rules[4][i] = rules[1][i] - Math.max(0, low) - Math.max(0, high);
    }
    Arguments arguments = Arguments.begin().number(self.pointer()).number(out.pointer()).number(out.numel()).number(n)
        .number(mode);
    for (long[] rule : rules) arguments.numbers(rule);
    launch(c, "extend", out, arguments);
  }

  /// What the source has to know of windows, over images of the size of `image`.
  private static Arguments windows(Call c, Tensor in, Tensor out, Tensor image) {
    long[] kernel = c.longs("kernel_size");
    long[] dilation = c.longs("dilation");
    long[] padding = c.longs("padding");
    long[] stride = c.longs("stride");
    Arguments arguments = Arguments.begin().number(in.pointer()).number(out.pointer()).number(out.numel())
        .number(image.size(-1)).number(image.size(-2));
    for (int d = 1; d >= 0; d--)
      arguments.number((image.size(d - 2) + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d] + 1);
    for (long[] pair : new long[][] {kernel, dilation, padding, stride}) arguments.number(pair[1]).number(pair[0]);
    return arguments;
  }

  private void columns(Call c) {
    if (c.out().numel() == 0) return;
    Tensor self = c.tensor("self").contiguous();
    launch(c, "columns", c.out(), windows(c, self, c.out(), self));
  }

  private void image(Call c) {
    Tensor self = c.tensor("self").contiguous();
    Tensor out = c.out();
    if (out.numel() == 0) return;
    if (!out.dtype().isComplex()) {
      launch(c, "image", out, windows(c, self, out, out));
      return;
    }
    // Real and imaginary parts add up apart.
    Tensor[] parts = {self.real().contiguous(), self.imag().contiguous()};
    for (int k = 0; k < 2; k++) {
      Tensor sums = Torch.empty(out.sizes(), out.dtype().toReal(), out.device());
      launch(c, "image", sums, windows(c, parts[k], sums, sums));
      parts[k] = sums;
    }
    out.copy_(Torch.complex(parts[0], parts[1]));
  }
}
