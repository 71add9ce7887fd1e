package jtorch.random;

/// The source of random numbers.
public final class Generator {
  private static final Generator DEFAULT = new Generator();

  public static Generator defaultGenerator() {
    return DEFAULT;
  }

  public Generator manualSeed(long seed) {
    return this;
  }
}
