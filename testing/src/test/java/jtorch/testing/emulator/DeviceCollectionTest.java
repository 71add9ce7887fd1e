package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.Reduction;
import jtorch.nn.functional.F;
import jtorch.op.HostFallback;
import jtorch.op.Sequences;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What brings several elements together: distances, bags, segments, margins, reductions by index; with their gradients.
class DeviceCollectionTest extends DeviceTest {
  private interface Loss {
    Tensor of(Function<Tensor, Tensor> place, Tensor[] inputs);
  }

  /// The result and the gradients of a function of inputs that are computed on a device.
  private static Tensor[] all(Device device, Loss loss, Tensor... inputs) {
    Tensor[] leaves = Stream.of(inputs).map(x -> x.detach().to(device).requiresGrad(true)).toArray(Tensor[]::new);
    Tensor result = loss.of(x -> x.to(device), leaves);
    assertThat(result.device()).isEqualTo(device);
    // Gradients of different size and sign.
    Tensor weights = Torch.arange(result.numel()).remainder(7L).sub(2L).to(result.dtype()).reshape(result.sizes());
    result.mul(weights.to(device)).sum().backward();
    return Stream.concat(Stream.of(result.detach()), Stream.of(leaves).map(Tensor::grad)).map(Tensor::cpu)
        .toArray(Tensor[]::new);
  }

  private static void agree(double tolerance, Loss loss, Tensor... inputs) {
    var before = HostFallback.calls();
    Tensor[] there = all(GPU, loss, inputs);
    assertThat(HostFallback.calls()).isEqualTo(before);
    Tensor[] here = all(Device.CPU, loss, inputs);
    for (int i = 0; i < here.length; i++) {
      assertThat(there[i].sizes()).isEqualTo(here[i].sizes());
      assertThat(Torch.allclose(there[i], here[i], tolerance, tolerance, true))
          .as("number %d: %s instead of %s", i, there[i], here[i]).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 1.5, 2, 3, Double.POSITIVE_INFINITY})
  void distances(double p) {
    Torch.manualSeed(1);
    Tensor x = Torch.randn(3, 21, 35);
    Tensor y = Torch.randn(18, 35);
    y.select(0, 4).copy_(x.select(0, 1).select(0, 5));
    agree(2e-5, (place, in) -> Torch.cdist(in[0], in[1], p), x, y);
    agree(1e-12, (place, in) -> Torch.pdist(in[0], p), x.select(0, 0).to(DType.FLOAT64));
  }

  @ParameterizedTest
  @CsvSource({"sum, FLOAT32, false", "mean, FLOAT64, false", "max, FLOAT32, true", "sum, FLOAT64, true",
    "mean, FLOAT32, true"})
  void bags(String mode, DType dtype, boolean padded) {
    Torch.manualSeed(2);
    Tensor table = Torch.randn(30, 9).to(dtype);
    Tensor indices = Torch.randint(0, 30, 41);
    // An empty bag, and indices behind the last offset.
    Tensor offsets = Torch.tensor(new long[] {0, 4, 4, 17, 35});
    for (boolean last : new boolean[] {false, true}) {
      agree(1e-5,
          (place, in) -> F.embeddingBag(place.apply(indices), in[0], place.apply(offsets), mode, false, null, last,
              padded ? indices.select(0, 6).itemLong() : null),
          table);
    }
  }

  @Test
  void weightedBagsAndWhatBelongsToThem() {
    Torch.manualSeed(3);
    Tensor table = Torch.randn(12, 5);
    Tensor indices = Torch.randint(0, 12, 20);
    Tensor offsets = Torch.tensor(new long[] {0, 3, 3, 11});
    agree(1e-6, (place, in) -> F.embeddingBag(place.apply(indices), in[0], place.apply(offsets), "sum", false, in[1],
        false, null), table, Torch.randn(20));
    for (long mode = 0; mode < 3; mode++) {
      for (DType integers : List.of(DType.INT64, DType.INT32)) {
        Tensor[] here = Torch.embeddingBag(table, indices.to(integers), offsets.to(integers), false, mode, false, null,
            true, 7L);
        Tensor[] there = Torch.embeddingBag(table.to(GPU), indices.to(GPU).to(integers), offsets.to(GPU).to(integers),
            false, mode, false, null, true, 7L);
        for (int i = 1; i < 4; i++) sameBits(there[i], here[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sum", "mean", "max", "min", "prod"})
  void segments(String reduce) {
    Torch.manualSeed(4);
    Tensor data = Torch.randint(-3, 4, 2, 17, 3).to(DType.FLOAT64);
    Tensor lengths = Torch.tensor(new long[] {4, 0, 13, 1, 10, 6}).reshape(2, 3);
    agree(1e-12, (place, in) -> Torch.segmentReduce(in[0], reduce, place.apply(lengths), 1), data);
    agree(1e-2, (place, in) -> Torch.segmentReduce(in[0], reduce, place.apply(lengths.select(0, 0)), 0),
        data.select(0, 0).to(DType.FLOAT16));
  }

  @Test
  void margins() {
    Torch.manualSeed(5);
    Tensor x = Torch.randn(6, 140);
    Tensor target = Torch.randint(0, 140, 6, 140);
    for (int row = 0; row < 5; row++) target.select(0, row).narrow(0, row * row, 3).fill_(-1L);
    for (Reduction reduction : List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM))
      agree(1e-5, (place, in) -> F.multilabelMarginLoss(in[0], place.apply(target), reduction), x);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, true", "FLOAT32, false", "INT32, false", "INT8, true", "FLOAT64, false"})
  void reductionsByIndex(DType dtype, boolean own) {
    Torch.manualSeed(6);
    Tensor x = Torch.randint(1, 4, 5, 7).to(dtype);
    Tensor source = Torch.randint(1, 4, 9, 7).to(dtype);
    Tensor index = Torch.randint(0, 5, 9, 7);
    Tensor rows = index.select(1, 0);
    for (String reduce : List.of("sum", "prod", "mean", "amax", "amin")) {
      sameBits(x.to(GPU).scatterReduce(0, index.to(GPU), source.to(GPU), reduce, own),
          x.scatterReduce(0, index, source, reduce, own));
      if (reduce.equals("sum")) continue;
      sameBits(x.to(GPU).indexReduce(0, rows.to(GPU), source.to(GPU), reduce, own),
          x.indexReduce(0, rows, source, reduce, own));
    }
  }

  @Test
  void elementsAreWrittenByTheirNumber() {
    Tensor index = Torch.tensor(new long[] {3, -1, 0, 3});
    Tensor source = Torch.tensor(new float[] {1, 2, 4, 8});
    for (Tensor x : new Tensor[] {Torch.ones(2, 3), Torch.ones(3, 2).t()}) {
      Tensor there = Torch.emptyStrided(x.sizes(), x.strides(), x.dtype(), GPU).copy_(x);
      sameBits(there.put(index.to(GPU), source.to(GPU), true), x.put(index, source, true));
      sameBits(there.put(index.narrow(0, 0, 3).to(GPU), source.narrow(0, 0, 3).to(GPU), false),
          x.put(index.narrow(0, 0, 3), source.narrow(0, 0, 3), false));
    }
  }

  @Test
  void gradientsOfTablesAreDividedByFrequencies() {
    Tensor indices = Torch.tensor(new long[] {1, 3, 1, 0, 1, 3});
    agree(1e-6, (place, in) -> F.embedding(place.apply(indices), in[0], null, true), Torch.ones(5, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void mantissasAndExponents(DType dtype) {
    double[] numbers =
        IntStream.rangeClosed(-1080, 1030).mapToDouble(e -> Math.scalb(e % 2 == 0 ? 1.5 : -1, e)).toArray();
    Tensor x = Torch.cat(new Tensor[] {Torch.tensor(numbers), Torch.tensor(new double[] {0, -0.0, Double.NaN,
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})}, 0).to(dtype);
    Tensor[] here = Torch.frexp(x);
    Tensor[] there = Torch.frexp(x.to(GPU));
    sameBits(there[0], here[0]);
    sameBits(there[1], here[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "FLOAT32", "FLOAT64", "INT64", "UINT8", "COMPLEX64", "COMPLEX128"})
  void spacing(DType dtype) {
    Object end = dtype.isComplex() ? (Object) Complex.of(1.5, -2) : 2.0;
    for (long steps : new long[] {0, 1, 2, 9}) {
      Tensor here = Sequences.LOGSPACE.tensor(0.0, end, steps, 10.0, dtype, null, Device.CPU, null);
      Tensor there = Sequences.LOGSPACE.tensor(0.0, end, steps, 10.0, dtype, null, GPU, null);
      assertThat(there.device()).isEqualTo(GPU);
      if (dtype.isIntegral()) sameBits(there, here);
      else assertThat(Torch.allclose(there.cpu(), here, 1e-6, 1e-6, false)).isTrue();
    }
  }
}
