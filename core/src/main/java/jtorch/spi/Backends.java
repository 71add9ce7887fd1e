package jtorch.spi;

import java.util.ServiceLoader;
import jtorch.Cuda;
import jtorch.Device;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.memory.Storage;
import org.jspecify.annotations.Nullable;

/// The backends on the class path.
public final class Backends {
  private static final @Nullable Backend[] FOUND = find();

  private Backends() {}

  private static @Nullable Backend[] find() {
    var found = new @Nullable Backend[Device.Type.values().length];
    for (Backend backend : ServiceLoader.load(Backend.class, Backend.class.getClassLoader())) {
      found[backend.deviceType().ordinal()] = backend;
    }
    return found;
  }

  /// The backend of a device.
  ///
  /// @throws UnsupportedOperationException if it is not on the class path, or the device is not there
  public static Backend of(Device device) {
    Backend backend = FOUND[device.type().ordinal()];
    if (backend == null) throw new UnsupportedOperationException(
        "no backend for device " + device + " is on the class path: the artifact jtorch-"
            + (device.type() == Device.Type.CPU ? "cpu" : "cuda") + " brings it");
    if (backend instanceof Accelerator accelerator && device.index() >= accelerator.count()) {
      String absence = accelerator.absence();
      throw new UnsupportedOperationException(absence != null ? absence
          : device + " is not there: this machine has " + accelerator.count() + " such device(s)");
    }
    return backend;
  }

  /// The backend of a device whose memory the processor cannot reach.
  ///
  /// @throws UnsupportedOperationException if it is not on the class path, or the device is not there
  public static Accelerator accelerator(Device device) {
    if (of(device) instanceof Accelerator accelerator) return accelerator;
    throw new UnsupportedOperationException(device + " is no accelerator");
  }

  /// The accelerator of a kind, whether it has devices or not; null if none is on the class path.
  public static @Nullable Accelerator accelerator(Device.Type type) {
    return FOUND[type.ordinal()] instanceof Accelerator accelerator ? accelerator : null;
  }

  /// New memory with undefined content on a device other than the CPU.
  ///
  /// @throws UnsupportedOperationException if the device is not there
  public static Storage allocate(long bytes, Device device) {
    Accelerator accelerator = accelerator(device);
    Placement.leaveHost();
    return Storage.allocate(bytes, accelerator.memory(device.index()));
  }

  /// A tensor of the same form and dtype with undefined content, in memory that is locked for copies to a GPU.
  ///
  /// @param name of the function, for messages
  /// @throws UnsupportedOperationException if there is no GPU
  public static Tensor emptyPinned(String name, Tensor like) {
    Accelerator accelerator = accelerator(Device.Type.CUDA);
    if (accelerator == null || accelerator.count() == 0) throw new UnsupportedOperationException(
        name + ": Cannot access accelerator device when none is available. (" + Cuda.absence() + ")");
    boolean kept = like.isDense();
    long[] strides = kept ? like.strides() : Tensor.contiguousStrides(like.sizes());
    Storage storage = Storage.allocate(like.numel() * like.dtype().size(), accelerator.pinned());
    return new Tensor(storage, like.dtype(), like.sizes(), strides, 0);
  }

  public static boolean has(Device.Type type) {
    return FOUND[type.ordinal()] != null;
  }
}
