package jtorch.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import jtorch.LoadOptions;
import jtorch.spi.Serialization;
import org.jspecify.annotations.Nullable;

/// The files of `torch.save`: checkpoints (`.pt`, `.pth`, `.bin`, `.ckpt`). What [jtorch.Torch#save] and
/// [jtorch.Torch#load] call.
///
/// **Reading** knows the zip format of PyTorch 1.6 and later, the stream before it, the tar files before 0.2, and plain
/// pickles. A file is not trusted: no code of it is run, it cannot ask for more memory than it has bytes, and tensors are
/// compared with their storages before there is one.
///
/// **Writing** makes the zip format record by record as PyTorch does, and opens there with `weights_only=True`.
///
/// **Source**: `torch/serialization.py`, `torch/_weights_only_unpickler.py`, `caffe2/serialize/inline_container.cc`.
public final class Checkpoint implements Serialization {
  private static final Path STREAM = Path.of("stream");

  /// Called by `ServiceLoader`.
  public Checkpoint() {}

  @Override
  public void save(@Nullable Object value, Path path) throws IOException {
    save(value, path, UnaryOperator.identity());
  }

  static void save(@Nullable Object value, Path path, UnaryOperator<WritableByteChannel> through) throws IOException {
    // All that can be refused is refused before there is a file.
    var pickle = PickleWriter.write(value);
    AtomicFile.write(path, channel -> CheckpointWriter.write(pickle, CheckpointWriter.folder(path), channel), through);
  }

  @Override
  public void save(@Nullable Object value, OutputStream out) throws IOException {
    CheckpointWriter.write(PickleWriter.write(value), "archive", Channels.newChannel(out));
  }

  @Override
  public @Nullable Object load(Path path, LoadOptions options) throws IOException {
    try (ByteSource source = ByteSource.of(path)) {
      return new CheckpointReader(source, options, 0).read();
    }
  }

  @Override
  public @Nullable Object load(InputStream in, LoadOptions options) throws IOException {
    return new CheckpointReader(ByteSource.of(STREAM, in.readAllBytes()), options, 0).read();
  }
}
