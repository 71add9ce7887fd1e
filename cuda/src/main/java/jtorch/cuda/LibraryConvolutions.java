package jtorch.cuda;

import java.lang.ref.Reference;
import java.util.function.LongUnaryOperator;
import jtorch.Backends;
import jtorch.Cudnn;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.dnn.DnnConvolutions;
import jtorch.cuda.dnn.DnnConvolutions.Layout;
import jtorch.cuda.dnn.DnnConvolutions.Pointers;
import jtorch.cuda.dnn.DnnConvolutions.Problem;
import jtorch.cuda.dnn.Way;
import jtorch.cuda.driver.Driver;
import jtorch.op.Call;
import org.jspecify.annotations.Nullable;

/// Convolutions by cuDNN: calls become its problems.
///
/// As in PyTorch, all of a call has one memory format, channels-last where one of the given tensors has it (but for
/// float64), and tensors that have another are copied; one dimension is a plane of height 1.
final class LibraryConvolutions {
  private static final int TIMED_RUNS = 3;

  private final CudaBackend backend;

  LibraryConvolutions(CudaBackend backend) {
    this.backend = backend;
  }

  /// Whether cuDNN has done `out = input * weight + bias`.
  boolean forward(Call c) {
    return run(c, Way.FORWARD, c.tensor("input"), c.tensor("weight"), c.out(), c.tensorOrNull("bias"));
  }

  /// Whether cuDNN has made the gradient of the input.
  boolean input(Call c) {
    return run(c, Way.INPUT, c.out(), c.tensor("weight"), c.tensor("grad"), null);
  }

  /// Whether cuDNN has made the gradient of the weight.
  boolean weight(Call c) {
    return run(c, Way.WEIGHT, c.tensor("input"), c.out(), c.tensor("grad"), null);
  }

  private boolean run(Call c, Way way, Tensor x, Tensor w, Tensor y, @Nullable Tensor bias) {
    Tensor out = c.out();
    Cudnn settings = Backends.cudnn();
    if (!settings.enabled() || !DnnConvolutions.knows(out.dtype()) || !isCounted(x) || !isCounted(w) || !isCounted(y))
      return false;
    CudaDevice gpu = backend.device(out.device());
    DnnConvolutions library = gpu.dnn();
    if (library == null) return false;
    MemoryFormat format = format(x, w, y, out);
    // Also a result of another format, such as one that the caller gave, is copied.
    Tensor made = out.isContiguous(format) ? out
        : Torch.emptyStrided(out.sizes(), strides(out.sizes(), format), out.dtype(), out.device());
    var work = new Work(gpu, library, c, way, way == Way.INPUT ? made : x.contiguous(format),
        way == Way.WEIGHT ? made : w.contiguous(format), way == Way.FORWARD ? made : y.contiguous(format), format);
    Tensor row = bias == null ? null : bias.contiguous();
    if (row != null && !work.run(row)) {
      if (!work.run(null)) return false;
      made.add_(row.reshape(perChannel(out)));
    } else if (row == null && !work.run(null)) {
      return false;
    }
    if (made != out) out.copy_(made);
    return true;
  }

  /// Whether it has elements, and not more than 32 bits can count.
  private static boolean isCounted(Tensor t) {
    return t.numel() > 0 && t.numel() <= Integer.MAX_VALUE;
  }

  private static MemoryFormat format(Tensor x, Tensor w, Tensor y, Tensor out) {
    MemoryFormat channelsLast = out.dim() == 5 ? MemoryFormat.CHANNELS_LAST_3D : MemoryFormat.CHANNELS_LAST;
    if (out.dtype() == DType.FLOAT64 || out.dim() == 3) return MemoryFormat.CONTIGUOUS_FORMAT;
    for (Tensor t : new Tensor[] {x, w, y}) {
      if (t != out && !t.isContiguous() && t.isContiguous(channelsLast)) return channelsLast;
    }
    return MemoryFormat.CONTIGUOUS_FORMAT;
  }

  private static long[] strides(long[] sizes, MemoryFormat format) {
    return format == MemoryFormat.CONTIGUOUS_FORMAT ? Tensor.contiguousStrides(sizes)
        : Tensor.channelsLastStrides(sizes);
  }

  private static long[] perChannel(Tensor out) {
    long[] sizes = new long[out.dim()];
    java.util.Arrays.fill(sizes, 1);
    sizes[1] = out.size(1);
    return sizes;
  }

  /// One call, with its tensors in one format.
  private record Work(CudaDevice gpu, DnnConvolutions library, Call call, Way way, Tensor x, Tensor w, Tensor y,
      MemoryFormat format) {
    boolean run(@Nullable Tensor bias) {
      Cudnn settings = Backends.cudnn();
      DType dtype = y.dtype();
      long added = bias == null ? 0 : bias.pointer();
      int limit = settings.benchmarkLimit();
      // Nothing can be waited for while a graph of work is recorded.
      boolean timed = settings.benchmark() && !gpu.isCapturingAnywhere();
      var problem = new Problem(way, dtype, layout(x), layout(w), layout(y),
          DnnConvolutions.list(plane(call.longs("stride"), 1)), DnnConvolutions.list(plane(call.longs("padding"), 0)),
          DnnConvolutions.list(plane(call.longs("dilation"), 1)), added == 0 ? 0 : DnnConvolutions.alignment(added),
          dtype == DType.FLOAT32 && settings.allowTf32(),
          settings.deterministic() || Torch.areDeterministicAlgorithmsEnabled(),
          timed ? limit == 0 ? Integer.MAX_VALUE : limit : 0);
      var room = new Tensor[1];
      LongUnaryOperator workspace = bytes -> {
        room[0] = Torch.empty(new long[] {bytes}, DType.UINT8, y.device());
        return room[0].pointer();
      };
      boolean done = library.run(call.operator().schema().name(), problem,
          new Pointers(x.pointer(), w.pointer(), y.pointer(), added), workspace, gpu.stream(), this::time);
      Reference.reachabilityFence(room);
      Reference.reachabilityFence(this);
      return done;
    }

    /// Sizes and strides, those of dimensions of size 1 as the format has them: cuDNN tells formats by strides.
    private Layout layout(Tensor t) {
      long[] sizes = plane(t.sizes());
      return Layout.of(sizes, strides(sizes, format), t.pointer());
    }

    /// Sizes of lines as of planes of height 1.
    private static long[] plane(long[] sizes) {
      return sizes.length == 3 ? new long[] {sizes[0], sizes[1], 1, sizes[2]} : sizes;
    }

    /// A number for each dimension, of lines with that of their height.
    private static long[] plane(long[] each, long height) {
      return each.length == 1 ? new long[] {height, each[0]} : each;
    }

    /// Milliseconds that work takes in the thread's stream.
    private float time(Runnable work) {
      Driver driver = gpu.driver();
      int device = gpu.index();
      long start = driver.newEvent(device, true);
      long end = driver.newEvent(device, true);
      try {
        driver.record(device, start, gpu.stream());
        for (int i = 0; i < TIMED_RUNS; i++) work.run();
        driver.record(device, end, gpu.stream());
        driver.synchronizeEvent(device, end);
        return driver.elapsed(device, start, end) / TIMED_RUNS;
      } finally {
        driver.freeEvent(device, start);
        driver.freeEvent(device, end);
      }
    }
  }
}
