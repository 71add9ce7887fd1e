package jtorch.cpu.matrix;

import jtorch.DType;
import jtorch.cpu.Scratch;
import jtorch.cpu.dnnl.Dnnl;
import jtorch.cpu.dnnl.DnnlException;
import jtorch.cpu.dnnl.MemoryDescription;
import jtorch.cpu.dnnl.MemoryDescription.Type;
import jtorch.cpu.dnnl.Primitive;

/// The product of float16 or bfloat16 matrices by oneDNN, added up in float32. Only where the processor multiplies them
/// faster than float32 (bfloat16 with AVX512-BF16 takes about half the time).
final class HalfProduct {
  private static final BoundedCache<Key, Primitive> CACHE = new BoundedCache<>(256);

  private HalfProduct() {}

  private record Key(DType type, long m, long n, long k, long aRow, long aColumn, long bRow, long bColumn, long cRow) {}

  /// Whether oneDNN has good code for the type on this processor.
  static boolean isFast(DType type) {
    return type == DType.BFLOAT16 ? Fast.BFLOAT16 : type == DType.FLOAT16 && Fast.FLOAT16;
  }

  private static final class Fast {
    static final boolean FLOAT16 = probe(DType.FLOAT16);
    static final boolean BFLOAT16 = probe(DType.BFLOAT16);

    private static boolean probe(DType type) {
      if (!Dnnl.isAvailable()) {
        return false;
      }
      try {
        return !compile(new Key(type, 64, 64, 64, 64, 1, 64, 1, 64)).implementation().contains("ref");
      } catch (DnnlException e) {
        if (e.isUnimplemented()) {
          return false;
        }
        throw e;
      }
    }
  }

  /// `C = A B`; distances are in elements, those of C's columns are 1.
  static void run(Scratch scratch, DType type, long m, long n, long k, long a, long aRow, long aColumn, long b,
      long bRow,
      long bColumn, long c, long cRow) {
    Primitive product = CACHE.get(new Key(type, m, n, k, aRow, aColumn, bRow, bColumn, cRow), HalfProduct::compile);
    try (Room room = Room.of(scratch, product.scratchpadBytes())) {
      product.execute(room.get(0), a, b, c);
    }
  }

  private static Primitive compile(Key key) {
    Type type = key.type == DType.BFLOAT16 ? Type.BFLOAT16 : Type.FLOAT16;
    try (MemoryDescription a = matrix(type, key.m, key.k, key.aRow, key.aColumn);
        MemoryDescription b = matrix(type, key.k, key.n, key.bRow, key.bColumn);
        MemoryDescription c = matrix(type, key.m, key.n, key.cRow, 1)) {
      return Primitive.matmul(a, b, c);
    }
  }

  private static MemoryDescription matrix(Type type, long rows, long columns, long row, long column) {
    return MemoryDescription.of(type, new long[] {rows, columns}, new long[] {row, column});
  }
}
