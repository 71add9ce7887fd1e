package jtorch.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// Standard error as the caller of the launcher gave it.
///
/// The JVM warns about the incubating Vector API before any of our code runs, and has no option against it. So the
/// launcher starts it with a filter as standard error and the real one as another descriptor, named by the system property
/// `jtorch.stderr`. What the JVM says when it cannot start still comes through the filter; from here on there is none.
final class StandardError {
  private StandardError() {}

  static void restore() {
    Integer real = Integer.getInteger("jtorch.stderr");
    if (real == null) return;
    var linker = Linker.nativeLinker();
    var libc = linker.defaultLookup();
    try {
      var dup2 = linker.downcallHandle(libc.findOrThrow("dup2"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      var close = linker.downcallHandle(libc.findOrThrow("close"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      if ((int) dup2.invokeExact((int) real, 2) != 2) throw new IllegalStateException("dup2(" + real + ", 2) failed");
      if ((int) close.invokeExact((int) real) != 0) throw new IllegalStateException("close(" + real + ") failed");
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a C function threw", e);
    }
  }
}
