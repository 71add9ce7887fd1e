package jtorch.cuda.dnn;

/// What an engine says of itself.
///
/// **Source**: `cudnnBackendNumericalNote_t`, `cudnnBackendBehaviorNote_t`.
///
/// @param numerical a bit for each note about numbers
/// @param behavior a bit for each note about how it runs
record Notes(long numerical, long behavior) {
  static final int TENSOR_CORE = 0;
  static final int DOWN_CONVERT_INPUTS = 1;
  static final int REDUCED_PRECISION_REDUCTION = 2;
  static final int NONDETERMINISTIC = 4;
  static final int RUNTIME_COMPILATION = 0;

  boolean says(int note) {
    return (numerical >> note & 1) != 0;
  }

  /// Whether it is compiled when a plan is made, which takes seconds.
  boolean isCompiled() {
    return (behavior >> RUNTIME_COMPILATION & 1) != 0;
  }

  /// Whether its numbers are what is asked for: nothing is cut to fewer bits, but float32 to TF32
  /// where allowed, and halves are
  /// summed in float32.
  boolean suits(DataType type, boolean tensorFloat, boolean deterministic) {
    if (says(DOWN_CONVERT_INPUTS) || deterministic && says(NONDETERMINISTIC)) return false;
    return switch (type) {
      case FLOAT -> tensorFloat || !says(TENSOR_CORE);
      case DOUBLE -> true;
      case HALF, BFLOAT16 -> !says(REDUCED_PRECISION_REDUCTION);
    };
  }
}
