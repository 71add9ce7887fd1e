package jtorch.cuda;

import jtorch.cuda.driver.Driver;
import jtorch.memory.PinnedMemory;

/// The processor's memory as far as GPUs copy from it and to it by themselves.
final class CudaHostMemory implements PinnedMemory {
  private final Driver driver;
  private final CudaDevice[] devices;

  CudaHostMemory(Driver driver, CudaDevice[] devices) {
    this.driver = driver;
    this.devices = devices;
  }

  @Override
  public long allocate(long bytes) {
    return driver.allocateHost(bytes);
  }

  @Override
  public void free(long address) {
    driver.freeHost(address);
  }

  @Override
  public boolean isCapturing() {
    for (CudaDevice device : devices) {
      if (device.isCapturingAnywhere()) return true;
    }
    return false;
  }

  @Override
  public long mark(int device, long stream) {
    return devices[device].mark(stream);
  }

  @Override
  public boolean passed(int device, long mark) {
    return devices[device].passed(mark);
  }

  @Override
  public void await(int device, long mark) {
    devices[device].await(mark);
  }
}
