package jtorch.random;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// The functions of the C library that PyTorch's random numbers pass through.
///
/// `java.lang.Math` has them too, equally exact, yet about one result in 400 has another last bit, and some in 30 on
/// processors without intrinsics. Calling the same library gives the same float64 numbers as a PyTorch on the same
/// machine, at the same speed.
final class CLibrary {
  private static final MethodHandle LOG = find("log", 1);
  private static final MethodHandle LOG1P_FLOAT = find("log1pf", ValueLayout.JAVA_FLOAT, 1);
  private static final MethodHandle LOG1P = find("log1p", 1);
  private static final MethodHandle EXP = find("exp", 1);
  private static final MethodHandle SIN = find("sin", 1);
  private static final MethodHandle COS = find("cos", 1);
  private static final MethodHandle TAN = find("tan", 1);
  private static final MethodHandle LGAMMA = find("lgamma", 1);
  private static final MethodHandle POW = find("pow", 2);

  private CLibrary() {}

  private static MethodHandle find(String name, int arguments) {
    return find(name, ValueLayout.JAVA_DOUBLE, arguments);
  }

  private static MethodHandle find(String name, ValueLayout type, int arguments) {
    Linker linker = Linker.nativeLinker();
    var types = new ValueLayout[arguments];
    Arrays.fill(types, type);
    // These calls take nanoseconds and never block, so the garbage collector may wait for them: "critical".
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(type, types),
        Linker.Option.critical(false));
  }

  static double log(double x) {
    try {
      return (double) LOG.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /// `log(1 + x)`
  static double log1p(double x) {
    try {
      return (double) LOG1P.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /// `log(1 + x)` in float32
  static float log1p(float x) {
    try {
      return (float) LOG1P_FLOAT.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static double exp(double x) {
    try {
      return (double) EXP.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static double sin(double x) {
    try {
      return (double) SIN.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static double cos(double x) {
    try {
      return (double) COS.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static double tan(double x) {
    try {
      return (double) TAN.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /// `log(gamma(x))`, for `x > 0`
  static double logGamma(double x) {
    try {
      return (double) LGAMMA.invokeExact(x);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static double pow(double x, double y) {
    try {
      return (double) POW.invokeExact(x, y);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  private static AssertionError unexpected(Throwable failure) {
    return new AssertionError("a function of the C library cannot throw", failure);
  }
}
