package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.spi.Kernel;

/// The one list of the CPU's kernels, by the names that operators' declarations use.
final class KernelTable {
  private KernelTable() {}

  static void register(BiConsumer<String, Kernel> table) {
    IndexKernels.register(table);
    JoiningKernels.register(table);
    ScatterKernels.register(table);
    table.accept("sum", c -> { throw new UnsupportedOperationException(); });
    PointwiseKernels.register(table);
  }
}
