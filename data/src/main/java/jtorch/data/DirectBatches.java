package jtorch.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/// Batches made by the thread that asks for them.
final class DirectBatches<B> implements BatchIterator<B> {
  private final Iterator<long[]> lots;
  private final Function<long[], B> fetch;
  private boolean closed;

  DirectBatches(Iterator<long[]> lots, Function<long[], B> fetch) {
    this.lots = lots;
    this.fetch = fetch;
  }

  @Override
  public boolean hasNext() {
    return !closed && lots.hasNext();
  }

  @Override
  public B next() {
    if (!hasNext()) throw new NoSuchElementException();
    return fetch.apply(lots.next());
  }

  @Override
  public void close() {
    closed = true;
  }
}
