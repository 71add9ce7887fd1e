package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.random.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers that a device draws itself: those that PyTorch prints on NVIDIA's GPUs, and those of the plain twin.
class DeviceRandomTest extends DeviceTest {
  /// How many threads the device runs at once for numbers.
  private static long threads(long elements) {
    var properties = Cuda.getDeviceProperties(0);
    long most = (long) properties.multiProcessorCount() * (properties.maxThreadsPerMultiProcessor() / 256);
    return 256 * Math.min((elements + 255) / 256, most);
  }

  private static Tensor rand(long... sizes) {
    return Torch.rand(sizes, o -> o.device(GPU));
  }

  private static Tensor randn(long... sizes) {
    return Torch.randn(sizes, o -> o.device(GPU));
  }

  private static void near(Tensor there, double... expected) {
    assertThat(there.to(DType.FLOAT64).reshape(-1).toDoubleArray()).hasSize(expected.length)
        .containsExactly(expected, within(5.1e-5));
  }

  // ---- figures that others have published ------------------------------------------------------------------------

  /// `torch.manual_seed(0); torch.rand(...)` on a GPU. The first 35 stand in a test of mmdetection3d (PointRCNN's and
  /// H3DNet's boxes), the first 24 in TensorRT-LLM's test of ReDrafter; the five that follow a first draw in the former.
  @Test
  void uniformNumbersArePyTorchs() {
    Torch.manualSeed(0);
    near(rand(5, 7), 0.3990, 0.5167, 0.0249, 0.9401, 0.9459, 0.7967, 0.4150, //
        0.8203, 0.2290, 0.9096, 0.1183, 0.0752, 0.4092, 0.9601, //
        0.2093, 0.1940, 0.8909, 0.4387, 0.3570, 0.5454, 0.8299, //
        0.2099, 0.7684, 0.4290, 0.2117, 0.6606, 0.1654, 0.4250, //
        0.9927, 0.6964, 0.2472, 0.7028, 0.7494, 0.9303, 0.0494);
    near(rand(10), 0.9722, 0.7910, 0.4690, 0.3300, 0.3345, 0.3783, 0.7640, 0.6405, 0.1103, 0.3594);
  }

  /// `torch.manual_seed(0); torch.randn(..., device="cuda")`, from a notebook about Triton that several people keep.
  @Test
  void normalNumbersArePyTorchs() {
    Torch.manualSeed(0);
    near(randn(5, 8), -0.9247, -0.4253, -2.6438, 0.1452, -0.1209, -0.5797, -0.6229, -0.3284, //
        -1.0745, -0.3631, -1.6711, 2.2655, 0.3117, -0.1842, 1.2866, 1.1820, //
        -0.1271, 1.2169, 1.4353, 1.0605, -0.4941, -1.4244, -0.7244, -1.2973, //
        0.0697, -0.0074, 1.8969, 0.6878, -0.0779, -0.8373, 1.3506, -0.2879, //
        -0.5965, -0.3283, -0.9086, -0.8059, -0.7407, -0.0504, 0.5435, 1.5150);
  }

  /// `torch.manual_seed(42); torch.randn(2, 5, device="cuda")`, from FlashInfer's documentation; and what six draws of four
  /// give, from a report about `torch.compile`, whose first four are the same.
  @Test
  void normalNumbersOfAnotherSeedArePyTorchs() {
    Torch.manualSeed(42);
    near(randn(2, 5), 0.1940, 2.1614, -0.1721, 0.8491, -1.9244, 0.6530, -0.6494, -0.8175, 0.5280, -1.2753);
    Torch.manualSeed(42);
    near(randn(4), 0.1940, 2.1614, -0.1721, 0.8491);
    near(randn(4), 0.1391, -0.1082, -0.7174, 0.7566);
    near(randn(4), -0.5187, 1.2268, 0.6255, -0.9117);
    near(randn(4), -0.6974, -1.8688, -0.8832, -1.6627);
    near(randn(4), -1.2682, -0.0383, -0.1029, 1.4400);
    near(randn(4), 1.4640, -0.3238, 0.7740, 1.5892);
  }

  /// Numbers of rows that begin 2,048 elements after each other, from PyTorch's issue 158398.
  @Test
  void numbersOfThreadsFarApartArePyTorchs() {
    Tensor x = Torch.randn(new long[] {1, 64, 2048},
        o -> o.device(GPU).generator(new Generator(GPU).manualSeed(42)));
    near(x.get(0, 0).narrow(0, 0, 3), 0.1940, 2.1614, -0.1721);
    near(x.get(0, 1).narrow(0, 0, 3), -0.4574, 0.8063, 0.1580);
    near(x.get(0, 2).narrow(0, 0, 3), 1.1346, -0.6329, -0.9147);
  }

  // ---- against the twin ------------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {1, 255, 257, 8192, 8193, 40000})
  void everyElementHasItsThreadsNumber(long n) {
    var generator = new Generator(GPU).manualSeed(-5).setOffset(12);
    float[] got = Torch.rand(new long[] {n}, o -> o.device(GPU).generator(generator)).toFloatArray();
    for (int i = 0; i < n; i++) {
      float u = (float) CurandTwin.of(-5, 12, i, threads(n), (w, k) -> CurandTwin.uniform(w[k]));
      assertThat(got[i]).isEqualTo(u == 1 ? 0 : u);
    }
    assertThat(generator.offset()).isEqualTo(12 + 4 * ((n - 1) / (4 * threads(n)) + 1));
  }

  @Test
  void doublesTakeTwoWords() {
    long n = 20000;
    Torch.manualSeed(9);
    double[] got = Torch.rand(new long[] {n}, o -> o.device(GPU).dtype(DType.FLOAT64)).toDoubleArray();
    long threads = threads(n);
    for (int i = 0; i < n; i++) {
      int[] words = CurandTwin.block(9, i % (2 * threads) % threads, 4 * (i / (2 * threads)));
      assertThat(got[i]).isEqualTo(CurandTwin.uniformDouble(words, (int) (i % (2 * threads) / threads)));
    }
  }

  @Test
  void normalNumbersComeInPairs() {
    long n = 20000;
    Torch.manualSeed(1L << 40);
    float[] got = randn(n).toFloatArray();
    for (int i = 0; i < n; i++)
      assertThat((double) got[i]).isCloseTo(CurandTwin.of(1L << 40, 0, i, threads(n), CurandTwin::normal),
          within(1e-5));
  }

  @Test
  void integersAreRemainders() {
    long n = 9000;
    Torch.manualSeed(3);
    long[] small = Torch.randint(-7, 100, new long[] {n}, o -> o.device(GPU)).toLongArray();
    Torch.manualSeed(3);
    long[] large = Torch.randint(-(1L << 40), 1L << 40, new long[] {n}, o -> o.device(GPU)).toLongArray();
    Torch.manualSeed(3);
    long[] all = Torch.empty(new long[] {n}, DType.INT64, GPU).random_(Long.MIN_VALUE, Long.MAX_VALUE).toLongArray();
    long threads = threads(n);
    for (int i = 0; i < n; i++) {
      assertThat(small[i]).isEqualTo((long) CurandTwin.of(3, 0, i, threads,
          (w, k) -> Integer.toUnsignedLong(w[k]) % 107 - 7));
      int[] w = CurandTwin.block(3, i % (2 * threads) % threads, 4 * (i / (2 * threads)));
      int k = 2 * (int) (i % (2 * threads) / threads);
      long bits = (long) w[k] << 32 | Integer.toUnsignedLong(w[k + 1]);
      assertThat(large[i]).isEqualTo(Long.remainderUnsigned(bits, 1L << 41) - (1L << 40));
      assertThat(all[i]).isEqualTo(Long.remainderUnsigned(bits, -1) + Long.MIN_VALUE);
    }
  }

  @Test
  void elementsAreFilledInTheOrderOfMemory() {
    Torch.manualSeed(5);
    Tensor straight = rand(3, 4);
    Torch.manualSeed(5);
    Tensor turned = Torch.empty(new long[] {4, 3}, DType.FLOAT32, GPU).t().uniform_(0, 1);
    sameBits(turned, straight.reshape(4, 3).t().cpu());
    Torch.manualSeed(5);
    Tensor gaps = Torch.zeros(new long[] {3, 8}, o -> o.device(GPU));
    gaps.narrow(1, 2, 4).uniform_(0, 1);
    sameBits(gaps.narrow(1, 2, 4), straight.cpu());
    assertThat(gaps.sum().itemDouble()).isCloseTo(straight.sum().itemDouble(), within(1e-6));
    Torch.manualSeed(5);
    Tensor complex = Torch.rand(new long[] {6}, o -> o.device(GPU).dtype(DType.COMPLEX64));
    sameBits(complex.viewAsReal().reshape(3, 4), straight.cpu());
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void distributionsHaveTheirMoments(DType dtype) {
    Torch.manualSeed(11);
    moments(empty(dtype).uniform_(-1, 3), 1, 16.0 / 12);
    moments(empty(dtype).normal_(2, 3), 2, 9);
    moments(empty(dtype).exponential_(2), 0.5, 0.25);
    moments(empty(dtype).geometric_(0.25), 4, 12);
    moments(empty(dtype).bernoulli_(0.3), 0.3, 0.21);
    moments(empty(dtype).logNormal_(0, 0.5).log(), 0, 0.25);
    // The arc tangent of a Cauchy number is uniform.
    moments(empty(dtype).cauchy_(0, 1).to(DType.FLOAT64).atan(), 0, Math.PI * Math.PI / 12);
    moments(empty(dtype).fill_(0.3).bernoulli(), 0.3, 0.21);
  }

  private static Tensor empty(DType dtype) {
    return Torch.empty(new long[] {40000}, dtype, GPU);
  }

  /// Within five deviations of the mean of so many numbers, and a variance within five hundredths.
  private static void moments(Tensor x, double mean, double variance) {
    Tensor wide = x.to(DType.FLOAT64);
    assertThat(wide.mean().itemDouble()).isCloseTo(mean, within(5 * Math.sqrt(variance / x.numel()) + 2e-3));
    assertThat(wide.var().itemDouble()).isCloseTo(variance, within(0.06 * variance));
  }

  @Test
  void samplesOfParametersHaveTheirMoments() {
    Torch.manualSeed(2);
    for (double rate : new double[] {0.5, 20, 100, 5000}) moments(Torch.poisson(parameter(rate)), rate, rate);
    moments(Torch.poisson(parameter(7).to(DType.FLOAT64)), 7, 7);
    for (double alpha : new double[] {0.5, 1, 6}) moments(gamma(parameter(alpha)), alpha, alpha);
    moments(gamma(parameter(2.5).to(DType.FLOAT64)), 2.5, 2.5);
    moments(Torch.binomial(parameter(20), parameter(0.25)), 5, 3.75);
    moments(Torch.binomial(parameter(200), parameter(0.75)), 150, 37.5);
    assertThat(Torch.poisson(parameter(0)).sum().itemDouble()).isZero();
    assertThat(gamma(parameter(Double.NaN)).isnan().all().itemBoolean()).isTrue();
    assertThat(Torch.binomial(parameter(Double.NaN), parameter(0.5)).isnan().all().itemBoolean()).isTrue();
  }

  private static Tensor gamma(Tensor alpha) {
    return jtorch.op.RandomNumbers.STANDARD_GAMMA.tensor(alpha, (Object) null);
  }

  private static Tensor parameter(double value) {
    return Torch.full(new long[] {30000}, value, o -> o.device(GPU).dtype(DType.FLOAT32));
  }

  /// The product of uniform numbers with e to the rate, until it is no more than one.
  @Test
  void poissonNumbersAreThoseOfEachElementsSequence() {
    Torch.manualSeed(6);
    float[] got =
        Torch.poisson(Torch.full(new long[] {300}, 3, o -> o.device(GPU).dtype(DType.FLOAT32))).toFloatArray();
    for (int i = 0; i < 300; i++) {
      float product = (float) Math.exp(3);
      int k = 0;
      for (int taken = 0;; taken++) {
        product *= CurandTwin.uniform(CurandTwin.block(6, i, taken / 4 * 4)[taken % 4]);
        if (product <= 1) break;
        k++;
      }
      assertThat(got[i]).isEqualTo(k);
    }
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(20);
  }

  @Test
  void probabilitiesOfElements() {
    Tensor p = Torch.linspace(0, 1, 5000).to(GPU);
    Torch.manualSeed(8);
    float[] got = p.bernoulli().toFloatArray();
    float[] given = p.toFloatArray();
    for (int i = 0; i < got.length; i++) {
      float u = CurandTwin.uniform(CurandTwin.block(8, i / 4, 0)[i % 4]);
      assertThat(got[i]).isEqualTo(u <= given[i] ? 1 : 0);
    }
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(12);
    Tensor bad = p.clone();
    bad.narrow(0, 3, 1).fill_(1.5);
    assertThatThrownBy(bad::bernoulli).hasMessageContaining("true probabilities");
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(12);
  }

  // ---- permutations and categories -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 10, 1000, 2100})
  void permutationsSortRandomKeys(long n) {
    Torch.manualSeed(4);
    Tensor p = Torch.randperm(n, o -> o.device(GPU));
    assertThat(p.sort().values().toLongArray()).isEqualTo(Torch.arange(n).toLongArray());
    Torch.manualSeed(4);
    int bits = (int) Math.ceil(Math.log(n - (6.0 * n * n + 1) / (12 * Math.log(0.9))) / Math.log(2));
    Tensor keys = Torch.empty(new long[] {n}, DType.INT32, GPU).random_(Integer.MIN_VALUE, Integer.MAX_VALUE)
        .bitwiseAnd((1L << bits) - 1);
    Tensor inOrder = keys.indexSelect(0, p);
    sameBits(inOrder, keys.cpu().sort().values());
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(4);
  }

  @Test
  void permutationsGoOnByTheirLength() {
    Torch.manualSeed(4);
    Torch.randperm(1001, o -> o.device(GPU));
    assertThat(Generator.defaultOn(GPU).offset()).isEqualTo(4 + 1004);
    assertThatThrownBy(() -> Torch.randperm(300, o -> o.device(GPU).dtype(DType.UINT8)))
        .hasMessageContaining("cannot hold");
  }

  @Test
  void categoriesByWeight() {
    Tensor weights = Torch.tensor(new float[] {0, 1, 0, 3, 6}).to(GPU);
    Torch.manualSeed(1);
    double[] shares = weights.multinomial(20000, true).bincount(null, 5).to(DType.FLOAT64).toDoubleArray();
    assertThat(shares[0] + shares[2]).isZero();
    assertThat(shares[4] / 20000).isCloseTo(0.6, within(0.02));
    assertThat(shares[1] / 20000).isCloseTo(0.1, within(0.02));
    Torch.manualSeed(1);
    long[] first = weights.multinomial(300, true).toLongArray();
    double[] sums = {0, 0.1, 0.1, 0.4, 1};
    for (int i = 0; i < first.length; i++) {
      float u = CurandTwin.uniform(CurandTwin.block(1, i, 0)[0]);
      int expected = 0;
      while (sums[expected] < u) expected++;
      assertThat(first[i]).isEqualTo(expected);
    }
    Tensor without = Torch.ones(new long[] {3, 6}, o -> o.device(GPU)).multinomial(6, false);
    sameBits(without.sort(false, 1, false).values(), Torch.arange(6).expand(3, 6).contiguous());
    Torch.manualSeed(1);
    Tensor one = weights.multinomial(1, false);
    Torch.manualSeed(1);
    Tensor exponential = Torch.emptyLike(weights).exponential_(1);
    sameBits(one, weights.div(exponential).argmax(0).reshape(1).cpu());
    assertThatThrownBy(() -> weights.neg().multinomial(1, false)).hasMessageContaining("element < 0");
    assertThatThrownBy(() -> weights.mul(0).multinomial(2, true)).hasMessageContaining("sum of probabilities");
  }

  @Test
  void randomizedSlopes() {
    Tensor x = Torch.arange(-300, 300).to(DType.FLOAT32);
    Torch.manualSeed(13);
    float[] got = Torch.rrelu(x.to(GPU), 0.25, 0.5, true, null).toFloatArray();
    float[] given = x.toFloatArray();
    for (int i = 0; i < got.length; i++) {
      float u = CurandTwin.uniform(CurandTwin.block(13, i, 0)[0]);
      assertThat(got[i]).isEqualTo(given[i] > 0 ? given[i] : given[i] * (float) Math.fma((double) u, 0.25, 0.25));
    }
  }

  // ---- generators ------------------------------------------------------------------------------------------------

  @Test
  void generatorsOfDevices() {
    var generator = new Generator(GPU).manualSeed(17);
    float[] first = Torch.rand(new long[] {9}, o -> o.device(GPU).generator(generator)).toFloatArray();
    byte[] state = generator.state();
    float[] second = Torch.rand(new long[] {9}, o -> o.device(GPU).generator(generator)).toFloatArray();
    assertThat(second).isNotEqualTo(first);
    generator.setState(state);
    assertThat(Torch.rand(new long[] {9}, o -> o.device(GPU).generator(generator)).toFloatArray()).isEqualTo(second);
    assertThatThrownBy(() -> Torch.rand(new long[] {9}, o -> o.device(GPU).generator(new Generator())))
        .hasMessage("Expected a 'cuda' device type for generator but found 'cpu'");
    assertThatThrownBy(() -> Torch.rand(new long[] {9}, o -> o.generator(generator)))
        .hasMessage("Expected a 'cpu' device type for generator but found 'cuda'");
  }

  @Test
  void seedsAndStatesOfGpus() {
    Torch.manualSeed(21);
    float[] first = rand(4).toFloatArray();
    Tensor state = Cuda.getRngState();
    assertThat(state.toByteArray()).hasSize(16).startsWith(21, 0, 0, 0, 0, 0, 0, 0, 4);
    float[] second = rand(4).toFloatArray();
    Cuda.setRngState(state);
    assertThat(rand(4).toFloatArray()).isEqualTo(second);
    Cuda.manualSeed(21);
    assertThat(rand(4).toFloatArray()).isEqualTo(first);
    Cuda.manualSeedAll(21);
    Device other = Device.cuda(Cuda.deviceCount() - 1);
    assertThat(Torch.rand(new long[] {4}, o -> o.device(other)).toFloatArray()).isEqualTo(first);
    assertThat(Cuda.initialSeed()).isEqualTo(21);
    assertThat(Cuda.getRngStateAll()).hasSize(Cuda.deviceCount());
    assertThat(Arrays.equals(Cuda.getRngStateAll()[0].toByteArray(), Cuda.getRngState(0).toByteArray())).isTrue();
  }

  @Test
  void nothingIsDrawnByTheProcessor() {
    byte[] before = Generator.defaultGenerator().state();
    var fallbacks = Cuda.fallbacks();
    rand(3);
    Torch.randperm(40, o -> o.device(GPU));
    Torch.ones(new long[] {5}, o -> o.device(GPU)).multinomial(2, true);
    Torch.dropout(rand(8), 0.5, true);
    assertThat(Generator.defaultGenerator().state()).isEqualTo(before);
    assertThat(Cuda.fallbacks()).isEqualTo(fallbacks);
  }
}
