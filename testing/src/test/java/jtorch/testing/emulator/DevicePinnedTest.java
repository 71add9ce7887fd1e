package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.Consumer;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.DataLoader;
import jtorch.data.TensorDataset;
import org.junit.jupiter.api.Test;

/// Memory that is locked for copies, and copies for which nobody waits.
class DevicePinnedTest extends DeviceTest {
  /// Work that is given meanwhile is done when somebody waits for it, as a GPU may do.
  private static void deferred(Consumer<StandInDriver> test) {
    StandInDriver driver = StandInDriver.current();
    assumeTrue(driver != null, "no stand-in");
    driver.defer(true);
    try {
      test.accept(driver);
    } finally {
      driver.defer(false);
    }
  }

  @Test
  void tensorsAreCopiedToPinnedMemory() {
    Tensor x = Torch.arange(6).reshape(2, 3).t();
    Tensor pinned = x.pinMemory();
    assertThat(x.isPinned()).isFalse();
    assertThat(pinned.isPinned()).isTrue();
    assertThat(pinned.select(0, 1).isPinned()).isTrue();
    assertThat(pinned.pinMemory()).isSameAs(pinned);
    assertThat(pinned.strides()).isEqualTo(x.strides());
    assertThat(pinned.equal(x)).isTrue();
    assertThat(pinned.add(1).isPinned()).isFalse();
    assertThat(pinned.to(GPU).isPinned()).isFalse();
    assertThat(pinned.to(GPU).cpu().equal(x)).isTrue();
    assertThat(Torch.empty(0).pinMemory().isPinned()).isTrue();
    assertThatThrownBy(() -> x.to(GPU).pinMemory()).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pinMemory: cannot pin 'torch.cuda.LongTensor' only dense CPU tensors can be pinned");
  }

  @Test
  void factoriesTakePinMemory() {
    assertThat(Torch.zeros(new long[] {3}, o -> o.pinMemory(true)).isPinned()).isTrue();
    Tensor leaf = Torch.randn(new long[] {3}, o -> o.pinMemory(true).requiresGrad(true));
    assertThat(leaf.isPinned() && leaf.isLeaf() && leaf.requiresGrad()).isTrue();
    assertThat(Torch.emptyLike(leaf, o -> o.pinMemory(true)).isPinned()).isTrue();
    assertThatThrownBy(() -> Torch.ones(new long[] {3}, o -> o.pinMemory(true).device(GPU)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("only dense CPU tensors can be pinned");
  }

  @Test
  void gradientsPassThroughPinnedMemory() {
    Tensor x = Torch.ones(3).requiresGrad(true);
    x.pinMemory().to(GPU, true).mul(3).sum().backward();
    assertThat(java.util.Objects.requireNonNull(x.grad()).toFloatArray()).containsExactly(3, 3, 3);
  }

  @Test
  void nonBlockingCopiesReturnBeforeTheyAreDone() {
    deferred(driver -> {
      Tensor pinned = Torch.ones(4).pinMemory();
      Tensor there = pinned.to(GPU, true);
      pinned.fill_(2);
      assertThat(there.cpu().toFloatArray()).as("read when the stream came to it").containsOnly(2);
      Tensor blocking = pinned.to(GPU);
      pinned.fill_(3);
      assertThat(blocking.cpu().toFloatArray()).containsOnly(2);
      Tensor paged = Torch.ones(4);
      Tensor copied = paged.to(GPU, true);
      paged.fill_(2);
      assertThat(copied.cpu().toFloatArray()).as("ordinary memory is read at once").containsOnly(1);
    });
  }

  @Test
  void nonBlockingReadsLandInPinnedMemory() {
    deferred(driver -> {
      Tensor there = Torch.full(new long[] {4}, 5, o -> o.dtype(DType.FLOAT32).device(GPU));
      Tensor here = there.to(Device.CPU, true);
      assertThat(here.isPinned()).isTrue();
      assertThat(here.toFloatArray()).as("before").doesNotContain(5);
      Cuda.synchronize();
      assertThat(here.toFloatArray()).containsOnly(5);
      Tensor into = Torch.zeros(4).pinMemory();
      into.copy_(there.mul(2), true);
      assertThat(into.toFloatArray()).containsOnly(0);
      Cuda.synchronize();
      assertThat(into.toFloatArray()).containsOnly(10);
      Tensor paged = Torch.zeros(4);
      paged.copy_(there, true);
      assertThat(paged.toFloatArray()).as("ordinary memory is waited for").containsOnly(5);
      assertThat(there.to(Device.CPU, DType.INT64, true, false).toLongArray()).as("converted").containsOnly(5);
    });
  }

  /// A block is lent again only when the stream that copied from it has passed.
  @Test
  void pinnedBlocksWaitForTheirStreams() {
    deferred(driver -> {
      long first;
      Tensor there;
      try (var scope = Torch.scope()) {
        Tensor pinned = Torch.ones(1 << 15).pinMemory();
        first = pinned.address();
        there = scope.keep(pinned.to(GPU, true));
      }
      try (var scope = Torch.scope()) {
        Tensor next = Torch.zeros(1 << 15).pinMemory();
        assertThat(next.address()).isNotEqualTo(first);
      }
      assertThat(there.sum().item()).isEqualTo((double) (1 << 15));
      Cuda.synchronize();
      try (var scope = Torch.scope()) {
        long[] blocks = {Torch.empty(1 << 15).pinMemory().address(), Torch.empty(1 << 15).pinMemory().address()};
        assertThat(blocks).contains(first);
      }
    });
  }

  @Test
  void loadersPinBatches() {
    var data = new TensorDataset(Torch.arange(6).reshape(6, 1), Torch.arange(6));
    for (int workers : new int[] {0, 2}) {
      var loader = new DataLoader<>(data, o -> o.batchSize(4).workers(workers).pinMemory(true));
      long sum = 0;
      for (Tensor[] batch : loader) {
        assertThat(batch[0].isPinned() && batch[1].isPinned()).isTrue();
        sum += batch[0].to(GPU, true).sum().itemLong();
      }
      assertThat(sum).isEqualTo(15);
    }
  }

  @Test
  void copiesBetweenDevicesAreOrderedByEvents() {
    assumeTrue(Cuda.deviceCount() > 1, "one device");
    assertThat(Cuda.canDeviceAccessPeer(0, 0)).isFalse();
    deferred(driver -> {
      Tensor x = Torch.ones(new long[] {4}, o -> o.device(GPU)).add(1);
      Tensor moved = x.to(Device.cuda(1));
      x.fill_(7);
      assertThat(driver.isIdle(0, 0)).as("nobody has waited").isFalse();
      assertThat(moved.cpu().toFloatArray()).containsOnly(2);
      assertThat(x.cpu().toFloatArray()).containsOnly(7);
      assertThat(driver.peers()).contains("1 reaches 0");
      assertThat(Cuda.canDeviceAccessPeer(0, 1)).isTrue();
    });
  }
}
