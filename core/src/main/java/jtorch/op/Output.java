package jtorch.op;

import java.util.function.Supplier;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.spi.Interceptor;
import org.jspecify.annotations.Nullable;

/// Gives the result of one call a place: PyTorch's `out=`, for every operator that makes one new tensor.
public final class Output implements Interceptor {
  private final ThreadContext context = ThreadContext.current();
  private final @Nullable Interceptor before = context.interceptor;
  private final Tensor out;
  private @Nullable Operator called;

  private Output(Tensor out) {
    this.out = out;
  }

  /// Calls a function that is one call of an operator, whose result is written to `out`.
  public static Tensor of(Tensor out, Supplier<Tensor> call) {
    ThreadContext.beside("a result is given its place");
    var output = new Output(out);
    output.context.interceptor = output;
    Tensor result;
    try {
      result = call.get();
    } finally {
      output.context.interceptor = output.before;
    }
    if (result != out) throw new IllegalArgumentException(output.called == null
        ? "out: the function calls no operator, so there is nothing to write" : "out: the function gives "
            + result.describe() + ", not what " + output.called.schema().bareName() + " was made to give");
    return out;
  }

  @Override
  public Object call(Operator operator, @Nullable Object[] arguments) {
    if (called != null) throw Check.of(operator).because(
        "out: one call has a place for its result, and %s was that call", called.schema().bareName())
        .hint("compute arguments before, and call once").failure();
    called = operator;
    context.interceptor = before;
    try {
      Tensor result = operator.into(out, arguments);
      // Windows on arguments may come before the call.
      if (result != out) called = null;
      return result;
    } finally {
      context.interceptor = this;
    }
  }
}
