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

/// Batch norm and its gradients: each reads its tensors twice and writes once, whether places or channels lie side by side.
final class BatchNormKernels {
  static final KernelSet KERNELS = new KernelSet("batch_norm", "functions", "blocks");
  private static final int THREADS = 256;
  /// Elements that a block adds up at least.
  private static final long LEAST = 16_384;

  private final CudaBackend backend;

  private BatchNormKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new BatchNormKernels(backend);
    table.accept("batch_norm", kernels::forward);
    table.accept("batch_norm_backward", kernels::backward);
  }

  static String definitions(DType element, DType weight, DType statistic, DType running, boolean last) {
    return type("Element", Sources.type(element)) + type("Weight", Sources.type(weight))
        + type("Statistic", Sources.type(statistic)) + type("Running", Sources.type(running))
        + type("Number", Sources.type(element.computeType())) + define("LAST", last ? 1 : 0);
  }

  /// A tensor `[N, C, *]` as the kernels see it.
  ///
  /// @param values dense, with channels or places side by side
  private record Layout(Tensor values, boolean last, long batch, long channels, long space) {
    static Layout of(Tensor x) {
      boolean last = !x.isContiguous() && x.movedim(1, -1).isContiguous();
      Tensor values = last ? x : x.contiguous();
      long channels = x.size(1);
      return new Layout(values, last, x.size(0), channels, x.numel() / (x.size(0) * channels));
    }

    /// Another tensor of that shape, its elements in the same order.
    Tensor arranged(Tensor other) {
      return last ? other.movedim(1, -1).contiguous().movedim(-1, 1) : other.contiguous();
    }

    /// Where results can be written in that order.
    Tensor place(Tensor out) {
      boolean fits = last ? out.movedim(1, -1).isContiguous() : out.isContiguous();
      return fits ? out : Torch.emptyLike(values);
    }

    /// Whether 16 bytes at a time belong together and can be read at once.
    boolean isPacked(Tensor... all) {
      long width = 16 / values.dtype().size();
      if ((last ? channels : space) % width != 0) return false;
      return Arrays.stream(all).allMatch(t -> (t.pointer() & 15) == 0);
    }
  }

  private static long pointer(@Nullable Tensor t) {
    return t == null ? 0 : t.pointer();
  }

  private static @Nullable Tensor dense(@Nullable Tensor t, DType dtype) {
    return t == null ? null : t.to(dtype).contiguous();
  }

  /// In how many pieces the sums of a channel are found.
  private static long pieces(CudaDevice device, Layout x) {
    long blocks = x.last ? (x.channels + 31) / 32 : x.channels;
    long each = x.last ? 32 * x.batch * x.space : x.batch * x.space;
    return Math.clamp(Math.min(each / LEAST, 8L * device.properties().multiProcessorCount() / blocks), 1, 1024);
  }

  private static Grid sums(Layout x, long pieces) {
    return x.last ? new Grid(Math.toIntExact((x.channels + 31) / 32), (int) pieces, 1, 32, 8, 0)
        : new Grid(Math.toIntExact(x.channels), (int) pieces, 1, THREADS, 1, 0);
  }

  private void forward(Call c) {
    Tensor given = c.tensor("input");
    boolean training = c.bool("training");
    if (given.numel() == 0) {
      c.out(1).fill_(Double.NaN);
      c.out(2).fill_(Double.NaN);
      return;
    }
    Layout x = Layout.of(given);
    long count = x.batch * x.space;
    if (training && count <= 1) throw c.check().because(
        "Expected more than 1 value per channel when training, got input size %s", Arrays.toString(given.sizes()))
        .failure();
    Tensor named = c.has("weight") ? c.tensor("weight") : c.tensorOrNull("bias");
    DType weightType = named == null ? given.dtype() : named.dtype();
    Tensor weight = dense(c.tensorOrNull("weight"), weightType);
    Tensor bias = dense(c.tensorOrNull("bias"), weightType);
    Tensor runningMean = c.tensorOrNull("running_mean");
    Tensor runningVar = c.tensorOrNull("running_var");
    Tensor running = runningMean != null ? runningMean : runningVar;
    DType runningType = running == null ? given.dtype() : running.dtype();
    // Written where they are, unless they are windows with gaps.
    Tensor movedMean = dense(runningMean, runningType);
    Tensor movedVar = dense(runningVar, runningType);
    DType number = given.dtype().computeType();
    CudaDevice device = backend.device(given.device());
    long pieces = pieces(device, x);
    Tensor parts = Torch.empty(new long[] {training ? pieces : 0, x.channels, 4}, number, given.device());
    Tensor factors = Torch.empty(new long[] {x.channels, 4}, number, given.device());
    Tensor out = x.place(c.out(0));
    Arguments arguments = Arguments.begin().number(x.values.pointer()).number(0).number(out.pointer())
        .number(pointer(weight)).number(pointer(bias)).number(c.out(1).pointer()).number(c.out(2).pointer())
        .number(pointer(movedMean)).number(pointer(movedVar)).number(parts.pointer()).number(factors.pointer())
        .number(0).number(0).number(x.batch).number(x.channels).number(x.space).number(pieces)
        .number(c.number("momentum")).number(c.number("eps")).number(training ? 1 : 0)
        .number(x.isPacked(x.values, out) ? 1 : 0);
    String definitions = definitions(given.dtype(), weightType, c.out(1).dtype(), runningType, x.last);
    if (training)
      device.launch("batch_norm", KERNELS.function(device, definitions, "spread"), sums(x, pieces), arguments);
    finish(device, definitions, "statistics", "transform", x, arguments);
    if (training) {
      keep(runningMean, movedMean);
      keep(runningVar, movedVar);
    }
    if (out != c.out(0)) c.out(0).copy_(out);
  }

  /// A running statistic that was moved, there or in a copy.
  private static void keep(@Nullable Tensor running, @Nullable Tensor moved) {
    if (running == null || moved == null) return;
    if (running == moved) running.storage().bumpVersion();
    else running.copy_(moved);
  }

  private void backward(Call c) {
    Tensor given = c.tensor("input");
    if (given.numel() == 0) {
      c.out(1).zero_();
      c.out(2).zero_();
      return;
    }
    Layout x = Layout.of(given);
    Tensor grad = x.arranged(c.tensor("grad").to(given.dtype()));
    Tensor weight = c.tensorOrNull("weight");
    DType weightType = weight == null ? given.dtype() : weight.dtype();
    Tensor dense = dense(weight, weightType);
    DType statistic = c.out(1).dtype();
    Tensor mean = c.tensor("mean").to(statistic).contiguous();
    Tensor rstd = c.tensor("invstd").to(statistic).contiguous();
    DType number = given.dtype().computeType();
    CudaDevice device = backend.device(given.device());
    long pieces = pieces(device, x);
    Tensor parts = Torch.empty(new long[] {pieces, x.channels, 2}, number, given.device());
    Tensor factors = Torch.empty(new long[] {x.channels, 4}, number, given.device());
    Tensor out = x.place(c.out(0));
    Arguments arguments = Arguments.begin().number(x.values.pointer()).number(grad.pointer()).number(out.pointer())
        .number(pointer(dense)).number(0).number(mean.pointer()).number(rstd.pointer()).number(0).number(0)
        .number(parts.pointer()).number(factors.pointer()).number(c.out(1).pointer()).number(c.out(2).pointer())
        .number(x.batch).number(x.channels).number(x.space).number(pieces).number(0.0).number(0.0)
        .number(c.bool("train") ? 1 : 0).number(x.isPacked(x.values, grad, out) ? 1 : 0);
    String definitions = definitions(given.dtype(), weightType, statistic, given.dtype(), x.last);
    device.launch("batch_norm_backward", KERNELS.function(device, definitions, "slopes"), sums(x, pieces), arguments);
    finish(device, definitions, "gradients", "transform_back", x, arguments);
    if (out != c.out(0)) c.out(0).copy_(out);
  }

  private static void finish(CudaDevice device, String definitions, String channels, String elements, Layout x,
      Arguments arguments) {
    device.launch(channels, KERNELS.function(device, definitions, channels), device.grid(x.channels, 1, THREADS),
        arguments);
    int width = 16 / x.values.dtype().size();
    device.launch(elements, KERNELS.function(device, definitions, elements),
        device.grid(x.values.numel(), width, THREADS), arguments);
  }
}
