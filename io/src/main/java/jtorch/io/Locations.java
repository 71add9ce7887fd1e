package jtorch.io;

import java.lang.ref.Reference;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.LoadOptions;
import jtorch.Tensor;
import jtorch.memory.Storage;
import jtorch.spi.Backends;
import org.jspecify.annotations.Nullable;

/// Where the storages of a file go: each has the name of the place where it was saved from.
///
/// Without a GPU, what was on one goes to the processor, and so does what was on devices of other kinds; PyTorch refuses.
///
/// **Source**: `default_restore_location` and `_get_restore_location` of `torch/serialization.py`.
record Locations(LoadOptions options) {
  /// The device for a location; the processor where a file names none.
  ///
  /// @throws UnsupportedOperationException if the device is not there
  Device device(@Nullable Object location) {
    if (location == null) return Device.CPU;
    if (!(location instanceof String name))
      throw new PickleException("the location of a storage is a " + PickleValues.describe(location));
    var map = options.mapLocation();
    Device wanted = map == null ? null : map.apply(name);
    return wanted != null ? present(wanted) : named(name);
  }

  private static Device named(String location) {
    if (!location.matches("cuda(:?[0-9]{1,4})?") || !Cuda.isAvailable()) return Device.CPU;
    String index = location.replaceFirst("cuda:?", "");
    return present(Device.cuda(index.isEmpty() ? Cuda.currentDevice() : Integer.parseInt(index)));
  }

  private static Device present(Device device) {
    if (device.isHost()) return Device.CPU;
    if (!Cuda.isAvailable()) throw new UnsupportedOperationException(
        "load: Attempting to deserialize object on a CUDA device but Cuda.isAvailable() is false: " + Cuda.absence());
    if (device.index() >= Cuda.deviceCount()) throw new UnsupportedOperationException(
        "load: Attempting to deserialize object on CUDA device " + device.index() + " but Cuda.deviceCount() is "
            + Cuda.deviceCount()
            + ". Please use Torch.load with mapLocation to map your storages to an existing device.");
    return device;
  }

  /// A new storage on a device, with undefined content.
  static Storage allocate(long bytes, Device device) {
    return device.isHost() ? Storage.allocate(bytes) : Backends.allocate(bytes, device);
  }

  /// The bytes on a device; the storage itself if they are there.
  static Storage moved(Storage storage, Device device) {
    return device.equals(storage.device()) ? storage : bytes(storage).to(device).storage();
  }

  /// Fills a storage, wherever it is, with the bytes of one on the processor.
  static void write(Storage from, Storage to) {
    bytes(to).copy_(bytes(from));
    Reference.reachabilityFence(from);
  }

  private static Tensor bytes(Storage storage) {
    return new Tensor(storage, DType.UINT8, new long[] {storage.bytes()}, new long[] {1}, 0);
  }
}
