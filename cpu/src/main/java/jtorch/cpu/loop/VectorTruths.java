package jtorch.cpu.loop;

import jdk.incubator.vector.VectorMask;

/// What vector loops do with truths.
final class VectorTruths {
  private VectorTruths() {}

  static <E> VectorMask<E> not(VectorMask<E> x) {
    return x.not();
  }

  static <E> VectorMask<E> and(VectorMask<E> a, VectorMask<E> b) {
    return a.and(b);
  }

  static <E> VectorMask<E> or(VectorMask<E> a, VectorMask<E> b) {
    return a.or(b);
  }

  static <E> VectorMask<E> xor(VectorMask<E> a, VectorMask<E> b) {
    return a.xor(b);
  }
}
