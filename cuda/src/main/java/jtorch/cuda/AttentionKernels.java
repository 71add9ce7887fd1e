package jtorch.cuda;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of attention, forward and back, with memory linear in the length; `attention.cu` tells how. Halves of usual
/// widths go to tensor cores ([FlashAttention]).
///
/// Heads wider than [#WIDEST] are computed by the formula, with memory for all scores, as PyTorch does.
final class AttentionKernels {
  static final long WIDEST = 256;
  private static final int THREADS = 256;
  private static final int PIECE = 32;
  /// Queries of a block on the way there, queries and keys of one on the way back.
  private static final long ROWS = 64;
  private static final long BLOCK = 32;

  /// One of the kernels in `attention.cu`.
  enum Kind {
    FORWARD, KEYS, QUERIES, CENTRES
  }

  private final CudaBackend backend;
  private final ConcurrentHashMap<Wanted, Long> functions = new ConcurrentHashMap<>();

  private AttentionKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new AttentionKernels(backend);
    table.accept("flash_attention", kernels::forward);
    table.accept("flash_attention_backward", kernels::backward);
  }

  /// What tells one kernel from another.
  private record Wanted(CudaDevice gpu, Kind kind, DType element, @Nullable DType mask, long pieces,
      long valuePieces) {}

  /// How many pieces a row of so many elements has.
  static long pieces(long width) {
    return (width + PIECE - 1) / PIECE;
  }

  static String source(Kind kind, DType element, @Nullable DType mask, long pieces, long valuePieces) {
    return Sources.of("prelude") + "typedef " + Sources.type(element) + " T;\ntypedef "
        + Sources.type(TiledProduct.sums(element)) + " S;\n"
        + (mask == null ? "" : "#define HAS_MASK\ntypedef " + Sources.type(mask) + " M;\n")
        + "#define KIND " + kind.ordinal() + "\n#define QUERY_PIECES " + pieces + "\n#define VALUE_PIECES "
        + valuePieces + "\n" + Sources.of("sums") + Sources.of("heads") + Sources.of("attention");
  }

  /// With the elements of rows side by side.
  private static Tensor rows(Tensor t) {
    return t.stride(-1) == 1 || t.size(-1) == 1 ? t : t.contiguous();
  }

  /// The mask over all batches, heads and queries, broadcast by distances of 0.
  private static @Nullable Tensor mask(Call c) {
    Tensor mask = c.tensorOrNull("attn_mask");
    if (mask == null) return null;
    Tensor q = c.tensor("query");
    long keys = c.tensor("key").size(2);
    if (mask.size(-1) != keys || mask.stride(-1) != 1) {
      long[] sizes = mask.sizes().clone();
      sizes[sizes.length - 1] = keys;
      mask = mask.expand(sizes).contiguous();
    }
    return mask.expand(q.size(0), q.size(1), q.size(2), keys);
  }

  /// All tensors of a call; those of the way back are null on the way there.
  record Tensors(Call call, Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, Tensor out, Tensor sums,
      @Nullable Tensor grad, @Nullable Tensor dq, @Nullable Tensor dk, @Nullable Tensor dv,
      @Nullable Tensor centres, @Nullable Tensor summed) {
    private static void place(Arguments arguments, @Nullable Tensor t) {
      if (t == null) arguments.numbers(new long[4]);
      else arguments.number(t.pointer()).number(t.stride(0)).number(t.stride(1)).number(t.stride(2));
    }

    Arguments arguments() {
      Arguments arguments = Arguments.begin().number(q.size(0)).number(q.size(1)).number(k.size(1)).number(q.size(2))
          .number(k.size(2)).number(q.size(3)).number(v.size(3)).number(call.bool("is_causal") ? 1 : 0)
          .number(call.number("scale"));
      for (Tensor t : new @Nullable Tensor[] {q, k, v, mask, out}) place(arguments, t);
      arguments.number(sums.pointer());
      for (Tensor t : new @Nullable Tensor[] {grad, dq, dk, dv}) place(arguments, t);
      return arguments.number(centres == null ? 0 : centres.pointer()).number(summed == null ? 0 : summed.pointer());
    }
  }

  private void launch(Kind kind, Tensors t, long blocks, long pairs) {
    CudaDevice gpu = backend.device(t.q.device());
    var wanted = new Wanted(gpu, kind, t.q.dtype(), t.mask == null ? null : t.mask.dtype(), pieces(t.q.size(3)),
        pieces(t.v.size(3)));
    long function = functions.computeIfAbsent(wanted, w -> gpu.function(source(w.kind, w.element, w.mask, w.pieces,
        w.valuePieces), "attention"));
    Grid grid = new Grid(Math.toIntExact(blocks), (int) Math.min(pairs, 65_535), 1, THREADS, 1, 0);
    gpu.launch(t.call.operator().schema().name(), function, grid, t.arguments().number(0));
  }

  private static boolean isWide(Call c) {
    return c.tensor("query").size(3) > WIDEST || c.tensor("value").size(3) > WIDEST;
  }

  private void forward(Call c) {
    Tensor q = rows(c.tensor("query"));
    Tensor out = c.out(0);
    if (out.numel() == 0) return;
    if (isWide(c)) {
      Tensor scores = scores(c);
      Tensor sums = scores.to(DType.FLOAT64).logsumexp(-1, false);
      c.out(1).copy_(sums);
      out.copy_(weights(scores, sums).matmul(heads(c, c.tensor("value"), scores.dtype())));
      return;
    }
    CudaDevice gpu = backend.device(q.device());
    if (FlashAttention.takes(gpu, q, c.tensor("key"), c.tensor("value"), c.number("scale"), false)) {
      FlashAttention.forward(gpu, new Tensors(c, FlashAttention.pieces(q), FlashAttention.pieces(c.tensor("key")),
          FlashAttention.pieces(c.tensor("value")), mask(c), out, c.out(1), null, null, null, null, null, null));
      return;
    }
    var tensors = new Tensors(c, q, rows(c.tensor("key")), rows(c.tensor("value")), mask(c), out, c.out(1), null, null,
        null, null, null, null);
    launch(Kind.FORWARD, tensors, (q.size(2) + ROWS - 1) / ROWS, q.size(0) * q.size(1));
  }

  private void backward(Call c) {
    Tensor q = rows(c.tensor("query"));
    Tensor k = rows(c.tensor("key"));
    Tensor v = rows(c.tensor("value"));
    if (isWide(c)) {
      c.give(byFormula(c));
      return;
    }
    DType dtype = q.dtype();
    Tensor dq = Torch.empty(q.sizes(), dtype, q.device());
    Tensor dk = Torch.empty(k.sizes(), dtype, q.device());
    Tensor dv = Torch.empty(v.sizes(), dtype, q.device());
    CudaDevice gpu = backend.device(q.device());
    if (FlashAttention.takes(gpu, q, k, v, c.number("scale"), true)) {
      Tensor[] scratch = FlashAttention.scratch(q);
      FlashAttention.backward(gpu, new Tensors(c, FlashAttention.pieces(q), FlashAttention.pieces(k),
          FlashAttention.pieces(v), mask(c), FlashAttention.pieces(c.tensor("out")),
          c.tensor("logsumexp").contiguous(), FlashAttention.pieces(c.tensor("grad")), dq, dk, dv, scratch[0],
          scratch[1]));
      c.give(new Tensor[] {dq, dk, dv});
      return;
    }
    Tensor centres = Torch.empty(new long[] {q.size(0), q.size(1), q.size(2)}, TiledProduct.sums(dtype), q.device());
    var tensors = new Tensors(c, q, k, v, mask(c), rows(c.tensor("out")), c.tensor("logsumexp").contiguous(),
        rows(c.tensor("grad")), dq, dk, dv, centres, null);
    long lines = q.size(0) * q.size(1) * q.size(2);
    launch(Kind.CENTRES, tensors, Math.clamp((lines + 7) / 8, 1, 1 << 20), 1);
    launch(Kind.KEYS, tensors, (k.size(2) + BLOCK - 1) / BLOCK, k.size(0) * k.size(1));
    launch(Kind.QUERIES, tensors, (q.size(2) + BLOCK - 1) / BLOCK, q.size(0) * q.size(1));
    c.give(new Tensor[] {dq, dk, dv});
  }

  // ---- by the formula --------------------------------------------------------------------------------------------

  /// Keys or values for each head of the queries.
  private static Tensor heads(Call c, Tensor t, DType wide) {
    long group = c.tensor("query").size(1) / t.size(1);
    Tensor converted = t.to(wide);
    return group == 1 ? converted : converted.unsqueeze(2).expand(-1, -1, group, -1, -1).flatten(1, 2);
  }

  private static Tensor scores(Call c) {
    Tensor q = c.tensor("query");
    DType wide = TiledProduct.sums(q.dtype());
    Tensor scores = q.to(wide).matmul(heads(c, c.tensor("key"), wide).transpose(-2, -1)).mul(c.number("scale"));
    Tensor mask = c.tensorOrNull("attn_mask");
    if (mask != null) scores = scores.add(mask.to(wide));
    if (!c.bool("is_causal")) return scores;
    Tensor hidden = Torch.arange(q.size(2)).to(q.device()).unsqueeze(-1)
        .lt(Torch.arange(c.tensor("key").size(2)).to(q.device()));
    return Torch.where(hidden, Double.NEGATIVE_INFINITY, scores);
  }

  /// Zeros where a row has no key.
  private static Tensor weights(Tensor scores, Tensor sums) {
    Tensor empty = sums.eq(Double.NEGATIVE_INFINITY).unsqueeze(-1);
    return Torch.where(empty, 0.0, scores.to(DType.FLOAT64).sub(sums.unsqueeze(-1)).exp()).to(scores.dtype());
  }

  private static Tensor[] byFormula(Call c) {
    Tensor q = c.tensor("query");
    Tensor k = c.tensor("key");
    Tensor v = c.tensor("value");
    Tensor scores = scores(c);
    DType wide = scores.dtype();
    Tensor grad = c.tensor("grad").to(wide);
    Tensor p = weights(scores, c.tensor("logsumexp"));
    Tensor slopes = grad.matmul(heads(c, v, wide).transpose(-2, -1));
    Tensor ds = p.mul(slopes.sub(grad.mul(c.tensor("out").to(wide)).sum(-1, true))).mul(c.number("scale"));
    Tensor dk = ds.transpose(-2, -1).matmul(q.to(wide)).unflatten(1, k.size(1), -1).sum(2);
    Tensor dv = p.transpose(-2, -1).matmul(grad).unflatten(1, v.size(1), -1).sum(2);
    return new Tensor[] {ds.matmul(heads(c, k, wide)).to(q.dtype()), dk.to(q.dtype()), dv.to(q.dtype())};
  }
}
