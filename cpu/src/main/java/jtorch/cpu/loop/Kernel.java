package jtorch.cpu.loop;

/// A compiled loop.
abstract class Kernel {
  /// Computes the elements `from` to `to`, not included, whose number fits an int; otherwise as [Loop#run].
  abstract void run(long from, long to, long[] addresses, long[] byteStrides, long[] parameters);
}
