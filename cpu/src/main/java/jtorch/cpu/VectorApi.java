package jtorch.cpu;

/// Whether the Vector API is there: the JVM was started with `--add-modules jdk.incubator.vector`.
///
/// `-Djtorch.vector=false` does without it, to compare and to find faults. No class that names a vector type is loaded
/// before this has been asked, so nothing can fail to link; each such loop has a scalar twin.
public final class VectorApi {
  public static final boolean PRESENT = Boolean.parseBoolean(System.getProperty("jtorch.vector", "true"))
      && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private VectorApi() {}
}
