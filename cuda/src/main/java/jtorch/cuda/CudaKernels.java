package jtorch.cuda;

import java.util.function.BiConsumer;
import jtorch.spi.Kernel;

/// The one list of the kernels that GPUs have, by the names that operators' declarations use. What is missing here runs on
/// the processor.
final class CudaKernels {
  private CudaKernels() {}

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    AttentionKernels.register(backend, table);
    BatchNormKernels.register(backend, table);
    ConvolutionKernels.register(backend, table);
    CopyKernels.register(backend, table);
    CrossEntropyKernels.register(backend, table);
    DecompositionKernels.register(backend, table);
    DistanceKernels.register(backend, table);
    EmbeddingBagKernels.register(backend, table);
    FourierKernels.register(backend, table);
    ForeachKernels.register(backend, table);
    GridKernels.register(backend, table);
    IndexKernels.register(backend, table);
    InterpolationKernels.register(backend, table);
    MarginLossKernels.register(backend, table);
    NormalizationKernels.register(backend, table);
    OptimizerKernels.register(backend, table);
    PointwiseKernels.register(backend, table);
    PoolingKernels.register(backend, table);
    ProductKernels.register(backend, table);
    ReductionKernels.register(backend, table);
    RowSetKernels.register(backend, table);
    ScanKernels.register(backend, table);
    SearchKernels.register(backend, table);
    SegmentKernels.register(backend, table);
    SelectionKernels.register(backend, table);
    SequenceKernels.register(backend, table);
    SequenceLossKernels.register(backend, table);
    SoftmaxKernels.register(backend, table);
    SolvingKernels.register(backend, table);
    SortKernels.register(backend, table);
    WindowKernels.register(backend, table);
  }
}
