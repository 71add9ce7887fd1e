package jtorch.cpu.dnnl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jtorch.cpu.NativeBundle;
import org.jspecify.annotations.Nullable;

/// The gate to oneDNN's C API (`dnnl.h`, version 3). A status that is not success becomes a [DnnlException] naming the
/// function. Addresses travel as `long`: that saves a segment object for each argument.
///
/// The few functions on hot paths are bound as constants. The rest, used when something is made, are called by name: they
/// need no declaration here, and only those used are linked.
final class DnnlLibrary {
  /// Values of `dnnl_types.h`.
  static final int FORMAT_ANY = 1;
  static final int SCRATCHPAD_USER = 1;
  static final int FORWARD_TRAINING = 64;
  static final int CONVOLUTION_DIRECT = 1;
  static final int QUERY_IMPLEMENTATION = 8;
  static final int QUERY_ARGUMENT = 255;
  static final int STREAM_DEFAULT = 1;
  private static final int CPU = 1;

  private static final Map<String, MethodHandle> BOUND = new ConcurrentHashMap<>();

  private DnnlLibrary() {}

  /// Calls a function that returns a status. The C types follow from the arguments' Java types: `Long` for addresses and
  /// `dnnl_dim_t`, `Integer` for enumerations, `Float`, `Byte`.
  static void call(String function, Object... arguments) {
    MethodHandle handle = BOUND.computeIfAbsent(function, name -> bind(name, JAVA_INT, layouts(arguments)));
    try {
      DnnlException.check((int) handle.invokeWithArguments(arguments), function);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// Calls a function whose first parameter takes the address of a handle to be set, and returns that handle.
  static long create(String function, Object... rest) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      Object[] arguments = new Object[rest.length + 1];
      arguments[0] = result.address();
      System.arraycopy(rest, 0, arguments, 1, rest.length);
      call(function, arguments);
      return result.get(JAVA_LONG, 0);
    }
  }

  /// Calls a function that returns a number or an address.
  static long ask(String function, Object... arguments) {
    MethodHandle handle = BOUND.computeIfAbsent(function, name -> bind(name, JAVA_LONG, layouts(arguments)));
    try {
      return (long) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// Keeps oneDNN from splitting work over OpenMP's threads in calls of this thread; costs a few nanoseconds.
  static void oneThread() {
    if (Hot.SET_OPENMP_THREADS != null) {
      try {
        Hot.SET_OPENMP_THREADS.invokeExact(1);
      } catch (Throwable e) {
        throw failure(e);
      }
    }
  }

  static void memorySetData(long memory, long address) {
    int status;
    try {
      status = (int) Hot.MEMORY_SET_DATA.invokeExact(memory, address);
    } catch (Throwable e) {
      throw failure(e);
    }
    DnnlException.check(status, "dnnl_memory_set_data_handle");
  }

  static void execute(long primitive, long stream, int count, long arguments) {
    int status;
    try {
      status = (int) Hot.EXECUTE.invokeExact(primitive, stream, count, arguments);
    } catch (Throwable e) {
      throw failure(e);
    }
    DnnlException.check(status, "dnnl_primitive_execute");
  }

  static String version() {
    MemorySegment numbers = MemorySegment.ofAddress(ask("dnnl_version")).reinterpret(12);
    return numbers.get(JAVA_INT, 0) + "." + numbers.get(JAVA_INT, 4) + "." + numbers.get(JAVA_INT, 8);
  }

  static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    MemorySegment function =
        Dnnl.library().find(name).orElseThrow(() -> new IllegalStateException("oneDNN lacks " + name));
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(result, arguments));
  }

  static RuntimeException failure(Throwable e) {
    return switch (e) {
      case RuntimeException r -> r;
      case Error error -> throw error;
      default -> new IllegalStateException("a native call failed", e);
    };
  }

  private static MemoryLayout[] layouts(Object[] arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] = switch (arguments[i]) {
        case Long _ -> JAVA_LONG;
        case Integer _ -> JAVA_INT;
        case Float _ -> JAVA_FLOAT;
        case Byte _ -> JAVA_BYTE;
        default -> throw new IllegalArgumentException("no C type for " + arguments[i]);
      };
    }
    return layouts;
  }

  /// The one engine: the CPU.
  static long engine() {
    return Engine.HANDLE;
  }

  /// Matrix products need none, and making it costs some milliseconds.
  private static final class Engine {
    static final long HANDLE = create("dnnl_engine_create", CPU, 0L);
  }

  private static final class Hot {
    static final MethodHandle MEMORY_SET_DATA = bind("dnnl_memory_set_data_handle", JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle EXECUTE =
        bind("dnnl_primitive_execute", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    static final @Nullable MethodHandle SET_OPENMP_THREADS = setOpenmpThreads();

    /// Found through the library, so that it is the runtime that the library uses, even where another copy is loaded.
    private static @Nullable MethodHandle setOpenmpThreads() {
      SymbolLookup library = NativeBundle.platform().startsWith("windows")
          ? SymbolLookup.libraryLookup("vcomp140", Arena.global())
          : Dnnl.library();
      return library.find("omp_set_num_threads")
          .map(f -> Linker.nativeLinker()
              .downcallHandle(f, FunctionDescriptor.ofVoid(JAVA_INT), Linker.Option.critical(false)))
          .orElse(null);
    }
  }
}
