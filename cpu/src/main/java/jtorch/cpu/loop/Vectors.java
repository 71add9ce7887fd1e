package jtorch.cpu.loop;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jtorch.DType;
import jtorch.expr.Expr;
import jtorch.expr.LoopPlan;
import org.jspecify.annotations.Nullable;

/// Chooses among the vector vocabularies. Only loaded where the Vector API is.
final class Vectors {
  private static final Vocabulary BOOLEANS =
      vector(boolean.class, ByteVector.class, VectorBooleans.SPECIES.length(), VectorBooleans.class);
  private static final Vocabulary INTS =
      vector(int.class, IntVector.class, VectorInts.SPECIES.length(), VectorInts.class);
  private static final Vocabulary LONGS =
      vector(long.class, LongVector.class, VectorLongs.SPECIES.length(), VectorLongs.class);
  private static final Vocabulary FLOATS = vector(float.class, FloatVector.class, floatLanes(), VectorFloats.class,
      VectorFloatFunctions.class);
  private static final Vocabulary FLOAT_ARITHMETIC =
      vector(float.class, FloatVector.class, floatLanes(), VectorFloats.class);
  private static final Vocabulary DOUBLES = vector(double.class, DoubleVector.class, VectorDoubles.SPECIES.length(),
      VectorDoubles.class, VectorDoubleFunctions.class);

  private Vectors() {}

  private static Vocabulary vector(Class<?> lane, Class<?> value, int lanes, Class<?>... functions) {
    Class<?>[] all = Arrays.copyOf(functions, functions.length + 1);
    all[functions.length] = VectorTruths.class;
    return new Vocabulary("vectors of " + lane, lane, value, VectorMask.class, lanes, all);
  }

  static int floatLanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  /// The vocabulary for a plan, or null if there is none with all of its operators and dtypes.
  static @Nullable Vocabulary of(LoopPlan plan) {
    Vocabulary words = switch (plan.compute()) {
      case BOOL -> BOOLEANS;
      case INT64 -> isLogic(plan) ? BOOLEANS : isNarrow(plan) ? INTS : LONGS;
      case FLOAT32 -> plan.readsIntegersOnly() ? FLOAT_ARITHMETIC : FLOATS;
      default -> DOUBLES;
    };
    int smallest = plan.operands().stream().mapToInt(DType::size).min().orElseThrow();
    boolean fits = smallest * words.lanes() >= 8 && plan.operands().stream().noneMatch(DType::isComplex);
    return fits && LoopCompiler.canCompile(plan, words) ? words : null;
  }

  /// Whether all is bools, and nothing but 0 and 1 comes up between.
  private static boolean isLogic(LoopPlan plan) {
    return plan.operands().stream().allMatch(d -> d == DType.BOOL)
        && plan.subterms().stream().allMatch(e -> switch (e) {
          case Expr.Input _, Expr.Compare _, Expr.Logical _, Expr.Not _, Expr.Select _ -> true;
          case Expr.Constant(double v) -> v == 0 || v == 1;
          case Expr.Binary(var op, Expr _, Expr _) -> switch (op) {
            case BIT_AND, BIT_OR, BIT_XOR, MIN, MAX, MUL -> true;
            default -> false;
          };
          case Expr.Unary _, Expr.Parameter _ -> false;
        });
  }

  /// Whether arithmetic of 32 bits is enough, parameters aside.
  private static boolean isNarrow(LoopPlan plan) {
    return plan.operands().stream().allMatch(d -> d.size() <= 4)
        && plan.subterms().stream().noneMatch(e -> e instanceof Expr.Constant(double v) && v != (int) v);
  }
}
