package jtorch.memory;

import java.util.concurrent.ConcurrentHashMap;

/// Temporary memory of kernels, from the same cache as tensors: warm, and nothing new in a loop.
public final class ScratchMemory {
  private static final ConcurrentHashMap<Long, Block> LENT = new ConcurrentHashMap<>();

  private ScratchMemory() {}

  /// Memory of at least that many bytes with undefined content, aligned to 64 bytes.
  public static long allocate(long bytes) {
    Block block = CachingAllocator.CPU.allocate(Math.max(64, bytes));
    LENT.put(block.address, block);
    return block.address;
  }

  /// Gives back what [#allocate] returned.
  ///
  /// @throws IllegalArgumentException if it is not lent
  public static void free(long address) {
    Block block = LENT.remove(address);
    if (block == null) throw new IllegalArgumentException("no scratch memory was lent at this address");
    block.collected();
  }
}
