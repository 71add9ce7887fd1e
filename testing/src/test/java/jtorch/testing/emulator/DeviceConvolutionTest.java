package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Convolution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Convolutions and their gradients against the processor's, of whole numbers, whose sums are exact in any order.
class DeviceConvolutionTest extends DeviceTest {
  private static Tensor whole(int seed, long... sizes) {
    long count = 1;
    for (long size : sizes) count *= size;
    return Torch.arange(count).add(seed).mul(7).remainder(9).sub(4).reshape(sizes).to(DType.FLOAT32);
  }

  private static long[] list(String numbers) {
    return java.util.Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static void same(Tensor there, Tensor here) {
    assertThat(there.device()).isEqualTo(GPU);
    assertThat(there.cpu().equal(here)).isTrue();
  }

  /// One to three dimensions, groups, channels each on its own, strides, dilations, paddings, transposed ones.
  @ParameterizedTest
  @CsvSource({"2 4 9, 6 4 3, 2, 1, 1, 1, false", "2 4 9, 4 3 3, 2, 1, 2, 2, true",
    "2 6 8 7, 9 2 3 2, 2 1, 1 0, 1 2, 3, false", "1 8 6 6, 8 1 3 3, 1 1, 1 1, 1 1, 8, false",
    "2 4 5 4, 4 2 3 3, 2 3, 1 0, 1 2, 2, true", "1 3 5 6 4, 4 3 2 3 2, 1 2 1, 1 1 0, 1 1 2, 1, false",
    "1 4 3 3 3, 4 2 2 3 2, 2 1 2, 0 1 1, 1 1 1, 1, true", "3 70 6 6, 80 70 1 1, 1 1, 0 0, 1 1, 1, false",
    "1 3 40 40, 16 3 3 3, 1 1, 1 1, 1 1, 1, false"})
  void valuesAndGradientsAreTheSame(String input, String weight, String stride, String padding, String dilation,
      long groups, boolean transposed) {
    Tensor x = whole(0, list(input));
    Tensor w = whole(4, list(weight));
    Tensor bias = whole(2, transposed ? w.size(1) * groups : w.size(0));
    Tensor[] here = run(x, w, bias, stride, padding, dilation, groups, transposed);
    Tensor[] there = run(x.to(GPU), w.to(GPU), bias.to(GPU), stride, padding, dilation, groups, transposed);
    for (int i = 0; i < here.length; i++) same(there[i], here[i]);
  }

  private static Tensor[] run(Tensor x, Tensor w, Tensor bias, String stride, String padding, String dilation,
      long groups, boolean transposed) {
    Tensor x1 = x.detach().requiresGrad_();
    Tensor w1 = w.detach().requiresGrad_();
    Tensor y = Convolution.CONVOLUTION.tensor(x1, w1, bias, list(stride), list(padding), list(dilation), transposed,
        new long[stride.split(" ").length], groups);
    y.backward(whole(1, y.sizes()).to(y.dtype()).to(y.device()));
    return new Tensor[] {y.detach(), java.util.Objects.requireNonNull(x1.grad()),
      java.util.Objects.requireNonNull(w1.grad())};
  }

  @Test
  void channelsLastStaysSo() {
    Tensor x = whole(0, 2, 4, 6, 5);
    Tensor w = whole(3, 6, 4, 3, 3);
    Tensor there = Convolution.CONV2D.tensor(x.to(GPU).contiguous(MemoryFormat.CHANNELS_LAST), w.to(GPU), null,
        new long[] {1, 1}, new long[] {1, 1}, new long[] {1, 1}, 1L);
    assertThat(there.isContiguous(MemoryFormat.CHANNELS_LAST)).isTrue();
    same(there, Convolution.CONV2D.tensor(x, w, null, new long[] {1, 1}, new long[] {1, 1}, new long[] {1, 1}, 1L));
  }

  @Test
  void halvesAreRoundedOnce() {
    Tensor x = whole(0, 2, 16, 9, 9);
    Tensor w = whole(3, 24, 16, 3, 3);
    Tensor bias = whole(1, 24);
    Object[] rest = {new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1}, 1L};
    Tensor here = Convolution.CONV2D.tensor(x, w, bias, rest[0], rest[1], rest[2], rest[3]);
    for (DType dtype : new DType[] {DType.FLOAT16, DType.BFLOAT16}) {
      same(Convolution.CONV2D.tensor(x.to(dtype).to(GPU), w.to(dtype).to(GPU), bias.to(dtype).to(GPU), rest[0], rest[1],
          rest[2], rest[3]), here.to(dtype));
    }
  }

  /// Both gradients on tensor cores, and blocks of 128 elements.
  @ParameterizedTest
  @CsvSource({"2 16 9 8, 24 8 3 2, 2 1, 1 0, 1 2, 2", "1 130 8 8, 140 130 1 1, 1 1, 0 0, 1 1, 1",
    "1 16 24 24, 130 16 2 2, 1 1, 0 1, 1 1, 1"})
  void gradientsOfHalvesAreRoundedOnce(String input, String weight, String stride, String padding, String dilation,
      long groups) {
    Tensor x = whole(0, list(input)).sign();
    Tensor w = whole(4, list(weight)).sign();
    Tensor bias = whole(2, w.size(0));
    Tensor[] here = run(x, w, bias, stride, padding, dilation, groups, false);
    Tensor[] there = run(x.to(DType.FLOAT16).to(GPU), w.to(DType.FLOAT16).to(GPU), bias.to(DType.FLOAT16).to(GPU),
        stride, padding, dilation, groups, false);
    for (int i = 0; i < here.length; i++) same(there[i], here[i].to(DType.FLOAT16));
  }

  @Test
  void nothingGivesNothingButTheBias() {
    Tensor y = Convolution.CONV1D.tensor(Torch.empty(0, 3, 5).to(GPU), whole(0, 2, 3, 3).to(GPU), null, new long[] {1},
        new long[] {0}, new long[] {1}, 1L);
    assertThat(y.sizes()).containsExactly(0, 2, 3);
  }
}
