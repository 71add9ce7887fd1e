package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.kernel.RecurrentGates;
import jtorch.cpu.kernel.Rows;
import jtorch.cpu.matrix.Gemm;
import jtorch.cpu.matrix.GemmShape;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of one direction of one recurrent layer: a matrix product and one loop over the gates each step, and going
/// back one more product at the end for the weights of the hidden state.
final class RecurrentKernels {
  private static final long GRAIN = 4 << 10;

  private RecurrentKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("recurrent_layer", RecurrentKernels::forward);
    table.accept("recurrent_layer_backward", RecurrentKernels::backward);
  }

  /// Steps in the order in which they are computed: the first row of each and how many rows it has.
  private record Steps(int[] first, int[] rows) {
    static Steps of(Call c) {
      long[] sizes = c.longs("batch_sizes");
      int[] first = new int[sizes.length];
      int[] rows = new int[sizes.length];
      int next = 0;
      boolean reverse = c.bool("reverse");
      for (int t = 0; t < sizes.length; t++) {
        int place = reverse ? sizes.length - 1 - t : t;
        first[place] = next;
        rows[place] = (int) sizes[t];
        next += (int) sizes[t];
      }
      return new Steps(first, rows);
    }

    int count() {
      return first.length;
    }
  }

  private static DType compute(Tensor t) {
    return t.dtype().isHalf() ? DType.FLOAT32 : t.dtype();
  }

  private static Tensor plain(Tensor t, DType dtype) {
    return t.to(dtype).contiguous();
  }

  private static @Nullable Tensor plainOrNull(@Nullable Tensor t, DType dtype) {
    return t == null ? null : plain(t, dtype);
  }

  private static GemmShape shape(long m, long n, long k, boolean transposed) {
    GemmShape shape = GemmShape.of(m, n, k);
    return transposed ? shape.b(1, k) : shape;
  }

  private interface Row {
    void run(long row);
  }

  private static void each(int rows, long width, Row body) {
    Parallel.run(rows, Math.max(1, GRAIN / Math.max(1, width)), (begin, end) -> {
      for (long r = begin; r < end; r++) body.run(r);
    });
  }

  private static void forward(Call c) {
    String kind = c.string("kind");
    DType dtype = compute(c.tensor("gates"));
    int size = dtype.size();
    Tensor given = plain(c.tensor("gates"), dtype);
    // Gates after activation, and what the hidden state gave for a GRU; kept for the way back.
    Tensor gates = c.out(3);
    Tensor hidden = c.out(4);
    Tensor weight = plain(c.tensor("w_hh"), dtype);
    Tensor weights = weight.t().contiguous();
    Tensor bias = plainOrNull(c.tensorOrNull("b_hh"), dtype);
    Tensor h = plain(c.tensor("hx"), dtype).clone();
    Tensor cell = c.has("cx") ? plain(c.tensor("cx"), dtype).clone() : h;
    Tensor out = c.out(0).dtype() == dtype ? c.out(0) : Torch.empty(c.out(0).sizes(), dtype);
    Memory.copy(given.address(), gates.address(), given.numel() * size);
    long n = h.size(1);
    long width = given.size(1);
    Steps steps = Steps.of(c);
    RecurrentGates loops = RecurrentGates.of(dtype == DType.FLOAT64);
    boolean lstm = kind.equals("lstm");
    boolean gru = kind.equals("gru");
    for (int s = 0; s < steps.count(); s++) {
      int rows = steps.rows[s];
      long first = steps.first[s];
      long g = gates.address() + first * width * size;
      long o = out.address() + first * n * size;
      if (gru) {
        long q = hidden.address() + first * width * size;
        for (int r = 0; bias != null && r < rows; r++) Memory.copy(bias.address(), q + r * width * size, width * size);
        Gemm.run(PooledScratch.INSTANCE, dtype, shape(rows, width, n, false), 1, h.address(), weights.address(),
            bias == null ? 0 : 1, q);
        each(rows, 3 * n, r -> {
          long row = r * n * size;
          loops.gru(g + r * width * size, q + r * width * size, h.address() + row, n);
          Memory.copy(h.address() + row, o + row, n * size);
        });
      } else {
        Gemm.run(PooledScratch.INSTANCE, dtype, shape(rows, width, n, false), 1, h.address(), weights.address(), 1, g);
        long cells = lstm ? hidden.address() + first * n * size : 0;
        each(rows, width, r -> {
          long row = r * n * size;
          if (lstm) loops.lstm(g + r * width * size, cell.address() + row, cells + row, h.address() + row, n);
          else loops.plain(kind.equals("tanh"), g + r * width * size, h.address() + row, n);
          Memory.copy(h.address() + row, o + row, n * size);
        });
      }
    }
    Reference.reachabilityFence(given);
    Reference.reachabilityFence(weights);
    Reference.reachabilityFence(bias);
    if (out != c.out(0)) c.out(0).copy_(out);
    c.out(1).copy_(h);
    if (lstm) c.out(2).copy_(cell);
  }

  private static void backward(Call c) {
    String kind = c.string("kind");
    boolean lstm = kind.equals("lstm");
    boolean gru = kind.equals("gru");
    DType given = c.tensor("gates").dtype();
    DType dtype = compute(c.tensor("gates"));
    int size = dtype.size();
    Tensor gates = c.tensor("activated").contiguous();
    Tensor hidden = c.tensor("hidden").contiguous();
    Tensor out = plain(c.tensor("out"), dtype);
    Tensor weight = plain(c.tensor("w_hh"), dtype);
    Tensor h0 = plain(c.tensor("hx"), dtype);
    Tensor c0 = c.has("cx") ? plain(c.tensor("cx"), dtype) : h0;
    Tensor dout = plain(c.tensor("grad_out"), dtype);
    Tensor dh = plain(c.tensor("grad_h"), dtype).clone();
    Tensor dc = lstm ? plain(c.tensor("grad_c"), dtype).clone() : dh;
    long total = out.size(0);
    long n = h0.size(1);
    long width = gates.size(1);
    Tensor dgates = Torch.empty(new long[] {total, width}, dtype);
    Tensor dhidden = gru ? Torch.empty(new long[] {total, width}, dtype) : dgates;
    // The hidden state that each step began with.
    Tensor begun = Torch.empty(new long[] {total, n}, dtype);
    RecurrentGates loops = RecurrentGates.of(dtype == DType.FLOAT64);
    Steps steps = Steps.of(c);
    long stateRow = n * size;
    long gateRow = width * size;
    for (int s = steps.count() - 1; s >= 0; s--) {
      int rows = steps.rows[s];
      long first = steps.first[s];
      int known = s > 0 ? Math.min(rows, steps.rows[s - 1]) : 0;
      long previous = s > 0 ? steps.first[s - 1] : 0;
      each(rows, width, r -> {
        long from = r < known ? out.address() + (previous + r) * stateRow : h0.address() + r * stateRow;
        long before = begun.address() + (first + r) * stateRow;
        Memory.copy(from, before, stateRow);
        long grad = dh.address() + r * stateRow;
        add(dtype, grad, dout.address() + (first + r) * stateRow, n);
        long g = gates.address() + (first + r) * gateRow;
        long d = dgates.address() + (first + r) * gateRow;
        if (lstm) {
          long cell = r < known ? hidden.address() + (previous + r) * stateRow : c0.address() + r * stateRow;
          loops.lstmBackward(g, hidden.address() + (first + r) * stateRow, cell, grad, dc.address() + r * stateRow, d,
              n);
        } else if (gru) {
          loops.gruBackward(g, hidden.address() + (first + r) * gateRow, before, grad, d,
              dhidden.address() + (first + r) * gateRow, n);
        } else {
          loops.plainBackward(kind.equals("tanh"), out.address() + (first + r) * stateRow, grad, d, n);
        }
      });
      Gemm.run(PooledScratch.INSTANCE, dtype, shape(rows, n, width, false), 1, dhidden.address() + first * gateRow,
          weight.address(), gru ? 1 : 0, dh.address());
    }
    Tensor dw = dhidden.t().mm(begun);
    Tensor db = c.has("b_hh") ? dhidden.sum(0) : Torch.zeros(new long[] {0}, dtype);
    for (Tensor t : new Tensor[] {gates, hidden, out, weight, h0, c0, dout, begun}) Reference.reachabilityFence(t);
    c.give(new Tensor[] {dgates.to(given), dh.to(given), lstm ? dc.to(given) : Torch.zeros(new long[] {0}, given),
      dw.to(given), db.to(given)});
  }

  private static void add(DType dtype, long y, long x, long n) {
    Rows.of(dtype).plus(y, y, x, n);
  }
}
