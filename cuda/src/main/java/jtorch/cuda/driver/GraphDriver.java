package jtorch.cuda.driver;

import java.nio.file.Path;

/// Graphs of work, as far as the backend needs them: recorded from a stream, made ready, launched.
///
/// While a stream records, it may neither be waited for nor asked, nor may its device. A call that breaks this invalidates
/// the recording: every further one fails until [#end], which gives no graph and throws.
public interface GraphDriver {
  /// Begins to record what a stream is given, and what other streams are given that wait for an event of it.
  ///
  /// @param mode 0: calls that may wait for the device fail in all threads, 1: in this one, 2: in none. Those that
  ///     [Driver] makes by itself (memory, modules) are allowed in any case
  void begin(int device, long stream, int mode);

  /// Which recording a stream takes part in; 0 for none.
  long captureId(int device, long stream);

  /// Ends a recording that began in this stream; all streams that take part must have been waited for by it.
  ///
  /// @return the graph
  /// @throws CudaException if the recording is invalid; the streams record no longer
  long end(int device, long stream);

  /// How many kernels, copies and fills a graph has.
  long nodes(int device, long graph);

  /// What can be launched of a graph.
  long instantiate(int device, long graph);

  void launch(int device, long executable, long stream);

  void freeGraph(int device, long graph);

  /// It is still done as often as it has been launched.
  void freeExecutable(int device, long executable);

  /// Writes a drawing in the DOT language.
  void dump(int device, long graph, Path path);
}
