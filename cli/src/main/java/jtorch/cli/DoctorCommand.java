package jtorch.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import jtorch.Cuda;
import jtorch.Device;
import jtorch.DeviceProperties;
import jtorch.cuda.dnn.Cudnn;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.CudaLibraries;
import jtorch.cuda.driver.CudaLibraries.Library;
import jtorch.cuda.driver.Nvrtc;
import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `jtorch doctor`: what GPUs need, library by library: where it was found and its version, or how to get it.
@Command(name = "doctor", description = "Says what is there for GPUs, and what to install.")
final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  /// 0 if GPUs can be used, 1 if not.
  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (Library library : CudaLibraries.ALL)
      out.printf("%-14s %s%n", library.name(), state(library));
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    if (accelerator == null || accelerator.count() == 0) {
      out.printf("%-14s %s%n", "GPUs", Cuda.absence());
      out.flush();
      return 1;
    }
    out.printf("%-14s %s%n", "In use", accelerator.description());
    for (int i = 0; i < accelerator.count(); i++) {
      DeviceProperties p = accelerator.properties(i);
      out.printf("%-14s %s, compute capability %d.%d, %.1f GiB, %d multiprocessors%n", "cuda:" + i, p.name(), p.major(),
          p.minor(), p.totalMemory() / (double) (1L << 30), p.multiProcessorCount());
    }
    out.flush();
    return 0;
  }

  private static String state(Library library) {
    try {
      if (library == CudaLibraries.NVRTC) {
        Nvrtc compiler = Nvrtc.open();
        return compiler.path() + ", " + compiler.version();
      }
      CudaLibraries.Found found = CudaLibraries.find(library);
      if (found == null) return CudaLibraries.absence(library) + " (for " + library.purpose() + ")";
      return library == CudaLibraries.CUDNN ? found.path() + ", version " + new Cudnn(found.symbols()).versionText()
          : found.path();
    } catch (CudaException absent) {
      return absent.getMessage() + " (for " + library.purpose() + ")";
    }
  }
}
