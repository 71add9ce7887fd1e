package jtorch.io;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.memory.Storage;
import org.jspecify.annotations.Nullable;

/// A storage that stands by itself in a checkpoint: Python's `torch.FloatStorage` and its kin, `torch.UntypedStorage`.
///
/// @param storage the bytes, which tensors of the same file may share
/// @param dtype the type of the elements, null for one of bare bytes
/// @param offset where it begins in the bytes, in elements (bytes where there is no dtype)
/// @param size how many elements it has (bytes where there is no dtype)
public record TypedStorage(Storage storage, @Nullable DType dtype, long offset, long size) {
  /// All elements; the bytes as uint8 where there is no dtype. Shares the memory.
  public Tensor tensor() {
    return new Tensor(storage, dtype == null ? DType.UINT8 : dtype, new long[] {size}, new long[] {1}, offset);
  }

  int elementSize() {
    return dtype == null ? 1 : dtype.size();
  }
}
