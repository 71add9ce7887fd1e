package jtorch.cpu.lapack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import jtorch.DType;
import org.jspecify.annotations.Nullable;

/// One routine in its four precisions, each linked when first used.
///
/// The types of its parameters are written as a word: `i` an integer, `c` a character, `p` a pointer, `r` a real number of
/// the precision.
final class Routine {
  private static final String PRECISIONS = "sdcz";

  private final String real;
  private final String complex;
  private final String realParameters;
  private final String complexParameters;
  private final boolean returns;
  private final @Nullable MethodHandle[] handles = new @Nullable MethodHandle[PRECISIONS.length()];

  private Routine(String real, String complex, String realParameters, String complexParameters, boolean returns) {
    this.real = real;
    this.complex = complex;
    this.realParameters = realParameters;
    this.complexParameters = complexParameters;
    this.returns = returns;
  }

  /// A routine of LAPACKE's lower level, whose first parameter is the layout and which checks no values.
  static Routine lapack(String name, String parameters) {
    return lapack(name, name, parameters, parameters);
  }

  static Routine lapack(String real, String complex, String parameters) {
    return lapack(real, complex, parameters, parameters);
  }

  static Routine lapack(String real, String complex, String realParameters, String complexParameters) {
    return new Routine("LAPACKE_%c" + real + "_work", "LAPACKE_%c" + complex + "_work", "i" + realParameters,
        "i" + complexParameters, true);
  }

  /// A routine of CBLAS without a result.
  static Routine blas(String name, String realParameters, String complexParameters) {
    return new Routine("cblas_%c" + name, "cblas_%c" + name, realParameters, complexParameters, false);
  }

  MethodHandle of(DType dtype) {
    int index = index(dtype);
    MethodHandle handle = handles[index];
    return handle != null ? handle : link(index);
  }

  private static int index(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 0;
      case FLOAT64 -> 1;
      case COMPLEX64 -> 2;
      case COMPLEX128 -> 3;
      default -> throw new IllegalArgumentException("LAPACK has no " + dtype);
    };
  }

  private MethodHandle link(int index) {
    String name = (index < 2 ? real : complex).formatted(PRECISIONS.charAt(index));
    MemoryLayout[] parameters = (index < 2 ? realParameters : complexParameters).chars()
        .mapToObj(type -> layout((char) type, index % 2 == 1)).toArray(MemoryLayout[]::new);
    FunctionDescriptor type =
        returns ? FunctionDescriptor.of(JAVA_INT, parameters) : FunctionDescriptor.ofVoid(parameters);
    MethodHandle handle = Linker.nativeLinker().downcallHandle(OpenBlas.find(name), type);
    handles[index] = handle;
    return handle;
  }

  private static MemoryLayout layout(char type, boolean wide) {
    return switch (type) {
      case 'i' -> JAVA_INT;
      case 'c' -> JAVA_BYTE;
      case 'p' -> JAVA_LONG;
      case 'r' -> wide ? JAVA_DOUBLE : JAVA_FLOAT;
      default -> throw new IllegalArgumentException("no parameter type " + type);
    };
  }
}
