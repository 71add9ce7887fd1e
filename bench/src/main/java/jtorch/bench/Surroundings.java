package jtorch.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where figures come from: the machine, the JVM, the commit.
///
/// @param processor the processor's name, or its architecture
/// @param commit the commit of the sources, `-dirty` if they were changed; null outside of a working tree
record Surroundings(String processor, int processors, long memory, String system, double load, String java,
    @Nullable String commit) {
  static Surroundings here() {
    var machine = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Surroundings(findProcessor(), Runtime.getRuntime().availableProcessors(), machine.getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"), machine.getSystemLoadAverage(),
        Runtime.version() + ", " + System.getProperty("java.vendor"), findCommit());
  }

  /// `amd-epyc-2`: the processor and how many of it, fit for a file name.
  String machine() {
    return processor.toLowerCase(Locale.ROOT).replaceAll("\\(.*?\\)|@.*", "").replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "") + "-" + processors;
  }

  /// Whether other programs keep the processors busy, so that figures say less.
  boolean isBusy() {
    return load > 0.5 * processors;
  }

  Map<String, @Nullable Object> toJson() {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("processor", processor);
    json.put("processors", processors);
    json.put("memory_bytes", memory);
    json.put("system", system);
    json.put("load_average", Sampling.rounded(load));
    json.put("java", java);
    json.put("commit", commit);
    return json;
  }

  private static String findProcessor() {
    String architecture = System.getProperty("os.arch");
    Path list = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(list)) return architecture;
    try (Stream<String> lines = Files.lines(list)) {
      return lines.filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst().orElse(architecture);
    } catch (IOException unreadable) {
      return architecture;
    }
  }

  private static @Nullable String findCommit() {
    try {
      Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
          .redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (var output = git.inputReader()) {
        String line = output.readLine();
        return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? line : null;
      }
    } catch (IOException noGit) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
