package jtorch.op;

import jtorch.Device;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// On which device a call runs, and whether its tensors are there.
final class DeviceArguments {
  private DeviceArguments() {}

  /// The device of the tensors among the arguments: one other than the CPU wins; without tensors the one that is named
  /// among them, else `otherwise`.
  static Device of(@Nullable Object[] arguments, Device otherwise) {
    Device found = null;
    Device named = null;
    for (Object argument : arguments) {
      if (argument instanceof Tensor t) {
        if (found == null || found.isHost()) found = t.device();
      } else if (argument instanceof Tensor[] all) {
        for (Tensor t : all) {
          if (t != null && (found == null || found.isHost())) found = t.device();
        }
      } else if (argument instanceof Device d) {
        named = d;
      }
    }
    return found != null ? found : named != null ? named : otherwise;
  }

  /// The arguments with all tensors on the device. Those of the CPU without dimensions are numbers, and copied there, as are
  /// the indices that an operator takes from anywhere.
  ///
  /// @throws IllegalArgumentException if another tensor is elsewhere, or the one that is written to
  static @Nullable Object[] gathered(Operator operator, @Nullable Object[] arguments, Device device) {
    @Nullable Object[] gathered = arguments;
    for (int i = 0; i < arguments.length; i++) {
      Object given = arguments[i];
      Object there = given;
      if (given instanceof Tensor t && t.device() != device) {
        there = gathered(operator, i, t, device);
      } else if (given instanceof Tensor[] all) {
        Tensor[] moved = all;
        for (int k = 0; k < all.length; k++) {
          if (all[k] == null || all[k].device() == device) continue;
          if (moved == all) moved = all.clone();
          moved[k] = gathered(operator, i, all[k], device);
        }
        there = moved;
      }
      if (there == given) continue;
      if (gathered == arguments) gathered = arguments.clone();
      gathered[i] = there;
    }
    return gathered;
  }

  private static Tensor gathered(Operator operator, int argument, Tensor t, Device device) {
    if (t.device().equals(device)) return t;
    boolean movable = t.device().isHost() && !operator.writes(argument)
        && (t.dim() == 0 || operator.takesFromHost(argument));
    if (!movable) throw Check.of(operator).because(
        "Expected all tensors to be on the same device, but found at least two devices, %s and %s!", device,
        t.device()).tensor(operator.schema().arguments().get(argument).name(), t).failure();
    Tensor moved = t.to(device);
    return t.isWrappedNumber() ? moved.asWrappedNumber() : moved;
  }
}
