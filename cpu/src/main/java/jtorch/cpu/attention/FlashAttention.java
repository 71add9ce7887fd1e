package jtorch.cpu.attention;

import java.util.Arrays;
import jtorch.DType;
import jtorch.cpu.Parallel;
import jtorch.cpu.PooledScratch;
import jtorch.cpu.kernel.Rows;
import jtorch.cpu.matrix.Gemm;
import jtorch.cpu.matrix.GemmShape;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;

/// Attention whose memory is linear in the length: a block of queries meets one block of keys after the other, with the
/// running maximum and sum of each row; going back, scores are computed again from the saved logarithms of the sums.
///
/// **Source**: Dao et al., *FlashAttention*, 2022; Rabe and Staats, *Self-attention does not need O(n^2) memory*, 2021.
///
/// @param type `float32` or `float64`
/// @param length queries
/// @param keys keys and values
/// @param width elements of a query and a key
/// @param valueWidth elements of a value
/// @param heads heads of queries; `keyHeads` divides them
record FlashAttention(DType type, long batch, long heads, long keyHeads, long length, long keys, long width,
    long valueWidth, boolean causal, double scale) {
  /// Queries and keys of a block: their scores stay in the second-level cache.
  private static final int QUERY_BLOCK = 128;
  private static final int KEY_BLOCK = 512;

  /// Where a tensor `[batch, heads, rows, elements]` lies: an address, and distances in elements; those of the innermost
  /// dimension are 1. Address 0 stands for none.
  record Place(long address, long batch, long head, long row) {
    static final Place NONE = new Place(0, 0, 0, 0);

    long at(long b, long h, long r, int bytes) {
      return address + (b * batch + h * head + r * row) * bytes;
    }
  }

  private int bytes() {
    return type.size();
  }

  private long keyHead(long head) {
    return head / (heads / keyHeads);
  }

  /// Behind the last key that a block of queries sees.
  private long seen(long query, long count) {
    return causal ? Math.min(keys, query + count) : keys;
  }

  private GemmShape product(long m, long n, long k, long aRow, long bRow, boolean transposedB, long cRow) {
    GemmShape shape = GemmShape.of(m, n, k).a(aRow, 1).c(cRow, 1);
    return transposedB ? shape.b(1, bRow) : shape.b(bRow, 1);
  }

  private void multiply(GemmShape shape, double alpha, long a, long b, double beta, long c) {
    Gemm.runHere(PooledScratch.INSTANCE, type, shape, alpha, a, b, beta, c);
  }

  /// Whether PyTorch's roundings are followed one by one: gradients of few keys are small differences of large numbers.
  private boolean isTiny() {
    return type == DType.FLOAT32 && length < 16 && keys < 16;
  }

  /// The scaled products of rows of `a` with rows of `b`.
  private void dots(int m, int n, long k, long aRow, long bRow, double alpha, long a, long b, long c) {
    // Where a row sees little but one key, the gradient is what rounding leaves of a difference of two such products. So the
    // smallest ones are summed as MKL does, by halves.
    boolean byHalves = isTiny() && k == 8 && m > 1 && n > 1;
    if (!byHalves) {
      multiply(product(m, n, k, aRow, bRow, true, n), alpha, a, b, 0, c);
      return;
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        long x = a + i * aRow * Float.BYTES;
        long y = b + j * bRow * Float.BYTES;
        float even = (term(x, y, 0) + term(x, y, 4)) + (term(x, y, 2) + term(x, y, 6));
        float odd = (term(x, y, 1) + term(x, y, 5)) + (term(x, y, 3) + term(x, y, 7));
        Memory.putFloat(c + (long) (i * n + j) * Float.BYTES, (float) alpha * (even + odd));
      }
    }
  }

  private static float term(long x, long y, int at) {
    return Memory.getFloat(x + at * Float.BYTES) * Memory.getFloat(y + at * Float.BYTES);
  }

  /// `out = softmax(scale q k^T + mask) v`, and the logarithm of each row's sum in `sums`, `[batch, heads, length]` of
  /// `float64` whatever the dtype: rounded, it would cost the gradient digits.
  void forward(Place q, Place k, Place v, Place mask, Place out, long sums) {
    long blocks = (length + QUERY_BLOCK - 1) / QUERY_BLOCK;
    Parallel.run(batch * heads * blocks, 1, (begin, end) -> {
      long scores = ScratchMemory.allocate((long) QUERY_BLOCK * KEY_BLOCK * bytes());
      try {
        for (long i = begin; i < end; i++) {
          long block = i % blocks;
          // The causal mask makes later blocks the longer ones.
          queries(q, k, v, mask, out, sums, scores, i / blocks / heads, i / blocks % heads, block * QUERY_BLOCK);
        }
      } finally {
        ScratchMemory.free(scores);
      }
    });
  }

  private void queries(Place q, Place k, Place v, Place mask, Place out, long sums, long scores, long b, long h,
      long first) {
    Rows rows = Rows.of(type);
    int count = (int) Math.min(QUERY_BLOCK, length - first);
    double[] most = new double[count];
    double[] sum = new double[count];
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    long until = seen(first, count);
    for (long key = 0; key < until; key += KEY_BLOCK) {
      int n = (int) Math.min(KEY_BLOCK, until - key);
      dots(count, n, width, q.row, k.row, scale, q.at(b, h, first, bytes()), k.at(b, keyHead(h), key, bytes()), scores);
      for (int r = 0; r < count; r++) {
        long row = scores + (long) r * n * bytes();
        int valid = valid(first + r, key, n);
        if (mask.address != 0) {
          rows.plus(row, row, mask.at(b, h, first + r, bytes()) + key * bytes(), valid);
        }
        double before = most[r];
        double now = valid > 0 ? Math.max(before, rows.max(row, valid)) : before;
        most[r] = now;
        if (now == Double.NEGATIVE_INFINITY) {
          rows.fill(row, n, 0);
          continue;
        }
        double shrink = Math.exp(before - now);
        sum[r] = sum[r] * shrink + rows.exp(row, row, valid, now);
        if (valid < n) rows.fill(row + (long) valid * bytes(), n - valid, 0);
        if (key > 0 && shrink != 1) {
          long o = out.at(b, h, first + r, bytes());
          rows.scale(o, o, valueWidth, shrink);
        }
      }
      multiply(product(count, valueWidth, n, n, v.row, false, out.row), 1, scores, v.at(b, keyHead(h), key, bytes()),
          key == 0 ? 0 : 1, out.at(b, h, first, bytes()));
    }
    for (int r = 0; r < count; r++) {
      long o = out.at(b, h, first + r, bytes());
      if (sum[r] == 0) rows.fill(o, valueWidth, 0);
      else rows.scale(o, o, valueWidth, 1 / sum[r]);
      Memory.putDouble(sums + ((b * heads + h) * length + first + r) * Double.BYTES, most[r] + Math.log(sum[r]));
    }
  }

  /// How many keys of a block a query sees.
  private int valid(long query, long key, int n) {
    return causal ? (int) Math.clamp(query + 1 - key, 0, n) : n;
  }

  // ---- backward

  /// What the way back reads and writes; gradients of keys and values are sums over the heads that share them.
  record Gradients(Place q, Place k, Place v, Place mask, Place grad, Place out, long sums, Place dq, Place dk,
      Place dv) {}

  /// Adds to `dq`, `dk` and `dv`, which hold zeros.
  void backward(Gradients g) {
    long centres = ScratchMemory.allocate(batch * heads * length * bytes());
    try {
      centres(g, centres);
      long pairs = batch * keyHeads;
      if (pairs >= Parallel.threads()) {
        Parallel.run(pairs, 1, (begin, end) -> {
          try (var tile = new Tile(g, centres)) {
            for (long i = begin; i < end; i++) {
              for (long key = 0; key < keys; key += KEY_BLOCK) tile.keyBlock(i / keyHeads, i % keyHeads, key, true);
            }
          }
        });
        return;
      }
      // Few heads: keys over threads first, then queries, with the scores computed twice.
      long keyBlocks = (keys + KEY_BLOCK - 1) / KEY_BLOCK;
      Parallel.run(pairs * keyBlocks, 1, (begin, end) -> {
        try (var tile = new Tile(g, centres)) {
          for (long i = begin; i < end; i++) {
            long pair = i / keyBlocks;
            tile.keyBlock(pair / keyHeads, pair % keyHeads, i % keyBlocks * KEY_BLOCK, false);
          }
        }
      });
      long queryBlocks = (length + QUERY_BLOCK - 1) / QUERY_BLOCK;
      Parallel.run(batch * heads * queryBlocks, 1, (begin, end) -> {
        try (var tile = new Tile(g, centres)) {
          for (long i = begin; i < end; i++) {
            long head = i / queryBlocks;
            long first = i % queryBlocks * QUERY_BLOCK;
            for (long key = 0; key < keys; key += KEY_BLOCK)
              tile.run(head / heads, head % heads, first, key, true, false);
          }
        }
      });
    } finally {
      ScratchMemory.free(centres);
    }
  }

  /// The sum of each row of `grad * out`, which is what its probabilities' gradients are centred by.
  private void centres(Gradients g, long centres) {
    Rows rows = Rows.of(type);
    Parallel.run(batch * heads * length, Math.max(1, (8 << 10) / Math.max(1, valueWidth)), (begin, end) -> {
      for (long i = begin; i < end; i++) {
        long b = i / length / heads;
        long h = i / length % heads;
        long r = i % length;
        rows.put(centres, i,
            rows.dot(g.grad.at(b, h, r, bytes()), g.out.at(b, h, r, bytes()), valueWidth, 0));
      }
    });
  }

  /// A thread's part of the way back.
  private final class Tile implements AutoCloseable {
    private final Gradients g;
    private final long centres;
    private final long probabilities;
    private final long slopes;
    private final Rows rows = Rows.of(type);

    Tile(Gradients g, long centres) {
      this.g = g;
      this.centres = centres;
      probabilities = ScratchMemory.allocate((long) QUERY_BLOCK * KEY_BLOCK * bytes());
      slopes = ScratchMemory.allocate((long) QUERY_BLOCK * KEY_BLOCK * bytes());
    }

    @Override
    public void close() {
      ScratchMemory.free(probabilities);
      ScratchMemory.free(slopes);
    }

    /// All queries of all heads that see a block of keys.
    void keyBlock(long b, long keyHead, long key, boolean queriesToo) {
      long group = heads / keyHeads;
      for (long h = keyHead * group; h < (keyHead + 1) * group; h++) {
        for (long first = 0; first < length; first += QUERY_BLOCK) run(b, h, first, key, queriesToo, true);
      }
    }

    void run(long b, long h, long first, long key, boolean toQueries, boolean toKeys) {
      int count = (int) Math.min(QUERY_BLOCK, length - first);
      int n = (int) Math.min(KEY_BLOCK, seen(first, count) - key);
      if (n <= 0) return;
      long kh = keyHead(h);
      long qAt = g.q.at(b, h, first, bytes());
      long kAt = g.k.at(b, kh, key, bytes());
      long vAt = g.v.at(b, kh, key, bytes());
      long gradAt = g.grad.at(b, h, first, bytes());
      dots(count, n, width, g.q.row, g.k.row, scale, qAt, kAt, probabilities);
      dots(count, n, valueWidth, g.grad.row, g.v.row, 1, gradAt, vAt, slopes);
      long line = (b * heads + h) * length + first;
      for (int r = 0; r < count; r++) {
        long p = probabilities + (long) r * n * bytes();
        long s = slopes + (long) r * n * bytes();
        int valid = valid(first + r, key, n);
        double sum = Memory.getDouble(g.sums + (line + r) * Double.BYTES);
        if (valid > 0 && sum != Double.NEGATIVE_INFINITY) {
          if (g.mask.address != 0) rows.plus(p, p, g.mask.at(b, h, first + r, bytes()) + key * bytes(), valid);
          double high = (float) sum;
          rows.scaledExp(p, p, valid, high, isTiny() ? 0 : sum - high, 1);
          rows.timesCentred(s, p, s, valid, rows.get(centres, line + r));
        } else {
          valid = 0;
        }
        if (valid < n) {
          rows.fill(p + (long) valid * bytes(), n - valid, 0);
          rows.fill(s + (long) valid * bytes(), n - valid, 0);
        }
      }
      if (toQueries)
        multiply(product(count, width, n, n, g.k.row, false, g.dq.row), scale, slopes, kAt, 1,
            g.dq.at(b, h, first, bytes()));
      if (toKeys) {
        multiply(GemmShape.of(n, width, count).a(1, n).b(g.q.row, 1).c(g.dk.row, 1), scale, slopes, qAt, 1,
            g.dk.at(b, kh, key, bytes()));
        multiply(GemmShape.of(n, valueWidth, count).a(1, n).b(g.grad.row, 1).c(g.dv.row, 1), 1, probabilities, gradAt,
            1, g.dv.at(b, kh, key, bytes()));
      }
    }
  }
}
