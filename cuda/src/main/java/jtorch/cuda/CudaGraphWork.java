package jtorch.cuda;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jtorch.cuda.driver.GraphDriver;
import jtorch.memory.GraphPool;
import jtorch.memory.Storage;
import jtorch.spi.GraphCapture;

/// Work that was recorded on a device.
final class CudaGraphWork implements GraphCapture.Graph {
  private final CudaDevice device;
  private final GraphPool pool;
  private final List<Storage> held;
  private final Set<String> suspects;
  private final long nodes;
  private long source;
  private long executable;

  /// @param held pinned memory that it reads and writes
  /// @param suspects operators in it that may find an index outside of its tensor
  CudaGraphWork(CudaDevice device, long source, GraphPool pool, List<Storage> held, Set<String> suspects) {
    this.device = device;
    this.source = source;
    this.pool = pool;
    this.held = held;
    this.suspects = suspects;
    nodes = driver().nodes(device.index(), source);
  }

  private GraphDriver driver() {
    return device.driver().graphs();
  }

  @Override
  public long nodes() {
    return nodes;
  }

  @Override
  public synchronized void instantiate() {
    long before = executable;
    executable = driver().instantiate(device.index(), source);
    if (before != 0) driver().freeExecutable(device.index(), before);
  }

  @Override
  public synchronized boolean isInstantiated() {
    return executable != 0;
  }

  @Override
  public synchronized void launch() {
    device.suspect(suspects);
    driver().launch(device.index(), executable, device.stream());
    for (Storage storage : held) device.usesPinned(storage);
  }

  @Override
  public synchronized void forgetSource() {
    if (source != 0) driver().freeGraph(device.index(), source);
    source = 0;
  }

  @Override
  public synchronized void dump(Path path) {
    if (source == 0)
      throw new IllegalStateException("debugDump: what was captured is gone: enableDebugMode() before the capture");
    driver().dump(device.index(), source, path);
  }

  @Override
  public synchronized void free() {
    if (executable != 0) driver().freeExecutable(device.index(), executable);
    executable = 0;
    forgetSource();
    device.allocator().releaseGraph(pool);
    held.forEach(Storage::release);
  }
}
