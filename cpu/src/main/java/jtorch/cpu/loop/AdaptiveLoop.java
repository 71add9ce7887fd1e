package jtorch.cpu.loop;

import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;
import jtorch.cpu.VectorApi;
import jtorch.expr.LoopPlan;
import org.jspecify.annotations.Nullable;

/// Runs the compiled kernel that fits a call: a vector kernel where the operands are dense or repeated, else the scalar
/// one.
///
/// Vector code is slow until the JIT compiler has been there, some hundred times as slow as scalar code. So all loops
/// start with the scalar kernel; one that works a lot gets its vector kernel from the [Warmer] as soon as that is fast.
/// Both compute the same bits, and nobody sees the change.
final class AdaptiveLoop extends Loop {
  /// Shorter calls take the scalar kernel.
  private static final int VECTOR_FROM = 8;
  /// A loop gets a vector kernel when it has met so many elements.
  private static final long WORTH = 1 << 16;
  /// Longer calls are cut, so that methods end and compiled ones can take over. Multiples of every vector length.
  private static final int VECTOR_PIECE = 1 << 14;
  private static final int SCALAR_PIECE = 1 << 11;

  private final LoopPlan plan;
  private final int[] sizes;
  private final Kernel scalar;
  private final @Nullable Kernel grouped;
  private final ConcurrentHashMap<Long, Variant> variants = new ConcurrentHashMap<>();
  private @Nullable Variant latest;

  /// The vector kernel for one set of repeated operands.
  static final class Variant {
    final long repeated;
    private long elements;
    private boolean requested;
    private volatile @Nullable VectorKernel kernel;

    Variant(long repeated) {
      this.repeated = repeated;
    }

    void publish(VectorKernel ready) {
      kernel = ready;
    }
  }

  /// @param narrow whether parameters must fit an int
  record VectorKernel(Kernel kernel, int lanes, boolean narrow) {}

  AdaptiveLoop(LoopPlan plan) {
    this.plan = plan;
    sizes = plan.operands().stream().mapToInt(DType::size).toArray();
    scalar = LoopCompiler.compile(plan, Vocabulary.scalar(plan), 0);
    Vocabulary groups = Vocabulary.grouped(plan);
    grouped = groups == null ? null : LoopCompiler.compile(plan, groups, 0);
  }

  @Override
  public void run(long count, long[] addresses, long[] byteStrides, long[] parameters) {
    VectorKernel vector =
        VectorApi.PRESENT && count >= VECTOR_FROM ? vectorKernel(count, byteStrides, parameters) : null;
    long done = 0;
    if (vector != null) {
      long whole = count & -vector.lanes;
      for (; done < whole; done += VECTOR_PIECE) {
        vector.kernel.run(done, Math.min(whole, done + VECTOR_PIECE), addresses, byteStrides, parameters);
      }
      done = whole;
    } else if (grouped != null) {
      long whole = count & -GroupedFunctions.GROUP;
      for (; done < whole; done += SCALAR_PIECE) {
        grouped.run(done, Math.min(whole, done + SCALAR_PIECE), addresses, byteStrides, parameters);
      }
      done = whole;
    }
    for (; done < count; done += SCALAR_PIECE) {
      scalar.run(done, Math.min(count, done + SCALAR_PIECE), addresses, byteStrides, parameters);
    }
  }

  private @Nullable VectorKernel vectorKernel(long count, long[] byteStrides, long[] parameters) {
    if (byteStrides[0] != sizes[0]) return null;
    long repeated = 0;
    for (int k = 1; k < sizes.length; k++) {
      if (byteStrides[k] == 0) {
        repeated |= 1L << k;
      } else if (byteStrides[k] != sizes[k]) {
        return null;
      }
    }
    Variant variant = latest;
    if (variant == null || variant.repeated != repeated) variant = variant(repeated);
    VectorKernel ready = variant.kernel;
    if (ready == null) {
      consider(variant, count);
      return null;
    }
    return ready.narrow && !areInts(parameters) ? null : ready;
  }

  private Variant variant(long repeated) {
    Variant variant = variants.computeIfAbsent(repeated, Variant::new);
    latest = variant;
    return variant;
  }

  /// Whether calls that repeat these operands run in vectors.
  boolean hasVectors(long repeated) {
    return variant(repeated).kernel != null;
  }

  /// Counts without locks: what two threads lose is made up for by later calls.
  private void consider(Variant variant, long count) {
    variant.elements += count;
    if (variant.elements >= WORTH && !variant.requested) {
      variant.requested = true;
      Warmer.request(plan, variant, grouped == null ? scalar : grouped);
    }
  }

  private static boolean areInts(long[] parameters) {
    for (long p : parameters) {
      if (p != (int) p) return false;
    }
    return true;
  }
}
