package jtorch.data;

import java.util.Iterator;

/// One pass of a [DataLoader] over its items.
///
/// Whoever stops before the end may close it, which ends its threads at once; else they end when it is unreachable.
///
/// @param <B> a batch
public sealed interface BatchIterator<B> extends Iterator<B>, AutoCloseable permits WorkerBatches, DirectBatches {
  /// Ends the pass; there is no next batch then.
  @Override
  void close();
}
