package jtorch.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.loop.Loops;
import org.jspecify.annotations.Nullable;

/// This library, in this process.
final class JTorchSide implements Side {
  private static final VarHandle RESULT;

  static {
    try {
      RESULT = MethodHandles.lookup().findVarHandle(JTorchSide.class, "result", Tensor.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// The HotSpot compilers of a process count as quiet when they worked for less than this share of the time.
  private static final double QUIET = 0.05;
  private static final long LOOK_EVERY_NANOS = 400_000_000;
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  private final boolean scopes;
  private Benchmark.@Nullable Step step;
  private boolean scoped;
  /// Every result is written here, in a way that the compiler must not leave out, so that no work is dead.
  @SuppressWarnings("unused")
  private @Nullable Tensor result;
  private long lookedAt;
  private long compiledBefore;

  /// @param scopes whether large work runs in scopes, or leaves its memory to the collector
  JTorchSide(boolean scopes) {
    this.scopes = scopes;
  }

  @Override
  public String title() {
    return "JTorch";
  }

  @Override
  public double prepare(Benchmark benchmark, int threads) {
    Torch.setNumThreads(threads);
    Torch.manualSeed(0);
    Benchmark.Step prepared = benchmark.preparation().get();
    step = prepared;
    scoped = scopes && !benchmark.kind().isSmall();
    double check = 0;
    for (int i = 0; i < benchmark.first(); i++) {
      try (var scope = Torch.scope()) {
        Tensor made = prepared.run().detach();
        check = (made.isComplex() ? made.abs() : made).to(DType.FLOAT64).abs().mean().itemDouble();
      }
    }
    return check;
  }

  @Override
  public long run(long repetitions) {
    Benchmark.Step work = Objects.requireNonNull(step, "nothing is prepared");
    return scoped ? runScoped(work, repetitions) : runFree(work, repetitions);
  }

  private long runScoped(Benchmark.Step work, long repetitions) {
    long start = System.nanoTime();
    for (long i = 0; i < repetitions; i++) {
      try (var scope = Torch.scope()) {
        RESULT.setOpaque(this, work.run());
      }
    }
    return System.nanoTime() - start;
  }

  private long runFree(Benchmark.Step work, long repetitions) {
    long start = System.nanoTime();
    for (long i = 0; i < repetitions; i++) RESULT.setOpaque(this, work.run());
    return System.nanoTime() - start;
  }

  @Override
  public boolean settled() {
    long now = System.nanoTime();
    if (now - lookedAt < LOOK_EVERY_NANOS) return false;
    long compiled = TimeUnit.MILLISECONDS.toNanos(COMPILERS.getTotalCompilationTime());
    boolean quiet = compiled - compiledBefore < QUIET * (now - lookedAt);
    lookedAt = now;
    compiledBefore = compiled;
    return quiet && Loops.areWarm();
  }

  @Override
  public void release() {
    step = null;
    result = null;
    System.gc();
  }
}
