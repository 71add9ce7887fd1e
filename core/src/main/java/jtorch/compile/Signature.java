package jtorch.compile;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.Torch;
import jtorch.memory.Storage;
import org.jspecify.annotations.Nullable;

/// Under which calls a trace is right: the forms of the arguments and of the tensors from outside, the modes of the
/// thread, and the Java state that the function reads.
final class Signature {
  /// What of a tensor decides how operators run.
  record Form(Class<?> type, DType dtype, Device device, long[] sizes, long[] strides, boolean contiguous,
      boolean requiresGrad) {
    static Form of(Tensor t) {
      return new Form(t.getClass(), t.dtype(), t.device(), t.sizes(), t.strides(), t.isContiguous(), t.requiresGrad());
    }

    boolean fits(Tensor t) {
      if (t.dtype() != dtype || t.requiresGrad() != requiresGrad || t.isWrappedNumber() || t.getClass() != type)
        return false;
      if (t.sizes() != sizes && !Arrays.equals(t.sizes(), sizes)) return false;
      if (t.isContiguous() != contiguous) return false;
      return (contiguous || Arrays.equals(t.strides(), strides))
          && (t.device() == device || t.device().equals(device));
    }
  }

  /// A tensor from outside, as it was when the trace met it.
  record Outside(Tensor tensor, Form form, Storage storage) {
    static Outside of(Tensor t) {
      return new Outside(t, Form.of(t), t.storage());
    }

    boolean fits() {
      return tensor.storage() == storage && form.fits(tensor);
    }
  }

  private final boolean grad;
  private final boolean inference;
  private final Object watching;
  private final DType defaultDType;
  private final Form[] arguments;
  /// By argument, the first one that is the same tensor.
  private final int[] same;
  private Outside[] captured = {};
  /// Where memory from outside is changed: all memory of tensors from outside, which arguments must not share.
  private @Nullable Set<Storage> guarded;
  private JavaState state;

  /// Of a call that is about to be traced.
  Signature(ThreadContext context, Object watching, Tensor[] given, JavaState state) {
    grad = context.gradEnabled;
    inference = context.inferenceMode;
    this.watching = watching;
    defaultDType = Torch.defaultDType();
    arguments = Arrays.stream(given).map(Form::of).toArray(Form[]::new);
    same = same(given);
    this.state = state;
  }

  /// Adds what the trace has shown.
  void complete(List<Outside> outside, boolean changesOutside) {
    captured = outside.toArray(Outside[]::new);
    if (!changesOutside) return;
    guarded = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Outside o : captured) guarded.add(o.storage());
  }

  void forgetState() {
    state = JavaState.EMPTY;
  }

  private static int[] same(Tensor[] given) {
    int[] same = new int[given.length];
    for (int i = 0; i < same.length; i++) {
      int first = 0;
      while (given[first] != given[i]) first++;
      same[i] = first;
    }
    return same;
  }

  boolean fits(ThreadContext context, Object nowWatching, Tensor[] given) {
    if (given.length != arguments.length || context.gradEnabled != grad || context.inferenceMode != inference
        || Torch.defaultDType() != defaultDType || nowWatching != watching && !nowWatching.equals(watching))
      return false;
    for (int i = 0; i < given.length; i++) {
      if (!arguments[i].fits(given[i])) return false;
      for (int j = 0; j < i; j++) {
        if (given[j] == given[i] != (same[i] == same[j])) return false;
      }
    }
    for (Outside outside : captured) {
      if (!outside.fits()) return false;
    }
    return (guarded == null || isApart(given)) && state.isUnchanged();
  }

  /// Whether what is written is nothing but what was written in the trace.
  private boolean isApart(Tensor[] given) {
    for (int i = 0; i < given.length; i++) {
      Storage storage = given[i].storage();
      if (storage.bytes() == 0) continue;
      if (guarded != null && guarded.contains(storage)) return false;
      for (int j = 0; j < i; j++) {
        if (given[j] != given[i] && given[j].storage() == storage) return false;
      }
    }
    return true;
  }

  /// Whether memory that is written belongs to one tensor only; otherwise the order of reads and writes would depend on
  /// how arguments overlap.
  boolean isSound(Tensor[] given) {
    return guarded == null || isApart(given);
  }

  private static String text(Form form) {
    return form.dtype() + Arrays.toString(form.sizes()) + (form.contiguous() ? "" : " strided")
        + (form.requiresGrad() ? " with gradient" : "");
  }

  /// `(float32[3], float32[3] with gradient)`
  @Override
  public String toString() {
    return Arrays.stream(arguments).map(Signature::text).collect(Collectors.joining(", ", "(", ")"))
        + (grad ? "" : " without gradients") + (watching.equals("") ? "" : " in autocast");
  }
}
