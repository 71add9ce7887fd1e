package jtorch.cpu.attention;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.attention.FlashAttention.Gradients;
import jtorch.cpu.attention.FlashAttention.Place;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// Brings tensors to [FlashAttention]: rows contiguous, halves as float32.
public final class AttentionKernels {
  private AttentionKernels() {}

  public static void register(BiConsumer<String, Kernel> table) {
    table.accept("flash_attention", AttentionKernels::forward);
    table.accept("flash_attention_backward", AttentionKernels::backward);
  }

  private static DType compute(Call c) {
    DType dtype = c.tensor("query").dtype();
    return dtype.isHalf() ? DType.FLOAT32 : dtype;
  }

  private static Tensor rows(Tensor t, DType dtype) {
    Tensor wide = t.to(dtype);
    return wide.stride(-1) == 1 || wide.size(-1) == 1 ? wide : wide.contiguous();
  }

  private static Place place(Tensor t) {
    return new Place(t.address(), t.stride(0), t.stride(1), t.stride(2));
  }

  /// The mask over all batches, heads and queries, broadcast by distances of 0.
  private static @Nullable Tensor mask(Call c, DType dtype) {
    Tensor mask = c.tensorOrNull("attn_mask");
    if (mask == null) return null;
    Tensor q = c.tensor("query");
    long keys = c.tensor("key").size(2);
    Tensor wide = mask.to(dtype);
    if (wide.size(-1) != keys || wide.stride(-1) != 1) {
      long[] sizes = wide.sizes().clone();
      sizes[sizes.length - 1] = keys;
      wide = wide.expand(sizes).contiguous();
    }
    return wide.expand(q.size(0), q.size(1), q.size(2), keys);
  }

  private static FlashAttention plan(Call c, DType dtype) {
    Tensor q = c.tensor("query");
    Tensor k = c.tensor("key");
    return new FlashAttention(dtype, q.size(0), q.size(1), k.size(1), q.size(2), k.size(2), q.size(3),
        c.tensor("value").size(3), c.bool("is_causal"), c.number("scale"));
  }

  private static void forward(Call c) {
    DType dtype = compute(c);
    Tensor q = rows(c.tensor("query"), dtype);
    Tensor k = rows(c.tensor("key"), dtype);
    Tensor v = rows(c.tensor("value"), dtype);
    Tensor mask = mask(c, dtype);
    Tensor out = c.out(0).dtype() == dtype ? c.out(0) : Torch.emptyLike(c.out(0), dtype);
    if (out.numel() == 0) return;
    plan(c, dtype).forward(place(q), place(k), place(v), mask == null ? Place.NONE : place(mask), place(out),
        c.out(1).address());
    Reference.reachabilityFence(q);
    Reference.reachabilityFence(k);
    Reference.reachabilityFence(v);
    Reference.reachabilityFence(mask);
    if (out != c.out(0)) c.out(0).copy_(out);
  }

  private static void backward(Call c) {
    DType given = c.tensor("query").dtype();
    DType dtype = compute(c);
    Tensor grad = rows(c.tensor("grad"), dtype);
    Tensor q = rows(c.tensor("query"), dtype);
    Tensor k = rows(c.tensor("key"), dtype);
    Tensor v = rows(c.tensor("value"), dtype);
    Tensor out = rows(c.tensor("out"), dtype);
    Tensor sums = c.tensor("logsumexp").contiguous();
    Tensor mask = mask(c, dtype);
    Tensor dq = Torch.zeros(q.sizes(), dtype);
    Tensor dk = Torch.zeros(k.sizes(), dtype);
    Tensor dv = Torch.zeros(v.sizes(), dtype);
    if (grad.numel() > 0) {
      plan(c, dtype).backward(new Gradients(place(q), place(k), place(v), mask == null ? Place.NONE : place(mask),
          place(grad), place(out), sums.address(), place(dq), place(dk), place(dv)));
    }
    for (Tensor t : new @Nullable Tensor[] {grad, q, k, v, out, sums, mask}) Reference.reachabilityFence(t);
    c.give(new Tensor[] {dq.to(given), dk.to(given), dv.to(given)});
  }
}
