package jtorch.op;

import java.util.List;

/// The classes that declare operators, a topic each. A new topic is added here.
final class TopicList {
  static final List<Class<?>> ALL = List.of( //
      Activations.class, //
      Aliases.class, //
      Arithmetic.class, //
      Arranging.class, //
      Attention.class, //
      Bitwise.class, //
      Cholesky.class, //
      Choosing.class, //
      ClassificationLosses.class, //
      Comparison.class, //
      ComplexNumbers.class, //
      ConjugateEigenpairs.class, //
      Convolution.class, //
      Copying.class, //
      Creation.class, //
      Determinants.class, //
      Distances.class, //
      Dropouts.class, //
      Eigenvalues.class, //
      EinsteinSums.class, //
      EmbeddingBags.class, //
      Embeddings.class, //
      Exponentials.class, //
      FakeQuantization.class, //
      Folding.class, //
      Foreach.class, //
      Fourier.class, //
      GridSampling.class, //
      GroupedProducts.class, //
      Histograms.class, //
      Indexing.class, //
      Integrals.class, //
      Interpolation.class, //
      Joining.class, //
      LeastSquares.class, //
      LinearSolving.class, //
      Losses.class, //
      LuFactors.class, //
      MarginLosses.class, //
      MatrixFunctions.class, //
      MatrixNorms.class, //
      MatrixProducts.class, //
      NestedForms.class, //
      Normalization.class, //
      OptimizerSteps.class, //
      OrthogonalFactors.class, //
      PackedSequences.class, //
      Padding.class, //
      Pieces.class, //
      Polynomials.class, //
      Pooling.class, //
      PoolingGradients.class, //
      Quantization.class, //
      RandomNumbers.class, //
      RandomizedRelu.class, //
      Recurrent.class, //
      Reductions.class, //
      Rounding.class, //
      Scans.class, //
      Scattering.class, //
      Searching.class, //
      Segments.class, //
      SequenceLosses.class, //
      Sequences.class, //
      Sets.class, //
      ShortTimeFourier.class, //
      SingularValues.class, //
      Softmax.class, //
      Sorting.class, //
      SparseConversions.class, //
      SparseForms.class, //
      SparsePointwise.class, //
      SparseProducts.class, //
      SparseReductions.class, //
      SparseViews.class, //
      Special.class, //
      Statistics.class, //
      SynchronizedNormalization.class, //
      Trigonometry.class, //
      Unpooling.class, //
      VectorProducts.class, //
      ViewCopies.class, //
      ViewForms.class, //
      Views.class, //
      WindowFunctions.class);

  private TopicList() {}
}
