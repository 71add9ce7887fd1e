package jtorch.cpu;

import jtorch.memory.ScratchMemory;

/// Scratch memory of the project's caching allocator.
public enum PooledScratch implements Scratch {
  INSTANCE;

  @Override
  public long allocate(long bytes) {
    return ScratchMemory.allocate(bytes);
  }

  @Override
  public void free(long address) {
    ScratchMemory.free(address);
  }
}
