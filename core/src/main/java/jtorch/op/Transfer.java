package jtorch.op;

import java.lang.ref.Reference;
import java.util.Arrays;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Frame;
import jtorch.memory.Storage;
import jtorch.spi.Accelerator;
import jtorch.spi.Backends;

/// Values that go from one device to another: bytes travel as they lie, everything else happens before or after.
final class Transfer {
  private Transfer() {}

  /// Writes values into a tensor on another device.
  ///
  /// @param nonBlocking whether copies from and to pinned memory may go on after this returns
  static void write(Tensor from, Tensor to, boolean nonBlocking) {
    boolean same = from.dtype() == to.dtype() && Arrays.equals(from.sizes(), to.sizes())
        && Arrays.equals(from.strides(), to.strides()) && from.isDense();
    if (same) {
      bytes(from, to, nonBlocking);
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
      // What the processor goes on with has to be there.
      if (packed.numel() > 0) bytes(packed, landed, nonBlocking && !to.device().isHost());
      Copying.write(landed, to);
    } finally {
      frame.end();
    }
  }

  /// Both have the same form, and no gaps.
  private static void bytes(Tensor from, Tensor to, boolean nonBlocking) {
    long bytes = from.numel() * from.dtype().size();
    Device source = from.device();
    Device target = to.device();
    if (source.isHost()) in(from.storage(), from.pointer(), to, bytes, nonBlocking);
    else if (target.isHost()) out(from, to, bytes, nonBlocking);
    else Backends.accelerator(target).copyAcross(target.index(), to.pointer(), source.index(), from.pointer(), bytes);
    Reference.reachabilityFence(from);
    Reference.reachabilityFence(to);
  }

  /// The device reads pinned memory in its own time, others when they are given.
  private static void in(Storage storage, long from, Tensor to, long bytes, boolean nonBlocking) {
    int device = to.device().index();
    Accelerator accelerator = Backends.accelerator(to.device());
    if (!storage.isPinned()) {
      accelerator.copyIn(device, to.pointer(), from, bytes);
      return;
    }
    accelerator.copyInLater(device, to.pointer(), from, bytes);
    if (nonBlocking) accelerator.usesPinned(device, storage);
    else accelerator.synchronize(device, accelerator.stream(device));
  }

  private static void out(Tensor from, Tensor to, long bytes, boolean nonBlocking) {
    int device = from.device().index();
    Accelerator accelerator = Backends.accelerator(from.device());
    if (nonBlocking && to.isPinned()) {
      accelerator.copyOutLater(device, to.pointer(), from.pointer(), bytes);
      accelerator.usesPinned(device, to.storage());
    } else accelerator.copyOut(device, to.pointer(), from.pointer(), bytes);
  }
}
