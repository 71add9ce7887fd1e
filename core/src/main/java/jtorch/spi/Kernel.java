package jtorch.spi;

import jtorch.op.Call;

/// A device's way to compute an operator.
///
/// The arguments have been checked and, where the operator has a shape rule, the results have been allocated:
/// the kernel fills [Call#out]. Where shapes depend on data the kernel gives its results with [Call#give].
@FunctionalInterface
public interface Kernel {
  void run(Call call);
}
