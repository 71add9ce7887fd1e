package jtorch.bench;

/// One who does the benchmarks' work: this library, or a PyTorch.
interface Side {
  /// As a column is headed.
  String title();

  /// Makes a benchmark ready to run on so many threads, and runs it a first time.
  ///
  /// @return the mean of the absolute values of its result, by which the sides are compared
  double prepare(Benchmark benchmark, int threads);

  /// Runs the prepared work so many times; gives the nanoseconds that all of them took together.
  long run(long repetitions);

  /// Whether nothing works beside the runs to make later ones faster, as a compiler does.
  default boolean settled() {
    return true;
  }

  /// Lets go of what was prepared.
  void release();
}
