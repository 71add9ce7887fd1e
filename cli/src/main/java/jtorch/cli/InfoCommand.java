package jtorch.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.concurrent.Callable;
import jtorch.Device;
import jtorch.cpu.dnnl.Dnnl;
import jtorch.cpu.lapack.OpenBlas;
import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `jtorch info`: what JTorch runs on, one line a fact.
@Command(name = "info", description = "Shows versions, processors, memory, vector width, native libraries and GPUs.")
final class InfoCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    var machine = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    line(out, "JTorch", Main.Version.text());
    line(out, "Java", "%s, %s".formatted(Runtime.version(), System.getProperty("java.vendor")));
    line(out, "System", "%s %s, %s".formatted(System.getProperty("os.name"), System.getProperty("os.version"),
        System.getProperty("os.arch")));
    line(out, "Processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    line(out, "Memory", "%s, Java heap up to %s".formatted(gibibytes(machine.getTotalMemorySize()),
        gibibytes(Runtime.getRuntime().maxMemory())));
    line(out, "Vectors", vectors());
    line(out, "Natives", Dnnl.status());
    line(out, "LAPACK", OpenBlas.status());
    line(out, "GPU", gpus());
    out.flush();
    return 0;
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-11s %s%n", name, value);
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  private static String gpus() {
    Accelerator accelerator = Backends.accelerator(Device.Type.CUDA);
    return accelerator == null ? "no backend for GPUs" : accelerator.description();
  }

  private static String vectors() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? Species.describe()
        : "off: start Java with --add-modules jdk.incubator.vector";
  }

  /// Apart, because it cannot be loaded without the module.
  private static final class Species {
    static String describe() {
      return "%d bits, %s".formatted(jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize(),
          ByteOrder.nativeOrder().toString().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
  }
}
