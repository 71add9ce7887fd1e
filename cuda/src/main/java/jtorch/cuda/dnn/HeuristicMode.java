package jtorch.cuda.dnn;

/// How the library chooses engines.
///
/// **Source**: `cudnnBackendHeurMode_t`.
enum HeuristicMode {
  /// By a table, at once.
  INSTANT(0),
  /// By a model that takes longer and often knows better.
  B(1),
  /// Those that can, without a promise of speed.
  FALLBACK(2),
  /// NVIDIA's choice between the first two.
  A(3);

  final int code;

  HeuristicMode(int code) {
    this.code = code;
  }

  /// @throws IllegalArgumentException if no mode is called so
  static HeuristicMode named(String name) {
    for (HeuristicMode mode : values()) {
      if (mode.name().equals(name)) return mode;
    }
    throw new IllegalArgumentException(
        "-Djtorch.cuda.dnn.heuristics: expected A, B, INSTANT or FALLBACK, got '" + name + "'");
  }
}
