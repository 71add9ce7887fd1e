package jtorch.cuda.dnn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import jtorch.cuda.driver.CudaException;
import org.jspecify.annotations.Nullable;

/// The functions of NVIDIA's library that are used, by the FFM API. Pointers are addresses; a status other than success
/// is thrown as [CudnnException].
///
/// **Source**: `cudnn_graph.h` of cuDNN 9.24; of these functions only `cudnnGetLastErrorString` is missing in 8.9.
public final class Cudnn {
  static final int SUCCESS = 0;
  private static final int MESSAGE_BYTES = 1024;

  private final SymbolLookup library;
  private final MethodHandle getVersion;
  private final MethodHandle getErrorString;
  private final @Nullable MethodHandle getLastErrorString;
  private final MethodHandle create;
  private final MethodHandle destroy;
  private final MethodHandle setStream;
  private final MethodHandle createDescriptor;
  private final MethodHandle destroyDescriptor;
  private final MethodHandle finalizeDescriptor;
  private final MethodHandle setAttribute;
  private final MethodHandle getAttribute;
  private final MethodHandle execute;

  /// @throws CudaException if it lacks a function
  public Cudnn(SymbolLookup library) {
    this.library = library;
    getVersion = bind("cudnnGetVersion", JAVA_LONG);
    getErrorString = bind("cudnnGetErrorString", JAVA_LONG, JAVA_INT);
    getLastErrorString = library.find("cudnnGetLastErrorString").map(function -> Linker.nativeLinker()
        .downcallHandle(function, FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG))).orElse(null);
    create = bind("cudnnCreate", JAVA_INT, JAVA_LONG);
    destroy = bind("cudnnDestroy", JAVA_INT, JAVA_LONG);
    setStream = bind("cudnnSetStream", JAVA_INT, JAVA_LONG, JAVA_LONG);
    createDescriptor = bind("cudnnBackendCreateDescriptor", JAVA_INT, JAVA_INT, JAVA_LONG);
    destroyDescriptor = bind("cudnnBackendDestroyDescriptor", JAVA_INT, JAVA_LONG);
    finalizeDescriptor = bind("cudnnBackendFinalize", JAVA_INT, JAVA_LONG);
    setAttribute =
        bind("cudnnBackendSetAttribute", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    getAttribute =
        bind("cudnnBackendGetAttribute", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    execute = bind("cudnnBackendExecute", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  private MethodHandle bind(String name, ValueLayout result, MemoryLayout... arguments) {
    MemorySegment function =
        library.find(name).orElseThrow(() -> new CudaException("cuDNN lacks the function " + name));
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(result, arguments));
  }

  private static RuntimeException failure(Throwable thrown) {
    if (thrown instanceof Error e) throw e;
    return thrown instanceof RuntimeException r ? r : new CudaException("a call of cuDNN failed", thrown);
  }

  /// As NVIDIA and PyTorch write it: 92400 is 9.24.0, and 8907 was 8.9.7.
  public int version() {
    try {
      return Math.toIntExact((long) getVersion.invokeExact());
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// The version as people write it.
  public String versionText() {
    int version = version();
    int major = version >= 90_000 ? 10_000 : 1_000;
    return version / major + "." + version % major / 100 + "." + version % 100;
  }

  private void check(int status, String function) throws Throwable {
    if (status == SUCCESS) return;
    long text = (long) getErrorString.invokeExact(status);
    String name = text == 0 ? "status" : MemorySegment.ofAddress(text).reinterpret(Long.MAX_VALUE).getString(0);
    String detail = "";
    if (getLastErrorString != null) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment message = arena.allocate(MESSAGE_BYTES);
        getLastErrorString.invokeExact(message.address(), (long) MESSAGE_BYTES);
        detail = message.getString(0).strip();
      }
    }
    throw new CudnnException(
        name + " (" + status + ") from " + function + (detail.isEmpty() ? "" : ": " + detail));
  }

  // ---- handles ---------------------------------------------------------------------------------------------------

  /// A handle of the device that is current in this thread.
  long create() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment slot = arena.allocate(JAVA_LONG);
      check((int) create.invokeExact(slot.address()), "cudnnCreate");
      return slot.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void destroy(long handle) {
    try {
      check((int) destroy.invokeExact(handle), "cudnnDestroy");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void setStream(long handle, long stream) {
    try {
      check((int) setStream.invokeExact(handle, stream), "cudnnSetStream");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  // ---- descriptors -----------------------------------------------------------------------------------------------

  long createDescriptor(Kind kind) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment slot = arena.allocate(JAVA_LONG);
      check((int) createDescriptor.invokeExact(kind.code, slot.address()), "cudnnBackendCreateDescriptor of " + kind);
      return slot.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void destroyDescriptor(long descriptor) {
    try {
      check((int) destroyDescriptor.invokeExact(descriptor), "cudnnBackendDestroyDescriptor");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void finalizeDescriptor(long descriptor, Kind kind) {
    try {
      check((int) finalizeDescriptor.invokeExact(descriptor), "cudnnBackendFinalize of " + kind);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void setAttribute(long descriptor, Attribute attribute, Attribute.Type type, long count, long elements) {
    try {
      check((int) setAttribute.invokeExact(descriptor, attribute.code, type.code, count, elements),
          "cudnnBackendSetAttribute of " + attribute);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// @param count how many elements there is room for
  /// @param elements the address of that room, 0 to ask only how many there are
  /// @return how many there are
  long getAttribute(long descriptor, Attribute attribute, long count, long elements) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(JAVA_LONG);
      check((int) getAttribute.invokeExact(descriptor, attribute.code, attribute.type.code, count, found.address(),
          elements), "cudnnBackendGetAttribute of " + attribute);
      return found.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void execute(long handle, long plan, long variantPack) {
    try {
      check((int) execute.invokeExact(handle, plan, variantPack), "cudnnBackendExecute");
    } catch (Throwable e) {
      throw failure(e);
    }
  }
}
