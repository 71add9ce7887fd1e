package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jtorch.Cuda;
import jtorch.CudaStream;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.OutOfMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The caching allocator of a device.
class DeviceMemoryTest extends DeviceTest {
  /// The last one: no other test makes tensors there, if there are several.
  private static final int INDEX = Math.max(0, Cuda.deviceCount() - 1);
  private static final Device GPU = Device.cuda(INDEX);
  private static final long MOST = 2L << 30;
  private static final long MEGABYTE = 1 << 20;

  @BeforeEach
  void clear() throws InterruptedException {
    Cuda.setDevice(INDEX);
    for (int i = 0; i < 100 && Cuda.memoryAllocated() > 0; i++) {
      System.gc();
      Thread.sleep(5);
    }
    Cuda.emptyCache();
    Cuda.resetPeakMemoryStats();
    bound(MOST);
  }

  /// Large GPUs have no more either.
  private static void bound(long bytes) {
    Cuda.setPerProcessMemoryFraction(bytes / (double) Cuda.getDeviceProperties(INDEX).totalMemory(), INDEX);
  }

  @AfterEach
  void restore() {
    Cuda.setPerProcessMemoryFraction(1, INDEX);
    Cuda.setDevice(0);
  }

  private static Tensor bytes(long count) {
    return Torch.empty(new long[] {count}, DType.UINT8, GPU);
  }

  @Test
  void aScopeGivesMemoryBackAndItIsReused() {
    long before = Cuda.memoryAllocated();
    long first;
    try (var scope = Torch.scope()) {
      first = bytes(3 * MEGABYTE).pointer();
      assertThat(Cuda.memoryAllocated() - before).isEqualTo(3 * MEGABYTE);
    }
    assertThat(Cuda.memoryAllocated()).isEqualTo(before);
    assertThat(Cuda.maxMemoryAllocated()).isEqualTo(before + 3 * MEGABYTE);
    assertThat(Cuda.memoryReserved()).isEqualTo(20 * MEGABYTE);
    try (var scope = Torch.scope()) {
      assertThat(bytes(3 * MEGABYTE).pointer()).isEqualTo(first);
    }
  }

  @Test
  void piecesAreSplitAndJoined() {
    try (var scope = Torch.scope()) {
      long a = bytes(1000).pointer();
      assertThat(bytes(1).pointer()).isEqualTo(a + 1024);
      assertThat(Cuda.memoryReserved()).isEqualTo(2 * MEGABYTE);
    }
    assertThat(Cuda.memoryStats(INDEX).inactive()).isZero();
    Cuda.emptyCache();
    assertThat(Cuda.memoryReserved()).isZero();
  }

  /// What a composition or a backward pass makes for itself goes without the collector.
  @Test
  void framesGiveMemoryBack() {
    try (var scope = Torch.scope()) {
      Tensor w = Torch.ones(new long[] {1 << 18}, o -> o.device(GPU)).requiresGrad(true);
      w.mul(2).sum().backward();
      long before = 0;
      for (int i = 0; i < 5; i++) {
        try (var step = Torch.scope()) {
          w.mul(2).exp().sin().sum().backward();
        }
        if (i == 0) before = Cuda.memoryAllocated();
      }
      assertThat(Cuda.memoryAllocated()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void shortageIsAnExceptionAndNothingIsLost() {
    Tensor kept = Torch.ones(new long[] {10}, o -> o.device(GPU));
    Tensor large = bytes(MEGABYTE << 10);
    assertThatThrownBy(() -> bytes(MEGABYTE << 11)).isInstanceOf(OutOfMemoryException.class)
        .hasMessageContaining(GPU + " out of memory").hasMessageContaining("largest tensors: 1 x 1.00 GiB");
    assertThat(kept.sum().item()).isEqualTo(10.0);
    assertThat(large.numel()).isEqualTo(MEGABYTE << 10);
    assertThat(Cuda.memoryStats(INDEX).shortages()).isPositive();
  }

  /// Dropped tensors are found by one collection before memory runs out.
  @Test
  void garbageIsCollectedBeforeAShortage() {
    for (int i = 0; i < 8; i++) assertThat(bytes(MEGABYTE << 9).numel()).isPositive();
  }

  @Test
  void anotherStreamKeepsMemoryFromReuse() {
    try (var other = new CudaStream()) {
      long first;
      try (var scope = Torch.scope()) {
        Tensor x = bytes(MEGABYTE);
        first = x.pointer();
        x.recordStream(other);
      }
      try (var in = Cuda.stream(other); var scope = Torch.scope()) {
        assertThat(bytes(MEGABYTE).pointer()).isNotEqualTo(first);
      }
    }
    assertThatThrownBy(() -> Torch.ones(1).recordStream(Cuda.defaultStream(INDEX)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aShareOfTheMemoryIsABound() {
    bound(MOST / 4);
    assertThatThrownBy(() -> bytes(600 * MEGABYTE)).isInstanceOf(OutOfMemoryException.class)
        .hasMessageContaining("the limit is 512.0 MiB");
  }
}
