package jtorch.spi;

import java.util.ServiceLoader;
import jtorch.Device;
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
  /// @throws UnsupportedOperationException if it is not on the class path
  public static Backend of(Device device) {
    Backend backend = FOUND[device.type().ordinal()];
    if (backend == null) throw new UnsupportedOperationException(
        "no backend for device " + device + " is on the class path: the artifact jtorch-"
            + (device.type() == Device.Type.CPU ? "cpu" : "cuda") + " brings it");
    return backend;
  }

  public static boolean has(Device.Type type) {
    return FOUND[type.ordinal()] != null;
  }
}
