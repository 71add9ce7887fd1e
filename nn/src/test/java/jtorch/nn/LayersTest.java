package jtorch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.junit.jupiter.api.Test;

/// What golden cases cannot tell of layers: lazy parameters, sequences, containers, chunks.
class LayersTest {
  private static double[] values(Tensor t) {
    return t.detach().to(DType.FLOAT64).reshape(-1).toDoubleArray();
  }

  // ---- lazy modules ----------------------------------------------------------------------------------------------

  @Test
  void aLazyModuleTakesItsShapeFromItsFirstInput() {
    var conv = new LazyConv2d(3, 2);
    assertThat(conv).hasToString("LazyConv2d(0, 3, kernel_size=(2, 2), stride=(1, 1))");
    assertThat(conv.weight.isUninitialized()).isTrue();
    conv.call(Torch.ones(1, 5, 4, 4));
    assertThat(conv).hasToString("Conv2d(5, 3, kernel_size=(2, 2), stride=(1, 1))");
    assertThat(conv.weight.sizes()).containsExactly(3, 5, 2, 2);
    assertThat(conv.weight.isLeaf()).isTrue();
  }

  @Test
  void aLazyModuleTakesItsShapeFromAState() {
    var layer = new Linear(7, 3);
    var lazy = new LazyLinear(3);
    lazy.loadStateDict(layer.stateDict());
    assertThat(Torch.equal(lazy.weight, layer.weight)).isTrue();
    Tensor x = Torch.randn(2, 7);
    assertThat(Torch.equal(lazy.call(x), layer.call(x))).isTrue();
    var norm = new LazyBatchNorm1d();
    norm.loadStateDict(new BatchNorm1d(4).stateDict());
    assertThat(norm.call(Torch.randn(3, 4)).sizes()).containsExactly(3, 4);
    assertThat(norm).hasToString(
        "BatchNorm1d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)");
  }

  // ---- sequences -------------------------------------------------------------------------------------------------

  @Test
  void sequencesArePackedByFallingLengthAndComeBackInTheirOrder() {
    var sequences = List.of(Torch.tensor(1f, 2f), Torch.tensor(3f, 4f, 5f), Torch.tensor(new float[] {6f}));
    PackedSequence packed = Sequences.packSequence(sequences, false);
    assertThat(values(packed.data())).containsExactly(3, 1, 6, 4, 2, 5);
    assertThat(packed.batchSizes().toLongArray()).containsExactly(3, 2, 1);
    Sequences.Padded padded = Sequences.padPackedSequence(packed, true, -1, 4L);
    assertThat(values(padded.sequences())).containsExactly(1, 2, -1, -1, 3, 4, 5, -1, 6, -1, -1, -1);
    assertThat(padded.lengths().toLongArray()).containsExactly(2, 3, 1);
    List<Tensor> back = Sequences.unpackSequence(packed);
    for (int i = 0; i < 3; i++) assertThat(Torch.equal(back.get(i), sequences.get(i))).isTrue();
    assertThat(values(Sequences.padSequence(sequences, true, 0, "left"))).containsExactly(0, 1, 2, 3, 4, 5, 0, 0, 6);
    assertThatThrownBy(() -> Sequences.packSequence(sequences, true)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sorted");
  }

  @Test
  void aRecurrentLayerTreatsSequencesAsIfEachWereAlone() {
    var lstm = new LSTM(3, 4, o -> o.bidirectional(true).numLayers(2));
    Tensor x = Torch.randn(5, 2, 3);
    var together = lstm.forward(Sequences.packPaddedSequence(x, new long[] {2, 5}, false, false), null);
    for (int i = 0; i < 2; i++) {
      var alone = lstm.forward(x.select(1, i).narrow(0, 0, i == 0 ? 2 : 5), null);
      Tensor out = Sequences.unpackSequence(together.output()).get(i);
      assertThat(out.sub(alone.output()).abs().max().itemDouble()).isLessThan(1e-6);
      assertThat(together.state().h().select(1, i).sub(alone.state().h()).abs().max().itemDouble()).isLessThan(1e-6);
    }
    assertThatThrownBy(() -> lstm.forward(Torch.ones(5, 2, 4), null)).isInstanceOf(jtorch.ShapeException.class)
        .hasMessageContaining("Expected 3, got 4");
    assertThatThrownBy(() -> new GRU(3, 4, o -> o.projSize(2))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("proj_size");
  }

  // ---- losses ----------------------------------------------------------------------------------------------------

  @Test
  void chunksGiveTheLossAndGradientsOfAllRowsAtOnce() {
    Torch.manualSeed(0);
    Tensor target = Torch.tensor(new long[] {1, 4, 2, -100, 0, 4, 3});
    Tensor weight = Torch.rand(5).add(0.1);
    for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
      Tensor[] at = {Torch.randn(7, 3), Torch.randn(5, 3), Torch.randn(5)};
      for (Tensor t : at) t.requiresGrad(true);
      ClassLossOptions o = ClassLossOptions.DEFAULT.weight(weight).reduction(reduction);
      Tensor whole = F.linearCrossEntropy(at[0], at[1], target, at[2], o);
      Tensor parts = F.linearCrossEntropy(at[0], at[1], target, at[2], o,
          LinearCrossEntropyOptions.DEFAULT.batchChunkSize(2L));
      assertThat(parts.itemDouble()).isCloseTo(whole.itemDouble(), within(1e-5));
      Tensor[] wanted = Torch.grad(new Tensor[] {whole.mul(3)}, at, null, false, false);
      Tensor[] got = Torch.grad(new Tensor[] {parts.mul(3)}, at, null, false, false);
      for (int i = 0; i < 3; i++) assertThat(got[i].sub(wanted[i]).abs().max().itemDouble()).isLessThan(1e-5);
    }
  }

  /// The numbers are PyTorch's after `manual_seed(3)`.
  @Test
  void theAdaptiveSoftmaxScoresAllClasses() {
    Torch.manualSeed(3);
    var softmax = new AdaptiveLogSoftmaxWithLoss(6, 9, new long[] {2, 5}, o -> o.divValue(2));
    Tensor x = Torch.arange(12).to(DType.FLOAT32).view(2, 6).div(5).sub(1);
    Tensor all = softmax.logProb(x);
    assertThat(values(all.at("0, :5"))).containsExactly(
        new double[] {-0.78747886, -2.26002860, -2.23314428, -2.51450872, -1.88498378}, within(2e-6));
    assertThat(values(all.exp().sum(1, false))).containsExactly(new double[] {1, 1}, within(1e-5));
    assertThat(softmax.predict(x).toLongArray()).containsExactly(0, 1);
    assertThatThrownBy(() -> softmax.forward(x, Torch.tensor(new long[] {9, 0})))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Target values should be in [0, 8]");
  }

  // ---- containers ------------------------------------------------------------------------------------------------

  @Test
  void containersNameTheirMembersAndPrintAsPyTorch() {
    var dict = new ParameterDict(Map.of("left", Torch.ones(2, 3)));
    dict.put("r", Torch.ones(new long[] {1}, DType.FLOAT64));
    assertThat(dict).hasToString("""
        ParameterDict(
            (left): Parameter containing: [torch.FloatTensor of size 2x3]
            (r): Parameter containing: [torch.DoubleTensor of size 1]
        )""");
    assertThat(dict.stateDict()).containsOnlyKeys("left", "r");
    dict.pop("left");
    assertThat(dict.parameters()).hasSize(1);
    var list = new ParameterList(List.of(Torch.ones(2, 3), Torch.ones(1)));
    list.set(-1, Torch.zeros(4));
    assertThat(list).hasToString("""
        ParameterList(
            (0): Parameter containing: [torch.float32 of size 2x3]
            (1): Parameter containing: [torch.float32 of size 4]
        )""");
    assertThat(list.namedParameters()).containsOnlyKeys("0", "1");
    var modules = new ModuleDict<>();
    modules.put("a", new ReLU());
    modules.put("b", new Linear(1, 2));
    modules.put("a", new Tanh());
    assertThat(modules).hasToString("""
        ModuleDict(
          (a): Tanh()
          (b): Linear(in_features=1, out_features=2, bias=True)
        )""");
    assertThatThrownBy(() -> modules.get("c")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'c'");
  }

  @Test
  void modulesAreInsertedAndTakenAwayWithTheirNumbers() {
    var net = new Sequential(Map.of("first", new Linear(2, 3)));
    net.append(new ReLU()).extend(List.of(new Linear(3, 1)));
    assertThat(net.stateDict()).containsOnlyKeys("first.weight", "first.bias", "2.weight", "2.bias");
    net.insert(-1, new Tanh());
    assertThat(net.stateDict()).containsOnlyKeys("0.weight", "0.bias", "3.weight", "3.bias");
    assertThat(net.pop(1)).isInstanceOf(ReLU.class);
    net.set(-1, new Linear(3, 5));
    assertThat(net.call(Torch.ones(4, 2)).sizes()).containsExactly(4, 5);
    var list = new ModuleList<Module>(List.of(new ReLU(), new Linear(1, 1)));
    list.insert(0, new Tanh()).pop(1);
    assertThat(list.namedParameters()).containsOnlyKeys("1.weight", "1.bias");
  }

  @Test
  void dropoutInPlaceDrawsTheSameMask() {
    Tensor x = Torch.ones(3, 4, 5);
    Torch.manualSeed(1);
    Tensor wanted = new Dropout1d(0.4).call(x);
    Torch.manualSeed(1);
    Tensor given = x.clone();
    var inPlace = new Dropout1d(0.4, true);
    assertThat(inPlace.call(given)).isSameAs(given);
    assertThat(Torch.equal(given, wanted)).isTrue();
    assertThat(inPlace).hasToString("Dropout1d(p=0.4, inplace=True)");
  }

  @Test
  void aTableThatIsThereIsTaken() {
    Tensor table = Torch.arange(6).to(DType.FLOAT32).view(3, 2);
    Embedding frozen = Embedding.fromPretrained(table, true, o -> o.paddingIdx(-1L));
    assertThat(frozen.weight.requiresGrad()).isFalse();
    assertThat(values(frozen.call(Torch.tensor(new long[] {2, 0})))).containsExactly(4, 5, 0, 1);
    assertThat(frozen).hasToString("Embedding(3, 2, padding_idx=2)");
    assertThat(values(EmbeddingBag.fromPretrained(table, false, o -> o.mode("sum"))
        .call(Torch.tensor(new long[] {2, 0}).view(1, 2)))).containsExactly(4, 6);
  }

  @Test
  void parametersBecomeOneVectorAndBack() {
    var layer = new Linear(2, 3);
    Tensor vector = Parameters.parametersToVector(layer.parameters());
    assertThat(vector.sizes()).containsExactly(9);
    Parameters.vectorToParameters(Torch.arange(9).to(DType.FLOAT32), layer.parameters());
    assertThat(values(layer.weight)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(layer.weight.requiresGrad()).isTrue();
  }
}
