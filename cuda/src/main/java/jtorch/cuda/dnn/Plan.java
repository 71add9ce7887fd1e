package jtorch.cuda.dnn;

/// A way to compute a graph, ready to run: what it owns is destroyed with it.
///
/// @param workspace bytes that it needs besides its tensors
record Plan(Descriptors descriptors, long descriptor, long workspace) implements AutoCloseable {
  @Override
  public void close() {
    descriptors.close();
  }

  /// Gives the work to the handle's stream.
  ///
  /// @param ids of tensors that have memory
  /// @param pointers where each lies
  void run(Cudnn library, long handle, long[] ids, long[] pointers, long room) {
    try (var call = new Descriptors(library)) {
      library.execute(handle, descriptor, call.variantPack(ids, pointers, room));
    }
  }
}
