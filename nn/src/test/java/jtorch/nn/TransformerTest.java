package jtorch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

class TransformerTest {
  private static Tensor mask(long[] sizes, int... set) {
    Tensor mask = Torch.zeros(sizes, DType.BOOL);
    for (int i : set) mask.view(-1).select(0, i).fill_(true);
    return mask;
  }

  private static TransformerEncoderLayer layer() {
    return new TransformerEncoderLayer(8, 2, o -> o.dimFeedforward(12).dropout(0.5).batchFirst(true));
  }

  @Test
  void anEncoderInEvaluationPutsZerosWherePaddingIs() {
    Torch.manualSeed(0);
    var encoder = new TransformerEncoder(layer(), 2);
    encoder.eval();
    Tensor x = Torch.randn(2, 3, 8);
    Tensor padding = mask(new long[] {2, 3}, 2);
    Tensor recorded = encoder.forward(x, null, padding, null);
    try (var off = Torch.noGrad()) {
      Tensor plain = encoder.forward(x, null, padding, null);
      assertThat(plain.at("0, 2").abs().sum().itemDouble()).isZero();
      assertThat(recorded.at("0, 2").abs().sum().itemDouble()).isNotZero();
      assertThat(plain.at("0, :2").sub(recorded.at("0, :2")).abs().max().itemDouble()).isLessThan(1e-6);
      assertThat(plain.at("1").sub(recorded.at("1")).abs().max().itemDouble()).isLessThan(1e-6);
      Tensor inFront = encoder.forward(x, null, mask(new long[] {2, 3}, 0), null);
      assertThat(inFront.at("0, 0").abs().sum().itemDouble()).isNotZero();
    }
  }

  @Test
  void layersOfAnEncoderStartAlikeAndShareNothing() {
    TransformerEncoderLayer first = layer();
    long drawnNext = nextAfter(() -> new TransformerEncoder(first, 0));
    assertThat(nextAfter(() -> new TransformerEncoder(first, 3))).isEqualTo(drawnNext);
    var encoder = new TransformerEncoder(first, 2);
    Linear a = encoder.layers.get(0).linear1;
    Linear b = encoder.layers.get(1).linear1;
    assertThat(a.weight.equal(first.linear1.weight)).isTrue();
    try (var off = Torch.noGrad()) {
      a.weight.fill_(3.0);
    }
    assertThat(b.weight.equal(first.linear1.weight)).isTrue();
    assertThat(encoder.parameters()).hasSize(2 * first.parameters().size());
  }

  private static long nextAfter(Runnable action) {
    Torch.manualSeed(5);
    action.run();
    return Double.doubleToLongBits(Torch.rand(1).itemDouble());
  }

  @Test
  void anActivationWithParametersIsOneOfEachLayersOwn() {
    var encoder = new TransformerEncoder(
        new TransformerEncoderLayer(4, 2, o -> o.dimFeedforward(8).activationOf(PReLU::new)), 2);
    assertThat(encoder.stateDict()).containsKeys("layers.0.activation.weight", "layers.1.activation.weight");
    assertThat(encoder.layers.get(0).activation).isNotSameAs(encoder.layers.get(1).activation);
    var shared = new PReLU();
    assertThatThrownBy(() -> new TransformerEncoderLayer(4, 2, o -> o.activation(shared)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("activationOf");
  }

  @Test
  void copiesKeepDtypeModeAndWhatLearns() {
    TransformerEncoderLayer first = layer();
    first.to(DType.FLOAT64).eval();
    first.norm1.requiresGrad_(false);
    TransformerEncoderLayer copy = new TransformerEncoder(first, 1).layers.get(0);
    assertThat(copy.linear2.weight.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(copy.selfAttn.isTraining()).isFalse();
    assertThat(copy.norm1.parameters()).noneMatch(Tensor::requiresGrad);
    assertThat(copy.norm2.parameters()).allMatch(Tensor::requiresGrad);
  }

  @Test
  void theCausalMaskIsTakenForWhatItIs() {
    var decoder = new TransformerDecoder(new TransformerDecoderLayer(8, 2, o -> o.dimFeedforward(12)), 1);
    decoder.eval();
    Tensor x = Torch.randn(4, 1, 8);
    Tensor memory = Torch.randn(3, 1, 8);
    Tensor mask = Transformer.generateSquareSubsequentMask(4);
    Tensor looked = decoder.forward(x, memory, o -> o.tgtMask(mask));
    Tensor read = decoder.forward(x, memory, o -> o.tgtMask(mask).tgtIsCausal(false));
    assertThat(looked.sub(read).abs().max().itemDouble()).isLessThan(1e-5);
    // The future makes no difference to the first place.
    Tensor changed = decoder.forward(Torch.cat(x.narrow(0, 0, 1), Torch.randn(3, 1, 8)), memory, o -> o.tgtMask(mask));
    assertThat(changed.at("0").sub(looked.at("0")).abs().max().itemDouble()).isLessThan(1e-5);
  }

  @Test
  void masksAndShapesThatDoNotFitAreRefusedWithTheirFacts() {
    var attention = new MultiheadAttention(4, 2);
    Tensor x = Torch.randn(3, 1, 4);
    assertThatThrownBy(() -> new MultiheadAttention(5, 2)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("embed_dim=5").hasMessageContaining("num_heads=2");
    Tensor wide = Torch.randn(3, 1, 6);
    assertThatThrownBy(() -> attention.forward(wide, wide, wide)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("embedding dimension of 4, but got 6");
    assertThatThrownBy(() -> attention.forward(x, x, x, o -> o.attnMask(mask(new long[] {3, 4}))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[3, 4]").hasMessageContaining("[3, 3]");
    assertThatThrownBy(() -> attention.forward(x, x, x, o -> o.keyPaddingMask(mask(new long[] {3, 1}))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("to be 1, but got 3");
    assertThatThrownBy(() -> attention.forward(x, x, x, o -> o.attnMask(Torch.zeros(new long[] {3, 3}, DType.INT32))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("attn_mask").hasMessageContaining("int32");
    assertThatThrownBy(() -> attention.forward(x, x, x, o -> o.isCausal(true)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Need attn_mask");
  }

  @Test
  void printsAsPyTorchDoes() {
    var encoder = new TransformerEncoder(
        new TransformerEncoderLayer(4, 2, o -> o.dimFeedforward(8).bias(false).activation(new GELU())), 2);
    assertThat(encoder).hasToString("""
        TransformerEncoder(
          (layers): ModuleList(
            (0-1): 2 x TransformerEncoderLayer(
              (self_attn): MultiheadAttention(
                (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=False)
              )
              (linear1): Linear(in_features=4, out_features=8, bias=False)
              (dropout): Dropout(p=0.1, inplace=False)
              (linear2): Linear(in_features=8, out_features=4, bias=False)
              (norm1): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=False)
              (norm2): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=False)
              (dropout1): Dropout(p=0.1, inplace=False)
              (dropout2): Dropout(p=0.1, inplace=False)
              (activation): GELU(approximate='none')
            )
          )
        )""");
  }
}
