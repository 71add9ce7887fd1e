package jtorch.testing.emulator;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import jtorch.cuda.driver.CudaException;
import org.jspecify.annotations.Nullable;

/// What stands in for cuDNN, `library-convolutions.c`: what tests ask it and decide.
public final class StandInCudnn {
  private static @Nullable SymbolLookup compiled;

  private StandInCudnn() {}

  static synchronized SymbolLookup symbols() {
    SymbolLookup known = compiled;
    if (known == null) {
      known = StandInCompiler.library("library-convolutions");
      compiled = known;
    }
    return known;
  }

  private static long call(String name, long argument) {
    try {
      return (long) Linker.nativeLinker().downcallHandle(symbols().findOrThrow("stand_in_" + name),
          FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)).invokeExact(argument);
    } catch (Throwable e) {
      throw new CudaException("the stand-in cannot be asked", e);
    }
  }

  /// How many descriptors there are.
  public static long alive() {
    return call("alive", 0);
  }

  /// How often an engine has run since this was last asked.
  public static long runs(int engine) {
    return call("runs", engine);
  }

  /// Lets engines refuse all work from now on.
  ///
  /// @param engines a bit for each
  public static void refuse(int engines) {
    call("refuse", engines);
  }

  /// The stream that the last work was given to.
  public static long stream() {
    return call("stream", 0);
  }
}
