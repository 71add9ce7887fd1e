package jtorch.cpu.kernel;

/// Chooses the loops once: those on the Vector API if the JVM was started with its module, else the scalar ones.
///
/// No class that names a vector type is loaded before the module is known to be there, so nothing can fail to link.
final class Dispatch {
  /// `-Djtorch.vector=false` does without the Vector API, to compare and to find faults.
  static final boolean VECTOR =
      Boolean.parseBoolean(System.getProperty("jtorch.vector", "true"))
          && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  static final Rows F32 = VECTOR ? Vectors.f32() : ScalarRows.F32;
  static final Rows F64 = VECTOR ? Vectors.f64() : ScalarRows.F64;

  private Dispatch() {}

  /// The place that makes the vector loops of rows, each apart from its callers, and a class of its own to be loaded late.
  private static final class Vectors {
    static Rows f32() {
      PoolRows pooling = Apart.of(PoolRows.class, new FloatPoolRows(ScalarRows.F32.pooling()));
      return Apart.of(Rows.class, new FloatRows(pooling, ScalarRows.F32));
    }

    static Rows f64() {
      return Apart.of(Rows.class, new DoubleRows(ScalarRows.F64.pooling(), ScalarRows.F64));
    }
  }
}
