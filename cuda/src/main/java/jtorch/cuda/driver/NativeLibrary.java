package jtorch.cuda.driver;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// One of NVIDIA's libraries: its functions by name, found when they are first called.
///
/// The form of a function has a letter for each argument: `p` a pointer, `l` a 64-bit integer, `i` an `int` or an enum, `c` a
/// `signed char`. All functions answer a status, 0 for success.
public final class NativeLibrary {
  private final String name;
  private final SymbolLookup symbols;
  private final Map<String, String> forms;
  private final ConcurrentHashMap<String, MethodHandle> functions = new ConcurrentHashMap<>();

  /// @param name for people
  /// @param forms of all functions that will be called
  public NativeLibrary(String name, SymbolLookup symbols, Map<String, String> forms) {
    this.name = name;
    this.symbols = symbols;
    this.forms = forms;
  }

  /// For people.
  public String name() {
    return name;
  }

  /// Whether this version of the library has a function.
  public boolean has(String function) {
    return symbols.find(function).isPresent();
  }

  /// Calls a function.
  ///
  /// @param arguments numbers; pointers are addresses
  /// @return its status
  /// @throws CudaException if the library has no such function
  public int call(String function, Object... arguments) {
    MethodHandle handle = functions.computeIfAbsent(function, this::bind);
    try {
      return (int) handle.invokeExact(arguments);
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  private MethodHandle bind(String function) {
    String form = forms.get(function);
    if (form == null) throw new IllegalArgumentException("no form is known of " + function);
    MemorySegment symbol =
        symbols.find(function).orElseThrow(() -> new CudaException(name + " lacks the function " + function));
    var layouts = new MemoryLayout[form.length()];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] = switch (form.charAt(i)) {
        case 'i' -> ValueLayout.JAVA_INT;
        case 'c' -> ValueLayout.JAVA_BYTE;
        default -> ValueLayout.JAVA_LONG;
      };
    }
    return Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts))
        .asSpreader(Object[].class, layouts.length);
  }
}
