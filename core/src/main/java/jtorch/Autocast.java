package jtorch;

import jtorch.spi.Interceptor;
import org.jspecify.annotations.Nullable;

/// Computes products of matrices, convolutions and attention in a lower precision, and what needs its digits in float32,
/// until it is closed; on the thread that opened it. Nothing of the model changes, and gradients have their tensors' dtypes.
///
/// ```java
/// try (var autocast = Torch.autocast(DType.BFLOAT16)) {
///   loss = F.crossEntropy(model.forward(x), target);   // products in bfloat16, the loss in float32
/// }
/// loss.backward();
/// ```
///
/// Which operators are cast how says [jtorch.op.CastPolicy]. Leaves that require gradients, weights that is, are cast once
/// a scope. Open it around the forward pass only.
public final class Autocast implements AutoCloseable {
  private final ThreadContext context = ThreadContext.current();
  private final AutocastState state = context.autocast();
  private final Device.Type type;
  private final boolean enabledBefore;
  private final DType dtypeBefore;
  private final boolean cacheBefore;
  private final @Nullable Interceptor interceptorBefore = context.interceptor;

  Autocast(Device.Type type, DType dtype, boolean enabled, boolean cacheEnabled) {
    this.type = type;
    enabledBefore = state.isEnabled(type);
    dtypeBefore = state.dtype(type);
    cacheBefore = state.cacheEnabled;
    // PyTorch on the CPU goes on in float32, with a warning, where that is asked for.
    boolean plain = type == Device.Type.CPU && dtype == DType.FLOAT32;
    if (enabled && !plain && !dtype.isHalf()) throw new IllegalArgumentException(
        "autocast: %s Autocast only supports dtype of torch.bfloat16, torch.float16 currently, not %s".formatted(type,
            dtype));
    state.dtype(type, dtype);
    state.cacheEnabled = cacheEnabled;
    state.nesting++;
    state.enable(context, type, enabled && !plain);
  }

  /// Goes back to what was before; the outermost scope forgets the weights that were cast.
  @Override
  public void close() {
    state.dtype(type, dtypeBefore);
    state.cacheEnabled = cacheBefore;
    state.enable(context, type, enabledBefore);
    context.interceptor = interceptorBefore;
    if (--state.nesting == 0) state.clearCache();
  }
}
