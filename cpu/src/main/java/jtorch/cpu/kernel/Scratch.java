package jtorch.cpu.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Working memory of the calling thread for one piece of a kernel's work: panels, one block of rows.
///
/// A thread has one such block, which grows and is used again, so it belongs to whoever asked last. Kernels ask inside
/// a range body and do not call other kernels there.
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);
  private static final long ALIGNMENT = 64;

  private MemorySegment block = MemorySegment.NULL;

  private Scratch() {}

  /// Address of at least `bytes` bytes with any content, aligned to a cache line.
  static long of(long bytes) {
    Scratch scratch = OF_THREAD.get();
    if (scratch.block.byteSize() < bytes) {
      scratch.block = Arena.ofAuto().allocate(Math.max(bytes, 1 << 16), ALIGNMENT);
    }
    return scratch.block.address();
  }
}
