package jtorch.op;

import java.util.List;

/// The classes that declare operators, a topic each. A new topic is added here.
final class TopicList {
  static final List<Class<?>> ALL =
      List.of(Activations.class, Aliases.class, Arithmetic.class, Bitwise.class, Choosing.class, Comparison.class,
          Copying.class, Creation.class, Functions.class, Indexing.class, Joining.class, MatrixProducts.class,
          Pieces.class, Reductions.class, Scattering.class, Searching.class, ViewForms.class, Views.class);

  private TopicList() {}
}
