package jtorch.nn;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// An encoder of source sequences, and a decoder that attends to what it gives.
///
/// **Shapes**: src `[S, N, E]`, tgt `[T, N, E]`, result `[T, N, E]`; with batchFirst `[N, S, E]` and so on; without the N for one
/// sequence. **Starts** with all matrices by `xavier_uniform_`. **As** `torch.nn.Transformer`.
/// **Source**: Vaswani et al., 2017, arXiv:1706.03762.
///
/// ```java
/// var model = new Transformer(512, 8, o -> o.numEncoderLayers(12).batchFirst(true));
/// Tensor y = model.forward(src, tgt, o -> o.tgtMask(Transformer.generateSquareSubsequentMask(tgt.size(1))));
/// ```
public class Transformer extends Module {
  /// The keyword arguments.
  ///
  /// @param customEncoder the encoder; null to make one
  /// @param customDecoder the decoder; null to make one
  /// @param layers those of each layer
  public record Options(int numEncoderLayers, int numDecoderLayers, @Nullable TransformerEncoder customEncoder,
      @Nullable TransformerDecoder customDecoder, TransformerOptions layers) {
    public Options numEncoderLayers(int v) {
      return new Options(v, numDecoderLayers, customEncoder, customDecoder, layers);
    }

    public Options numDecoderLayers(int v) {
      return new Options(numEncoderLayers, v, customEncoder, customDecoder, layers);
    }

    public Options customEncoder(@Nullable TransformerEncoder v) {
      return new Options(numEncoderLayers, numDecoderLayers, v, customDecoder, layers);
    }

    public Options customDecoder(@Nullable TransformerDecoder v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, v, layers);
    }

    public Options dimFeedforward(int v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.dimFeedforward(v));
    }

    public Options dropout(double v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.dropout(v));
    }

    public Options layerNormEps(double v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.layerNormEps(v));
    }

    public Options batchFirst(boolean v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.batchFirst(v));
    }

    public Options normFirst(boolean v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.normFirst(v));
    }

    public Options bias(boolean v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.bias(v));
    }

    public Options dtype(DType v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.dtype(v));
    }

    public Options activation(String v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.activation(v));
    }

    public Options activation(UnaryOperator<Tensor> v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.activation(v));
    }

    public Options activationOf(Supplier<? extends Module> v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.activationOf(v));
    }

    public Options activation(Module v) {
      return new Options(numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, layers.activation(v));
    }
  }

  /// The masks of a call, as an encoder and a decoder take them.
  public record Masks(@Nullable Tensor srcMask, @Nullable Tensor tgtMask, @Nullable Tensor memoryMask,
      @Nullable Tensor srcKeyPaddingMask, @Nullable Tensor tgtKeyPaddingMask, @Nullable Tensor memoryKeyPaddingMask,
      @Nullable Boolean srcIsCausal, @Nullable Boolean tgtIsCausal, boolean memoryIsCausal) {
    static final Masks NONE = new Masks(null, null, null, null, null, null, null, null, false);

    public Masks srcMask(@Nullable Tensor v) {
      return new Masks(v, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask, srcIsCausal,
          tgtIsCausal, memoryIsCausal);
    }

    public Masks tgtMask(@Nullable Tensor v) {
      return new Masks(srcMask, v, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask, srcIsCausal,
          tgtIsCausal, memoryIsCausal);
    }

    public Masks memoryMask(@Nullable Tensor v) {
      return new Masks(srcMask, tgtMask, v, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask, srcIsCausal,
          tgtIsCausal, memoryIsCausal);
    }

    public Masks srcKeyPaddingMask(@Nullable Tensor v) {
      return new Masks(srcMask, tgtMask, memoryMask, v, tgtKeyPaddingMask, memoryKeyPaddingMask, srcIsCausal,
          tgtIsCausal, memoryIsCausal);
    }

    public Masks tgtKeyPaddingMask(@Nullable Tensor v) {
      return new Masks(srcMask, tgtMask, memoryMask, srcKeyPaddingMask, v, memoryKeyPaddingMask, srcIsCausal,
          tgtIsCausal, memoryIsCausal);
    }

    public Masks memoryKeyPaddingMask(@Nullable Tensor v) {
      return new Masks(srcMask, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, v, srcIsCausal, tgtIsCausal,
          memoryIsCausal);
    }

    public Masks srcIsCausal(@Nullable Boolean v) {
      return new Masks(srcMask, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask, v,
          tgtIsCausal, memoryIsCausal);
    }

    public Masks tgtIsCausal(@Nullable Boolean v) {
      return new Masks(srcMask, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask,
          srcIsCausal, v, memoryIsCausal);
    }

    public Masks memoryIsCausal(boolean v) {
      return new Masks(srcMask, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask,
          srcIsCausal, tgtIsCausal, v);
    }
  }

  public final TransformerEncoder encoder;
  public final TransformerDecoder decoder;
  private final long dModel;
  private final boolean batchFirst;

  /// A width of 512, 8 heads, 6 layers each.
  public Transformer() {
    this(512, 8, o -> o);
  }

  public Transformer(long dModel, long nhead) {
    this(dModel, nhead, o -> o);
  }

  /// @throws IllegalArgumentException if the heads do not divide the width evenly
  public Transformer(long dModel, long nhead, UnaryOperator<Options> options) {
    Options o = options.apply(new Options(6, 6, null, null, TransformerOptions.defaults()));
    this.dModel = dModel;
    batchFirst = o.layers().batchFirst();
    TransformerEncoder givenEncoder = o.customEncoder();
    encoder = givenEncoder != null ? givenEncoder
        : new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, _ -> o.layers()), o.numEncoderLayers(),
            e -> e.norm(norm(dModel, o.layers())));
    TransformerDecoder givenDecoder = o.customDecoder();
    decoder = givenDecoder != null ? givenDecoder
        : new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, _ -> o.layers()), o.numDecoderLayers(),
            norm(dModel, o.layers()));
    for (Parameter p : parameters()) {
      if (p.dim() > 1) Init.xavierUniform_(p);
    }
  }

  /// A normalisation over the width of a transformer.
  static LayerNorm norm(long dModel, TransformerOptions o) {
    var norm = new LayerNorm(new long[] {dModel}, n -> n.eps(o.layerNormEps()).bias(o.bias()));
    if (o.dtype() != Torch.defaultDType()) norm.to(o.dtype());
    return norm;
  }

  public Tensor forward(Tensor src, Tensor tgt) {
    return forward(src, tgt, o -> o);
  }

  /// @throws IllegalArgumentException if shapes or masks do not fit
  public Tensor forward(Tensor src, Tensor tgt, UnaryOperator<Masks> masks) {
    Masks m = masks.apply(Masks.NONE);
    int batch = batchFirst ? 0 : 1;
    if (src.dim() == 3 && tgt.dim() == 3 && src.size(batch) != tgt.size(batch)) throw refused(
        "the batch number of src and tgt must be equal", src, tgt);
    if (src.size(-1) != dModel || tgt.size(-1) != dModel) throw refused(
        "the feature number of src and tgt must be equal to d_model " + dModel, src, tgt);
    return within(() -> {
      Tensor memory = encoder.forward(src, m.srcMask(), m.srcKeyPaddingMask(), m.srcIsCausal());
      return decoder.forward(tgt, memory, d -> d.tgtMask(m.tgtMask()).memoryMask(m.memoryMask())
          .tgtKeyPaddingMask(m.tgtKeyPaddingMask()).memoryKeyPaddingMask(m.memoryKeyPaddingMask())
          .tgtIsCausal(m.tgtIsCausal()).memoryIsCausal(m.memoryIsCausal()));
    });
  }

  private static IllegalArgumentException refused(String reason, Tensor src, Tensor tgt) {
    return new IllegalArgumentException("Transformer: " + reason + ", got src of shape "
        + Arrays.toString(src.sizes()) + " and tgt of shape " + Arrays.toString(tgt.sizes()));
  }

  /// The causal mask: zero on and below the diagonal of `[size, size]`, minus infinity above.
  public static Tensor generateSquareSubsequentMask(long size) {
    return generateSquareSubsequentMask(size, Torch.defaultDType());
  }

  public static Tensor generateSquareSubsequentMask(long size, DType dtype) {
    return Torch.full(new long[] {size, size}, Double.NEGATIVE_INFINITY, dtype).triu(1);
  }

  /// Whether a mask is to be taken for the causal one: as it is said, or where nothing is said as it is.
  static boolean isCausal(@Nullable Tensor mask, @Nullable Boolean said, long length) {
    if (said != null || mask == null) return Boolean.TRUE.equals(said);
    return Arrays.equals(mask.sizes(), new long[] {length, length})
        && mask.eq(generateSquareSubsequentMask(length, mask.dtype())).all().itemBoolean();
  }

  /// How long sequences are.
  static long length(Tensor sequences, boolean batchFirst) {
    return sequences.size(sequences.dim() == 3 && batchFirst ? 1 : 0);
  }

  /// A mask as numbers added to scores.
  ///
  /// @throws IllegalArgumentException if it is neither bool nor floating
  static @Nullable Tensor canonicalMask(@Nullable Tensor mask, String name, DType dtype) {
    if (mask == null || mask.dtype().isFloatingPoint()) return mask;
    if (mask.dtype() != DType.BOOL) throw new IllegalArgumentException(
        "only bool and floating types of " + name + " are supported, got " + mask.dtype());
    return Torch.zeros(mask.sizes(), dtype).maskedFill_(mask, Double.NEGATIVE_INFINITY);
  }
}
