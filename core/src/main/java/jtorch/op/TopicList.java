package jtorch.op;

import java.util.List;

/// The classes that declare operators, a topic each. A new topic is added here.
final class TopicList {
  static final List<Class<?>> ALL =
      List.of(Activations.class, Aliases.class, Arithmetic.class, Bitwise.class, Choosing.class, Comparison.class,
          Copying.class, Creation.class, Functions.class, MatrixProducts.class, Reductions.class, Views.class);

  private TopicList() {}
}
