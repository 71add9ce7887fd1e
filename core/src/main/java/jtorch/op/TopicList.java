package jtorch.op;

import java.util.List;

/// The classes that declare operators, a topic each. A new topic is added here.
final class TopicList {
  static final List<Class<?>> ALL =
      List.of(Arithmetic.class, Copying.class, Creation.class, MatrixProducts.class, Reductions.class, Views.class);

  private TopicList() {}
}
