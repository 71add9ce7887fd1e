package jtorch.cpu.loop;

/// What scalar loops do with truths.
final class Truths {
  private Truths() {}

  static boolean not(boolean x) {
    return !x;
  }

  static boolean and(boolean a, boolean b) {
    return a & b;
  }

  static boolean or(boolean a, boolean b) {
    return a | b;
  }

  static boolean xor(boolean a, boolean b) {
    return a ^ b;
  }
}
