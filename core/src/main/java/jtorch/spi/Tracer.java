package jtorch.spi;

import jtorch.Tensor;
import jtorch.memory.Storage;

/// An interceptor that writes down a whole function, and so has to know what happens beside operators too. While there is
/// one, its thread tells it.
public interface Tracer extends Interceptor {
  /// Memory was allocated.
  void allocated(Storage storage);

  /// A handle was made: a new tensor, or another window on the memory of one.
  void made(Tensor tensor);

  /// Somebody wants to know where a tensor lies: to read or to write its elements.
  void touched(Tensor tensor);

  /// The value of a tensor becomes a Java value.
  void read(Tensor tensor);

  /// Something happens that no operator does.
  ///
  /// @param what for people: `backward()`
  void beside(String what);
}
