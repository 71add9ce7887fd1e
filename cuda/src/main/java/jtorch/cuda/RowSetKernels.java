package jtorch.cuda;

import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Rows, each once: sorted by a network of comparisons, or taken as they follow each other.
final class RowSetKernels {
  private static final String NAME = "distinct_rows";
  private static final int THREADS = 256;

  private final CudaBackend backend;
  private final ScanKernels scans;
  private final SelectionKernels selection;

  private RowSetKernels(CudaBackend backend) {
    this.backend = backend;
    scans = new ScanKernels(backend);
    selection = new SelectionKernels(backend);
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    table.accept(NAME, new RowSetKernels(backend)::distinct);
  }

  private void distinct(Call c) {
    Tensor self = c.tensor("self").contiguous();
    DType dtype = self.dtype();
    if (dtype.isComplex()) throw c.check().because("not implemented for '%s'", dtype).tensor("self", self).failure();
    long rows = self.size(0);
    if (rows > Integer.MAX_VALUE) throw new UnsupportedOperationException(rows + " rows to be compared on a GPU");
    long width = self.size(1);
    long padded = rows <= 1 ? 1 : Long.highestOneBit(rows - 1) * 2;
    Tensor order = Torch.arange(padded, o -> o.device(self.device()).dtype(DType.INT32));
    for (long size = 2; size <= padded && c.bool("order"); size *= 2) {
      for (long step = size / 2; step > 0; step /= 2)
        launch("sort_rows", self, order, rows, padded / 2, 0, 0, 0, width, padded, size, step);
    }
    Tensor heads = Torch.empty(new long[] {rows}, DType.BOOL, self.device());
    if (rows > 0) launch("find_row_heads", self, order, rows, rows, 0, heads.pointer(), 0, width, 0, 0, 0);
    Tensor places = selection.places(heads);
    long groups = places.numel();
    Tensor kept = c.result(new long[] {groups}, DType.INT64);
    Tensor inverse = c.result(new long[] {rows}, DType.INT64);
    Tensor counts = c.result(new long[] {groups}, DType.INT64);
    if (rows == 0) return;
    launch("write_row_groups", self, order, rows, groups, counts.pointer(), kept.pointer(), places.pointer(), groups, 0,
        0, 0);
    Tensor numbers = Torch.empty(new long[] {rows}, DType.INT64, self.device());
    scans.run(NAME, heads, 0, numbers, null, ScanKernels.Kind.SUM, false);
    launch("write_inverse", self, order, rows, rows, 0, inverse.pointer(), numbers.pointer(), 0, 0, 0, 0);
  }

  private void launch(String kernel, Tensor in, Tensor order, long rows, long work, long counts, long values,
      long places, long taken, long tiles, long first, long shift) {
    CudaDevice device = backend.device(in.device());
    Arguments arguments = Arguments.begin().number(in.pointer()).number(0).number(order.pointer()).number(0).number(0)
        .number(counts).number(values).number(places).number(1).number(rows).number(tiles).number(taken).number(first)
        .number(0).number(shift);
    device.launch(NAME, SortKernels.KERNELS.function(device, SortKernels.definitions(in.dtype()), kernel),
        device.grid(work, 1, THREADS), arguments);
  }
}
