package jtorch.op;

import java.util.Arrays;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Pooling over windows in one to three dimensions: maxima, means, and their adaptive forms.
///
/// **Shapes**: `[N, C, *space]` or `[C, *space]`; `out = (in + 2 padding - dilation (kernel - 1) - 1) / stride + 1`, rounded
/// up in `ceil_mode` as long as the last window begins inside the input or the left padding.
public final class Pooling {
  /// The maximum of each window and its place in the flattened space.
  static final Operator MAX = Operator.declare(
      "jtorch::max_pool(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode) -> (Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("self");
        long[] sizes = pooledSizes(c, x, c.longs("dilation"));
        c.result(like(x, sizes, x.dtype()));
        c.result(like(x, sizes, DType.INT64));
      })
      .kernel("max_pool")
      .gradient("self",
          b -> Pooling.MAX_BACKWARD.tensor(b.grad(0), b.result(1), b.sizes("self"),
              (long) b.longs("kernel_size").length,
              windows(b.longs("kernel_size"), b.longs("stride"), b.longs("padding"), b.longs("dilation"))),
          Operator.RESULT)
      .notDifferentiable(1);

  /// The maximum alone, for those who ask for no gradient.
  static final Operator MAX_VALUES = Operator.declare(
      "jtorch::max_pool_values(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode) -> Tensor")
      .shape(c -> {
        Tensor x = c.tensor("self");
        c.result(like(x, pooledSizes(c, x, c.longs("dilation")), x.dtype()));
      })
      .kernel("max_pool_values")
      .notDifferentiable();

  /// Adds each gradient to the place that its maximum came from. Where the windows are known, places can look for what they
  /// get instead: see [#windows].
  static final Operator MAX_BACKWARD = Operator
      .declare(
          "jtorch::max_pool_backward(Tensor grad, Tensor indices, SymInt[] input_size, int space, int[] windows) -> Tensor")
      .shape(c -> c.result(like(c.tensor("grad"), c.longs("input_size").clone(), c.tensor("grad").dtype())))
      .kernel("max_pool_backward")
      .gradient("grad", b -> {
        int space = (int) b.integer("space");
        Tensor index = b.tensor("indices");
        int lead = index.dim() - space;
        return b.grad().flatten(lead, -1).gather(lead, index.flatten(lead, -1)).reshape(index.sizes());
      }, "indices");

  /// The mean of each window.
  static final Operator AVERAGE = Operator.declare(
      "jtorch::avg_pool(Tensor self, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor")
      .shape(c -> {
        Tensor x = c.tensor("self");
        if (c.value("divisor_override") instanceof Long v && v == 0)
          throw c.check().because("divisor must be not zero").failure();
        c.result(like(x, pooledSizes(c, x, null), x.dtype()));
      })
      .kernel("avg_pool")
      .gradient("self", b -> Pooling.AVERAGE_BACKWARD.tensor(b.grad(), b.sizes("self"), b.longs("kernel_size"),
          b.longs("stride"), b.longs("padding"), b.bool("ceil_mode"), b.bool("count_include_pad"), b.raw(6)));

  static final Operator AVERAGE_BACKWARD = Operator.declare(
      "jtorch::avg_pool_backward(Tensor grad, SymInt[] input_size, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor")
      .shape(c -> c.result(like(c.tensor("grad"), c.longs("input_size").clone(), c.tensor("grad").dtype())))
      .kernel("avg_pool_backward")
      .gradient("grad", b -> AVERAGE.tensor(b.grad(), b.longs("kernel_size"), b.longs("stride"), b.longs("padding"),
          b.bool("ceil_mode"), b.bool("count_include_pad"), b.raw(7)));

  /// The mean over windows that divide the space evenly.
  static final Operator ADAPTIVE_AVERAGE =
      Operator.declare("jtorch::adaptive_avg_pool(Tensor self, SymInt[] output_size) -> Tensor")
          .shape(c -> c.result(like(c.tensor("self"), adaptiveSizes(c), c.tensor("self").dtype())))
          .kernel("adaptive_avg_pool")
          .gradient("self", b -> Pooling.ADAPTIVE_AVERAGE_BACKWARD.tensor(b.grad(), b.sizes("self"),
              (long) b.longs("output_size").length));

  static final Operator ADAPTIVE_AVERAGE_BACKWARD =
      Operator.declare("jtorch::adaptive_avg_pool_backward(Tensor grad, SymInt[] input_size, int space) -> Tensor")
          .shape(c -> c.result(like(c.tensor("grad"), c.longs("input_size").clone(), c.tensor("grad").dtype())))
          .kernel("adaptive_avg_pool_backward")
          .gradient("grad", b -> {
            int space = (int) b.integer("space");
            long[] sizes = b.sizes("grad");
            return ADAPTIVE_AVERAGE.tensor(b.grad(), Arrays.copyOfRange(sizes, sizes.length - space, sizes.length));
          });

  static final Operator ADAPTIVE_MAX =
      Operator.declare("jtorch::adaptive_max_pool(Tensor self, SymInt[] output_size) -> (Tensor, Tensor)")
          .shape(c -> {
            long[] sizes = adaptiveSizes(c);
            c.result(like(c.tensor("self"), sizes, c.tensor("self").dtype()));
            c.result(like(c.tensor("self"), sizes, DType.INT64));
          })
          .kernel("adaptive_max_pool")
          .gradient("self",
              b -> MAX_BACKWARD.tensor(b.grad(0), b.result(1), b.sizes("self"), (long) b.longs("output_size").length,
                  adaptiveWindows(b.longs("output_size").length)),
              Operator.RESULT)
          .notDifferentiable(1);

  public static final Operator MAX_POOL1D = maxPool(1, false);
  public static final Operator MAX_POOL2D = maxPool(2, false);
  public static final Operator MAX_POOL3D = maxPool(3, false);
  public static final Operator MAX_POOL1D_WITH_INDICES = maxPool(1, true);
  public static final Operator MAX_POOL2D_WITH_INDICES = maxPool(2, true);
  public static final Operator MAX_POOL3D_WITH_INDICES = maxPool(3, true);

  public static final Operator AVG_POOL1D = Operator.declare(
      "aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor")
      .composition(c -> averagePool(c, 1, null));
  public static final Operator AVG_POOL2D = Operator.declare(
      "aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor")
      .composition(c -> averagePool(c, 2, c.value("divisor_override")));
  public static final Operator AVG_POOL3D = Operator.declare(
      "aten::avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor")
      .composition(c -> averagePool(c, 3, c.value("divisor_override")));

  public static final Operator ADAPTIVE_AVG_POOL1D = adaptive("avg", 1);
  public static final Operator ADAPTIVE_AVG_POOL2D = adaptive("avg", 2);
  public static final Operator ADAPTIVE_AVG_POOL3D = adaptive("avg", 3);
  public static final Operator ADAPTIVE_MAX_POOL1D = adaptive("max", 1);
  public static final Operator ADAPTIVE_MAX_POOL2D = adaptive("max", 2);
  public static final Operator ADAPTIVE_MAX_POOL3D = adaptive("max", 3);

  /// Windows that nothing is known of.
  static final long[] ANY_WINDOWS = {};

  private Pooling() {}

  /// Kernel sizes, strides, paddings and dilations, one after the other.
  static long[] windows(long[] kernel, long[] stride, long[] padding, long[] dilation) {
    return Stream.of(kernel, stride, padding, dilation).flatMapToLong(Arrays::stream).toArray();
  }

  /// Those that divide the space evenly, told by kernels of 0.
  static long[] adaptiveWindows(int n) {
    return new long[4 * n];
  }

  private static Operator maxPool(int n, boolean indices) {
    String none = n == 1 ? "[0]" : "0";
    String one = n == 1 ? "[1]" : "1";
    String text = "aten::max_pool" + n + "d" + (indices ? "_with_indices" : "") + "(Tensor self, int[" + n
        + "] kernel_size, int[" + n + "] stride=[], int[" + n + "] padding=" + none + ", int[" + n + "] dilation="
        + one + ", bool ceil_mode=False) -> " + (indices ? "(Tensor, Tensor)" : "Tensor");
    return Operator.declare(text).composition(c -> {
      long[] kernel = repeated(c, "kernel_size", n);
      long[] stride = c.longs("stride").length == 0 ? kernel : repeated(c, "stride", n);
      Tensor x = checked(c, n);
      boolean plain = !indices && !x.requiresGrad() && x.isContiguous();
      long[] padding = repeated(c, "padding", n);
      long[] dilation = repeated(c, "dilation", n);
      if (plain) return MAX_VALUES.tensor(x, kernel, stride, padding, dilation, c.bool("ceil_mode"));
      Tensor[] both = MAX.tensors(x, kernel, stride, padding, dilation, c.bool("ceil_mode"));
      return indices ? both : both[0];
    });
  }

  private static Tensor averagePool(Call c, int n, @Nullable Object divisor) {
    long[] kernel = repeated(c, "kernel_size", n);
    long[] stride = c.longs("stride").length == 0 ? kernel : repeated(c, "stride", n);
    return AVERAGE.tensor(checked(c, n), kernel, stride, repeated(c, "padding", n), c.bool("ceil_mode"),
        c.bool("count_include_pad"), divisor);
  }

  private static Operator adaptive(String kind, int n) {
    boolean max = kind.equals("max");
    String type = !max && n > 1 ? "SymInt" : "int";
    return Operator
        .declare("aten::adaptive_" + kind + "_pool" + n + "d(Tensor self, " + type + "[" + n + "] output_size) -> "
            + (max ? "(Tensor, Tensor)" : "Tensor"))
        .composition(c -> (max ? ADAPTIVE_MAX : ADAPTIVE_AVERAGE).call(checked(c, n), repeated(c, "output_size", n)));
  }

  private static Tensor checked(Call c, int n) {
    Tensor x = c.tensor("self");
    if (x.dim() != n + 1 && x.dim() != n + 2)
      throw c.check().because("Expected %dD or %dD (batch mode) tensor for input, but got: %s", n + 1, n + 2,
          Arrays.toString(x.sizes())).tensor("self", x).shapeFailure();
    for (int d = x.dim() - n; d < x.dim(); d++) {
      if (x.size(d) == 0)
        throw c.check().because("Expected input to have non-zero size for non-batch dimensions, but it has sizes %s",
            Arrays.toString(x.sizes())).shapeFailure();
    }
    return x;
  }

  private static long[] repeated(Call c, String name, int n) {
    long[] given = c.longs(name);
    if (given.length == n) return given;
    if (given.length != 1)
      throw c.check().because("%s must either be a single int, or a tuple of %d ints", name, n).failure();
    long[] all = new long[n];
    Arrays.fill(all, given[0]);
    return all;
  }

  private static long[] pooledSizes(Call c, Tensor x, long @Nullable [] dilation) {
    long[] kernel = c.longs("kernel_size");
    long[] stride = c.longs("stride");
    long[] padding = c.longs("padding");
    int n = kernel.length;
    long[] sizes = x.sizes().clone();
    for (int i = 0; i < n; i++) {
      int d = x.dim() - n + i;
      long reach = dilation == null ? kernel[i] : dilation[i] * (kernel[i] - 1) + 1;
      if (kernel[i] <= 0) throw c.check()
          .because("kernel size should be greater than zero, but got %s", Arrays.toString(kernel)).failure();
      if (stride[i] <= 0)
        throw c.check().because("stride should be greater than zero, but got %s", Arrays.toString(stride)).failure();
      if (dilation != null && dilation[i] <= 0) throw c.check()
          .because("dilation should be greater than zero, but got %s", Arrays.toString(dilation)).failure();
      if (padding[i] < 0 || padding[i] > reach / 2)
        throw c.check()
            .because(
                "pad should be at most half of effective kernel size, but got pad=%d, kernel_size=%d and dilation=%d",
                padding[i], kernel[i], dilation == null ? 1 : dilation[i])
            .failure();
      long room = sizes[d] + 2 * padding[i] - reach;
      long out = Math.floorDiv(c.bool("ceil_mode") ? room + stride[i] - 1 : room, stride[i]) + 1;
      // The last window must begin inside the input or its left padding.
      if (c.bool("ceil_mode") && (out - 1) * stride[i] >= sizes[d] + padding[i]) out--;
      if (out <= 0) throw c.check()
          .because("Given input size: %s. Calculated output size: %d in dimension %d. Output size is too small",
              Arrays.toString(x.sizes()), out, d)
          .tensor("self", x).shapeFailure();
      sizes[d] = out;
    }
    return sizes;
  }

  private static long[] adaptiveSizes(Call c) {
    Tensor x = c.tensor("self");
    long[] wanted = c.longs("output_size");
    long[] sizes = x.sizes().clone();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] < 0)
        throw c.check().because("elements of output_size must be greater than or equal to 0 but received %s",
            Arrays.toString(wanted)).failure();
      sizes[x.dim() - wanted.length + i] = wanted[i];
    }
    return sizes;
  }

  /// A result in the memory format of its argument: channels-last stays so.
  static Tensor like(Tensor x, long[] sizes, DType dtype) {
    boolean channelsLast = !x.isContiguous()
        && (x.isContiguous(jtorch.MemoryFormat.CHANNELS_LAST) || x.isContiguous(jtorch.MemoryFormat.CHANNELS_LAST_3D));
    return channelsLast ? jtorch.Torch.emptyStrided(sizes, Tensor.channelsLastStrides(sizes), dtype, x.device())
        : jtorch.Torch.empty(sizes, dtype, x.device());
  }
}
