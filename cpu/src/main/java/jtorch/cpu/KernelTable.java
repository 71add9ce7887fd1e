package jtorch.cpu;

import java.util.function.BiConsumer;
import jtorch.cpu.attention.AttentionKernels;
import jtorch.spi.Kernel;

/// The one list of the CPU's kernels, by the names that operators' declarations use. A new topic registers here.
final class KernelTable {
  private KernelTable() {}

  static void register(BiConsumer<String, Kernel> table) {
    AttentionKernels.register(table);
    ConvolutionKernels.register(table);
    CrossEntropyKernels.register(table);
    DecompositionKernels.register(table);
    DistanceKernels.register(table);
    EmbeddingBagKernels.register(table);
    FoldingKernels.register(table);
    FourierKernels.register(table);
    IndexKernels.register(table);
    InterpolationKernels.register(table);
    JoiningKernels.register(table);
    MarginLossKernels.register(table);
    MaskKernels.register(table);
    MatrixKernels.register(table);
    MatrixPartKernels.register(table);
    NormalizationKernels.register(table);
    OptimizerKernels.register(table);
    PaddingKernels.register(table);
    PointwiseKernels.register(table);
    PoolingKernels.register(table);
    RecurrentKernels.register(table);
    ReductionKernels.register(table);
    SamplingKernels.register(table);
    ScanKernels.register(table);
    ScatterKernels.register(table);
    SearchKernels.register(table);
    SegmentKernels.register(table);
    SequenceKernels.register(table);
    SequenceLossKernels.register(table);
    SetKernels.register(table);
    SolvingKernels.register(table);
    SortKernels.register(table);
    SparseKernels.register(table);
  }
}
