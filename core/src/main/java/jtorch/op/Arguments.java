package jtorch.op;

import java.util.Arrays;
import java.util.List;
import jtorch.Complex;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Brings arguments as people and files give them into the forms that [Call] promises.
final class Arguments {
  private Arguments() {}

  static @Nullable Object[] bind(Operator operator, @Nullable Object[] given) {
    List<Schema.Argument> wanted = operator.schema().arguments();
    if (given.length > wanted.size()) throw Check.of(operator)
        .because("takes %d arguments, got %d", wanted.size(), given.length).hint(operator.schema().text()).failure();
    var bound = new @Nullable Object[wanted.size()];
    for (int i = 0; i < bound.length; i++) {
      Schema.Argument argument = wanted.get(i);
      if (i >= given.length) {
        if (!argument.hasDefault() && !argument.type().optional()) throw Check.of(operator)
            .because("argument '%s' is missing", argument.name()).hint(operator.schema().text()).failure();
        bound[i] = argument.defaultValue();
      } else {
        bound[i] = convert(operator, argument, given[i]);
      }
    }
    return bound;
  }

  private static @Nullable Object convert(Operator operator, Schema.Argument argument, @Nullable Object value) {
    Schema.Type type = argument.type();
    if (value == null) {
      if (type.optional()) return null;
      if (argument.hasDefault()) return argument.defaultValue();
      throw Check.of(operator).because("argument '%s' must be %s, not None", argument.name(), type).failure();
    }
    Object converted = type.list() ? list(type, value) : single(type.kind(), value);
    if (converted == null) throw Check.of(operator)
        .because("argument '%s' must be %s, not %s", argument.name(), type, value.getClass().getSimpleName()).failure();
    return converted;
  }

  private static @Nullable Object single(Schema.Kind kind, Object value) {
    return switch (kind) {
      case TENSOR -> value instanceof Tensor ? value
          : value instanceof Number || value instanceof Boolean ? Torch.scalarTensor(value) : null;
      case INT -> switch (value) {
        case Long v -> v;
        case Integer v -> v.longValue();
        case Short v -> v.longValue();
        case Byte v -> v.longValue();
        case Boolean v -> v ? 1L : 0L;
        case Tensor t when t.numel() == 1 && !t.dtype().isFloatingPoint() && !t.dtype().isComplex() -> t.itemLong();
        default -> null;
      };
      case FLOAT -> value instanceof Number n && !(n instanceof Complex) ? (Object) n.doubleValue()
          : value instanceof Boolean b ? (b ? 1.0 : 0.0)
          : value instanceof Tensor t && t.numel() == 1 ? (Object) t.itemDouble() : null;
      case BOOL -> value instanceof Boolean ? value : value instanceof Long v ? (Object) (v != 0) : null;
      case SCALAR -> switch (value) {
        case Integer v -> v.longValue();
        case Short v -> v.longValue();
        case Byte v -> v.longValue();
        case Float v -> v.doubleValue();
        case Long v -> v;
        case Double v -> v;
        case Complex v -> v;
        case Boolean v -> v;
        case Tensor t when t.numel() == 1 -> t.item();
        default -> null;
      };
      case STRING -> value instanceof String ? value : null;
      case DTYPE -> value instanceof DType ? value : value instanceof Long v ? DType.ofCode(v.intValue()) : null;
      case MEMORY_FORMAT -> value instanceof Long v ? MemoryFormat.ofCode(v.intValue()) : value;
      case DEVICE, LAYOUT, GENERATOR -> value;
    };
  }

  private static @Nullable Object list(Schema.Type type, Object value) {
    return switch (type.kind()) {
      case TENSOR -> switch (value) {
        case Tensor[] all -> all;
        case List<?> all -> {
          var tensors = new Tensor[all.size()];
          for (int i = 0; i < tensors.length; i++) {
            Object item = all.get(i);
            if (item != null && !(item instanceof Tensor)) yield null;
            tensors[i] = (Tensor) item;
          }
          yield tensors;
        }
        case Tensor t when type.fixedSize() > 0 -> new Tensor[] {t};
        default -> null;
      };
      case INT -> switch (value) {
        case long[] all -> all;
        case int[] all -> Arrays.stream(all).asLongStream().toArray();
        case List<?> all -> all.stream().allMatch(v -> v instanceof Number || v instanceof Tensor)
            ? all.stream().mapToLong(v -> v instanceof Tensor t ? t.itemLong() : ((Number) v).longValue()).toArray()
            : null;
        case Number n when type.fixedSize() > 0 -> repeated(n.longValue(), type.fixedSize());
        case Tensor t when t.dim() == 1 && t.dtype().isIntegral() -> t.toLongArray();
        default -> null;
      };
      case FLOAT -> switch (value) {
        case double[] all -> all;
        case List<?> all -> all.stream().allMatch(v -> v instanceof Number)
            ? all.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray() : null;
        default -> null;
      };
      case BOOL -> switch (value) {
        case boolean[] all -> all;
        case List<?> all -> {
          var flags = new boolean[all.size()];
          for (int i = 0; i < flags.length; i++) {
            if (!(all.get(i) instanceof Boolean flag)) yield null;
            flags[i] = flag;
          }
          yield flags;
        }
        default -> null;
      };
      case SCALAR -> value instanceof List<?> all ? all.toArray() : value instanceof Object[] ? value : null;
      default -> value instanceof List<?> all ? all.toArray() : value;
    };
  }

  private static long[] repeated(long value, int count) {
    var all = new long[count];
    Arrays.fill(all, value);
    return all;
  }
}
