package jtorch.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import jtorch.DType;
import jtorch.cuda.ScanKernels.Kind;
import jtorch.cuda.SearchKernels.Bins;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The kernels of scans, orders, selections, windows and losses compile; one source holds all kernels of its kind.
class DataKernelsCompileTest extends CompileTest {
  static Stream<Arguments> sources() {
    return Stream.of(
        Arguments.of("sums", ScanKernels.KERNELS, ScanKernels.definitions(Kind.SUM, DType.BOOL, DType.INT64, false)),
        Arguments.of("products", ScanKernels.KERNELS,
            ScanKernels.definitions(Kind.PRODUCT, DType.BFLOAT16, DType.BFLOAT16, false)),
        Arguments.of("complex products", ScanKernels.KERNELS,
            ScanKernels.definitions(Kind.PRODUCT, DType.COMPLEX128, DType.COMPLEX128, false)),
        Arguments.of("extremes", ScanKernels.KERNELS,
            ScanKernels.definitions(Kind.EXTREME, DType.FLOAT64, DType.FLOAT64, true)),
        Arguments.of("logarithms", ScanKernels.KERNELS,
            ScanKernels.definitions(Kind.LOGARITHM, DType.FLOAT32, DType.FLOAT32, false)),
        Arguments.of("complex logarithms", ScanKernels.KERNELS,
            ScanKernels.definitions(Kind.LOGARITHM, DType.COMPLEX64, DType.COMPLEX64, false)),
        Arguments.of("coordinates", SelectionKernels.KERNELS,
            SelectionKernels.definitions(DType.COMPLEX64, DType.INT64, false)),
        Arguments.of("writing by a mask", SelectionKernels.KERNELS,
            SelectionKernels.definitions(DType.BOOL, DType.FLOAT16, true)),
        Arguments.of("sorting float32", SortKernels.KERNELS, SortKernels.definitions(DType.FLOAT32)),
        Arguments.of("sorting float64", SortKernels.KERNELS, SortKernels.definitions(DType.FLOAT64)),
        Arguments.of("sorting halves", SortKernels.KERNELS, SortKernels.definitions(DType.BFLOAT16)),
        Arguments.of("sorting bytes", SortKernels.KERNELS, SortKernels.definitions(DType.INT8)),
        Arguments.of("sorting bools", SortKernels.KERNELS, SortKernels.definitions(DType.BOOL)),
        Arguments.of("bins of a range", SearchKernels.KERNELS, SearchKernels.definitions(DType.BFLOAT16, Bins.EQUAL)),
        Arguments.of("bins by number", SearchKernels.KERNELS, SearchKernels.definitions(DType.UINT8, Bins.OWN)),
        Arguments.of("searching halves", SearchKernels.KERNELS, SearchKernels.definitions(DType.FLOAT16, Bins.OWN)),
        Arguments.of("bins between edges", SearchKernels.KERNELS,
            SearchKernels.definitions(DType.FLOAT64, Bins.EDGES)),
        Arguments.of("small matrices", SmallMatrices.KERNELS, SmallMatrices.definitions(DType.FLOAT32)),
        Arguments.of("small complex matrices", SmallMatrices.KERNELS, SmallMatrices.definitions(DType.COMPLEX128)),
        Arguments.of("exchanges of rows", SolvingKernels.PERMUTATION, ""),
        Arguments.of("cross entropy", CrossEntropyKernels.KERNELS, CrossEntropyKernels.definitions(DType.FLOAT32)),
        Arguments.of("cross entropy in float64", CrossEntropyKernels.KERNELS,
            CrossEntropyKernels.definitions(DType.FLOAT64)),
        Arguments.of("losses of sequences", SequenceLossKernels.KERNELS,
            SequenceLossKernels.definitions(DType.FLOAT32)),
        Arguments.of("pooling halves", PoolingKernels.KERNELS, PoolingKernels.definitions(DType.FLOAT16, false)),
        Arguments.of("pooling float64", PoolingKernels.KERNELS, PoolingKernels.definitions(DType.FLOAT64, true)),
        Arguments.of("means of integers", PoolingKernels.KERNELS, PoolingKernels.definitions(DType.INT64, true)),
        Arguments.of("interpolation", InterpolationKernels.KERNELS,
            InterpolationKernels.definitions(DType.BFLOAT16, false)),
        Arguments.of("interpolation in float64", InterpolationKernels.KERNELS,
            InterpolationKernels.definitions(DType.FLOAT64, false)),
        Arguments.of("interpolation of bytes", InterpolationKernels.KERNELS,
            InterpolationKernels.definitions(DType.UINT8, true)),
        Arguments.of("windows of halves", WindowKernels.KERNELS, WindowKernels.definitions(DType.FLOAT16)),
        Arguments.of("windows of complex numbers", WindowKernels.KERNELS, WindowKernels.definitions(DType.COMPLEX128)),
        Arguments.of("permutations and categories", RandomKernels.MASKS,
            RandomKernels.maskDefinitions(DType.INT64, DType.INT32, 1)),
        Arguments.of("dropout of halves", RandomKernels.MASKS,
            RandomKernels.maskDefinitions(DType.FLOAT16, DType.FLOAT16, 8)),
        Arguments.of("dropout of float64", RandomKernels.MASKS,
            RandomKernels.maskDefinitions(DType.FLOAT64, DType.FLOAT64, 2)),
        Arguments.of("probabilities of bools", RandomKernels.MASKS,
            RandomKernels.maskDefinitions(DType.BOOL, DType.FLOAT32, 1)),
        Arguments.of("samples", RandomKernels.SAMPLES, RandomKernels.elements(DType.FLOAT32)),
        Arguments.of("samples of float64", RandomKernels.SAMPLES, RandomKernels.elements(DType.FLOAT64)),
        Arguments.of("samples of halves", RandomKernels.SAMPLES, RandomKernels.elements(DType.BFLOAT16)),
        Arguments.of("grids in planes", GridKernels.KERNELS, GridKernels.definitions(DType.BFLOAT16, 2, 0)),
        Arguments.of("cubic grids", GridKernels.KERNELS, GridKernels.definitions(DType.FLOAT32, 2, 2)),
        Arguments.of("grids in volumes", GridKernels.KERNELS, GridKernels.definitions(DType.FLOAT64, 3, 0)),
        Arguments.of("nearest in volumes", GridKernels.KERNELS, GridKernels.definitions(DType.FLOAT32, 3, 1)),
        Arguments.of("distances", DistanceKernels.KERNELS, DistanceKernels.definitions(DType.FLOAT32, 2, false)),
        Arguments.of("distances of pairs", DistanceKernels.KERNELS,
            DistanceKernels.definitions(DType.FLOAT64, 1.5, true)),
        Arguments.of("bags of halves", EmbeddingBagKernels.KERNELS, EmbeddingBagKernels.definitions(DType.BFLOAT16)),
        Arguments.of("bags", EmbeddingBagKernels.KERNELS, EmbeddingBagKernels.definitions(DType.FLOAT64)),
        Arguments.of("segments of halves", SegmentKernels.KERNELS, SegmentKernels.definitions(DType.FLOAT16, "max")),
        Arguments.of("segments", SegmentKernels.KERNELS, SegmentKernels.definitions(DType.FLOAT64, "prod")),
        Arguments.of("margins", MarginLossKernels.KERNELS, MarginLossKernels.definitions(DType.FLOAT32)),
        Arguments.of("mantissas", PointwiseKernels.KERNELS, PointwiseKernels.definitions(DType.FLOAT16)),
        Arguments.of("complex spacing", SequenceKernels.SEQUENCES,
            SequenceKernels.sequenceDefinitions(DType.COMPLEX64)));
  }

  static Stream<Arguments> distributions() {
    return Stream.of(RandomKernels.Kind.values()).flatMap(kind -> Stream.of(DType.FLOAT16, DType.FLOAT32, DType.FLOAT64)
        .map(dtype -> Arguments.of(kind + " " + dtype, RandomKernels.DISTRIBUTIONS,
            RandomKernels.definitions(dtype, kind, dtype == DType.FLOAT64))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"sources", "distributions"})
  void compiles(String name, KernelSet kernels, String definitions) {
    String source = kernels.source(definitions);
    assertThat(compiler.compile(source, name, "80")).isNotEmpty();
    assertThat(compiler.compile(source, name, "90")).isNotEmpty();
  }
}
