package jtorch.cuda;

import java.util.Arrays;
import jtorch.Device;
import jtorch.memory.ScratchMemory;
import jtorch.op.HostFallback;
import jtorch.spi.ElementwiseKernel;
import jtorch.spi.Iteration;

/// An element-wise loop that the processor does for a device: operands are copied to it with what lies between their
/// elements, and the result back.
final class HostLoop implements ElementwiseKernel {
  private final CudaDevice device;
  private final ElementwiseKernel loop;
  private final String name;
  private final int[] elementSizes;

  HostLoop(CudaDevice device, ElementwiseKernel loop, String name, int[] elementSizes) {
    this.device = device;
    this.loop = loop;
    this.name = name;
    this.elementSizes = elementSizes;
  }

  @Override
  public void run(Iteration it, long[] parameters) {
    if (it.count() == 0) return;
    HostFallback.count(name, Device.cuda(device.index()));
    int operands = it.operands();
    long[] here = new long[operands];
    long[] low = new long[operands];
    long[] bytes = new long[operands];
    long[][] strides = new long[operands][it.dims()];
    // Iteration wants the outermost dimension first.
    long[] shape = new long[it.dims()];
    for (int d = 0; d < shape.length; d++) shape[shape.length - 1 - d] = it.size(d);
    try {
      for (int k = 0; k < operands; k++) {
        long high = elementSizes[k];
        for (int d = 0; d < it.dims(); d++) {
          long span = (it.size(d) - 1) * it.stride(k, d);
          if (span < 0) low[k] += span;
          else high += span;
          strides[k][shape.length - 1 - d] = it.stride(k, d);
        }
        bytes[k] = high - low[k];
        here[k] = ScratchMemory.allocate(bytes[k]);
        device.driver().copyOut(device.index(), here[k], it.address(k) + low[k], bytes[k], device.stream());
      }
      long[] addresses = new long[operands];
      Arrays.setAll(addresses, k -> here[k] - low[k]);
      loop.run(Iteration.of(shape, strides, addresses), parameters);
      device.driver().copyIn(device.index(), it.address(0) + low[0], here[0], bytes[0], device.stream());
    } finally {
      for (long address : here) {
        if (address != 0) ScratchMemory.free(address);
      }
    }
  }
}
