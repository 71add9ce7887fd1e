package jtorch.nn;

import java.util.Set;
import jtorch.DType;
import org.jspecify.annotations.Nullable;

/// How [F#linearCrossEntropy] works through its rows in chunks, so that the scores of all rows and classes never are in memory
/// together.
///
/// Chunks are for reductions to one number, class indices as targets and no label smoothing; whatever else is asked is computed at
/// once, with the same result. **As** `torch.nn.LinearCrossEntropyOptions`.
///
/// @param allowRetainGraph permission to run backward twice, which is always possible here
/// @param batchChunkSize rows in a chunk; null to take `chunkingMethod`, or all rows where that is null too
/// @param chunkingMethod `aspect_ratio`: a chunk's scores take about as much memory as the input; `aspect_ratio:N`: an N-th of
///   it; `auto`: one of these; null for `batchChunkSize`
/// @param accPolicy `accurate`, `balanced`, `compact` or `auto`: what may be rounded to the input's dtype; here everything is kept
///   in `accDtype`
/// @param accDtype in which gradients are summed over chunks; null for float32 with halves, else the input's
public record LinearCrossEntropyOptions(boolean allowRetainGraph, @Nullable Long batchChunkSize,
    @Nullable String chunkingMethod, String accPolicy, @Nullable DType accDtype) {
  public static final LinearCrossEntropyOptions DEFAULT =
      new LinearCrossEntropyOptions(false, null, "auto", "auto", null);

  /// @throws IllegalArgumentException if a word is unknown or a size not positive
  public LinearCrossEntropyOptions {
    if (!Set.of("auto", "accurate", "balanced", "compact").contains(accPolicy))
      throw new IllegalArgumentException("invalid acc_policy: '" + accPolicy + "'");
    if (chunkingMethod != null && !chunkingMethod.matches("auto|aspect_ratio(:0*[1-9][0-9]*)?"))
      throw new IllegalArgumentException("invalid chunking_method: '" + chunkingMethod + "'");
    if (batchChunkSize != null && batchChunkSize <= 0)
      throw new IllegalArgumentException("batch_chunk_size must be positive int or None, got " + batchChunkSize);
    if (accDtype != null && !accDtype.isFloatingPoint()) throw new IllegalArgumentException(
        "acc_dtype must be one of {None, float16, bfloat16, float32, float64}, got " + accDtype);
  }

  public LinearCrossEntropyOptions allowRetainGraph(boolean v) {
    return new LinearCrossEntropyOptions(v, batchChunkSize, chunkingMethod, accPolicy, accDtype);
  }

  public LinearCrossEntropyOptions batchChunkSize(@Nullable Long v) {
    return new LinearCrossEntropyOptions(allowRetainGraph, v, chunkingMethod, accPolicy, accDtype);
  }

  public LinearCrossEntropyOptions chunkingMethod(@Nullable String v) {
    return new LinearCrossEntropyOptions(allowRetainGraph, batchChunkSize, v, accPolicy, accDtype);
  }

  public LinearCrossEntropyOptions accPolicy(String v) {
    return new LinearCrossEntropyOptions(allowRetainGraph, batchChunkSize, chunkingMethod, v, accDtype);
  }

  public LinearCrossEntropyOptions accDtype(@Nullable DType v) {
    return new LinearCrossEntropyOptions(allowRetainGraph, batchChunkSize, chunkingMethod, accPolicy, v);
  }

  /// As PyTorch prints it.
  @Override
  public String toString() {
    return "LinearCrossEntropyOptions(allow_retain_graph=" + Numbers.python(allowRetainGraph) + ", batch_chunk_size="
        + (batchChunkSize == null ? "None" : batchChunkSize) + ", chunking_method="
        + (chunkingMethod == null ? "None" : "'" + chunkingMethod + "'") + ", acc_policy='" + accPolicy
        + "', acc_dtype=" + (accDtype == null ? "None" : "torch." + accDtype) + ")";
  }

  /// How many rows a chunk has.
  ///
  /// @throws IllegalArgumentException if the given size and the method disagree
  public long chunkSize(long rows, long features, long classes, boolean half) {
    String method = chunkingMethod;
    if ("auto".equals(method)) method = batchChunkSize != null ? null : half ? "aspect_ratio" : "aspect_ratio:2";
    if (method == null) return Math.max(1, batchChunkSize == null ? rows : Math.min(batchChunkSize, rows));
    int colon = method.indexOf(':');
    long factor = colon < 0 ? 1 : Long.parseLong(method.substring(colon + 1));
    long wanted = Math.ceilDiv(rows, Math.max(1, Math.ceilDiv(classes, Math.max(1, features))));
    long size = Math.min((wanted <= 1 ? 1 : Long.highestOneBit(wanted - 1) << 1) / factor, rows);
    if (batchChunkSize != null && batchChunkSize != size) throw new IllegalArgumentException("batch_chunk_size (="
        + batchChunkSize + ") and chunking_method ('" + method + "') give different chunk sizes (" + batchChunkSize
        + " vs " + size + "); pass only one.");
    return Math.max(1, size);
  }
}
