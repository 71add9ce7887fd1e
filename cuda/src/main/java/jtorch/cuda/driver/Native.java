package jtorch.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// C functions and the memory that they fill: pointers travel as `long`.
final class Native {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final int ROOM_BYTES = 256;
  /// Room of each thread for what functions return by pointer.
  private static final ThreadLocal<MemorySegment> ROOM =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ROOM_BYTES + 16, 16));

  private Native() {}

  /// A function that returns a status.
  static MethodHandle bind(SymbolLookup library, String name, MemoryLayout... arguments) {
    MemorySegment function = library.find(name).orElseThrow(() -> new CudaException("the library lacks " + name));
    return Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(INT, arguments));
  }

  /// Four bytes beside [#room], for calls between a call and its answer.
  static MemorySegment modeRoom() {
    return ROOM.get().asSlice(ROOM_BYTES, 16);
  }

  static MemorySegment room() {
    return ROOM.get();
  }

  static String text(long address) {
    return address == 0 ? "" : MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
  }

  static RuntimeException failure(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException r -> r;
      case Error e -> throw e;
      default -> new CudaException("a native call failed", thrown);
    };
  }
}
