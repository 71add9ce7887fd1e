package jtorch.cuda;

import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.op.HostFallback;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Bags of a table's rows. The table's gradient is added up by atomic operations, of halves in float32.
final class EmbeddingBagKernels {
  static final KernelSet KERNELS = new KernelSet("bag", "functions");
  private static final int THREADS = 256;

  private final CudaBackend backend;

  private EmbeddingBagKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new EmbeddingBagKernels(backend);
    table.accept("embedding_bag", kernels::forward);
    table.accept("embedding_bag_backward", kernels::backward);
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype)) + type("Number", Sources.type(dtype.computeType()));
  }

  private static long pointer(@Nullable Tensor t) {
    return t == null ? 0 : t.pointer();
  }

  private static @Nullable Tensor weights(Call c, DType dtype) {
    Tensor given = c.tensorOrNull("per_sample_weights");
    return given == null ? null : given.to(dtype).contiguous();
  }

  private static Tensor longs(Call c, String name) {
    return c.tensor(name).to(DType.INT64).contiguous();
  }

  private void forward(Call c) {
    Tensor table = c.tensor("weight").contiguous();
    DType dtype = table.dtype();
    long mode = c.integer("mode");
    Tensor indices = longs(c, "indices");
    Tensor offsets = longs(c, "offsets");
    Tensor weights = weights(c, dtype);
    Tensor out = c.out();
    // In int64, for results that may be of int32.
    Tensor most = mode == 2 ? Torch.empty(out.sizes(), DType.INT64, out.device()) : null;
    Tensor bagsOf = c.out(1).numel() > 0 ? Torch.empty(c.out(1).sizes(), DType.INT64, out.device()) : null;
    Tensor sizes = Torch.empty(c.out(2).sizes(), DType.INT64, out.device());
    launch(c, "bags", out.numel(), dtype, table, indices, offsets, weights, out, most, null, null);
    launch(c, "sizes", sizes.numel(), dtype, table, indices, offsets, null, out, null, null, sizes);
    if (bagsOf != null)
      launch(c, "bags_of", bagsOf.numel(), dtype, table, indices, offsets, null, out, null, bagsOf, null);
    if (bagsOf != null) c.out(1).copy_(bagsOf);
    c.out(2).copy_(sizes);
    c.out(3).copy_(most == null ? sizes : most);
  }

  private void backward(Call c) {
    if (c.bool("scale_grad_by_freq")) {
      // Whose counts are PyTorch's own: see the processor's kernel.
      HostFallback.run(c);
      return;
    }
    Tensor out = c.out();
    DType number = out.dtype().computeType();
    Tensor sums = out.to(number);
    Tensor grad = c.tensor("grad").to(number).contiguous();
    Tensor indices = longs(c, "indices");
    Tensor offsets = longs(c, "offsets");
    Tensor weights = weights(c, number);
    if (c.integer("mode") == 2) {
      Tensor most = longs(c, "maximum_indices");
      launch(c, "spread_most", grad.numel(), number, sums, indices, offsets, null, grad, most, null, null);
    } else {
      launch(c, "spread", indices.numel() * out.size(1), number, sums, indices, offsets, weights, grad, null, null,
          null);
    }
    if (sums != out) out.copy_(sums);
  }

  private void launch(Call c, String kernel, long threads, DType dtype, Tensor table, Tensor indices, Tensor offsets,
      @Nullable Tensor weights, Tensor out, @Nullable Tensor most, @Nullable Tensor bagsOf, @Nullable Tensor sizes) {
    if (threads == 0) return;
    CudaDevice device = backend.device(table.device());
    String name = c.operator().schema().bareName();
    long bags = offsets.numel() - (c.bool("include_last_offset") ? 1 : 0);
    Arguments arguments = Arguments.begin().number(table.pointer()).number(indices.pointer())
        .number(offsets.pointer()).number(pointer(weights)).number(out.pointer()).number(pointer(most))
        .number(pointer(bagsOf)).number(pointer(sizes)).number(device.problem(name)).number(bags)
        .number(offsets.numel()).number(indices.numel()).number(table.size(1)).number(table.size(0))
        .number(c.integer("mode")).number(c.integer("padding_idx"));
    device.launch(name, KERNELS.function(device, definitions(dtype), kernel), device.grid(threads, 1, THREADS),
        arguments);
  }
}
