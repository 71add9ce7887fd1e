package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Objects;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.kernel.Resample;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import jtorch.spi.ResampleAxis;
import jtorch.spi.ResampleAxis.Mode;

/// The kernels of interpolation: float32 and float64 as they lie, contiguous or channels-last; halves through float32;
/// uint8 in integers where values are mixed.
final class InterpolationKernels {
  private InterpolationKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("resample", c -> resample(c, false));
    table.accept("resample_backward", c -> resample(c, true));
  }

  private static void resample(Call c, boolean backward) {
    Tensor from = c.tensor(backward ? "grad" : "self");
    Tensor to = c.out();
    if (to.numel() == 0) return;
    if (from.numel() == 0) {
      to.zero_();
      return;
    }
    int space = to.dim() - 2;
    DType compute = to.dtype().isHalf() || to.dtype() == DType.UINT8 ? DType.FLOAT32 : to.dtype();
    Tensor inputs = backward ? to : from;
    Tensor outputs = backward ? from : to;
    String[] mode = c.string("mode").split("/", 2);
    double[] scales = Objects.requireNonNull(c.numbersOrNull("scales"));
    boolean bytes = to.dtype() == DType.UINT8 && !mode[0].startsWith("nearest");
    boolean older = mode[0].equals("nearest") && (backward || isOlder(from, to));
    ResampleAxis[] axes = {ResampleAxis.NONE, ResampleAxis.NONE, ResampleAxis.NONE};
    for (int i = 0; i < space; i++) {
      int in = (int) inputs.size(2 + i);
      int out = (int) outputs.size(2 + i);
      var axis = older ? ResampleAxis.nearest(in, out, scales[i])
          : ResampleAxis.of(Mode.of(mode[0]), mode.length > 1, in, out, c.bool("align_corners"), scales[i],
              compute == DType.FLOAT32 && !bytes);
      axes[3 - space + i] = backward ? axis.transposed() : bytes ? axis.merged() : axis;
    }
    if (bytes) {
      Tensor x = from.contiguous();
      Tensor y = to.isContiguous() ? to : Torch.empty(to.sizes(), DType.UINT8);
      Resample.bytes(x.address(), y.address(), x.size(0) * x.size(1), axes[1], axes[2]);
      Reference.reachabilityFence(x);
      if (y != to) to.copy_(y);
      return;
    }
    boolean last = !to.isContiguous();
    Tensor x = from.to(compute).contiguous(!last ? MemoryFormat.CONTIGUOUS_FORMAT
        : space == 2 ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CHANNELS_LAST_3D);
    Tensor y = to.dtype() == compute ? to : Torch.emptyLike(to, compute);
    long channels = to.size(1);
    Resample.run(compute == DType.FLOAT64, x.address(), y.address(), last ? to.size(0) : to.size(0) * channels,
        last ? channels : 1, axes[0], axes[1], axes[2]);
    Reference.reachabilityFence(x);
    if (y != to) to.copy_(y);
  }

  /// Whether PyTorch takes its older kernel, with its own idea of what is nearest.
  private static boolean isOlder(Tensor x, Tensor y) {
    return y.dim() == 4
        ? y.size(2) + y.size(3) <= 128 || x.size(1) > 3 && x.isContiguous(MemoryFormat.CHANNELS_LAST)
        : y.dim() == 5 && x.size(1) > 3 && x.isContiguous(MemoryFormat.CHANNELS_LAST_3D);
  }
}
