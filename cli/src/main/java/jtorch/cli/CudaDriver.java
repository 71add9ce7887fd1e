package jtorch.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// NVIDIA's driver, as far as `jtorch info` needs it: which GPUs there are.
///
/// **Source**: CUDA Driver API, `cuInit`, `cuDriverGetVersion`, `cuDeviceGetCount`, `cuDeviceGetName`.
final class CudaDriver {
  private static final List<String> LIBRARIES = List.of("libcuda.so.1", "libcuda.so", "nvcuda.dll");
  private static final int NAME_BYTES = 256;

  private final SymbolLookup library;

  private CudaDriver(SymbolLookup library) {
    this.library = library;
  }

  /// The GPUs and the driver's CUDA version, or why there are none.
  static String describe() {
    try (var arena = Arena.ofConfined()) {
      return LIBRARIES.stream().flatMap(name -> open(name, arena).stream()).findFirst()
          .map(library -> new CudaDriver(library).gpus(arena)).orElse("none (no CUDA driver)");
    }
  }

  private static Optional<SymbolLookup> open(String name, Arena arena) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, arena));
    } catch (IllegalArgumentException absent) {
      return Optional.empty();
    }
  }

  private String gpus(Arena arena) {
    int failure = call("cuInit", 0);
    if (failure != 0) return "none (the CUDA driver says error " + failure + ")";
    var number = arena.allocate(ValueLayout.JAVA_INT);
    check(call("cuDriverGetVersion", number));
    int version = number.get(ValueLayout.JAVA_INT, 0);
    check(call("cuDeviceGetCount", number));
    int count = number.get(ValueLayout.JAVA_INT, 0);
    if (count == 0) return "none";
    var names = new ArrayList<String>();
    var name = arena.allocate(NAME_BYTES);
    for (int device = 0; device < count; device++) {
      check(call("cuDeviceGetName", name, NAME_BYTES, device));
      names.add(name.getString(0));
    }
    return "%s; driver for CUDA %d.%d".formatted(String.join(", ", names), version / 1000, version % 1000 / 10);
  }

  private static void check(int code) {
    if (code != 0) throw new IllegalStateException("the CUDA driver says error " + code);
  }

  private int call(String function, Object... arguments) {
    var types = new java.lang.foreign.MemoryLayout[arguments.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = arguments[i] instanceof MemorySegment ? ValueLayout.ADDRESS : ValueLayout.JAVA_INT;
    }
    try {
      return (int) Linker.nativeLinker()
          .downcallHandle(library.findOrThrow(function), FunctionDescriptor.of(ValueLayout.JAVA_INT, types))
          .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a C function threw", e);
    }
  }
}
