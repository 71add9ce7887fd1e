package jtorch.cpu.loop;

import java.lang.reflect.Method;
import jtorch.DType;

/// The functions that loops of one kind are made of: static methods named as the operators of expressions.
///
/// A vector vocabulary also has `loadFloat32(address)`, `storeFloat32(address, value)` and so on, each once more with a
/// mask before the value, `broadcast(lane)`, and `firstLanes(count)` for masks. Scalar ones share [Elements] and [Casts].
///
/// @param functions the class of the operators
/// @param truths the class of the logical ones
/// @param lane the type of one number
/// @param value the type that a loop handles at once: numbers in all lanes
/// @param truth the type of truths in all lanes
/// @param lanes how many elements a value holds
record Vocabulary(Class<?> functions, Class<?> truths, Class<?> lane, Class<?> value, Class<?> truth, int lanes) {
  private static final Vocabulary BOOLEANS = scalar(ScalarBooleans.class, boolean.class);
  private static final Vocabulary LONGS = scalar(ScalarLongs.class, long.class);
  private static final Vocabulary FLOATS = scalar(ScalarFloats.class, float.class);
  private static final Vocabulary DOUBLES = scalar(ScalarDoubles.class, double.class);

  private static Vocabulary scalar(Class<?> functions, Class<?> lane) {
    return new Vocabulary(functions, Truths.class, lane, lane, boolean.class, 1);
  }

  /// The scalar vocabulary of a compute type.
  static Vocabulary scalar(DType compute) {
    return switch (compute) {
      case BOOL -> BOOLEANS;
      case INT64 -> LONGS;
      case FLOAT32 -> FLOATS;
      case FLOAT64 -> DOUBLES;
      default ->
        throw new IllegalArgumentException("loops compute in bool, int64, float or complex, not in " + compute);
    };
  }

  boolean isVector() {
    return lanes > 1;
  }

  /// @throws UnsupportedOperationException if there is none
  Method function(String name, Class<?>... types) {
    return method(functions, name, types);
  }

  /// @throws UnsupportedOperationException if there is none
  static Method method(Class<?> owner, String name, Class<?>... types) {
    try {
      return owner.getDeclaredMethod(name, types);
    } catch (NoSuchMethodException absent) {
      throw new UnsupportedOperationException(owner.getSimpleName() + " has no " + name, absent);
    }
  }
}
