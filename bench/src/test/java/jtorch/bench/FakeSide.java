package jtorch.bench;

import java.util.List;

/// A side that notes what is asked of it and takes as long as it says.
final class FakeSide implements Side {
  private final String title;
  private final double check;
  private final long nanos;
  private final List<String> calls;

  FakeSide(String title, double check, long nanos, List<String> calls) {
    this.title = title;
    this.check = check;
    this.nanos = nanos;
    this.calls = calls;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public double prepare(Benchmark benchmark, int threads) {
    calls.add(title + " prepares");
    return check;
  }

  @Override
  public long run(long repetitions) {
    if (repetitions > 1) calls.add(title);
    return nanos * repetitions;
  }

  @Override
  public void release() {
    calls.add(title + " releases");
  }
}
