package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention: `softmax(scale * query key^T + mask) value`.
///
/// **Shapes**: query `[*, heads, L, E]`, key `[*, heads, S, E]`, value `[*, heads, S, V]`; with `enable_gqa` heads of keys
/// and values divide those of queries. A bool mask keeps what is true, a floating one is added; rows without any key give
/// zeros. Fused without dropout: memory grows with `L + S`; second derivatives go through the products.
public final class Attention {
  /// The gradients of query, key and value.
  static final Operator FLASH_BACKWARD = Operator.declare(
      "jtorch::flash_attention_backward(Tensor grad, Tensor query, Tensor key, Tensor value, Tensor? attn_mask, Tensor out, Tensor logsumexp, bool is_causal, float scale) -> (Tensor, Tensor, Tensor)")
      .kernel("flash_attention_backward")
      .composition(c -> {
        Tensor g = c.tensor("grad");
        Tensor q = c.tensor("query");
        long group = q.size(1) / c.tensor("key").size(1);
        Tensor k = c.tensor("key").repeatInterleave(group, 1);
        Tensor v = c.tensor("value").repeatInterleave(group, 1);
        double scale = c.number("scale");
        Tensor mask = c.bool("is_causal") ? causal(q, k) : c.tensorOrNull("attn_mask");
        Tensor p = safeSoftmax(added(q.matmul(k.transpose(-2, -1)).mul(scale), mask));
        Tensor dp = g.matmul(v.transpose(-2, -1));
        Tensor ds = p.mul(dp.sub(dp.mul(p).sum(-1, true)));
        return new Tensor[] {ds.matmul(k).mul(scale), summed(ds.transpose(-2, -1).matmul(q).mul(scale), group),
          summed(p.transpose(-2, -1).matmul(g), group)};
      });

  /// Attention of four dimensions, and the logarithms of the rows' sums.
  static final Operator FLASH = Operator.declare(
      "jtorch::flash_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask, bool is_causal, float scale) -> (Tensor, Tensor)")
      .shape(c -> {
        Tensor q = c.tensor("query");
        // Heads lie beside each other, so that joining them copies nothing.
        c.result(Torch.empty(new long[] {q.size(0), q.size(2), q.size(1), c.tensor("value").size(3)}, q.dtype(),
            q.device()).transpose(1, 2));
        c.result(new long[] {q.size(0), q.size(1), q.size(2)}, DType.FLOAT64);
      })
      .kernel("flash_attention")
      .gradients(new String[] {"query", "key", "value"},
          b -> FLASH_BACKWARD.tensors(b.grad(0), b.tensor("query"), b.tensor("key"), b.tensor("value"),
              b.tensorOrNull("attn_mask"), b.result(0), b.result(1), b.bool("is_causal"), b.number("scale")),
          "query", "key", "value", "attn_mask", Operator.RESULT)
      .notDifferentiable(1);

  /// Softmax that gives zeros where nothing but -inf is.
  public static final Operator SAFE_SOFTMAX =
      Operator.declare("aten::_safe_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Tensor masked = self.eq(Double.NEGATIVE_INFINITY).all(c.integer("dim"), true);
            return Softmax.SOFTMAX.tensor(self, c.integer("dim"), c.value("dtype")).maskedFill(masked, 0L);
          });

  /// Attention by its formula, and the probabilities; always right, with memory for all scores.
  public static final Operator MATH = Operator.declare(
      "aten::_scaled_dot_product_attention_math(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, Tensor? dropout_mask=None, *, float? scale=None, bool enable_gqa=False) -> (Tensor, Tensor)")
      .composition(c -> {
        check(c);
        Tensor q = c.tensor("query");
        DType dtype = q.dtype();
        DType wide = dtype.isHalf() ? DType.FLOAT32 : dtype;
        double scale = Math.sqrt(Math.abs(scale(c, q)));
        q = q.to(wide).mul(Math.copySign(scale, scale(c, q)));
        Tensor k = c.tensor("key").to(wide);
        Tensor v = c.tensor("value").to(wide);
        if (c.bool("enable_gqa")) {
          checkGroups(c, q, k, v);
          long heads = q.size(-3);
          k = k.repeatInterleave(heads / k.size(-3), k.dim() - 3);
          v = v.repeatInterleave(heads / v.size(-3), v.dim() - 3);
        }
        Tensor mask = c.bool("is_causal") ? causal(q, k) : c.tensorOrNull("attn_mask");
        Tensor attention = safeSoftmax(added(q.matmul(k.transpose(-2, -1).mul(scale)), mask));
        double p = c.number("dropout_p");
        if (p > 0 && c.has("dropout_mask")) {
          Tensor kept = attention.maskedFill(c.tensor("dropout_mask").logicalNot(), 0L);
          return new Tensor[] {kept.matmul(v.mul(1 / (1 - p))).to(dtype), attention.to(dtype)};
        }
        if (p > 0) attention = Dropouts.DROPOUT.tensor(attention, p, true);
        return new Tensor[] {attention.matmul(v).to(dtype), attention.to(dtype)};
      });

  public static final Operator SCALED_DOT_PRODUCT = Operator.declare(
      "aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor")
      .composition(c -> {
        check(c);
        Tensor q = c.tensor("query");
        Tensor k = c.tensor("key");
        Tensor v = c.tensor("value");
        Tensor mask = c.tensorOrNull("attn_mask");
        if (c.number("dropout_p") > 0 || !isFusible(c, q, k, v, mask) || isSmallAndPlain(q, k, v))
          return MATH.tensors(q, k, v, mask, c.number("dropout_p"), c.bool("is_causal"), null, c.value("scale"),
              c.bool("enable_gqa"))[0];
        if (mask != null && mask.dtype() == DType.BOOL)
          mask = Torch.where(mask, 0.0, Double.NEGATIVE_INFINITY).to(q.dtype().isHalf() ? DType.FLOAT32 : q.dtype());
        double scale = scale(c, q);
        if (q.dim() == 4)
          return FLASH.tensors(q, sameBatch(k, q), sameBatch(v, q), mask, c.bool("is_causal"), scale)[0];
        Tensor q4 = q.unsqueeze(0);
        Tensor k4 = k.unsqueeze(0);
        Tensor v4 = v.unsqueeze(0);
        while (q4.dim() < 4) {
          q4 = q4.unsqueeze(0);
          k4 = k4.unsqueeze(0);
          v4 = v4.unsqueeze(0);
        }
        Tensor out = FLASH.tensors(q4, k4, v4, mask, c.bool("is_causal"), scale)[0];
        while (out.dim() > q.dim()) out = out.squeeze(0);
        return out;
      });

  private Attention() {}

  private static Tensor sameBatch(Tensor t, Tensor q) {
    return t.size(0) == q.size(0) ? t : t.expand(q.size(0), -1, -1, -1);
  }

  private static double scale(Call c, Tensor q) {
    return c.number("scale", 1 / Math.sqrt(q.size(-1)));
  }

  /// Whether keys up to a query's own number are seen.
  private static Tensor causal(Tensor q, Tensor k) {
    return Torch.arange(q.size(-2)).unsqueeze(-1).ge(Torch.arange(k.size(-2)));
  }

  private static Tensor added(Tensor scores, @Nullable Tensor mask) {
    if (mask == null) return scores;
    return mask.dtype() == DType.BOOL ? scores.maskedFill(mask.logicalNot(), Double.NEGATIVE_INFINITY)
        : scores.add(mask.to(scores.dtype()));
  }

  private static Tensor safeSoftmax(Tensor scores) {
    return SAFE_SOFTMAX.tensor(scores, -1L, null);
  }

  private static Tensor summed(Tensor t, long group) {
    if (group == 1) return t;
    return t.unflatten(1, t.size(1) / group, group).sum(2);
  }

  /// What PyTorch computes by the formula, where fusing gains nothing either: same digits then.
  private static boolean isSmallAndPlain(Tensor q, Tensor k, Tensor v) {
    boolean plain = q.dim() != 4 || q.size(-1) != v.size(-1) || q.size(1) != k.size(1) || q.size(0) != k.size(0);
    return plain && q.numel() * k.size(-2) <= 1 << 16;
  }

  private static boolean isFusible(Call c, Tensor q, Tensor k, Tensor v, @Nullable Tensor mask) {
    int d = q.dim();
    if (d < 2 || d > 4 || k.dim() != d || v.dim() != d) return false;
    if (!q.dtype().isFloatingPoint() || mask != null && mask.requiresGrad()) return false;
    if (q.numel() == 0 || k.numel() == 0 || v.numel() == 0) return false;
    if (k.size(-2) != v.size(-2) || q.size(-1) != k.size(-1)) return false;
    if (d >= 3) {
      long heads = q.size(-3);
      if (k.size(-3) != v.size(-3)) return false;
      if (k.size(-3) != heads && !(c.bool("enable_gqa") && heads % k.size(-3) == 0)) return false;
    }
    if (d == 4 && (k.size(0) != q.size(0) && k.size(0) != 1 || v.size(0) != q.size(0) && v.size(0) != 1)) return false;
    if (mask == null) return true;
    long[] full = q.sizes().clone();
    full[d - 1] = k.size(-2);
    long[] joined = Elementwise.broadcastShapes(full, mask.sizes());
    return joined != null && Arrays.equals(joined, full);
  }

  private static void checkGroups(Call c, Tensor q, Tensor k, Tensor v) {
    if (q.dim() < 3 || k.dim() < 3 || q.size(-3) % k.size(-3) != 0 || q.size(-3) % v.size(-3) != 0) throw c.check()
        .because("Number of heads in key and value must divide the number of heads in query").tensor("query", q)
        .tensor("key", k).tensor("value", v).shapeFailure();
  }

  private static void check(Call c) {
    Tensor q = c.tensor("query");
    Tensor k = c.tensor("key");
    Tensor v = c.tensor("value");
    Tensor mask = c.tensorOrNull("attn_mask");
    if (q.dtype() != k.dtype() || q.dtype() != v.dtype()) throw c.check().because(
        "Expected query, key, and value to have the same dtype, but got query.dtype: %s key.dtype: %s and value.dtype: %s instead.",
        q.dtype(), k.dtype(), v.dtype()).failure();
    if (q.dim() < 2 || k.dim() < 2 || v.dim() < 2) throw c.check().because(
        "Expected query, key, and value to all be at least 2 dimensional, but got query.dim: %d, key.dim: %d and value.dim: %d instead.",
        q.dim(), k.dim(), v.dim()).shapeFailure();
    if (q.size(-1) != k.size(-1)) throw c.check().because(
        "Expected query and key to have the same size in the last dimension, but got %d and %d", q.size(-1), k.size(-1))
        .tensor("query", q).tensor("key", k).shapeFailure();
    if (mask == null) return;
    if (c.bool("is_causal")) throw c.check()
        .because("Explicit attn_mask should not be set when is_causal=True").tensor("attn_mask", mask).failure();
    if (mask.dtype() != DType.BOOL && mask.dtype() != q.dtype() && mask.dtype() != DType.FLOAT32) throw c.check()
        .because(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: %s and query.dtype: %s instead.",
            mask.dtype(), q.dtype())
        .failure();
  }
}
