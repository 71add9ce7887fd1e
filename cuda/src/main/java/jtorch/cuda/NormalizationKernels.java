package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Layer norm and RMS norm with their gradients as kernels; group and batch norm of reductions and element-wise kernels.
final class NormalizationKernels {
  static final KernelSet KERNELS = new KernelSet("normalize", "functions", "blocks");
  /// Rows that a thread adds up at least, where weights get their gradients.
  private static final long LEAST_ROWS = 32;
  private static final int THREADS = 128;

  private final CudaBackend backend;

  private NormalizationKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new NormalizationKernels(backend);
    table.accept("layer_norm", c -> kernels.forward(c, true));
    table.accept("rms_norm", c -> kernels.forward(c, false));
    table.accept("layer_norm_backward", c -> kernels.backward(c, true));
    table.accept("rms_norm_backward", c -> kernels.backward(c, false));
    table.accept("group_norm", NormalizationKernels::groups);
    table.accept("batch_norm", NormalizationKernels::batch);
  }

  static String definitions(DType element, DType weight, DType statistic, boolean centered) {
    return type("Element", Sources.type(element)) + type("Weight", Sources.type(weight))
        + type("Statistic", Sources.type(statistic)) + type("Number", Sources.type(element.computeType()))
        + define("CENTERED", centered);
  }

  private static long pointer(@Nullable Tensor t) {
    return t == null ? 0 : t.pointer();
  }

  private static @Nullable Tensor dense(@Nullable Tensor t, DType dtype) {
    return t == null ? null : t.to(dtype).contiguous();
  }

  private void forward(Call c, boolean centered) {
    Tensor x = c.tensor("input").contiguous();
    if (x.numel() == 0) return;
    long length = Arrays.stream(c.longs("normalized_shape")).reduce(1, (a, b) -> a * b);
    Tensor given = c.tensorOrNull("weight") != null ? c.tensorOrNull("weight")
        : centered ? c.tensorOrNull("bias") : null;
    DType weightType = given == null ? x.dtype() : given.dtype();
    Tensor weight = dense(c.tensorOrNull("weight"), weightType);
    Tensor bias = centered ? dense(c.tensorOrNull("bias"), weightType) : null;
    Tensor rstd = c.out(centered ? 2 : 1);
    CudaDevice device = backend.device(x.device());
    long rows = x.numel() / length;
    Arguments arguments = Arguments.begin().number(x.pointer()).number(pointer(weight)).number(pointer(bias))
        .number(c.out(0).pointer()).number(centered ? c.out(1).pointer() : 0).number(rstd.pointer()).number(0)
        .number(0).number(0).number(rows).number(length).number(1).number(c.number("eps"));
    device.launch(c.operator().schema().bareName(),
        KERNELS.function(device, definitions(x.dtype(), weightType, rstd.dtype(), centered), "normalize"),
        Lines.rows(rows, length), arguments);
  }

  private void backward(Call c, boolean centered) {
    Tensor x = c.tensor("input").contiguous();
    int results = centered ? 3 : 2;
    if (x.numel() == 0) {
      for (int i = 1; i < results; i++) c.out(i).zero_();
      return;
    }
    Tensor grad = c.tensor("grad").to(x.dtype()).contiguous();
    long length = Arrays.stream(c.longs("normalized_shape")).reduce(1, (a, b) -> a * b);
    long rows = x.numel() / length;
    Tensor given = c.tensorOrNull("weight");
    DType weightType = given == null ? x.dtype() : given.dtype();
    Tensor weight = dense(given, weightType);
    Tensor rstd = c.tensor("rstd").contiguous();
    Tensor mean = centered ? c.tensor("mean").to(rstd.dtype()).contiguous() : null;
    CudaDevice device = backend.device(x.device());
    long columns = (length + THREADS - 1) / THREADS;
    long pieces = Math.clamp(
        Math.min(rows / LEAST_ROWS, 8L * device.properties().multiProcessorCount() / columns), 1, 1024);
    DType number = x.dtype().computeType();
    Tensor weightParts = Torch.empty(new long[] {pieces, length}, number, x.device());
    Tensor biasParts = centered ? Torch.empty(new long[] {pieces, length}, number, x.device()) : null;
    Arguments arguments = Arguments.begin().number(x.pointer()).number(pointer(weight)).number(0)
        .number(c.out(0).pointer()).number(pointer(mean)).number(rstd.pointer()).number(grad.pointer())
        .number(weightParts.pointer()).number(pointer(biasParts)).number(rows).number(length).number(pieces).number(0);
    String name = c.operator().schema().bareName();
    String definitions = definitions(x.dtype(), weightType, rstd.dtype(), centered);
    device.launch(name, KERNELS.function(device, definitions, "normalize_backward"), Lines.rows(rows, length),
        arguments);
    device.launch(name, KERNELS.function(device, definitions, "normalize_weights"),
        new Grid(Math.toIntExact(columns), (int) pieces, 1, THREADS, 1, 0), arguments);
    c.out(1).reshape(length).copy_(weightParts.sum(0));
    if (biasParts != null) c.out(2).reshape(length).copy_(biasParts.sum(0));
  }

  /// Per sample and group, then a weight and a bias for each channel.
  private static void groups(Call c) {
    Tensor x = c.tensor("input");
    long groups = c.integer("group");
    DType wide = x.dtype().computeType();
    Tensor rows = x.to(wide).reshape(x.size(0) * groups, -1);
    Tensor[] spread = spread(rows, new long[] {-1});
    Tensor rstd = spread[0].add(c.number("eps")).rsqrt();
    Tensor y = rows.sub(spread[1]).mul(rstd).reshape(x.sizes());
    c.out(0).copy_(weighted(c, y, wide));
    c.out(1).copy_(spread[1].reshape(c.out(1).sizes()));
    c.out(2).copy_(rstd.reshape(c.out(2).sizes()));
  }

  /// Variance (divided by the count) and mean, with the dimensions kept.
  private static Tensor[] spread(Tensor x, long[] dims) {
    return jtorch.op.Reductions.VAR_MEAN.tensors(x, dims, 0L, true);
  }

  private static Tensor weighted(Call c, Tensor y, DType wide) {
    long[] channels = new long[y.dim()];
    Arrays.fill(channels, 1);
    channels[1] = y.size(1);
    Tensor weight = c.tensorOrNull("weight");
    Tensor bias = c.tensorOrNull("bias");
    Tensor scaled = weight == null ? y : y.mul(weight.to(wide).reshape(channels));
    return bias == null ? scaled : scaled.add(bias.to(wide).reshape(channels));
  }

  private static void batch(Call c) {
    Tensor x = c.tensor("input");
    DType wide = x.dtype().computeType();
    Tensor values = x.to(wide);
    long[] channels = new long[x.dim()];
    Arrays.fill(channels, 1);
    channels[1] = x.size(1);
    Tensor runningMean = c.tensorOrNull("running_mean");
    Tensor runningVar = c.tensorOrNull("running_var");
    Tensor mean;
    Tensor rstd;
    if (c.bool("training")) {
      long count = x.numel() / Math.max(1, x.size(1));
      if (count <= 1 && x.numel() > 0) throw c.check().because(
          "Expected more than 1 value per channel when training, got input size %s", Arrays.toString(x.sizes()))
          .failure();
      long[] dims = new long[x.dim() - 1];
      for (int d = 0, next = 0; d < x.dim(); d++) {
        if (d != 1) dims[next++] = d;
      }
      Tensor[] spread = spread(values, dims);
      mean = spread[1];
      Tensor variance = spread[0];
      DType saved = c.out(1).dtype();
      if (saved != wide) {
        // PyTorch normalises by the statistics it saves: a half's are rounded, and the sum of squares before.
        mean = mean.to(saved).to(wide);
        variance = variance.mul(count).to(saved).div(count).to(wide);
      }
      rstd = variance.add(c.number("eps")).rsqrt().to(saved).to(wide);
      double momentum = c.number("momentum");
      if (runningMean != null) moved(runningMean, spread[1], momentum, 1);
      if (runningVar != null) moved(runningVar, spread[0], momentum, count / (count - 1.0));
      c.out(1).copy_(mean.reshape(-1));
      c.out(2).copy_(rstd.reshape(-1));
    } else {
      mean = c.tensor("running_mean").to(wide).reshape(channels);
      rstd = c.tensor("running_var").to(wide).reshape(channels).add(c.number("eps")).rsqrt();
    }
    c.out(0).copy_(weighted(c, values.sub(mean).mul(rstd), wide));
  }

  /// A running statistic goes a part of the way to the new one.
  private static void moved(Tensor running, Tensor now, double momentum, double factor) {
    Tensor wide = running.to(now.dtype());
    running.copy_(wide.mul(1 - momentum).add(now.reshape(-1).mul(momentum * factor)));
  }
}
