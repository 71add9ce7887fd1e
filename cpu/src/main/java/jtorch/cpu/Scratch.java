package jtorch.cpu;

/// Where kernels get their temporary memory: in the product the caching allocator, so that a buffer is warm from its
/// last use and a loop allocates nothing. Called from several threads at once.
public interface Scratch {
  /// Memory of at least `bytes` bytes, with undefined content, aligned to 64 bytes.
  long allocate(long bytes);

  /// Gives back what `allocate` returned.
  void free(long address);
}
