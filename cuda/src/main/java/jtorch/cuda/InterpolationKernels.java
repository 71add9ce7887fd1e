package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Device;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import jtorch.spi.ResampleAxis;
import jtorch.spi.ResampleAxis.Mode;

/// Interpolation in all modes by the processor's tables, which are short and travel with each call; gradients by their
/// transposed tables, so that nothing is added at random.
final class InterpolationKernels {
  static final KernelSet KERNELS = new KernelSet("resample");
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private InterpolationKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new InterpolationKernels(backend);
    table.accept("resample", c -> kernels.resample(c, false));
    table.accept("resample_backward", c -> kernels.resample(c, true));
  }

  static String definitions(DType dtype, boolean bytes) {
    String number = dtype == DType.FLOAT64 ? "f64" : "f32";
    return type("Element", Sources.type(dtype)) + type("Number", number) + type("Weight", bytes ? "i32" : number)
        + define("BYTES", bytes ? 1 : 0);
  }

  private void resample(Call c, boolean backward) {
    Tensor from = c.tensor(backward ? "grad" : "self");
    Tensor to = c.out();
    if (to.numel() == 0) return;
    if (from.numel() == 0) {
      to.zero_();
      return;
    }
    int space = to.dim() - 2;
    DType dtype = to.dtype();
    boolean wide = dtype == DType.FLOAT64;
    Tensor inputs = backward ? to : from;
    Tensor outputs = backward ? from : to;
    String[] mode = c.string("mode").split("/", 2);
    double[] scales = Objects.requireNonNull(c.numbersOrNull("scales"));
    boolean bytes = dtype == DType.UINT8 && !mode[0].startsWith("nearest");
    boolean older = mode[0].equals("nearest") && (backward || isOlder(from, to));
    ResampleAxis[] axes = {ResampleAxis.NONE, ResampleAxis.NONE, ResampleAxis.NONE};
    for (int i = 0; i < space; i++) {
      int in = Math.toIntExact(inputs.size(2 + i));
      int out = Math.toIntExact(outputs.size(2 + i));
      var axis = older ? ResampleAxis.nearest(in, out, scales[i])
          : ResampleAxis.of(Mode.of(mode[0]), mode.length > 1, in, out, c.bool("align_corners"), scales[i],
              !wide && !bytes);
      axes[3 - space + i] = backward ? axis.transposed() : bytes ? axis.merged() : axis;
    }
    long inner = to.isContiguous() ? 1 : to.size(1);
    Tensor x = inner == 1 ? from.contiguous()
        : from.contiguous(space == 2 ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CHANNELS_LAST_3D);
    long[][] places = new long[3][];
    Tensor tables = tables(axes, wide, bytes, places).to(to.device());
    CudaDevice device = backend.device(to.device());
    Arguments arguments = Arguments.begin().number(x.pointer()).number(to.pointer()).number(tables.pointer())
        .number(to.numel()).number(inner);
    for (long[] axis : places) arguments.numbers(axis);
    device.launch("resample", KERNELS.function(device, definitions(dtype, bytes), "resample"),
        device.grid(to.numel(), 1, THREADS), arguments);
  }

  /// All tables one after the other, in words of 4 bytes.
  ///
  /// @param places receives the numbers that the source has for each axis
  private static Tensor tables(ResampleAxis[] axes, boolean wide, boolean bytes, long[][] places) {
    int words = 0;
    for (ResampleAxis axis : axes) words += axis.start().length + axis.index().length * (wide ? 3 : 2) + 1;
    int[] table = new int[words];
    int at = 0;
    for (int d = 0; d < 3; d++) {
      ResampleAxis axis = axes[d];
      int taps = axis.index().length;
      int starts = at;
      System.arraycopy(axis.start(), 0, table, at, axis.start().length);
      at += axis.start().length;
      int indices = at;
      System.arraycopy(axis.index(), 0, table, at, taps);
      at += taps;
      // Weights of float64 lie at multiples of 8 bytes.
      if (at % 2 != 0) at++;
      int precision = bytes ? axis.precision() : 0;
      int[] fixed = bytes ? axis.fixed(precision) : axis.index();
      places[d] = new long[] {axis.in(), axis.out(), starts, indices, at, precision};
      for (int t = 0; t < taps; t++) {
        long bits = Double.doubleToRawLongBits(axis.weight()[t]);
        if (bytes) table[at++] = fixed[t];
        else if (!wide) table[at++] = Float.floatToRawIntBits(axis.single()[t]);
        else {
          table[at++] = (int) bits;
          table[at++] = (int) (bits >>> 32);
        }
      }
    }
    Tensor here = Torch.empty(new long[] {words}, DType.INT32, Device.CPU);
    MemorySegment.copy(table, 0, Memory.ALL, ValueLayout.JAVA_INT, here.address(), words);
    Reference.reachabilityFence(here);
    return here;
  }

  /// Whether PyTorch's processor takes its older kernel, with its own idea of what is nearest.
  private static boolean isOlder(Tensor x, Tensor y) {
    return y.dim() == 4
        ? y.size(2) + y.size(3) <= 128 || x.size(1) > 3 && x.isContiguous(MemoryFormat.CHANNELS_LAST)
        : y.dim() == 5 && x.size(1) > 3 && x.isContiguous(MemoryFormat.CHANNELS_LAST_3D);
  }
}
