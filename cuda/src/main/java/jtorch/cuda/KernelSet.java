package jtorch.cuda;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Kernels of one source that differ in the types and names that it is given: each is compiled when it is first used.
final class KernelSet {
  private record Wanted(int device, String definitions, String kernel) {}

  private final String name;
  private final List<String> parts;
  private final StringBuilder behind = new StringBuilder();
  private final ConcurrentHashMap<Wanted, Long> functions = new ConcurrentHashMap<>();

  /// @param name the last part of the source, for messages
  /// @param before what comes before it, besides the prelude
  KernelSet(String name, String... before) {
    this.name = name;
    this.parts = List.of(before);
  }

  /// Puts a part between definitions and source, which reads the definitions.
  KernelSet behindDefinitions(String part) {
    behind.append(Sources.of(part));
    return this;
  }

  /// The source with these definitions, which stand after the prelude and the parts before it.
  String source(String definitions) {
    var text = new StringBuilder(Sources.of("prelude"));
    for (String part : parts) text.append(Sources.of(part));
    return text.append(definitions).append(behind).append(Sources.of(name)).toString();
  }

  long function(CudaDevice device, String definitions, String kernel) {
    return functions.computeIfAbsent(new Wanted(device.index(), definitions, kernel),
        wanted -> device.function(source(wanted.definitions), wanted.kernel));
  }

  /// `typedef type name;`
  static String type(String name, String type) {
    return "typedef " + type + " " + name + ";\n";
  }

  static String define(String name, Object value) {
    return "#define " + name + " " + value + "\n";
  }
}
