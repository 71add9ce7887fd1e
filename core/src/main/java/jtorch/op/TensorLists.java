package jtorch.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Calls over lists of tensors, the i-th of each belonging together, brought to a form that one kernel can walk through:
/// flat memory of one dtype on one device.
final class TensorLists {
  private TensorLists() {}

  /// What the tensors of one call of a fused operator share.
  private record Kind(Device device, DType dtype) {}

  /// How a call is computed for the tensors at one place of the lists.
  @FunctionalInterface
  interface Single {
    void apply(Call call, int index);
  }

  /// Gives all that is flat to `fused`, a call a dtype and device, and the rest to `single`.
  ///
  /// @param elements how many of the leading arguments are lists of tensors that are walked through together
  /// @param lists how many of the leading arguments are lists at all, empty where they are not used
  static Tensor[] split(Call c, Operator fused, int elements, int lists, Single single) {
    @Nullable Object[] arguments = c.arguments();
    Tensor[] leading = (Tensor[]) present(arguments[0]);
    var kinds = new LinkedHashMap<Kind, List<Integer>>();
    var rest = new ArrayList<Integer>();
    for (int i = 0; i < leading.length; i++) {
      if (isFlat(arguments, elements, i))
        kinds.computeIfAbsent(new Kind(leading[i].device(), leading[i].dtype()), _ -> new ArrayList<>()).add(i);
      else rest.add(i);
    }
    kinds.forEach((kind, indices) -> {
      @Nullable Object[] part = arguments.clone();
      for (int k = 0; k < lists; k++) {
        if (indices.size() < leading.length) part[k] = chosen((Tensor[]) present(arguments[k]), indices);
      }
      for (int k = lists; k < part.length; k++) {
        if (part[k] instanceof Tensor t && !kind.device.isHost()) part[k] = t.to(kind.device);
      }
      fused.call(part);
      // What was written and is elsewhere now goes back.
      for (int k = lists; k < part.length; k++) {
        if (part[k] != arguments[k] && c.operator().writes(k)) ((Tensor) present(arguments[k])).copy_(
            (Tensor) present(part[k]));
      }
    });
    for (int i : rest) single.apply(c, i);
    return NONE;
  }

  private static final Tensor[] NONE = {};

  private static Object present(@Nullable Object value) {
    return java.util.Objects.requireNonNull(value);
  }

  private static Tensor[] chosen(Tensor[] all, List<Integer> indices) {
    return all.length == 0 ? all : indices.stream().map(i -> all[i]).toArray(Tensor[]::new);
  }

  /// Whether the tensors at one place are dense, of one floating dtype, and have their elements in the same order.
  private static boolean isFlat(@Nullable Object[] arguments, int elements, int index) {
    Tensor first = ((Tensor[]) present(arguments[0]))[index];
    DType dtype = first.dtype();
    boolean known = dtype == DType.FLOAT32 || dtype == DType.FLOAT64 || dtype.isHalf() && !first.device().isHost();
    if (!known || first.isSparse() || !first.isDense()) return false;
    for (int k = 1; k < elements; k++) {
      Tensor[] all = (Tensor[]) present(arguments[k]);
      if (all.length == 0) continue;
      Tensor t = all[index];
      boolean alike = !t.isSparse() && t.dtype() == dtype && t.device() == first.device() && t.numel() == first.numel()
          && (t.isContiguous() && first.isContiguous() || Arrays.equals(t.strides(), first.strides()));
      if (!alike) return false;
    }
    return true;
  }
}
