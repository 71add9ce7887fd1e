package jtorch.op;

import java.util.List;

/// The classes that declare operators, a topic each. A new topic is added here.
final class TopicList {
  static final List<Class<?>> ALL =
      List.of(Activations.class, Aliases.class, Arithmetic.class, Bitwise.class, Choosing.class, Comparison.class, ComplexNumbers.class, Copying.class, Creation.class, Exponentials.class, Indexing.class, Joining.class, MatrixProducts.class, Pieces.class, Reductions.class, Rounding.class, Scattering.class, Searching.class, Special.class, Trigonometry.class, ViewForms.class, Views.class);

  private TopicList() {}
}
