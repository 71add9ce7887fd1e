package jtorch.cpu;

import java.util.HashMap;
import java.util.Map;
import jtorch.DType;
import jtorch.Device;
import jtorch.cpu.loop.Loop;
import jtorch.cpu.loop.Loops;
import jtorch.expr.ScalarFunction;
import jtorch.spi.Backend;
import jtorch.spi.ElementwiseKernel;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The processor: kernels by name, and loops generated from expressions.
public final class CpuBackend implements Backend {
  private final Map<String, Kernel> kernels = new HashMap<>();

  /// Called by `ServiceLoader`.
  public CpuBackend() {
    KernelTable.register(kernels::put);
  }

  @Override
  public Device.Type deviceType() {
    return Device.Type.CPU;
  }

  @Override
  public String description() {
    return System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
        + Parallel.threads() + " threads";
  }

  @Override
  public @Nullable Kernel kernel(String name) {
    return kernels.get(name);
  }

  @Override
  public ElementwiseKernel elementwise(Device device, ScalarFunction function, DType compute, DType[] inputs,
      DType output) {
    Loop loop = Loops.of(function, compute, inputs, output);
    return (iteration, parameters) -> ElementwiseRunner.run(loop, iteration, parameters);
  }

  @Override
  public int threads() {
    return Parallel.threads();
  }

  @Override
  public void setThreads(int threads) {
    Parallel.setThreads(threads);
  }
}
