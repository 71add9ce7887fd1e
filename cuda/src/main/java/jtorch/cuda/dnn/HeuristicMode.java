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
}
