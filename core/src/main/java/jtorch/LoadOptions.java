package jtorch;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of [Torch#load].
///
/// @param mapLocation says for the location of each storage in the file (`cpu`, `cuda:0`) where it goes; null from it, and
///     null for it: where it was when it was saved, or the processor where there is no GPU
/// @param weightsOnly whether names that PyTorch's `weights_only=True` does not allow are refused; otherwise what they make
///     becomes a [jtorch.python.PythonObject]. No code of a file is run either way
/// @param mmap whether storages become windows on the file, read when they are used, changes staying in memory. The file
///     must not be cut off while they are
public record LoadOptions(@Nullable Function<String, @Nullable Device> mapLocation, boolean weightsOnly,
    boolean mmap) {
  public static final LoadOptions DEFAULT = new LoadOptions(null, true, false);

  /// Everything goes to one device.
  ///
  /// @throws UnsupportedOperationException if it is not there
  public LoadOptions mapLocation(Device v) {
    jtorch.spi.Backends.of(v);
    return mapLocation(_ -> v);
  }

  /// Everything goes to `cpu`, `cuda` (the current GPU) or `cuda:1`.
  ///
  /// @throws IllegalArgumentException if no device is called so
  /// @throws UnsupportedOperationException if it is not there
  public LoadOptions mapLocation(String v) {
    return mapLocation(Device.of(v));
  }

  /// What was at a location of the map goes to the one that it has for it: `Map.of("cuda:1", "cuda:0")`.
  ///
  /// @throws IllegalArgumentException if no device is called so
  public LoadOptions mapLocation(Map<String, String> v) {
    v.values().forEach(Device::of);
    Map<String, String> known = Map.copyOf(v);
    return mapLocation((String location) -> {
      String to = known.get(location);
      return to == null ? null : Device.of(to);
    });
  }

  /// PyTorch's function of a storage and its location, of the location alone.
  public LoadOptions mapLocation(Function<String, @Nullable Device> v) {
    return new LoadOptions(v, weightsOnly, mmap);
  }

  public LoadOptions weightsOnly(boolean v) {
    return new LoadOptions(mapLocation, v, mmap);
  }

  public LoadOptions mmap(boolean v) {
    return new LoadOptions(mapLocation, weightsOnly, v);
  }
}
