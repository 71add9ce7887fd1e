package jtorch.cpu.loop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jtorch.DType;
import jtorch.expr.BesselFunctions;
import jtorch.expr.LoopPlan;
import jtorch.expr.OrthogonalPolynomials;
import org.jspecify.annotations.Nullable;

/// The functions that loops of one kind are made of: static methods named as the operators of expressions.
///
/// Scalar loops read and write by way of [Elements] and [Casts]. A vector vocabulary has `loadFloat32(address)`,
/// `storeFloat32(address, value)` and so on for the dtypes that it knows, `testBool(address)` for bools that become truths
/// at once, and `broadcast(lane)`.
final class Vocabulary {
  private static final Vocabulary BOOLEANS =
      new Vocabulary("bool", boolean.class, boolean.class, boolean.class, 1, ScalarBooleans.class, Truths.class);
  private static final Vocabulary LONGS =
      new Vocabulary("int64", long.class, long.class, boolean.class, 1, ScalarLongs.class, Truths.class);
  private static final Vocabulary FLOATS = new Vocabulary("float32", float.class, float.class, boolean.class, 1,
      ScalarFloats.class, FloatFunctions.class, BesselFunctions.class, OrthogonalPolynomials.class, Truths.class);
  private static final Vocabulary ROUNDED_FLOATS = new Vocabulary("float32", float.class, float.class, boolean.class, 1,
      ScalarFloats.class, RoundedFunctions.class, BesselFunctions.class, OrthogonalPolynomials.class, Truths.class);
  private static final Vocabulary GROUPED_FLOATS = new Vocabulary("float32", float.class, float.class, boolean.class, 1,
      ScalarFloats.class, RoundedFunctions.class, GroupedFunctions.class, BesselFunctions.class,
      OrthogonalPolynomials.class, Truths.class);
  private static final Vocabulary DOUBLES = new Vocabulary("float64", double.class, double.class, boolean.class, 1,
      ScalarDoubles.class, DoubleFunctions.class, BesselFunctions.class, OrthogonalPolynomials.class, Truths.class);

  private record Signature(String name, List<Class<?>> types) {}

  private final String numbers;
  private final Class<?> lane;
  private final Class<?> value;
  private final Class<?> truth;
  private final int lanes;
  private final Map<Signature, Method> methods = new HashMap<>();

  /// @param numbers what it computes with, for messages
  /// @param lane the type of one number
  /// @param value the type that a loop handles at once: numbers in all lanes
  /// @param truth the type of truths in all lanes
  /// @param lanes how many elements a value holds
  /// @param functions the classes of the methods
  Vocabulary(String numbers, Class<?> lane, Class<?> value, Class<?> truth, int lanes, Class<?>... functions) {
    this.numbers = numbers;
    this.lane = lane;
    this.value = value;
    this.truth = truth;
    this.lanes = lanes;
    for (Class<?> owner : functions) {
      for (Method method : owner.getDeclaredMethods()) {
        if (Modifier.isPrivate(method.getModifiers())) continue;
        methods.put(new Signature(method.getName(), List.of(method.getParameterTypes())), method);
      }
    }
  }

  /// The scalar vocabulary for a plan.
  static Vocabulary scalar(LoopPlan plan) {
    return switch (plan.compute()) {
      case BOOL -> BOOLEANS;
      case INT64 -> LONGS;
      case FLOAT32 -> plan.readsIntegersOnly() ? ROUNDED_FLOATS : FLOATS;
      default -> DOUBLES;
    };
  }

  /// The vocabulary for whole groups of elements, where it is another.
  static @Nullable Vocabulary grouped(LoopPlan plan) {
    boolean differs = plan.compute() == DType.FLOAT32 && plan.readsIntegersOnly()
        && plan.subterms().stream().anyMatch(GroupedFunctions::computes);
    return differs ? GROUPED_FLOATS : null;
  }

  Class<?> lane() {
    return lane;
  }

  Class<?> value() {
    return value;
  }

  Class<?> truth() {
    return truth;
  }

  int lanes() {
    return lanes;
  }

  boolean isVector() {
    return lanes > 1;
  }

  /// @throws UnsupportedOperationException if there is none
  Method function(String name, Class<?>... types) {
    Method method = methods.get(new Signature(name, List.of(types)));
    if (method == null) throw new UnsupportedOperationException(name + " does not exist for " + numbers);
    return method;
  }
}
