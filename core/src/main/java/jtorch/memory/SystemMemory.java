package jtorch.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/// The operating system's memory: mapped pages on Linux and macOS, `malloc` elsewhere.
///
/// Pages are mapped rather than taken from `malloc` so that a block given back really leaves the process, and large
/// blocks ask for huge pages, which makes their first use several times cheaper.
final class SystemMemory {
  private static final long HUGE_PAGE = 2 << 20;
  private static final int READ_WRITE = 3;
  private static final int ADVICE_HUGE_PAGE = 14;
  private static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");
  private static final boolean MAPPED = LINUX || System.getProperty("os.name").startsWith("Mac");
  private static final int PRIVATE_ANONYMOUS = LINUX ? 0x22 : 0x1002;

  private static final MethodHandle MMAP = find("mmap", ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
      ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
  private static final MethodHandle MUNMAP =
      find("munmap", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  private static final MethodHandle MADVISE =
      find("madvise", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
  private static final MethodHandle MALLOC = find("malloc", ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  private static final MethodHandle FREE = find("free", null, ValueLayout.JAVA_LONG);

  private SystemMemory() {}

  static MethodHandle find(String name, java.lang.foreign.@Nullable MemoryLayout result,
      java.lang.foreign.MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor descriptor =
        result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
    var symbol = linker.defaultLookup().find(name);
    if (symbol.isPresent()) return linker.downcallHandle(symbol.get(), descriptor);
    // Never called: mapping is used where it exists, malloc elsewhere.
    return MethodHandles.empty(descriptor.toMethodType());
  }

  /// The address of new memory, aligned to 64 bytes, or 0 if the system has none.
  static long allocate(long bytes) {
    try {
      if (!MAPPED) {
        // The distance to the start of the malloc'ed block stands in the eight bytes before the aligned one.
        long raw = (long) MALLOC.invokeExact(bytes + 72);
        if (raw == 0) return 0;
        long aligned = (raw + 71) & -64L;
        Memory.putLong(aligned - 8, raw);
        return aligned;
      }
      if (FencedMemory.ON) return FencedMemory.allocate(bytes);
      long address = map(bytes, READ_WRITE);
      if (address == -1) return 0;
      if (LINUX && bytes >= HUGE_PAGE) {
        int ignored = (int) MADVISE.invokeExact(address, bytes, ADVICE_HUGE_PAGE);
      }
      return address;
    } catch (Throwable failure) {
      throw new IllegalStateException("the system's memory functions could not be called", failure);
    }
  }

  /// The address of new pages, or -1.
  static long map(long bytes, int protection) throws Throwable {
    return (long) MMAP.invokeExact(0L, bytes, protection, PRIVATE_ANONYMOUS, -1, 0L);
  }

  static void unmap(long address, long bytes) throws Throwable {
    if ((int) MUNMAP.invokeExact(address, bytes) != 0) throw new IllegalStateException("munmap failed");
  }

  static void free(long address, long bytes) {
    try {
      if (!MAPPED) FREE.invokeExact(Memory.getLong(address - 8));
      else if (FencedMemory.ON) FencedMemory.free(address);
      else unmap(address, bytes);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException("the system's memory functions could not be called", failure);
    }
  }
}
