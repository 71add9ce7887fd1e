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
import jtorch.op.Promotion;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Places in sorted sequences, and counts by bin: counts are whole numbers and always the same, sums of weights are added
/// up in float64 in no certain order, as PyTorch's are.
final class SearchKernels {
  static final KernelSet KERNELS = new KernelSet("search");
  private static final int MOST_DIMS = 16;
  private static final int THREADS = 256;
  private static final long[] NO_SIZES = {};
  private static final Tensor[] NO_EDGES = {};

  /// How bins are told, by its number in the source.
  enum Bins {
    EQUAL, OWN, EDGES
  }

  private final CudaBackend backend;

  private SearchKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SearchKernels(backend);
    table.accept("searchsorted", kernels::searchSorted);
    table.accept("histc", kernels::histc);
    table.accept("bincount", kernels::bincount);
    table.accept("histogram", kernels::histogram);
  }

  static String definitions(DType dtype, Bins bins) {
    return type("Element", Sources.type(dtype)) + define("BINS", bins.ordinal())
        + define("FLOATING", dtype.isFloatingPoint() ? 8 * dtype.size() : 0);
  }

  private void searchSorted(Call c) {
    DType dtype = Promotion.resultType(c.tensor("sorted_sequence"), c.tensor("self"));
    Tensor sequence = c.tensor("sorted_sequence").to(dtype).contiguous();
    Tensor self = c.tensor("self").to(dtype).to(sequence.device()).contiguous();
    Tensor given = c.tensorOrNull("sorter");
    Tensor sorter = given == null ? null : given.contiguous();
    boolean right = c.bool("right") || "right".equals(c.value("side"));
    long count = self.numel();
    if (count == 0) return;
    long length = sequence.dim() == 0 ? 1 : sequence.size(-1);
    if (sorter != null && sorter.numel() > 0
        && (sorter.min().itemLong() < 0 || sorter.max().itemLong() >= length))
      throw c.check().because("sorter index out of range").tensor("sorter", sorter).indexFailure();
    long perRow = sequence.dim() <= 1 ? count : self.size(-1);
    CudaDevice device = backend.device(sequence.device());
    Arguments arguments = Arguments.begin().number(self.pointer()).number(c.out().pointer()).number(0)
        .number(sequence.pointer()).number(sorter == null ? 0 : sorter.pointer()).number(count).number(length)
        .number(perRow).number(right ? 1 : 0).number(c.out().dtype() == DType.INT32 ? 1 : 0);
    bins(arguments, 0, 0, 0, NO_EDGES, false);
    device.launch("searchsorted", KERNELS.function(device, definitions(dtype, Bins.OWN), "search_sorted"),
        device.grid(count, 1, THREADS), arguments);
  }

  private static void bins(Arguments arguments, long bins, double least, double most, Tensor[] edges, boolean even) {
    arguments.number(bins).number(edges.length).number(even ? 1 : 0).number(least).number(most);
    for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < edges.length ? edges[d].pointer() : 0);
    for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < edges.length ? edges[d].numel() : 0);
  }

  /// How many elements fall into each bin, as int64, or the sums of their weights, as float64.
  private Tensor count(String name, Tensor self, long count, @Nullable Tensor weights, long bins, double least,
      double most, Tensor[] edges, boolean even, Bins kind) {
    CudaDevice device = backend.device(self.device());
    Tensor sums = Torch.zeros(new long[] {bins}, weights == null ? DType.INT64 : DType.FLOAT64, self.device());
    if (count == 0 || bins == 0) return sums;
    Tensor addends = weights == null ? null : weights.to(DType.FLOAT64).contiguous();
    Arguments arguments = Arguments.begin().number(self.pointer()).number(sums.pointer())
        .number(addends == null ? 0 : addends.pointer()).number(0).number(0).number(count).number(0).number(1)
        .number(0).number(0);
    bins(arguments, bins, least, most, edges, even);
    long blocks = Math.clamp((count + 8 * THREADS - 1) / (8 * THREADS), 1,
        8L * device.properties().multiProcessorCount());
    device.launch(name, KERNELS.function(device, definitions(self.dtype(), kind),
        weights == null ? "count_bins" : "sum_bins"), Grid.of(blocks, THREADS), arguments);
    return sums;
  }

  private void histc(Call c) {
    Tensor self = c.tensor("self").contiguous();
    double least = ((Number) c.scalar("min")).doubleValue();
    double most = ((Number) c.scalar("max")).doubleValue();
    if (least == most && self.numel() > 0) {
      least = self.min().itemDouble();
      most = self.max().itemDouble();
    }
    if (least == most) {
      least -= 1;
      most += 1;
    }
    if (!Double.isFinite(least) || !Double.isFinite(most))
      throw c.check().because("range of [%s, %s] is not finite", least, most).failure();
    if (least > most) throw c.check().because("max must be larger than min").failure();
    c.out().copy_(count("histc", self, self.numel(), null, c.integer("bins"), least, most, NO_EDGES, false,
        Bins.EQUAL));
  }

  private void bincount(Call c) {
    Tensor self = c.tensor("self");
    Tensor weights = c.tensorOrNull("weights");
    if (c.integer("minlength") < 0) throw c.check().because("minlength should be >= 0").failure();
    if (self.dim() != 1 || !self.dtype().isIntegral()) throw misused(c, self);
    if (weights != null && (weights.dim() != 1 || weights.numel() != self.numel())) throw c.check()
        .because("weights should be 1-d and have the same length as input").tensor("self", self)
        .tensor("weights", weights).shapeFailure();
    long bins = c.integer("minlength");
    if (self.numel() > 0) {
      if (self.min().itemLong() < 0) throw misused(c, self);
      bins = Math.max(bins, self.max().itemLong() + 1);
    }
    Tensor sums = count("bincount", self.contiguous(), self.numel(), weights, bins, 0, 0, NO_EDGES, false, Bins.OWN);
    c.give(weights != null && weights.dtype() == DType.FLOAT32 ? sums.to(DType.FLOAT32) : sums);
  }

  private static IllegalArgumentException misused(Call c, Tensor self) {
    return c.check().because("bincount only supports 1-d non-negative integral inputs.").tensor("self", self).failure();
  }

  private void histogram(Call c) {
    Tensor points = c.tensor("self").contiguous();
    Tensor[] edges = Arrays.stream(c.tensors("edges")).map(e -> e.to(points.device()).contiguous())
        .toArray(Tensor[]::new);
    if (edges.length > MOST_DIMS)
      throw new UnsupportedOperationException("a histogram of more than " + MOST_DIMS + " dimensions on a GPU");
    Tensor sums = count("histogram", points, points.size(0), c.tensorOrNull("weight"), c.out().numel(), 0, 0, edges,
        c.bool("even"), Bins.EDGES);
    c.out().copy_(sums.reshape(c.out().sizes().length == 0 ? NO_SIZES : c.out().sizes()));
  }
}
