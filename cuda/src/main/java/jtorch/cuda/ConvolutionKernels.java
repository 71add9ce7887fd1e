package jtorch.cuda;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.TiledProduct.Extent;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of convolutions of one to three dimensions: by cuDNN where it is there and can, else a product in tiles that
/// reads its operands where they lie, in whatever memory format. `convolution.cu` tells how.
final class ConvolutionKernels {
  static final String ALONG_STEPS = "#define ALONG_STEPS\n";

  private final CudaBackend backend;
  private final LibraryConvolutions library;

  private ConvolutionKernels(CudaBackend backend) {
    this.backend = backend;
    library = new LibraryConvolutions(backend);
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new ConvolutionKernels(backend);
    table.accept("convolution", kernels::forward);
    table.accept("convolution_input", kernels::input);
    table.accept("convolution_weight", kernels::weight);
  }

  /// Which product it is.
  enum Way {
    FORWARD(""), INPUT("#define DIVIDED\n"), WEIGHT(ALONG_STEPS);

    private final String definitions;

    Way(String definitions) {
      this.definitions = definitions;
    }

    String definitions(int spatial) {
      return definitions + "#define SPATIAL " + spatial + "\n";
    }
  }

  private static long[] spatial(long[] values) {
    return Arrays.copyOfRange(values, 2, values.length);
  }

  /// Sizes by which numbers are cut into digits; of an empty tensor there are none to be cut.
  private static long[] digits(Tensor t) {
    return Arrays.stream(spatial(t.sizes())).map(size -> Math.max(1, size)).toArray();
  }

  private static long product(long[] values) {
    return Arrays.stream(values).reduce(1, (a, b) -> a * b);
  }

  private static long[] all(int n, long value) {
    long[] values = new long[n];
    Arrays.fill(values, value);
    return values;
  }

  private static long[] negative(long[] values) {
    return Arrays.stream(values).map(v -> -v).toArray();
  }

  private void forward(Call c) {
    if (library.forward(c)) return;
    Tensor x = c.tensor("input");
    Tensor w = c.tensor("weight");
    Tensor y = c.out();
    Tensor bias = c.tensorOrNull("bias");
    if (bias != null) bias = bias.contiguous();
    long groups = c.integer("groups");
    long rows = w.size(0) / groups;
    long[] window = spatial(w.sizes());
    long[] places = spatial(y.sizes());
    run(c, Way.FORWARD, new Extent(groups, rows, y.size(0) * product(places), w.size(1) * product(window)), w, x, bias,
        new long[][] {{w.stride(0) * rows, w.stride(0), w.stride(1)}, spatial(w.strides()),
          {x.stride(1) * w.size(1), x.stride(0), x.stride(1)}, spatial(x.strides()),
          {y.stride(1) * rows, y.stride(1), y.stride(0)}, spatial(y.strides()), digits(w), digits(y), c.longs("stride"),
          c.longs("dilation"), negative(c.longs("padding")), all(window.length, 1), spatial(x.sizes())});
  }

  private void input(Call c) {
    if (library.input(c)) return;
    Tensor dy = c.tensor("grad");
    Tensor w = c.tensor("weight");
    Tensor dx = c.out();
    long groups = c.integer("groups");
    long outputs = w.size(0) / groups;
    long[] window = spatial(w.sizes());
    long[] places = spatial(dx.sizes());
    run(c, Way.INPUT, new Extent(groups, w.size(1), dx.size(0) * product(places), outputs * product(window)), w, dy,
        null, new long[][] {{w.stride(0) * outputs, w.stride(1), w.stride(0)}, spatial(w.strides()),
          {dy.stride(1) * outputs, dy.stride(0), dy.stride(1)}, spatial(dy.strides()),
          {dx.stride(1) * w.size(1), dx.stride(1), dx.stride(0)}, spatial(dx.strides()), digits(w), digits(dx),
          all(window.length, 1), negative(c.longs("dilation")), c.longs("padding"), c.longs("stride"),
          spatial(dy.sizes())});
  }

  private void weight(Call c) {
    if (library.weight(c)) return;
    Tensor x = c.tensor("input");
    Tensor dy = c.tensor("grad");
    Tensor dw = c.out();
    long groups = c.integer("groups");
    long rows = dw.size(0) / groups;
    long[] window = spatial(dw.sizes());
    long[] places = spatial(dy.sizes());
    run(c, Way.WEIGHT, new Extent(groups, rows, dw.size(1) * product(window), dy.size(0) * product(places)), dy, x,
        null, new long[][] {{dy.stride(1) * rows, dy.stride(1), dy.stride(0)}, spatial(dy.strides()),
          {x.stride(1) * dw.size(1), x.stride(1), x.stride(0)}, spatial(x.strides()),
          {dw.stride(0) * rows, dw.stride(0), dw.stride(1)}, spatial(dw.strides()), digits(dy), digits(dw),
          c.longs("dilation"), c.longs("stride"), negative(c.longs("padding")), all(window.length, 1),
          spatial(x.sizes())});
  }

  /// @param numbers in the order of the structure in `convolution.cu`
  private void run(Call c, Way way, Extent extent, Tensor left, Tensor right, @Nullable Tensor bias,
      long[][] numbers) {
    Tensor out = c.out();
    DType dtype = out.dtype();
    TiledProduct.run(backend.device(out.device()), c.operator().schema().name(), "convolution",
        way.definitions(out.dim() - 2), dtype, TiledProduct.sums(dtype), extent, arguments -> {
          arguments.number(left.pointer()).number(right.pointer()).number(bias == null ? 0 : bias.pointer())
              .number(out.pointer());
          for (long[] part : numbers) arguments.numbers(part);
        });
  }
}
