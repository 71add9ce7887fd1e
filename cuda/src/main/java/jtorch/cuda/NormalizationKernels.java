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

/// Layer norm, RMS norm and group norm with their gradients, each row by the threads of a block or of a part of one.
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
    table.accept("group_norm", kernels::groups);
    table.accept("group_norm_backward", kernels::groupsBackward);
  }

  static String definitions(DType element, DType weight, DType statistic, boolean centered, boolean grouped) {
    return type("Element", Sources.type(element)) + type("Weight", Sources.type(weight))
        + type("Statistic", Sources.type(statistic)) + type("Number", Sources.type(element.computeType()))
        + define("CENTERED", centered) + define("GROUPED", grouped ? 1 : 0);
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
        .number(0).number(0).number(rows).number(length).number(1).number(1).number(1).number(c.number("eps"));
    device.launch(c.operator().schema().bareName(),
        KERNELS.function(device, definitions(x.dtype(), weightType, rstd.dtype(), centered, false), "normalize"),
        Lines.packedRows(rows, length, x, c.out(0)), arguments);
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
        .number(weightParts.pointer()).number(pointer(biasParts)).number(rows).number(length).number(pieces).number(1)
        .number(1).number(0.0);
    String name = c.operator().schema().bareName();
    String definitions = definitions(x.dtype(), weightType, rstd.dtype(), centered, false);
    device.launch(name, KERNELS.function(device, definitions, "normalize_backward"),
        Lines.packedRows(rows, length, x, grad, c.out(0)),
        arguments);
    device.launch(name, KERNELS.function(device, definitions, "normalize_weights"),
        new Grid(Math.toIntExact(columns), (int) pieces, 1, THREADS, 1, 0), arguments);
    c.out(1).reshape(length).copy_(weightParts.sum(0));
    if (biasParts != null) c.out(2).reshape(length).copy_(biasParts.sum(0));
  }

  /// Rows are groups, and a channel's places share its weight.
  private void groups(Call c) {
    Tensor x = c.tensor("input").contiguous();
    if (x.numel() == 0) return;
    Tensor given = c.has("weight") ? c.tensor("weight") : c.tensorOrNull("bias");
    DType weightType = given == null ? x.dtype() : given.dtype();
    Tensor weight = dense(c.tensorOrNull("weight"), weightType);
    Tensor bias = dense(c.tensorOrNull("bias"), weightType);
    CudaDevice device = backend.device(x.device());
    long rows = x.size(0) * c.integer("group");
    long length = x.numel() / rows;
    Arguments arguments = Arguments.begin().number(x.pointer()).number(pointer(weight)).number(pointer(bias))
        .number(c.out(0).pointer()).number(c.out(1).pointer()).number(c.out(2).pointer()).number(0).number(0).number(0)
        .number(rows).number(length).number(1).number(x.size(1)).number(space(x)).number(c.number("eps"));
    device.launch("group_norm",
        KERNELS.function(device, definitions(x.dtype(), weightType, c.out(1).dtype(), true, true), "normalize"),
        Lines.packedRows(rows, length, x, c.out(0)), arguments);
  }

  private static long space(Tensor x) {
    return x.numel() / (x.size(0) * x.size(1));
  }

  private void groupsBackward(Call c) {
    Tensor x = c.tensor("input").contiguous();
    if (x.numel() == 0) {
      c.out(1).zero_();
      c.out(2).zero_();
      return;
    }
    Tensor grad = c.tensor("grad").to(x.dtype()).contiguous();
    Tensor given = c.tensorOrNull("weight");
    DType weightType = given == null ? x.dtype() : given.dtype();
    Tensor weight = dense(given, weightType);
    Tensor rstd = c.tensor("rstd").contiguous();
    Tensor mean = c.tensor("mean").to(rstd.dtype()).contiguous();
    CudaDevice device = backend.device(x.device());
    long rows = mean.numel();
    long length = x.numel() / rows;
    Arguments arguments = Arguments.begin().number(x.pointer()).number(pointer(weight)).number(0)
        .number(c.out(0).pointer()).number(mean.pointer()).number(rstd.pointer()).number(grad.pointer())
        .number(c.out(1).pointer()).number(c.out(2).pointer()).number(rows).number(length).number(1).number(x.size(1))
        .number(space(x)).number(0.0);
    String definitions = definitions(x.dtype(), weightType, rstd.dtype(), true, true);
    device.launch("group_norm_backward", KERNELS.function(device, definitions, "normalize_backward"),
        Lines.packedRows(rows, length, x, grad, c.out(0)), arguments);
    device.launch("group_norm_backward", KERNELS.function(device, definitions, "group_weights"),
        Grid.of(x.size(1), 256), arguments);
  }
}
