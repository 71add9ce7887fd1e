package jtorch.op;

import java.lang.ref.Reference;
import java.util.Arrays;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Frame;
import jtorch.spi.Backends;

/// Values that go from one device to another: bytes travel as they lie, everything else happens before or after.
final class Transfer {
  private Transfer() {}

  /// Writes values into a tensor on another device.
  static void write(Tensor from, Tensor to) {
    boolean same = from.dtype() == to.dtype() && Arrays.equals(from.sizes(), to.sizes())
        && Arrays.equals(from.strides(), to.strides()) && from.isDense();
    if (same) {
      bytes(from, to);
      return;
    }
    Frame frame = Frame.open();
    try {
      Tensor packed = from;
      if (!from.isDense()) {
        packed = Torch.emptyLike(from);
        Copying.write(from, packed);
      }
      Tensor landed = Torch.emptyStrided(packed.sizes(), packed.strides(), packed.dtype(), to.device());
      if (packed.numel() > 0) bytes(packed, landed);
      Copying.write(landed, to);
    } finally {
      frame.end();
    }
  }

  /// Both have the same form, and no gaps.
  private static void bytes(Tensor from, Tensor to) {
    long bytes = from.numel() * from.dtype().size();
    Device source = from.device();
    Device target = to.device();
    if (source.isHost())
      Backends.accelerator(target).copyIn(target.index(), to.pointer(), from.pointer(), bytes);
    else if (target.isHost())
      Backends.accelerator(source).copyOut(source.index(), to.pointer(), from.pointer(), bytes);
    else Backends.accelerator(target).copyAcross(target.index(), to.pointer(), source.index(), from.pointer(), bytes);
    Reference.reachabilityFence(from);
    Reference.reachabilityFence(to);
  }
}
