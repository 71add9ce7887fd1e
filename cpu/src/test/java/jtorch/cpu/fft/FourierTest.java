package jtorch.cpu.fft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jtorch.DType;
import jtorch.Fft;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transforms against their definition, lengths of every kind: short, products of each radix, primes, long ones.
final class FourierTest {
  /// `exp(-2 pi i j k / n)`
  private static Tensor matrix(int n) {
    double[] real = new double[n * n];
    double[] imaginary = new double[n * n];
    double[] root = new double[2];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < n; k++) {
        Plan.root((long) j * k, n, root, 0);
        real[j * n + k] = root[0];
        imaginary[j * n + k] = root[1];
      }
    }
    return Torch.complex(doubles(real), doubles(imaginary)).view(n, n);
  }

  private static Tensor doubles(double[] values) {
    return Torch.fromSegment(java.lang.foreign.MemorySegment.ofArray(values), DType.FLOAT64, values.length);
  }

  private static Tensor random(long... sizes) {
    return Torch.complex(Torch.randn(sizes), Torch.randn(sizes));
  }

  private static void assertNear(Tensor got, Tensor want, double tolerance) {
    assertThat(got.sizes()).isEqualTo(want.sizes());
    Tensor difference = got.to(DType.COMPLEX128).sub(want.to(DType.COMPLEX128)).abs();
    assertThat(difference.max().itemDouble()).isLessThan(tolerance * want.abs().max().itemDouble());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 25, 30, 31, 37, 60, 64, 67, 96, 100, 121, 128, 210, 250,
        384, 512})
  void everyLengthFollowsTheDefinition(int n) {
    Tensor definition = matrix(n);
    for (int batch : new int[] {1, 3, 40}) {
      Tensor x = random(batch, n);
      Tensor want = x.to(DType.COMPLEX128).mm(definition);
      assertNear(Fft.fft(x), want, 1e-6);
      assertNear(Fft.fft(x.to(DType.COMPLEX128)), want, 1e-14);
      assertNear(Fft.fft(x.t(), null, 0, null), want.t(), 1e-6);
      assertNear(Fft.fft(x.t().contiguous(), null, 0, null), want.t(), 1e-6);
      assertNear(Fft.ifft(Fft.fft(x)), x, 1e-6);
      Tensor real = x.real().contiguous();
      Tensor spectrum = real.to(DType.COMPLEX128).mm(definition);
      assertNear(Fft.fft(real), spectrum, 1e-6);
      assertNear(Fft.rfft(real), spectrum.narrow(1, 0, n / 2 + 1), 1e-6);
      assertNear(Fft.irfft(Fft.rfft(real), (long) n, -1, null), real, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1009, 4096, 4099, 6000, 65536, 10007})
  void longLinesAlone(int n) {
    Tensor x = random(n);
    Tensor back = Fft.ifft(Fft.fft(x));
    assertNear(back, x, 1e-6);
    assertNear(Fft.fft(x), Fft.fft(x.to(DType.COMPLEX128)), 1e-6);
    Tensor real = x.real().contiguous();
    assertNear(Fft.fft(real), Fft.fft(Torch.complex(real, real.zerosLike())), 1e-6);
    assertNear(Fft.irfft(Fft.rfft(real), (long) n, -1, null), real, 1e-6);
    // A single frequency.
    Tensor impulse = Torch.zeros(n);
    impulse.set(1, 1);
    assertThat(Fft.fft(impulse).abs().sub(1).abs().max().itemDouble()).isLessThan(1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 40, 49, 74, 1000})
  void vectorsAndScalarsAgree(int n) {
    var scratch = new jtorch.cpu.Scratch() {
      @Override
      public long allocate(long bytes) {
        return jtorch.memory.ScratchMemory.allocate(bytes);
      }

      @Override
      public void free(long address) {
        jtorch.memory.ScratchMemory.free(address);
      }
    };
    Tensor x = random(5, n);
    Tensor y = Torch.emptyLike(x);
    Side in = Side.regular(x.address(), 8L * n, 8, 4);
    Side out = Side.regular(y.address(), 8L * n, 8, 4);
    var scalar = new Transform<>(ScalarPasses.F32);
    scalar.complex(scratch, n, 5, false, 1, true, in, out);
    assertNear(Fft.fft(x), y, 1e-6);
    Tensor real = Torch.randn(5, n);
    Side line = Side.regular(real.address(), 4L * n, 4, 0);
    scalar.realToComplex(scratch, n, 5, true, 1, true, line, out);
    assertNear(y, Fft.fft(real), 1e-6);
    scalar.complexToReal(scratch, n, 5, 1.0 / n, true, out, line);
    assertNear(Fft.fft(real), y, 1e-6);
  }

  @Test
  void severalDimensionsAreOneAfterTheOther() {
    Tensor x = random(4, 6, 10);
    Tensor want = Fft.fft(Fft.fft(Fft.fft(x, null, 2, null), null, 1, null), null, 0, null);
    assertNear(Fft.fftn(x), want, 1e-6);
    Tensor real = x.real().contiguous();
    assertNear(Fft.irfftn(Fft.rfftn(real), new long[] {4, 6, 10}, new long[] {0, 1, 2}, null), real, 1e-6);
    assertNear(Fft.ifftshift(Fft.fftshift(x)), x, 1e-9);
    assertThat(Fft.fftfreq(5, 0.1).toDoubleArray()).containsExactly(new double[] {0, 2, 4, -4, -2},
        org.assertj.core.data.Offset.offset(1e-5));
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> Fft.fft(Torch.zeros(3), 0L, -1, null))
        .hasMessageContaining("Invalid number of data points (0) specified");
    assertThatThrownBy(() -> Fft.rfft(random(3))).hasMessageContaining("expects a real input tensor");
    assertThatThrownBy(() -> Fft.fft(Torch.zeros(3), null, 1, null)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Fft.fft(Torch.zeros(3), null, -1, "half"))
        .hasMessageContaining("Invalid normalization mode: \"half\"");
    assertThatThrownBy(() -> Fft.fftn(Torch.zeros(3, 3), null, new long[] {0, 0}, null))
        .hasMessageContaining("FFT dims must be unique");
    assertThatThrownBy(() -> Fft.fft(Torch.zeros(3).to(DType.FLOAT16))).hasMessageContaining("Unsupported dtype");
  }
}
