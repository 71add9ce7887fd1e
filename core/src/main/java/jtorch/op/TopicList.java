package jtorch.op;

import java.util.List;

/// The classes that declare operators, a topic each. A new topic is added here.
final class TopicList {
  static final List<Class<?>> ALL = List.of( //
      Activations.class, //
      Aliases.class, //
      Arithmetic.class, //
      Arranging.class, //
      Bitwise.class, //
      Choosing.class, //
      ClassificationLosses.class, //
      Comparison.class, //
      ComplexNumbers.class, //
      Convolution.class, //
      Copying.class, //
      Creation.class, //
      Dropouts.class, //
      Embeddings.class, //
      Exponentials.class, //
      Folding.class, //
      GridSampling.class, //
      Indexing.class, //
      Interpolation.class, //
      Joining.class, //
      Losses.class, //
      MarginLosses.class, //
      MatrixProducts.class, //
      Normalization.class, //
      OptimizerSteps.class, //
      Padding.class, //
      Pieces.class, //
      Polynomials.class, //
      Pooling.class, //
      RandomNumbers.class, //
      RandomizedRelu.class, //
      Reductions.class, //
      Rounding.class, //
      Scans.class, //
      Scattering.class, //
      Searching.class, //
      SequenceLosses.class, //
      Sequences.class, //
      Sets.class, //
      Softmax.class, //
      Sorting.class, //
      Special.class, //
      Trigonometry.class, //
      Unpooling.class, //
      ViewCopies.class, //
      ViewForms.class, //
      Views.class);

  private TopicList() {}
}
