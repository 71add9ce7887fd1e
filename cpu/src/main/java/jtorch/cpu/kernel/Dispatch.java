package jtorch.cpu.kernel;

import jtorch.cpu.VectorApi;

/// Chooses the loops once: those on the Vector API if the JVM was started with its module, else the scalar ones.
final class Dispatch {
  static final Rows F32 = VectorApi.PRESENT ? Vectors.f32() : ScalarRows.F32;
  static final Rows F64 = VectorApi.PRESENT ? Vectors.f64() : ScalarRows.F64;

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
