package jtorch.cuda;

import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import jtorch.Device;
import jtorch.SettingFunctions;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;

/// Products of matrices, and what can be seen as such, in tiles through shared memory: how they are cut, and how `tiles.cu`
/// is launched. Halves are summed in float32 and rounded once, by tensor cores where there are any; integers modulo a power of
/// two.
final class TiledProduct {
  private static final int THREADS = 256;
  /// Steps below which it does not pay to share them between blocks.
  private static final long FEW_STEPS = 512;

  /// How a product is cut: the elements that a block makes, the steps it takes at once, the elements of a thread.
  enum Tile {
    /// For large products of 4 bytes an element.
    LARGE(128, 128, 8, 8, 8),
    /// For others.
    MIDDLE(64, 64, 16, 4, 4),
    /// For few rows.
    FLAT(8, 256, 8, 8, 1),
    /// For large products on tensor cores.
    TENSOR_LARGE(128, 128, 16),
    /// For others on tensor cores.
    TENSOR_MIDDLE(64, 64, 32);

    final int rows;
    final int columns;
    private final String text;

    Tile(int rows, int columns, int steps, int threadRows, int threadColumns) {
      this.rows = rows;
      this.columns = columns;
      text = "#define TILE_M %d\n#define TILE_N %d\n#define TILE_K %d\n#define PER_M %d\n#define PER_N %d\n"
          .formatted(rows, columns, steps, threadRows, threadColumns);
    }

    Tile(int rows, int columns, int steps) {
      this.rows = rows;
      this.columns = columns;
      text = "#define TILE_M %d\n#define TILE_N %d\n#define TILE_K %d\n".formatted(rows, columns, steps);
    }

    boolean isTensor() {
      return this == TENSOR_LARGE || this == TENSOR_MIDDLE;
    }

    private long count(long m, long n) {
      return (m + rows - 1) / rows * ((n + columns - 1) / columns);
    }
  }

  /// The size of a product: `batch` times `[rows, depth] x [depth, columns]`.
  record Extent(long batch, long rows, long columns, long depth) {
    /// @param tensor whether tensor cores may do it
    /// @param alongSteps whether threads keep the places of many columns, for which large tiles leave no registers
    Tile tile(DType sums, int processors, boolean tensor, boolean alongSteps) {
      if (rows <= 8) return Tile.FLAT;
      boolean large = sums.size() == 4 && rows >= 128 && columns >= 128
          && Tile.LARGE.count(rows, columns) * batch >= processors;
      if (tensor) return large && !alongSteps ? Tile.TENSOR_LARGE : Tile.TENSOR_MIDDLE;
      return large ? Tile.LARGE : Tile.MIDDLE;
    }
  }

  /// What tells one kernel from another.
  private record Wanted(CudaDevice gpu, String part, String definitions, DType element, DType sums, Tile tile,
      boolean finish) {
    private static final ConcurrentHashMap<Wanted, Long> FUNCTIONS = new ConcurrentHashMap<>();

    long function() {
      return FUNCTIONS.computeIfAbsent(this, _ -> gpu.function(source(part, definitions, element, sums, tile,
          finish), "product"));
    }
  }

  private TiledProduct() {}

  /// What sums of such elements are made in; unsigned integers are as good as signed ones, and may overflow.
  static DType sums(DType element) {
    return switch (element) {
      case FLOAT64, COMPLEX64, COMPLEX128 -> element;
      case INT64, UINT64 -> DType.UINT64;
      default -> element.isFloatingPoint() ? DType.FLOAT32 : DType.UINT32;
    };
  }

  /// The whole source: elements and sums of these types, and the way to operands in `part`.
  ///
  /// @param finish whether it is the kernel that adds the sums of the parts
  static String source(String part, String definitions, DType element, DType sums, Tile tile, boolean finish) {
    return Sources.of("prelude") + "typedef " + Sources.type(element) + " T;\ntypedef " + Sources.type(sums) + " S;\n"
        + (finish ? "#define FINISH\n" : tile.text + "#define THREADS " + THREADS + "\n")
        + (tile.isTensor() && !finish ? tensor(element) : "") + definitions + Sources.of("sums")
        + (finish ? "" : Sources.of("elements")) + Sources.of(part) + Sources.of("tiles");
  }

  private static String tensor(DType element) {
    return "#define TENSOR\n" + (element == DType.FLOAT32 ? "#define TF32\n" : "") + Sources.of("mma");
  }

  /// Whether tensor cores multiply such elements: halves, and float32 where it may be cut to TF32. Sums whose steps are rounded
  /// are none of theirs.
  private static boolean isForTensorCores(CudaDevice gpu, DType element, String definitions) {
    if (gpu.properties().major() < 8) return false;
    return element.isHalf() || element == DType.FLOAT32 && !definitions.contains(ProductKernels.ROUNDED)
        && !SettingFunctions.getFloat32MatmulPrecision().equals("highest");
  }

  /// What follows the sizes in the structure of `part`.
  interface Operands {
    void write(Arguments arguments);
  }

  /// Runs a product on its device.
  ///
  /// @param name for messages
  static void run(CudaDevice gpu, String name, String part, String definitions, DType element, DType sums,
      Extent extent, Operands operands) {
    if (extent.batch == 0 || extent.rows == 0 || extent.columns == 0) return;
    int processors = gpu.properties().multiProcessorCount();
    Tile tile = extent.tile(sums, processors, isForTensorCores(gpu, element, definitions),
        definitions.contains(ConvolutionKernels.ALONG_STEPS));
    long blocks = tile.count(extent.rows, extent.columns) * extent.batch;
    long wanted = blocks < processors && extent.depth >= 2 * FEW_STEPS
        ? Math.min(2L * processors / blocks, extent.depth / FEW_STEPS) : 1;
    long steps = wanted <= 1 ? Math.max(extent.depth, 1) : ((extent.depth + wanted - 1) / wanted + 15) & -16L;
    long splits = Math.max(1, (extent.depth + steps - 1) / steps);
    Tensor partial = splits == 1 ? null : Torch.empty(
        new long[] {splits * extent.batch * extent.rows * extent.columns * sums.size()}, DType.UINT8,
        Device.cuda(gpu.index()));
    var kernel = new Wanted(gpu, part, definitions, element, sums, tile, false);
    int batches = (int) Math.min(extent.batch, 65_535);
    Grid grid = new Grid(Math.toIntExact(tile.count(extent.rows, extent.columns)), batches, (int) splits, THREADS, 1,
        0);
    gpu.launch(name, kernel.function(), grid, arguments(extent, steps, splits, partial, operands));
    if (partial == null) return;
    long count = extent.batch * extent.rows * extent.columns;
    gpu.launch(name, new Wanted(gpu, part, definitions, element, sums, tile, true).function(),
        gpu.grid(count, 1, THREADS), arguments(extent, steps, splits, partial, operands));
  }

  private static Arguments arguments(Extent extent, long steps, long splits,
      @org.jspecify.annotations.Nullable Tensor partial, Operands operands) {
    Arguments arguments = Arguments.begin().number(extent.rows).number(extent.columns).number(extent.depth)
        .number(extent.batch).number(steps).number(splits).number(partial == null ? 0 : partial.pointer());
    operands.write(arguments);
    return arguments;
  }
}
