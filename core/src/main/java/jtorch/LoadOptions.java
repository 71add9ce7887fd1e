package jtorch;

import org.jspecify.annotations.Nullable;

/// The keyword arguments of [Torch#load].
///
/// @param mapLocation where tensors go, wherever they were saved; null: to the processor
/// @param weightsOnly whether names that PyTorch's `weights_only=True` does not allow are refused; otherwise what they make
///     becomes a [jtorch.python.PythonObject]. No code of a file is run either way
/// @param mmap whether storages become windows on the file, read when they are used, changes staying in memory. The file
///     must not be cut off while they are
public record LoadOptions(@Nullable Device mapLocation, boolean weightsOnly, boolean mmap) {
  public static final LoadOptions DEFAULT = new LoadOptions(null, true, false);

  public LoadOptions mapLocation(Device v) {
    return new LoadOptions(v, weightsOnly, mmap);
  }

  public LoadOptions mapLocation(String v) {
    return mapLocation(Device.of(v));
  }

  public LoadOptions weightsOnly(boolean v) {
    return new LoadOptions(mapLocation, v, mmap);
  }

  public LoadOptions mmap(boolean v) {
    return new LoadOptions(mapLocation, weightsOnly, v);
  }
}
