package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.FourierPlanCache;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Fourier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Fourier transforms: by cuFFT, or what stands in for it, on one device, by way of the processor on the other.
class DeviceFourierTest extends DeviceTest {
  private static final Device WITH_LIBRARY = Device.cuda(Cuda.deviceCount() > 1 ? 1 : 0);

  private static Tensor signal(DType dtype, long... sizes) {
    long count = 1;
    for (long size : sizes) count *= size;
    Tensor x = Torch.arange(count).mul(37).remainder(101).to(DType.FLOAT64).div(50).sub(1);
    if (!dtype.isComplex()) return x.to(dtype).reshape(sizes);
    return Torch.complex(x, x.mul(3).cos()).to(dtype).reshape(sizes);
  }

  private static void same(Tensor there, Tensor expected, double tolerance) {
    assertThat(there.device()).isEqualTo(WITH_LIBRARY);
    assertThat(there.dtype()).isEqualTo(expected.dtype());
    assertThat(there.sizes()).isEqualTo(expected.sizes());
    assertThat(there.cpu().allclose(expected, tolerance, tolerance, false)).isTrue();
  }

  /// The same on the processor and on the device, and no call of it left to the processor.
  private static void same(Tensor x, UnaryOperator<Tensor> transform) {
    Map<String, Long> before = Cuda.fallbacks();
    same(transform.apply(x.to(WITH_LIBRARY)), transform.apply(x),
        x.dtype().toReal() == DType.FLOAT64 ? 1e-12 : 2e-4);
    assertThat(Cuda.fallbacks()).isEqualTo(before);
  }

  private static Tensor complex(Tensor x, long normalization, boolean forward, long... dims) {
    return Fourier.C2C.tensor(x, dims, normalization, forward);
  }

  static Stream<Arguments> shapes() {
    return Stream.of(Arguments.of(new long[] {12}, new long[] {0}), Arguments.of(new long[] {4, 7}, new long[] {1}),
        Arguments.of(new long[] {4, 7}, new long[] {-2}), Arguments.of(new long[] {3, 4, 5}, new long[] {0, 2}),
        Arguments.of(new long[] {3, 4, 5}, new long[] {1}), Arguments.of(new long[] {3, 4, 5}, new long[] {2, 1, 0}),
        Arguments.of(new long[] {2, 3, 4, 5}, new long[] {1, 3}),
        Arguments.of(new long[] {2, 3, 4, 5}, new long[] {0, 1, 2, 3}),
        Arguments.of(new long[] {2, 1, 1, 6}, new long[] {3, 1, 2}),
        Arguments.of(new long[] {2, 2, 3, 2, 3}, new long[] {4, 3, 2, 1, 0}));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyDimensionIsTransformed(long[] sizes, long[] dims) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      Tensor real = signal(dtype, sizes);
      Tensor complex = signal(dtype.toComplex(), sizes);
      for (long mode = 0; mode < 3; mode++) {
        long norm = mode;
        same(complex, x -> complex(x, norm, true, dims));
        same(complex, x -> complex(x, norm, false, dims));
        same(real, x -> Fourier.R2C.tensor(x, dims, norm, true));
        same(real, x -> Fourier.R2C.tensor(x, dims, norm, false));
        long n = real.size((int) dims[dims.length - 1]);
        same(Fourier.R2C.tensor(real, dims, norm, true), x -> Fourier.C2R.tensor(x, dims, norm, n));
      }
    }
  }

  @Test
  void signalsAreReadWhereTheyLie() {
    Tensor x = signal(DType.COMPLEX128, 4, 6, 10);
    same(x, t -> complex(t.mT(), 0, true, 1));
    same(x, t -> complex(t.narrow(2, 3, 5), 0, true, 0, 2));
    same(x, t -> complex(t.narrow(1, 1, 3).permute(2, 0, 1), 1, true, 1, 2));
    same(x, t -> complex(t.select(1, 2).unsqueeze(1).expand(4, 3, 10), 0, true, 1, 2));
    Tensor real = signal(DType.FLOAT32, 5, 8, 6);
    same(real, t -> Fourier.R2C.tensor(t.permute(2, 0, 1), new long[] {0, 2}, 0L, true));
    same(real, t -> Fourier.R2C.tensor(t.at(":, ::2"), new long[] {2, 1}, 2L, false));
    same(real, t -> Fourier.R2C.tensor(t.narrow(2, 1, 4), new long[] {2}, 0L, true));
  }

  /// More of a spectrum than the signal needs, and less than a whole one of it; the argument stays as it is.
  @Test
  void spectraAreNotChanged() {
    Tensor spectrum = signal(DType.COMPLEX128, 3, 9);
    same(spectrum, t -> Fourier.C2R.tensor(t, new long[] {1}, 2L, 11L));
    Tensor there = spectrum.to(WITH_LIBRARY);
    Fourier.C2R.tensor(there, new long[] {0, 1}, 0L, 16L);
    assertThat(there.cpu().equal(spectrum)).isTrue();
  }

  @Test
  void theFacadeAndItsGradientsRunThere() {
    same(signal(DType.FLOAT64, 4, 10), t -> {
      Tensor x = t.detach().requiresGrad_();
      Tensor y = jtorch.Fft.irfft2(jtorch.Fft.rfft2(x).mul(2)).add(jtorch.Fft.fftn(x).abs());
      y.square().sum().backward();
      return x.grad();
    });
  }

  /// Halves exist on GPUs only, with and without the library, and where sizes are powers of two.
  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT16", "COMPLEX32"})
  void halvesAreTransformed(DType dtype) {
    for (int device : new int[] {0, WITH_LIBRARY.index()}) {
      Tensor x = signal(DType.FLOAT32, 3, 8).to(dtype);
      Tensor y = jtorch.Fft.fft(x.to(Device.cuda(device)));
      assertThat(y.dtype()).isEqualTo(DType.COMPLEX32);
      assertThat(y.cpu().to(DType.COMPLEX64).allclose(jtorch.Fft.fft(x.to(DType.COMPLEX64)), 2e-2, 2e-2, false))
          .isTrue();
      Tensor odd = x.narrow(1, 0, 6).to(Device.cuda(device));
      assertThatThrownBy(() -> jtorch.Fft.fft(odd)).hasMessageContaining(
          "cuFFT only supports dimensions whose sizes are powers of two when computing in half precision, but got a signal size of");
      assertThatThrownBy(() -> jtorch.Fft.fft(x)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void plansAreKeptAsManyAsAllowed() {
    FourierPlanCache cache = Cuda.fftPlanCache(WITH_LIBRARY.index());
    long most = cache.maxSize();
    assertThat(most).isEqualTo(4096);
    try {
      cache.clear();
      assertThat(cache.size()).isZero();
      Tensor x = signal(DType.COMPLEX64, 12).to(WITH_LIBRARY);
      complex(x, 0, true, 0);
      complex(x, 2, false, 0);
      assertThat(cache.size()).isEqualTo(1);
      complex(x.view(3, 4), 0, true, 0);
      assertThat(cache.size()).isEqualTo(2);
      cache.setMaxSize(1);
      assertThat(cache.size()).isEqualTo(1);
      complex(x, 0, true, 0);
      assertThat(cache.size()).isEqualTo(1);
      cache.setMaxSize(0);
      same(signal(DType.COMPLEX64, 12), t -> complex(t, 0, true, 0));
      assertThat(cache.size()).isZero();
      assertThatThrownBy(() -> cache.setMaxSize(-1)).isInstanceOf(IllegalArgumentException.class);
    } finally {
      cache.setMaxSize(most);
    }
  }

  @Test
  void theProcessorDoesItWhereThereIsNoLibrary() {
    assumeTrue("stand-in".equals(System.getProperty("jtorch.cuda.driver")), "a GPU has its libraries");
    Tensor x = signal(DType.COMPLEX64, 3, 10);
    Tensor y = jtorch.Fft.fft(x.to(GPU));
    assertThat(y.device()).isEqualTo(GPU);
    assertThat(y.cpu().allclose(jtorch.Fft.fft(x), 1e-5, 1e-5, false)).isTrue();
    assertThat(Cuda.fallbacks()).containsKey("aten::_fft_c2c");
  }
}
