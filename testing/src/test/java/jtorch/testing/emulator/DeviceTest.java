package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import org.junit.jupiter.api.BeforeAll;

/// Tests that need a GPU or what stands in for one, and are skipped where there is none.
abstract class DeviceTest {
  static final Device GPU = Device.cuda(0);

  @BeforeAll
  static void needsADevice() {
    assumeTrue(Cuda.isAvailable(), String.valueOf(Cuda.absence()));
  }

  /// Equal bits, NaN included.
  static void sameBits(Tensor there, Tensor here) {
    assertThat(there.device()).isEqualTo(GPU);
    assertThat(there.dtype()).isEqualTo(here.dtype());
    assertThat(there.sizes()).isEqualTo(here.sizes());
    assertThat(bytes(there.cpu())).isEqualTo(bytes(here));
  }

  private static byte[] bytes(Tensor t) {
    return t.contiguous().reshape(-1).view(DType.UINT8).toByteArray();
  }
}
