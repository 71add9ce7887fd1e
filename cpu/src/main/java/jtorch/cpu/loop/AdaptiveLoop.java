package jtorch.cpu.loop;

import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import org.jspecify.annotations.Nullable;

/// Runs the compiled loop that fits a call: a vector loop where the operands are dense or repeated, else the scalar one.
final class AdaptiveLoop extends Loop {
  /// Calls of fewer elements take the scalar loop.
  private static final int VECTOR_FROM = Integer.getInteger("jt.from", 8);
  /// Longer calls are cut, so that methods end and the JIT compiler can replace them.
  private static final int LONGEST = 1 << 14;

  private static final boolean HAS_VECTORS = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  /// A vector loop and the operands that it repeats.
  private record Variant(long repeated, Loop loop) {}

  private final LoopPlan plan;
  private final int[] sizes;
  private final @Nullable Vocabulary vectors;
  private final Loop scalar;
  private final ConcurrentHashMap<Long, Variant> variants = new ConcurrentHashMap<>();
  private @Nullable Variant latest;

  AdaptiveLoop(LoopPlan plan) {
    this.plan = plan;
    vectors = HAS_VECTORS ? Vectors.of(plan) : null;
    sizes = plan.operands().stream().mapToInt(DType::size).toArray();
    scalar = LoopCompiler.compile(plan, Vocabulary.scalar(plan.compute()), 0);
  }

  @Override
  public void run(long count, long[] addresses, long[] byteStrides, long[] parameters) {
    if (count > LONGEST) {
      runInPieces(count, addresses, byteStrides, parameters);
    } else if (count < VECTOR_FROM || vectors == null || byteStrides[0] != sizes[0]) {
      scalar.run(count, addresses, byteStrides, parameters);
    } else {
      long repeated = 0;
      for (int k = 1; k < sizes.length; k++) {
        if (byteStrides[k] == 0) {
          repeated |= 1L << k;
        } else if (byteStrides[k] != sizes[k]) {
          scalar.run(count, addresses, byteStrides, parameters);
          return;
        }
      }
      Variant variant = latest;
      if (variant == null || variant.repeated != repeated) variant = variant(vectors, repeated);
      variant.loop.run(count, addresses, byteStrides, parameters);
    }
  }

  private void runInPieces(long count, long[] addresses, long[] byteStrides, long[] parameters) {
    long[] at = addresses.clone();
    for (long done = 0; done < count; done += LONGEST) {
      run(Math.min(LONGEST, count - done), at, byteStrides, parameters);
      for (int k = 0; k < at.length; k++) at[k] += LONGEST * byteStrides[k];
    }
  }

  private Variant variant(Vocabulary words, long repeated) {
    Variant variant =
        variants.computeIfAbsent(repeated, r -> new Variant(r, LoopCompiler.compile(plan, words, r)));
    latest = variant;
    return variant;
  }
}
