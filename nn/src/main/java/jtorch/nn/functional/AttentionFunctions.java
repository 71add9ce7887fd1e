package jtorch.nn.functional;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.ClassLossOptions;
import jtorch.nn.LinearCrossEntropyOptions;
import jtorch.nn.MultiHeadAttentionOptions;
import jtorch.nn.Reduction;
import jtorch.op.Attention;
import jtorch.op.EmbeddingBags;
import jtorch.op.MarginLosses;
import jtorch.op.MatrixProducts;
import jtorch.op.Padding;
import jtorch.op.SequenceLosses;
import org.jspecify.annotations.Nullable;

/// Attention, tables, and losses of sequences, which [F] inherits.
public abstract class AttentionFunctions extends VisionFunctions {
  AttentionFunctions() {}

  // ---- attention -------------------------------------------------------------------------------------------------

  /// `softmax(query key^T / sqrt(E)) value`: query `[*, L, E]`, key `[*, S, E]`, value `[*, S, V]`.
  public static Tensor scaledDotProductAttention(Tensor query, Tensor key, Tensor value) {
    return scaledDotProductAttention(query, key, value, null, 0, false, null, false);
  }

  /// Without dropout fused, forward and backward: memory grows with the length, not with its square.
  ///
  /// @param attnMask bool (true is seen) or numbers added to scores, broadcast over `[*, L, S]`
  /// @param isCausal whether a query sees only keys up to its own number
  /// @param scale null for `1 / sqrt(E)`
  /// @param enableGqa whether heads of queries share heads of keys and values
  public static Tensor scaledDotProductAttention(Tensor query, Tensor key, Tensor value, @Nullable Tensor attnMask,
      double dropoutP, boolean isCausal, @Nullable Double scale, boolean enableGqa) {
    return Attention.SCALED_DOT_PRODUCT.tensor(query, key, value, attnMask, dropoutP, isCausal, scale, enableGqa);
  }

  /// Attention in several heads between projections: query `[L, N, E]`, key and value `[S, N, E]` (or without N); gives the
  /// output like query, and the probabilities or null.
  ///
  /// @throws IllegalArgumentException if shapes or masks do not fit
  public static @Nullable Tensor[] multiHeadAttentionForward(Tensor query, Tensor key, Tensor value, int numHeads,
      Tensor outProjWeight, @Nullable Tensor outProjBias, UnaryOperator<MultiHeadAttentionOptions> options) {
    MultiHeadAttentionOptions o = options.apply(MultiHeadAttentionOptions.DEFAULT);
    boolean batched = checkShapes(query, key, value, numHeads, o);
    Tensor padding = o.keyPaddingMask();
    if (!batched) {
      // Equal arguments stay the same object.
      Tensor q = query.unsqueeze(1);
      Tensor k = key == query ? q : key.unsqueeze(1);
      value = value == key ? k : value.unsqueeze(1);
      query = q;
      key = k;
      if (padding != null) padding = padding.unsqueeze(0);
    }
    long length = query.size(0);
    long batch = query.size(1);
    long width = query.size(2);
    long headWidth = width / numHeads;
    if (headWidth * numHeads != width) throw failure("embed_dim " + width + " not divisible by num_heads " + numHeads);
    padding = added(padding, "key_padding_mask", query.dtype());
    if (o.isCausal() && o.attnMask() == null) throw failure(
        "Need attn_mask if specifying the is_causal hint: Transformer.generateSquareSubsequentMask makes one.");
    boolean causal = o.isCausal() && padding == null && !o.needWeights();
    Tensor mask = causal ? null : added(o.attnMask(), "attn_mask", query.dtype());
    Tensor[] projected = projected(query, key, value, o);
    Tensor q = projected[0];
    Tensor k = projected[1];
    Tensor v = projected[2];
    if (mask != null) mask = mask(mask, length, key.size(0), batch * numHeads);
    Tensor biasK = o.biasK();
    Tensor biasV = o.biasV();
    if ((biasK == null) != (biasV == null)) throw failure(
        biasK == null ? "bias_v is set but bias_k is null" : "bias_k is set but bias_v is null");
    if (biasK != null && biasV != null) {
      if (o.staticK() != null) throw failure("bias cannot be added to static key.");
      if (o.staticV() != null) throw failure("bias cannot be added to static value.");
      k = Torch.cat(k, biasK.repeat(1, batch, 1));
      v = Torch.cat(v, biasV.repeat(1, batch, 1));
      mask = oneMore(mask);
      padding = oneMore(padding);
    }
    long heads = batch * numHeads;
    q = q.reshape(length, heads, headWidth).transpose(0, 1);
    checkStatic("static_k", o.staticK(), heads, headWidth);
    checkStatic("static_v", o.staticV(), heads, headWidth);
    k = o.staticK() != null ? o.staticK() : k.reshape(k.size(0), heads, headWidth).transpose(0, 1);
    v = o.staticV() != null ? o.staticV() : v.reshape(v.size(0), heads, headWidth).transpose(0, 1);
    if (o.addZeroAttn()) {
      Tensor zeros = Torch.zeros(new long[] {heads, 1, headWidth}, k.dtype());
      k = Torch.cat(new Tensor[] {k, zeros}, 1);
      v = Torch.cat(new Tensor[] {v, zeros}, 1);
      mask = oneMore(mask);
      padding = oneMore(padding);
    }
    long keys = k.size(1);
    if (padding != null) {
      long[] wanted = {batch, keys};
      for (int d = 0; d < 2; d++) {
        if (padding.size(d) != wanted[d]) throw failure(
            "Expected key_padding_mask.shape[" + d + "] to be " + wanted[d] + ", but got " + padding.size(d));
      }
      Tensor each = padding.view(batch, 1, 1, keys).expand(-1, numHeads, -1, -1).reshape(heads, 1, keys);
      mask = mask == null ? each : mask.add(each);
    }
    double p = o.training() ? o.dropoutP() : 0;
    if (o.needWeights()) {
      Tensor scores = q.mul(Math.sqrt(1.0 / headWidth)).bmm(k.transpose(-2, -1));
      if (mask != null) scores = scores.add(mask);
      Tensor weights = F.softmax(scores, -1);
      if (p > 0) weights = F.dropout(weights, p, true);
      Tensor out = joined(weights.bmm(v).transpose(0, 1).reshape(length * batch, width), length, batch, outProjWeight,
          outProjBias);
      weights = weights.view(batch, numHeads, length, keys);
      if (o.averageAttnWeights()) weights = weights.mean(1);
      return batched ? new @Nullable Tensor[] {out, weights}
          : new @Nullable Tensor[] {out.squeeze(1), weights.squeeze(0)};
    }
    if (mask != null) mask = mask.size(0) == 1 ? mask.unsqueeze(0) : mask.view(batch, numHeads, -1, keys);
    Tensor out = scaledDotProductAttention(q.view(batch, numHeads, length, headWidth),
        k.view(batch, numHeads, keys, headWidth), v.view(batch, numHeads, keys, headWidth), mask, p, causal, null,
        false);
    out = joined(out.permute(2, 0, 1, 3).reshape(batch * length, width), length, batch, outProjWeight, outProjBias);
    return new @Nullable Tensor[] {batched ? out : out.squeeze(1), null};
  }

  /// Whether there is a dimension of batches.
  private static boolean checkShapes(Tensor query, Tensor key, Tensor value, int numHeads,
      MultiHeadAttentionOptions o) {
    int dims = query.dim();
    if (dims != 2 && dims != 3) throw failure(
        "query should be unbatched 2D or batched 3D tensor but received " + dims + "-D query tensor");
    String of = dims == 3 ? "For batched (3-D) query" : "For unbatched (2-D) query";
    if (key.dim() != dims || value.dim() != dims) throw failure(of + ", expected key and value to be " + dims
        + "-D but found " + key.dim() + "-D and " + value.dim() + "-D tensors respectively");
    Tensor padding = o.keyPaddingMask();
    if (padding != null && padding.dim() != dims - 1) throw failure(of + ", expected key_padding_mask to be null or "
        + (dims - 1) + "-D but found " + padding.dim() + "-D tensor instead");
    Tensor mask = o.attnMask();
    if (mask == null) return dims == 3;
    if (mask.dim() != 2 && mask.dim() != 3) throw failure(
        of + ", expected attn_mask to be null, 2-D or 3-D but found " + mask.dim() + "-D tensor instead");
    long[] each = {numHeads, query.size(0), key.size(0)};
    if (dims == 2 && mask.dim() == 3 && !Arrays.equals(mask.sizes(), each)) throw failure(
        "Expected attn_mask shape to be " + Arrays.toString(each) + " but got " + Arrays.toString(mask.sizes()));
    return dims == 3;
  }

  private static void checkStatic(String name, @Nullable Tensor given, long heads, long headWidth) {
    if (given == null) return;
    if (given.size(0) != heads)
      throw failure("expecting " + name + ".size(0) of " + heads + ", but got " + given.size(0));
    if (given.size(2) != headWidth)
      throw failure("expecting " + name + ".size(2) of " + headWidth + ", but got " + given.size(2));
  }

  private static IllegalArgumentException failure(String reason) {
    return new IllegalArgumentException("multi_head_attention_forward: " + reason);
  }

  private static Tensor joined(Tensor rows, long length, long batch, Tensor weight, @Nullable Tensor bias) {
    return MatrixProducts.LINEAR.tensor(rows, weight, bias).view(length, batch, weight.size(0));
  }

  /// A mask as numbers added to scores.
  private static @Nullable Tensor added(@Nullable Tensor mask, String name, DType dtype) {
    if (mask == null || mask.dtype().isFloatingPoint()) return mask;
    if (mask.dtype() != DType.BOOL)
      throw failure("only bool and floating types of " + name + " are supported, got " + mask.dtype());
    return Torch.zeros(mask.sizes(), dtype).maskedFill_(mask, Double.NEGATIVE_INFINITY);
  }

  private static Tensor mask(Tensor mask, long length, long keys, long heads) {
    long[] wanted = mask.dim() == 2 ? new long[] {length, keys} : new long[] {heads, length, keys};
    if (!Arrays.equals(mask.sizes(), wanted)) throw failure("The shape of the " + mask.dim() + "D attn_mask is "
        + Arrays.toString(mask.sizes()) + ", but should be " + Arrays.toString(wanted) + ".");
    return mask.dim() == 2 ? mask.unsqueeze(0) : mask;
  }

  private static @Nullable Tensor oneMore(@Nullable Tensor mask) {
    return mask == null ? null : Padding.PAD.tensor(mask, new long[] {0, 1}, "constant", null);
  }

  private static Tensor[] projected(Tensor query, Tensor key, Tensor value, MultiHeadAttentionOptions o) {
    long width = query.size(2);
    @Nullable Tensor[] biases = {null, null, null};
    if (o.inProjBias() != null) biases = o.inProjBias().chunk(3, 0);
    Tensor weight = o.inProjWeight();
    if (weight != null) {
      if (weight.size(1) != width)
        throw failure("was expecting embedding dimension of " + weight.size(1) + ", but got " + width);
      if (!Arrays.equals(key.sizes(), value.sizes())) throw failure("key shape " + Arrays.toString(key.sizes())
          + " does not match value shape " + Arrays.toString(value.sizes()));
      if (query == key && key == value) {
        // Self-attention is one product.
        Tensor all = MatrixProducts.LINEAR.tensor(query, weight, o.inProjBias());
        return new Tensor[] {all.narrow(2, 0, width), all.narrow(2, width, width), all.narrow(2, 2 * width, width)};
      }
      if (key == value) {
        // Keys and values of the same tensor are one product, too.
        @Nullable Tensor bias = o.inProjBias();
        Tensor both = MatrixProducts.LINEAR.tensor(key, weight.narrow(0, width, 2 * width),
            bias == null ? null : bias.narrow(0, width, 2 * width));
        return new Tensor[] {MatrixProducts.LINEAR.tensor(query, weight.narrow(0, 0, width), biases[0]),
          both.narrow(2, 0, width), both.narrow(2, width, width)};
      }
      Tensor[] weights = weight.chunk(3, 0);
      return new Tensor[] {MatrixProducts.LINEAR.tensor(query, weights[0], biases[0]),
        MatrixProducts.LINEAR.tensor(key, weights[1], biases[1]),
        MatrixProducts.LINEAR.tensor(value, weights[2], biases[2])};
    }
    if (o.qProjWeight() == null || o.kProjWeight() == null || o.vProjWeight() == null)
      throw failure("in_proj_weight is null, and projections are not given apart");
    if (key.size(0) != value.size(0) || key.size(1) != value.size(1)) throw failure(
        "key's sequence and batch dims [" + key.size(0) + ", " + key.size(1) + "] do not match value's ["
            + value.size(0) + ", " + value.size(1) + "]");
    return new Tensor[] {
      MatrixProducts.LINEAR.tensor(query, Objects.requireNonNull(o.qProjWeight()), biases[0]),
      MatrixProducts.LINEAR.tensor(key, Objects.requireNonNull(o.kProjWeight()), biases[1]),
      MatrixProducts.LINEAR.tensor(value, Objects.requireNonNull(o.vProjWeight()), biases[2])};
  }

  // ---- tables ----------------------------------------------------------------------------------------------------

  /// Sums, means or maxima of rows of a table: `[N]` indices in bags that begin at the offsets, or `[B, n]`, a bag a row.
  ///
  /// @param mode `sum`, `mean` or `max`
  /// @param perSampleWeights what each row is multiplied by, shaped like the input; with `sum` only
  /// @param paddingIdx an index that counts nothing
  public static Tensor embeddingBag(Tensor input, Tensor weight, @Nullable Tensor offsets, String mode,
      boolean scaleGradByFreq, @Nullable Tensor perSampleWeights, boolean includeLastOffset,
      @Nullable Long paddingIdx) {
    return embeddingBag(input, weight, offsets, mode, scaleGradByFreq, false, perSampleWeights, includeLastOffset,
        paddingIdx);
  }

  /// With `sparse` the table's gradient is a sparse tensor of the rows that were read.
  public static Tensor embeddingBag(Tensor input, Tensor weight, @Nullable Tensor offsets, String mode,
      boolean scaleGradByFreq, boolean sparse, @Nullable Tensor perSampleWeights, boolean includeLastOffset,
      @Nullable Long paddingIdx) {
    if (perSampleWeights != null && !Arrays.equals(input.sizes(), perSampleWeights.sizes()))
      throw new IllegalArgumentException("embedding_bag: If per_sample_weights (" + Arrays.toString(
          perSampleWeights.sizes()) + ") is not None, then it must have the same shape as the input ("
          + Arrays.toString(input.sizes()) + ")");
    if (input.dim() == 2) {
      if (offsets != null) throw new IllegalArgumentException(
          "embedding_bag: if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences.");
      offsets = Torch.arange(input.size(0)).mul(input.size(1)).to(input.dtype());
      input = input.reshape(-1);
      if (perSampleWeights != null) perSampleWeights = perSampleWeights.reshape(-1);
    } else if (input.dim() != 1) {
      throw new IllegalArgumentException(
          "embedding_bag: input has to be 1D or 2D Tensor, but got Tensor of dimension " + input.dim());
    } else if (offsets == null) {
      throw new IllegalArgumentException("embedding_bag: offsets has to be a 1D Tensor but got null");
    }
    long code = switch (mode) {
      case "sum" -> 0;
      case "mean" -> 1;
      case "max" -> 2;
      default -> throw new IllegalArgumentException("embedding_bag: mode has to be one of sum, mean or max");
    };
    if (code == 2 && scaleGradByFreq) throw new IllegalArgumentException(
        "embedding_bag: max mode does not support scaling the gradient by the frequency");
    if (code != 0 && perSampleWeights != null) throw new IllegalArgumentException(
        "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='"
            + mode + "').");
    return EmbeddingBags.EMBEDDING_BAG_PADDING.tensors(weight, input, offsets, scaleGradByFreq, code, sparse,
        perSampleWeights, includeLastOffset, paddingIdx)[0];
  }

  public static Tensor embeddingBag(Tensor input, Tensor weight, @Nullable Tensor offsets, String mode) {
    return embeddingBag(input, weight, offsets, mode, false, null, false, null);
  }

  /// Convolution along time: input `[T, N, I]`, weight `[k, I, O]`, bias `[O]`.
  public static Tensor convTbc(Tensor input, Tensor weight, Tensor bias, long pad) {
    return Torch.convTbc(input, weight, bias, pad);
  }

  // ---- losses ----------------------------------------------------------------------------------------------------

  /// The loss of unaligned label sequences: logProbs `[T, N, C]`, targets `[N, S]` or all of them one after the other.
  ///
  /// @param zeroInfinity whether sequences that cannot be aligned count nothing
  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank,
      Reduction reduction, boolean zeroInfinity) {
    return SequenceLosses.CTC_LOSS_TENSOR.tensor(logProbs, targets, inputLengths, targetLengths, blank,
        reduction.code(), zeroInfinity);
  }

  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, long[] inputLengths, long[] targetLengths, long blank,
      Reduction reduction, boolean zeroInfinity) {
    return SequenceLosses.CTC_LOSS.tensor(logProbs, targets, inputLengths, targetLengths, blank, reduction.code(),
        zeroInfinity);
  }

  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, long[] inputLengths, long[] targetLengths) {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, 0, Reduction.MEAN, false);
  }

  /// The margin of each target to each class that is none; targets of a row end before the first negative one.
  public static Tensor multilabelMarginLoss(Tensor input, Tensor target, Reduction reduction) {
    return MarginLosses.MULTILABEL_MARGIN_LOSS.tensor(input, target, reduction.code());
  }

  public static Tensor multilabelMarginLoss(Tensor input, Tensor target) {
    return multilabelMarginLoss(input, target, Reduction.MEAN);
  }

  /// Cross entropy of `input linear_weight^T + linear_bias`: input `[N, I]` or `[I]`, weight `[C, *, I]`.
  public static Tensor linearCrossEntropy(Tensor input, Tensor linearWeight, Tensor target, @Nullable Tensor linearBias,
      ClassLossOptions o) {
    if (input.dim() < 1 || input.dim() > 2) throw new IllegalArgumentException(
        "linear_cross_entropy: expected input with dimensionality 1 or 2, got " + input.dim());
    if (linearWeight.dim() < 2) throw new IllegalArgumentException(
        "linear_cross_entropy: expected linear_weight with dimensionality at least 2, got " + linearWeight.dim());
    long features = input.size(-1);
    Tensor logits = MatrixProducts.LINEAR.tensor(input, linearWeight.reshape(-1, features),
        linearBias == null ? null : linearBias.reshape(-1));
    long[] sizes = new long[input.dim() - 1 + linearWeight.dim() - 1];
    if (input.dim() == 2) sizes[0] = input.size(0);
    System.arraycopy(linearWeight.sizes(), 0, sizes, input.dim() - 1, linearWeight.dim() - 1);
    return F.crossEntropy(logits.reshape(sizes), target, o);
  }

  /// [#linearCrossEntropy] in chunks of rows where `chunks` is not null: scores and their gradients are computed, and forgotten, a chunk
  /// after the other. There is no second derivative then.
  public static Tensor linearCrossEntropy(Tensor input, Tensor linearWeight, Tensor target, @Nullable Tensor linearBias,
      ClassLossOptions o, @Nullable LinearCrossEntropyOptions chunks) {
    if (chunks == null) return linearCrossEntropy(input, linearWeight, target, linearBias, o);
    boolean plain = o.reduction() == Reduction.NONE || o.labelSmoothing() != 0
        || target.dtype() != DType.INT64 || linearWeight.dim() != 2 || input.dim() != 2;
    if (plain) return linearCrossEntropy(input, linearWeight, target, linearBias, o);
    Tensor[] given = linearBias == null ? new Tensor[] {input, linearWeight}
        : new Tensor[] {input, linearWeight, linearBias};
    DType sums = chunks.accDtype() != null ? chunks.accDtype()
        : input.dtype().isHalf() ? DType.FLOAT32 : input.dtype();
    Tensor[] grads = new Tensor[given.length];
    boolean[] wanted = new boolean[given.length];
    for (int i = 0; i < given.length; i++) {
      wanted[i] = Torch.isGradEnabled() && given[i].requiresGrad();
      grads[i] = Torch.zeros(wanted[i] ? given[i].sizes() : new long[] {0}, sums);
    }
    ClassLossOptions each = o.reduction(Reduction.SUM);
    Tensor total = Torch.zeros(new long[0], sums);
    long rows = input.size(0);
    long step = chunks.chunkSize(rows, input.size(1), linearWeight.size(0), input.dtype().isHalf());
    for (long row = 0; row < rows; row += step) {
      long n = Math.min(step, rows - row);
      Tensor[] parts = new Tensor[given.length];
      for (int i = 0; i < given.length; i++) {
        Tensor part = given[i].detach();
        parts[i] = (i == 0 ? part.narrow(0, row, n) : part).requiresGrad(wanted[i]);
      }
      Tensor loss = linearCrossEntropy(parts[0], parts[1], target.narrow(0, row, n),
          linearBias == null ? null : parts[2], each);
      total = total.add(loss.detach());
      Tensor[] leaves = Stream.of(parts).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
      if (leaves.length == 0) continue;
      @Nullable Tensor[] found = Torch.grad(new Tensor[] {loss}, leaves, null, false, false);
      int next = 0;
      for (int i = 0; i < given.length; i++) {
        if (wanted[i]) (i == 0 ? grads[0].narrow(0, row, n) : grads[i]).add_(Objects.requireNonNull(found[next++]));
      }
    }
    Tensor divisor = o.reduction() == Reduction.SUM ? null : counted(target, o).to(sums);
    Tensor result = (divisor == null ? total : total.div(divisor)).to(input.dtype());
    // A linear function of the arguments with these gradients, which is 0 here.
    for (int i = 0; i < given.length; i++) {
      if (!wanted[i]) continue;
      Tensor grad = (divisor == null ? grads[i] : grads[i].div(divisor)).to(given[i].dtype());
      result = result.add(given[i].sub(given[i].detach()).mul(grad).sum());
    }
    return result;
  }

  /// By what a mean over targets is divided: how many count, or the sum of their weights.
  private static Tensor counted(Tensor target, ClassLossOptions o) {
    Tensor counts = target.ne(o.ignoreIndex());
    Tensor weight = o.weight();
    return weight == null ? counts.sum()
        : weight.indexSelect(0, target.mul(counts)).mul(counts).sum();
  }
}
