package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.op.Promotion;
import jtorch.spi.Kernel;

/// Sorting lines, choosing elements by order, and sets.
///
/// Every sort is stable, and NaN comes last: lines of up to 1024 elements in the memory of a block, longer ones digit by
/// digit. What is chosen of equal elements is what stable sorting says.
final class SortKernels {
  static final KernelSet KERNELS = new KernelSet("sort");
  private static final int THREADS = 256;
  private static final int SHORT = 1024;
  private static final int TILE = 8 * THREADS;
  private static final int DIGITS = 256;
  private static final long[] NONE = {0};

  private final CudaBackend backend;
  private final ScanKernels scans;
  private final SelectionKernels selection;

  private SortKernels(CudaBackend backend) {
    this.backend = backend;
    scans = new ScanKernels(backend);
    selection = new SelectionKernels(backend);
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SortKernels(backend);
    table.accept("sort", c -> kernels.first(c, c.bool("descending")));
    table.accept("topk", c -> kernels.first(c, c.bool("largest")));
    table.accept("kthvalue", c -> kernels.choose(c, "take_sorted", c.integer("k") - 1));
    table.accept("median", c -> kernels.choose(c, "take_middle", 0));
    table.accept("nanmedian", c -> kernels.choose(c, "take_middle", 1));
    table.accept("mode", c -> kernels.choose(c, "take_frequent", 0));
    table.accept("unique", kernels::unique);
    table.accept("isin", kernels::isIn);
  }

  static String definitions(DType dtype) {
    return type("Element", Sources.type(dtype)) + type("Key", dtype.size() <= 4 ? "u32" : "u64")
        + define("KEY_BITS", 8 * dtype.size()) + define("FLOATING", dtype.isFloatingPoint() ? 1 : 0);
  }

  /// Contiguous lines, their keys in order, and where each element was.
  private final class Sorted {
    final String name;
    final CudaDevice device;
    final Tensor lines;
    final long count;
    final long length;
    private Tensor keys;
    private Tensor order;

    Sorted(String name, Tensor lines, long length, boolean descending) {
      this.name = name;
      this.lines = lines;
      this.length = length;
      count = length == 0 ? 0 : lines.numel() / length;
      if (length > Integer.MAX_VALUE) throw new UnsupportedOperationException("sorting a line of " + length
          + " elements on a GPU");
      device = backend.device(lines.device());
      keys = keys();
      order = order();
      if (lines.numel() == 0) return;
      long down = descending ? 1 : 0;
      if (length <= SHORT) {
        int threads = (int) Math.max(32, Long.highestOneBit(Math.max(1, length - 1)));
        launch("sort_short", Grid.of(count, threads), lines, 0, 0, 0, 0, 0, 0, down, 0);
        return;
      }
      launch("make_keys", device.grid(lines.numel(), 1, THREADS), lines, 0, 0, 0, 0, 0, 0, down, 0);
      long tiles = (length + TILE - 1) / TILE;
      Tensor counts = Torch.empty(new long[] {count, DIGITS * tiles}, DType.INT32, lines.device());
      Tensor upTo = Torch.empty(new long[] {count, DIGITS * tiles}, DType.INT64, lines.device());
      Tensor otherKeys = keys();
      Tensor otherOrder = order();
      Grid grid = Grid.of(count * tiles, THREADS);
      for (int shift = 0; shift < 8 * lines.elementSize(); shift += 8) {
        launch("count_digits", grid, lines, counts.pointer(), 0, 0, 0, tiles, 0, down, shift);
        scans.run(name, counts, 1, upTo, null, ScanKernels.Kind.SUM, false);
        launch("move_digits", grid, lines, upTo.pointer(), otherKeys.pointer(), otherOrder.pointer(), 0, tiles, 0, down,
            shift);
        Tensor swap = keys;
        keys = otherKeys;
        otherKeys = swap;
        swap = order;
        order = otherOrder;
        otherOrder = swap;
      }
    }

    private Tensor keys() {
      return Torch.empty(new long[] {lines.numel()}, lines.elementSize() <= 4 ? DType.INT32 : DType.INT64,
          lines.device());
    }

    private Tensor order() {
      return Torch.empty(new long[] {lines.numel()}, DType.INT32, lines.device());
    }

    private void launch(String kernel, Grid grid, Tensor in, long counts, long otherKeys, long otherOrder, long taken,
        long tiles, long first, long descending, long shift) {
      launch(kernel, grid, in, length, counts, otherKeys, otherOrder, 0, 0, taken, tiles, first, descending, shift);
    }

    private void launch(String kernel, Grid grid, Tensor in, long length, long counts, long otherKeys, long otherOrder,
        long values, long places, long taken, long tiles, long first, long descending, long shift) {
      Arguments arguments = Arguments.begin().number(in.pointer()).number(keys.pointer()).number(order.pointer())
          .number(otherKeys).number(otherOrder).number(counts).number(values).number(places).number(count)
          .number(length).number(tiles).number(taken).number(first).number(descending).number(shift);
      device.launch(name, KERNELS.function(device, definitions(lines.dtype()), kernel), grid, arguments);
    }

    /// Uses what is sorted.
    ///
    /// @param in the lines, or elements to be looked for
    /// @param work how many threads there is work for
    void use(String kernel, Tensor in, long work, long length, long counts, Tensor values, long places, long taken,
        long first) {
      launch(kernel, device.grid(work, 1, THREADS), in, length, counts, 0, 0, values.pointer(), places, taken, 0, first,
          0, 0);
    }
  }

  private static String name(Call c) {
    return c.operator().schema().bareName();
  }

  private Sorted sorted(Call c, boolean descending) {
    Tensor self = c.tensor("self");
    Tensor lines = self.dim() == 0 ? self.reshape(1) : self.transpose(c.dim("dim", self), -1).contiguous();
    return new Sorted(name(c), lines, lines.size(-1), descending);
  }

  /// The first elements of each sorted line, as many as the results have.
  private void first(Call c, boolean descending) {
    if (c.out().numel() == 0) return;
    Tensor self = c.tensor("self");
    Sorted sorted = sorted(c, descending);
    int dim = self.dim() == 0 ? 0 : c.dim("dim", self);
    boolean last = self.dim() == 0 || dim == self.dim() - 1;
    Tensor values = last ? c.out(0) : Torch.emptyLike(c.out(0).transpose(dim, -1).contiguous(), self.dtype());
    Tensor places = last ? c.out(1) : Torch.emptyLike(values, DType.INT64);
    long taken = values.numel() / sorted.count;
    sorted.use("take_sorted", sorted.lines, values.numel(), sorted.length, 0, values, places.pointer(), taken, 0);
    if (last) return;
    c.out(0).copy_(values.transpose(dim, -1));
    c.out(1).copy_(places.transpose(dim, -1));
  }

  /// One element of each line.
  private void choose(Call c, String kernel, long first) {
    if (c.out().numel() == 0) return;
    Sorted sorted = sorted(c, false);
    // Without its last dimension, which was the one that is reduced, what is left has to be put back in order.
    Tensor self = c.tensor("self");
    int dim = self.dim() == 0 ? 0 : c.dim("dim", self);
    boolean straight = self.dim() == 0 || dim == self.dim() - 1;
    long work = kernel.equals("take_frequent") ? sorted.count * THREADS : sorted.count;
    if (straight) {
      sorted.use(kernel, sorted.lines, work, sorted.length, 0, c.out(0), c.out(1).pointer(), 1, first);
      return;
    }
    long[] sizes = sorted.lines.sizes().clone();
    sizes[sizes.length - 1] = 1;
    Tensor values = Torch.empty(sizes, self.dtype(), self.device());
    Tensor places = Torch.empty(sizes, DType.INT64, self.device());
    sorted.use(kernel, sorted.lines, work, sorted.length, 0, values, places.pointer(), 1, first);
    long[] kept = self.sizes().clone();
    kept[dim] = 1;
    c.out(0).reshape(kept).copy_(values.transpose(dim, -1));
    c.out(1).reshape(kept).copy_(places.transpose(dim, -1));
  }

  // ---- sets ------------------------------------------------------------------------------------------------------

  private void unique(Call c) {
    Tensor self = c.tensor("self").contiguous();
    DType dtype = self.dtype();
    if (dtype.isComplex()) throw c.check().because("not implemented for '%s'", dtype).tensor("self", self).failure();
    long n = self.numel();
    var sorted = new Sorted(name(c), self.reshape(-1), n, false);
    Tensor heads = Torch.empty(new long[] {n}, DType.BOOL, self.device());
    if (n > 0) sorted.use("find_heads", self, n, n, 0, heads, 0, 0, 0);
    Tensor places = selection.places(heads);
    long groups = places.numel();
    Tensor values = c.result(new long[] {groups}, dtype);
    Tensor inverse = c.result(c.bool("return_inverse") ? self.sizes() : NONE, DType.INT64);
    Tensor counts = c.result(c.bool("return_counts") ? new long[] {groups} : NONE, DType.INT64);
    if (n == 0) return;
    sorted.use("write_groups", self, groups, n, c.bool("return_counts") ? counts.pointer() : 0, values,
        places.pointer(), groups, 0);
    if (!c.bool("return_inverse")) return;
    Tensor numbers = Torch.empty(new long[] {n}, DType.INT64, self.device());
    scans.run(name(c), heads, 0, numbers, null, ScanKernels.Kind.SUM, false);
    sorted.use("write_inverse", self, n, n, 0, inverse, numbers.pointer(), 0, 0);
  }

  private void isIn(Call c) {
    DType dtype = Promotion.resultType(c.tensor("elements"), c.tensor("test_elements"));
    Tensor elements = c.tensor("elements").to(dtype).contiguous();
    Tensor members = c.tensor("test_elements").to(dtype).to(elements.device()).contiguous();
    if (elements.numel() == 0) return;
    var sorted = new Sorted(name(c), members.reshape(-1), members.numel(), false);
    sorted.use("find_members", elements, elements.numel(), elements.numel(), 0, c.out(), 0, members.numel(),
        c.bool("invert") ? 1 : 0);
  }
}
