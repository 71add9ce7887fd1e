package jtorch;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import jtorch.op.CastPolicy;
import jtorch.op.Operator;
import jtorch.spi.Interceptor;
import org.jspecify.annotations.Nullable;

/// What autocast does on one thread: the interceptor that casts arguments before operators run.
///
/// Inside an operator that was cast nothing is cast any more; one that is only made of others passes them through here.
final class AutocastState implements Interceptor {
  private final boolean[] enabled = new boolean[Device.Type.values().length];
  private final DType[] dtypes = new DType[Device.Type.values().length];
  /// Whether weights are cast once.
  boolean cacheEnabled = true;
  /// How many scopes are open.
  int nesting;
  /// Weights and their copies in lower precision, which this map holds against scopes and frames.
  private final Map<Tensor, Tensor> cache = new IdentityHashMap<>();
  /// Who watched before.
  private @Nullable Interceptor outer;

  AutocastState() {
    Arrays.fill(dtypes, DType.FLOAT16);
    dtypes[Device.Type.CPU.ordinal()] = DType.BFLOAT16;
  }

  boolean isEnabled(Device.Type type) {
    return enabled[type.ordinal()];
  }

  DType dtype(Device.Type type) {
    return dtypes[type.ordinal()];
  }

  void dtype(Device.Type type, DType dtype) {
    dtypes[type.ordinal()] = dtype;
  }

  /// Switches it for a kind of device, and begins or ends to watch.
  void enable(ThreadContext context, Device.Type type, boolean on) {
    ThreadContext.beside("autocast is switched");
    enabled[type.ordinal()] = on;
    boolean any = false;
    for (boolean e : enabled) any |= e;
    if (any && context.interceptor != this) {
      outer = context.interceptor;
      context.interceptor = this;
    } else if (!any && context.interceptor == this) {
      context.interceptor = outer;
    }
  }

  /// All that decides which casts are made; null inside another interceptor.
  @Nullable Object form() {
    if (outer != null) return null;
    return java.util.List.of(java.util.List.of(dtypes), Arrays.toString(enabled), cacheEnabled);
  }

  void clearCache() {
    for (Tensor cast : cache.values()) cast.storage().release();
    cache.clear();
  }

  @Override
  public Object call(Operator operator, @Nullable Object[] arguments) {
    Device.Type type = CastPolicy.device(arguments);
    // Where it is off for a kind of device, operators take what they get.
    CastPolicy policy = isEnabled(type) ? CastPolicy.of(operator, type) : CastPolicy.NONE;
    if (policy == CastPolicy.NONE) return operator.proceedInside(arguments);
    if (policy == CastPolicy.OPAQUE) return operator.proceed(arguments);
    if (policy == CastPolicy.BANNED) throw new IllegalStateException(
        "torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast: use "
            + "binary_cross_entropy_with_logits or BCEWithLogitsLoss instead of a sigmoid before them");
    if (policy == CastPolicy.SINGLE_RESULT) return operator.proceed(withSingleResult(operator, arguments));
    // The casts themselves are not watched.
    ThreadContext context = ThreadContext.current();
    context.interceptor = null;
    @Nullable Object[] cast = arguments.clone();
    try {
      DType widest = policy == CastPolicy.WIDEST ? widest(arguments) : null;
      for (int i = 0; i < cast.length; i++) {
        if (cast[i] instanceof Tensor t) {
          cast[i] = cast(t, policy, widest);
        } else if (cast[i] instanceof Tensor[] all) {
          Tensor[] list = all.clone();
          for (int j = 0; j < list.length; j++) {
            if (list[j] != null) list[j] = cast(list[j], policy, widest);
          }
          cast[i] = list;
        }
      }
    } finally {
      context.interceptor = this;
    }
    return operator.proceed(cast);
  }

  /// The arguments, with float32 for a dtype that is left open and a first tensor that autocast casts.
  private @Nullable Object[] withSingleResult(Operator operator, @Nullable Object[] arguments) {
    int dtype = operator.schema().index("dtype");
    if (arguments[dtype] != null || !(arguments[0] instanceof Tensor t) || !isEligible(t)) return arguments;
    @Nullable Object[] named = arguments.clone();
    named[dtype] = DType.FLOAT32;
    return named;
  }

  private boolean isEligible(Tensor t) {
    return isEnabled(t.device().type()) && t.dtype().isFloatingPoint() && t.dtype() != DType.FLOAT64;
  }

  private @Nullable DType widest(@Nullable Object[] arguments) {
    DType found = null;
    for (Object argument : arguments) {
      Tensor[] tensors =
          argument instanceof Tensor t ? new Tensor[] {t} : argument instanceof Tensor[] all ? all : new Tensor[0];
      for (Tensor t : tensors) {
        if (t == null || !t.dtype().isFloatingPoint()) continue;
        // Double takes part in the operator's own promotion, and nothing is cast for it.
        if (t.dtype() == DType.FLOAT64) return null;
        if (!isEligible(t)) continue;
        found = found == DType.FLOAT32 || t.dtype() == DType.FLOAT32 ? DType.FLOAT32 : dtype(t.device().type());
      }
    }
    return found;
  }

  private Tensor cast(Tensor t, CastPolicy policy, @Nullable DType widest) {
    if (!isEligible(t)) return t;
    DType wanted = switch (policy) {
      case LOWER -> dtype(t.device().type());
      case SINGLE -> DType.FLOAT32;
      case WIDEST -> widest == null ? t.dtype() : widest;
      case OPAQUE, NONE, BANNED, SINGLE_RESULT -> t.dtype();
    };
    if (t.dtype() == wanted) return t;
    boolean weight = cacheEnabled && policy == CastPolicy.LOWER && t.dtype() == DType.FLOAT32 && t.requiresGrad()
        && t.isLeaf() && ThreadContext.current().gradEnabled;
    if (!weight) return t.to(wanted);
    Tensor cast = cache.get(t);
    if (cast == null || cast.dtype() != wanted) {
      if (cast != null) cast.storage().release();
      cast = t.to(wanted);
      cast.storage().hold();
      cache.put(t, cast);
    }
    return cast;
  }
}
