package jtorch.cuda;

import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import jtorch.SettingFunctions;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.AttentionKernels.Tensors;
import jtorch.cuda.driver.Driver.Grid;
import org.jspecify.annotations.Nullable;

/// Attention of halves on tensor cores, for heads of 32, 64, 96 or 128 elements; `flash.cu` tells how. What it does not
/// [take][#takes] is left to [AttentionKernels].
final class FlashAttention {
  /// Queries of a block on the way there, keys and queries of one on the way back, as `flash.cu` has them.
  private static final int ROWS = 128;
  private static final int BACK_KEYS = 128;
  private static final int BACK_ROWS = 64;
  /// What the way back knows of a row: four floats.
  private static final int LINE_BYTES = 16;
  private static final int THREADS = 256;

  /// One of the kernels in `flash.cu`.
  enum Kind {
    FORWARD, ROWS_OF_BACK, BACK, FINISH;

    /// Bytes that a block shares.
    int shared(long width) {
      int line = (int) width * 2;
      return switch (this) {
        case FORWARD -> (FlashAttention.ROWS + 2 * (width <= 64 ? 64 : 32)) * line;
        case BACK -> 2 * BACK_KEYS * line + 2 * (2 * BACK_ROWS * line + BACK_ROWS * LINE_BYTES)
            + BACK_KEYS * BACK_ROWS * 2;
        case ROWS_OF_BACK, FINISH -> 0;
      };
    }

    private int threads(long width) {
      return switch (this) {
        case FORWARD -> 128;
        case BACK -> width <= 64 ? 128 : 256;
        case ROWS_OF_BACK, FINISH -> THREADS;
      };
    }
  }

  /// What tells one kernel from another.
  private record Wanted(CudaDevice gpu, Kind kind, DType element, @Nullable DType mask, long width) {
    private static final ConcurrentHashMap<Wanted, Long> FUNCTIONS = new ConcurrentHashMap<>();

    long function() {
      return FUNCTIONS.computeIfAbsent(this, w -> w.gpu.function(source(w.kind, w.element, w.mask, w.width),
          "attention"));
    }
  }

  private FlashAttention() {}

  static String source(Kind kind, DType element, @Nullable DType mask, long width) {
    return Sources.of("prelude") + "typedef " + Sources.type(element) + " T;\n"
        + (mask == null ? "" : "#define HAS_MASK\ntypedef " + Sources.type(mask) + " M;\n") + "#define KIND "
        + kind.ordinal() + "\n#define WIDTH " + width + "\n" + Sources.of("mma") + Sources.of("heads")
        + Sources.of("flash");
  }

  /// Whether a call with these operands can run on a device's tensor cores: halves, such a width, a positive scale. Sums by
  /// atomic operations are not the same each time, so the way back is not taken where the program wants it to be.
  static boolean takes(CudaDevice gpu, Tensor q, Tensor k, Tensor v, double scale, boolean back) {
    long width = q.size(3);
    if (!q.dtype().isHalf() || width != v.size(3) || width % 32 != 0 || width == 0 || width > 128) return false;
    if (!(scale > 0) || !Double.isFinite(scale) || gpu.properties().major() < 8) return false;
    if (back && SettingFunctions.areDeterministicAlgorithmsEnabled()) return false;
    long blocks = Math.max(q.size(2), k.size(2)) / BACK_ROWS + 1;
    return q.size(0) * q.size(1) * blocks <= Integer.MAX_VALUE && Math.max(q.size(2), k.size(2)) < 1 << 30
        && (back ? Kind.BACK : Kind.FORWARD).shared(width) <= gpu.properties().sharedMemoryPerBlock();
  }

  /// With pieces of 16 bytes where a kernel can take them: at such addresses, and side by side in each row.
  static Tensor pieces(Tensor t) {
    boolean fits = t.stride(-1) == 1 && t.pointer() % 16 == 0;
    for (int d = 0; d < 3; d++) fits = fits && (t.size(d) == 1 || t.stride(d) % 8 == 0);
    if (fits) return t;
    Tensor copy = Torch.empty(t.sizes(), t.dtype(), t.device());
    copy.copy_(t);
    return copy;
  }

  static void forward(CudaDevice gpu, Tensors t) {
    long blocks = (t.q().size(2) + ROWS - 1) / ROWS;
    launch(gpu, Kind.FORWARD, t, blocks * t.q().size(0) * t.q().size(1));
  }

  /// How long the queries' rows are in full blocks.
  private static long padded(Tensor q) {
    return (q.size(2) + BACK_ROWS - 1) / BACK_ROWS * BACK_ROWS;
  }

  /// What [#backward] works on: four numbers a row, and the sums of the queries' gradients.
  static Tensor[] scratch(Tensor q) {
    long lines = q.size(0) * q.size(1) * padded(q);
    return new Tensor[] {Torch.empty(new long[] {lines, LINE_BYTES / 4}, DType.FLOAT32, q.device()),
      Torch.empty(new long[] {lines, q.size(3)}, DType.FLOAT32, q.device())};
  }

  static void backward(CudaDevice gpu, Tensors t) {
    long lines = t.q().size(0) * t.q().size(1) * padded(t.q());
    launch(gpu, Kind.ROWS_OF_BACK, t, Math.clamp(lines / 64, 1, 1 << 20));
    launch(gpu, Kind.BACK, t, (t.k().size(2) + BACK_KEYS - 1) / BACK_KEYS * t.k().size(0) * t.k().size(1));
    launch(gpu, Kind.FINISH, t, Math.clamp((lines / 16 + 7) / 8, 1, 1 << 20));
  }

  private static void launch(CudaDevice gpu, Kind kind, Tensors t, long blocks) {
    long width = t.q().size(3);
    Tensor mask = t.mask();
    var wanted = new Wanted(gpu, kind, t.q().dtype(), mask == null ? null : mask.dtype(), width);
    Grid grid = new Grid(Math.toIntExact(blocks), 1, 1, kind.threads(width), 1, kind.shared(width));
    gpu.launch(t.call().operator().schema().name(), wanted.function(), grid, t.arguments().number(padded(t.q())));
  }
}
