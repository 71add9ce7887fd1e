package jtorch.op;

import jtorch.Tensor;

/// Where matrices lie in a tensor's memory, as libraries of linear algebra ask: the last two dimensions are a matrix's, those
/// before them the batch.
public final class MatrixLayout {
  private MatrixLayout() {}

  /// The batch of a tensor of matrices.
  public static long[] batch(Tensor t) {
    return Matrices.batch(t);
  }

  /// The address of each matrix of a tensor whose batch is expanded to `batch`, in the memory of its device; nothing is copied
  /// for that.
  public static long[] addresses(Tensor t, long[] batch) {
    int own = t.dim() - 2;
    long count = 1;
    for (long size : batch) count *= size;
    long[] addresses = new long[Math.toIntExact(count)];
    long[] index = new long[batch.length];
    long offset = 0;
    long address = t.pointer();
    int size = t.dtype().size();
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = address + offset * size;
      for (int d = batch.length - 1; d >= 0; d--) {
        int at = d - (batch.length - own);
        long stride = at < 0 || t.size(at) == 1 ? 0 : t.stride(at);
        offset += stride;
        if (++index[d] < batch[d]) break;
        offset -= stride * batch[d];
        index[d] = 0;
      }
    }
    return addresses;
  }

  /// Bytes of one matrix of a dense tensor.
  public static long bytes(Tensor t) {
    return t.size(-1) * t.size(-2) * t.dtype().size();
  }

  /// The distance of columns, if columns are contiguous; else -1.
  public static long columns(Tensor t) {
    return leading(t, -2, -1);
  }

  /// The distance of rows, if rows are contiguous; else -1.
  public static long rows(Tensor t) {
    return leading(t, -1, -2);
  }

  private static long leading(Tensor t, int inner, int outer) {
    long length = t.size(inner);
    if (length > 1 && t.stride(inner) != 1) return -1;
    long distance = t.size(outer) <= 1 ? Math.max(1, length) : t.stride(outer);
    return distance < Math.max(1, length) ? -1 : distance;
  }
}
