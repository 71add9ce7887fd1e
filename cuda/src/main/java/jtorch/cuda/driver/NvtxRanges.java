package jtorch.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import jtorch.spi.Ranges;
import org.jspecify.annotations.Nullable;

/// NVIDIA Tools Extension: names for parts of a thread's work.
///
/// **Source**: `nvToolsExt.h`: `int nvtxRangePushA(const char*)`, `int nvtxRangePop(void)`, `void nvtxMarkA(const char*)`.
/// NVTX 3 is made of headers alone; a program without them calls the functions of the library that toolkits bring.
public final class NvtxRanges implements Ranges {
  private static final class Library {
    static final @Nullable NvtxRanges FOUND = open();

    private static @Nullable NvtxRanges open() {
      CudaLibraries.Found library = CudaLibraries.find(CudaLibraries.NVTX);
      return library == null ? null : new NvtxRanges(library.symbols());
    }
  }

  private final MethodHandle push;
  private final MethodHandle pop;
  private final MethodHandle mark;

  NvtxRanges(SymbolLookup library) {
    push = bind(library, "nvtxRangePushA", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    pop = bind(library, "nvtxRangePop", FunctionDescriptor.of(ValueLayout.JAVA_INT));
    mark = bind(library, "nvtxMarkA", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
  }

  private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor form) {
    MemorySegment function = library.find(name).orElseThrow(() -> new CudaException("the library lacks " + name));
    return Linker.nativeLinker().downcallHandle(function, form);
  }

  /// Those of the library on this machine; null where there is none.
  public static @Nullable NvtxRanges find() {
    return Library.FOUND;
  }

  @Override
  public int push(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) push.invokeExact(arena.allocateFrom(name));
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public int pop() {
    try {
      return (int) pop.invokeExact();
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  @Override
  public void mark(String name) {
    try (Arena arena = Arena.ofConfined()) {
      mark.invokeExact(arena.allocateFrom(name));
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }
}
