package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.Objects;
import jtorch.Backends;
import jtorch.Cuda;
import jtorch.CudaStream;
import jtorch.DType;
import jtorch.Device;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.CudaLibraries;
import jtorch.op.Convolution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Convolutions by way of cuDNN's graph API, on what stands in for the library, against the processor's: whole numbers,
/// whose sums are exact in any order.
class DeviceCudnnTest extends DeviceTest {
  private static final int ALL = 0xf;

  /// The one that has the library.
  private static final Device GPU = Device.cuda(1);

  @BeforeEach
  void withTheStandIn() {
    assumeThat(System.getProperty("jtorch.cuda.driver")).isEqualTo("stand-in");
    StandInCudnn.refuse(0);
    runs();
  }

  private static String runs() {
    var each = new StringBuilder();
    for (int engine = 0; engine < 4; engine++) each.append(engine == 0 ? "" : " ").append(StandInCudnn.runs(engine));
    return each.toString();
  }

  /// Numbers from -1 to 1: sums of up to 256 products of them are exact in bfloat16 too.
  private static Tensor whole(int seed, long... sizes) {
    long count = 1;
    for (long size : sizes) count *= size;
    return Torch.arange(count).add(seed).mul(37).remainder(17).remainder(3).sub(1).reshape(sizes).to(DType.FLOAT32);
  }

  private static long[] list(String numbers) {
    return Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static void same(Tensor there, Tensor here) {
    assertThat(there.device()).isEqualTo(GPU);
    assertThat(there.dtype()).isEqualTo(here.dtype());
    assertThat(there.sizes()).isEqualTo(here.sizes());
    assertThat(there.cpu().equal(here)).isTrue();
  }

  private static Tensor[] run(Tensor x, Tensor w, Tensor bias, String stride, String padding, String dilation,
      long groups, boolean transposed) {
    Tensor x1 = x.detach().requiresGrad_();
    Tensor w1 = w.detach().requiresGrad_();
    Tensor y = Convolution.CONVOLUTION.tensor(x1, w1, bias, list(stride), list(padding), list(dilation), transposed,
        new long[stride.split(" ").length], groups);
    y.backward(whole(1, y.sizes()).to(y.dtype()).to(y.device()));
    return new Tensor[] {y.detach(), Objects.requireNonNull(x1.grad()), Objects.requireNonNull(w1.grad())};
  }

  /// One to three dimensions, groups, channels each on its own, strides, dilations, paddings, transposed ones, in all
  /// numbers that cuDNN has and both formats.
  @ParameterizedTest
  @CsvSource({"2 4 9, 6 4 3, 2, 1, 1, 1, false", "2 4 9, 4 3 3, 2, 1, 2, 2, true",
    "2 6 8 7, 9 2 3 2, 2 1, 1 0, 1 2, 3, false", "1 8 6 6, 8 1 3 3, 1 1, 1 1, 1 1, 8, false",
    "2 4 5 4, 4 2 3 3, 2 3, 1 0, 1 2, 2, true", "1 3 5 6 4, 4 3 2 3 2, 1 2 1, 1 1 0, 1 1 2, 1, false",
    "1 4 3 3 3, 4 2 2 3 2, 2 1 2, 0 1 1, 1 1 1, 1, true", "3 5 6 6, 7 5 1 1, 1 1, 0 0, 1 1, 1, false",
    "2 1 6 6, 4 1 3 3, 1 1, 0 1, 1 1, 1, false"})
  void valuesAndGradientsAreTheSame(String input, String weight, String stride, String padding, String dilation,
      long groups, boolean transposed) {
    Tensor x = whole(0, list(input));
    Tensor w = whole(4, list(weight));
    Tensor bias = whole(2, transposed ? w.size(1) * groups : w.size(0));
    Tensor[] here = run(x, w, bias, stride, padding, dilation, groups, transposed);
    MemoryFormat last = x.dim() == 5 ? MemoryFormat.CHANNELS_LAST_3D : MemoryFormat.CHANNELS_LAST;
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16}) {
      for (boolean channelsLast : new boolean[] {false, true}) {
        if (channelsLast && x.dim() == 3) continue;
        Tensor given = x.to(dtype).to(GPU);
        runs();
        if (channelsLast) given = given.contiguous(last);
        Tensor[] there = run(given, w.to(dtype).to(GPU), bias.to(dtype).to(GPU), stride, padding, dilation, groups,
            transposed);
        assertThat(runs()).isNotEqualTo("0 0 0 0");
        for (int i = 0; i < here.length; i++) same(there[i], here[i].to(dtype));
        // A single channel lies the same way in both formats.
        assertThat(there[0].isContiguous(given.isContiguous() ? MemoryFormat.CONTIGUOUS_FORMAT : last)).isTrue();
      }
    }
  }

  private static Tensor plain(Tensor x, Tensor w) {
    return Convolution.CONV2D.tensor(x, w, null, new long[] {1, 1}, new long[] {1, 1}, new long[] {1, 1}, 1L);
  }

  @Test
  void plansAreFoundOnceAndDescriptorsFreed() {
    Tensor x = whole(0, 2, 3, 11, 5).to(GPU);
    Tensor w = whole(1, 4, 3, 3, 3).to(GPU);
    long before = StandInCudnn.alive();
    for (int i = 0; i < 3; i++) plain(x, w);
    // The plan and its configuration.
    assertThat(StandInCudnn.alive()).isEqualTo(before + 2);
    assertThat(runs()).isEqualTo("3 0 0 0");
    plain(whole(0, 3, 3, 11, 5).to(GPU), w);
    assertThat(StandInCudnn.alive()).isEqualTo(before + 4);
  }

  @Test
  void oldPlansAreForgotten() {
    Tensor w = whole(1, 1, 1, 2).to(DType.FLOAT64).to(GPU);
    Tensor all = whole(0, 1030).to(DType.FLOAT64).to(GPU);
    for (int length = 3; length <= 1030; length++) {
      Convolution.CONV1D.tensor(all.narrow(0, 0, length).view(1, 1, length), w, null, new long[] {1}, new long[] {0},
          new long[] {1}, 1L);
    }
    assertThat(StandInCudnn.alive()).isEqualTo(2 * 1024);
  }

  /// 1 + 2^-11 needs 11 bits after the point, TF32 has 10.
  @Test
  void tensorFloatsAreUsedWhereAllowed() {
    Tensor x = Torch.full(new long[] {1, 1, 3, 3}, 1 + Math.scalb(1, -11) * 1.5).to(DType.FLOAT32).to(GPU);
    Tensor w = Torch.ones(1, 1, 1, 1).to(GPU);
    float exact = (float) (1 + Math.scalb(1, -11) * 1.5);
    assertThat(Backends.cudnn().allowTf32()).isTrue();
    assertThat(plain(x, w).get(0, 0, 1, 1).itemFloat()).isEqualTo(1 + Math.scalb(1f, -10));
    try (var exactly = Backends.cudnn().flags(true, false, false, false)) {
      assertThat(plain(x, w).get(0, 0, 1, 1).itemFloat()).isEqualTo(exact);
    }
    assertThat(runs()).isEqualTo("1 1 0 0");
  }

  @Test
  void deterministicEnginesAreChosenByTheirNotes() {
    Tensor x = whole(0, 1, 2, 5, 5).to(GPU);
    Tensor w = whole(1, 2, 2, 3, 3).to(GPU);
    try (var same = Backends.cudnn().flags(true, false, true, false)) {
      plain(x, w);
    }
    assertThat(runs()).isEqualTo("0 0 1 0");
    Torch.useDeterministicAlgorithms(true);
    try (var asThis = Backends.cudnn().flags(true, false, false, false)) {
      plain(x, w);
    } finally {
      Torch.useDeterministicAlgorithms(false);
    }
    assertThat(runs()).isEqualTo("0 0 1 0");
  }

  /// Engine 0 sleeps, and each runs once to warm up and three times to be timed.
  @Test
  void theFastestIsFoundByTakingTime() {
    Tensor x = whole(0, 1, 2, 4, 6).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    Tensor expected = plain(x.cpu(), w.cpu());
    long before = StandInCudnn.alive();
    try (var timed = Backends.cudnn().flags(true, true, false, true)) {
      same(plain(x, w), expected);
      assertThat(runs()).isEqualTo("4 4 4 0");
      same(plain(x, w), expected);
      assertThat(runs()).startsWith("0 ");
      assertThat(StandInCudnn.alive()).isEqualTo(before + 2);
      Backends.cudnn().benchmarkLimit(1);
      same(plain(x, w), expected);
      assertThat(runs()).isEqualTo("4 0 0 0");
    } finally {
      Backends.cudnn().benchmarkLimit(10);
    }
  }

  @Test
  void otherEnginesAreTriedAndInTheEndOurOwnKernel() {
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    String[] expected = {"0 1 0 0", "0 0 1 0", "0 0 0 1", "0 0 0 0"};
    for (int i = 0; i < 4; i++) {
      Tensor x = whole(0, 1, 2, 4, 20 + i).to(GPU);
      StandInCudnn.refuse((1 << i + 1) - 1);
      same(plain(x, w), plain(x.cpu(), w.cpu()));
      assertThat(runs()).isEqualTo(expected[i]);
    }
    // What cannot be done is not asked for again.
    StandInCudnn.refuse(0);
    plain(whole(0, 1, 2, 4, 23).to(GPU), w);
    assertThat(runs()).isEqualTo("0 0 0 0");
  }

  /// Engine 2 wants 4 MiB.
  @Test
  void withoutMemoryForItsWorkspaceAnotherEngineIsTakenOrNone() {
    Tensor x = whole(0, 1, 2, 4, 31).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    Tensor expected = plain(x.cpu(), w.cpu());
    try (var on = Cuda.device(1)) {
      same(plain(x, w), expected);
      runs();
      Cuda.emptyCache();
      Cuda.setPerProcessMemoryFraction(Math.nextUp((double) Cuda.memoryReserved() / Cuda.memGetInfo(1)[1]), 1);
      Tensor other = x.narrow(3, 0, 30).contiguous();
      Tensor narrower = plain(other.cpu(), w.cpu());
      StandInCudnn.refuse(0b1011);
      same(plain(other, w), narrower);
      assertThat(runs()).isEqualTo("0 0 0 0");
      StandInCudnn.refuse(0b0011);
      same(plain(other, w), narrower);
      assertThat(runs()).isEqualTo("0 0 0 1");
    } finally {
      Cuda.setPerProcessMemoryFraction(1, 1);
    }
  }

  @Test
  void modesOfHeuristicsHaveNames() {
    Tensor x = whole(0, 1, 2, 4, 33).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    System.setProperty("jtorch.cuda.dnn.heuristics", "FALLBACK");
    try {
      plain(x, w);
      assertThat(runs()).isEqualTo("0 0 0 1");
      System.setProperty("jtorch.cuda.dnn.heuristics", "C");
      assertThatThrownBy(() -> plain(x.narrow(3, 0, 32).contiguous(), w)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected A, B, INSTANT or FALLBACK, got 'C'");
    } finally {
      System.clearProperty("jtorch.cuda.dnn.heuristics");
    }
  }

  @Test
  void addressesOfOtherAlignmentHaveOtherPlans() {
    Tensor all = whole(0, 73).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    for (int skipped : new int[] {0, 1}) {
      Tensor x = all.narrow(0, skipped, 72).view(1, 2, 6, 6);
      same(plain(x, w), plain(x.cpu(), w.cpu()));
      assertThat(runs()).isEqualTo(skipped == 0 ? "1 0 0 0" : "0 1 0 0");
    }
  }

  @Test
  void operandsOfAnyStridesAreCopied() {
    Tensor x = whole(0, 2, 3, 9, 8).to(GPU);
    Tensor w = whole(1, 4, 3, 3, 2).to(GPU);
    Tensor turned = x.transpose(2, 3);
    same(plain(turned, w), plain(turned.cpu(), w.cpu()));
    Tensor y = plain(x, w.detach().requiresGrad_());
    assertThat(runs()).isEqualTo("2 0 0 0");
    // The gradient of a sum is one number, repeated.
    Tensor leaf = w.detach().requiresGrad_();
    plain(x, leaf).sum().backward();
    Tensor here = w.cpu().requiresGrad_();
    plain(x.cpu(), here).sum().backward();
    same(Objects.requireNonNull(leaf.grad()), Objects.requireNonNull(here.grad()));
    assertThat(y.requiresGrad()).isTrue();
  }

  /// PyTorch's rule: channels-last where the input or the weight is, but for float64.
  @Test
  void theWeightsFormatCounts() {
    Tensor x = whole(0, 2, 4, 6, 5).to(GPU);
    Tensor w = whole(3, 6, 4, 3, 3).to(GPU).contiguous(MemoryFormat.CHANNELS_LAST);
    Tensor y = plain(x, w);
    assertThat(y.isContiguous(MemoryFormat.CHANNELS_LAST)).isTrue();
    same(y, plain(x.cpu(), w.cpu().contiguous()));
    assertThat(plain(x.to(DType.FLOAT64), w.to(DType.FLOAT64)).isContiguous()).isTrue();
  }

  @Test
  void theBiasIsAddedWithinWhereTheLibraryKnowsHow() {
    Tensor x = whole(0, 2, 4, 6, 5);
    Tensor w = whole(3, 6, 4, 3, 3);
    Tensor bias = whole(5, 6);
    Object[] rest = {new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1}, 1L};
    Tensor here = Convolution.CONV2D.tensor(x, w, bias, rest[0], rest[1], rest[2], rest[3]);
    Tensor last = x.to(GPU).contiguous(MemoryFormat.CHANNELS_LAST);
    same(Convolution.CONV2D.tensor(last, w.to(GPU), bias.to(GPU), rest[0], rest[1], rest[2], rest[3]), here);
    assertThat(runs()).isEqualTo("1 0 0 0");
    // Compiled engines are not worth their time here, and the bias follows.
    StandInCudnn.refuse(0b1011);
    Tensor wider = whole(0, 2, 4, 6, 6).to(GPU).contiguous(MemoryFormat.CHANNELS_LAST);
    same(Convolution.CONV2D.tensor(wider, w.to(GPU), bias.to(GPU), rest[0], rest[1], rest[2], rest[3]),
        Convolution.CONV2D.tensor(wider.cpu().contiguous(), w, bias, rest[0], rest[1], rest[2], rest[3]));
    assertThat(runs()).isEqualTo("0 0 1 0");
  }

  @Test
  void workGoesToTheThreadsStream() {
    Tensor x = whole(0, 1, 2, 4, 4).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    CudaStream stream = new CudaStream(GPU, 0);
    try (var in = Cuda.stream(stream)) {
      plain(x, w);
    }
    assertThat(StandInCudnn.stream()).isEqualTo(stream.handle()).isNotZero();
    plain(x, w);
    assertThat(StandInCudnn.stream()).isZero();
  }

  @Test
  void switchesKeepItOut() {
    Tensor x = whole(0, 1, 2, 4, 4).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    Tensor expected = plain(x.cpu(), w.cpu());
    assertThat(Backends.cudnn().isAvailable()).isFalse();
    try (var on = Cuda.device(1)) {
      assertThat(Backends.cudnn().version()).isEqualTo(92400);
    }
    try (var without = Backends.cudnn().flags(false, false, false, true)) {
      same(plain(x, w), expected);
    }
    System.setProperty("jtorch.cuda.dnn", "false");
    try {
      same(plain(x, w), expected);
    } finally {
      System.clearProperty("jtorch.cuda.dnn");
    }
    assertThat(runs()).isEqualTo("0 0 0 0");
    same(plain(x.to(DType.FLOAT32), w), expected);
    assertThat(runs()).isEqualTo("1 0 0 0");
  }

  /// The real one ends the process where it does not find cuBLASLt.
  @Test
  void itIsRefusedWithoutTheLibraryThatItNeeds() {
    var found = new CudaLibraries.Found("libcudnn.so.9", StandInCudnn.symbols());
    assertThatThrownBy(() -> CudaLibraries.prepare(found)).isInstanceOf(CudaException.class)
        .hasMessageStartingWith("cuDNN (libcudnn.so.9) cannot be used without cuBLASLt: cuBLASLt was not found ")
        .hasMessageContaining("99");
  }

  @Test
  void failuresOfWhatHasWorkedNameTheOperator() {
    Tensor x = whole(0, 1, 2, 4, 8).to(GPU);
    Tensor w = whole(1, 3, 2, 3, 3).to(GPU);
    plain(x, w);
    StandInCudnn.refuse(ALL << 8);
    try {
      assertThatThrownBy(() -> plain(x, w)).isInstanceOf(CudaException.class)
          .hasMessageContaining("cuDNN error in jtorch::convolution: CUDNN_STATUS_NOT_SUPPORTED (3000) from "
              + "cudnnBackendExecute");
    } finally {
      StandInCudnn.refuse(0);
    }
  }
}
