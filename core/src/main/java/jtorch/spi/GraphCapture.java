package jtorch.spi;

import java.nio.file.Path;
import jtorch.memory.GraphPool;

/// Work that is recorded instead of done, to be given to a device again and again as a whole.
public interface GraphCapture {
  /// What other calls do to a device while a stream of it records, which are not recorded and may wait for what is:
  /// memory taken from the driver, say. What JTorch itself needs on the way is allowed in any case.
  enum Mode {
    /// Such calls of all threads fail.
    GLOBAL,
    /// Such calls of this thread fail.
    THREAD_LOCAL,
    /// They are done.
    RELAXED
  }

  /// A graph that is being recorded.
  interface Recording {
    /// Ends it.
    ///
    /// @throws IllegalStateException if something was asked for on the way that cannot be recorded; there is no graph then,
    ///     and the stream works as before
    Graph end();
  }

  /// What was recorded.
  interface Graph {
    /// How many kernels, copies and fills it has.
    long nodes();

    /// Makes what can be run of it.
    void instantiate();

    boolean isInstantiated();

    /// Gives it to the thread's stream.
    void launch();

    /// Forgets what was recorded, and keeps what can be run.
    void forgetSource();

    /// Writes it as a drawing in the DOT language.
    ///
    /// @throws IllegalStateException if the source was forgotten
    void dump(Path path);

    /// Gives all back that it holds.
    void free();
  }

  /// Begins to record what this thread's stream is given; memory comes from the pool.
  ///
  /// @throws IllegalStateException if the stream is the default one, or records already
  Recording record(int device, GraphPool pool, Mode mode);

  /// Whether the thread's stream records.
  boolean isCapturing(int device);

  /// Refuses what cannot be recorded, if the thread's stream records.
  ///
  /// @param what the operator, or what else it is, for the message
  /// @throws IllegalStateException if it records; the graph is lost then, and its stream works as before when the recording
  ///     is ended
  void checkNotCapturing(int device, String what);
}
