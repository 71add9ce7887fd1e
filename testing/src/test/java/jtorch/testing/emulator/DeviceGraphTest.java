package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import jtorch.Cuda;
import jtorch.CudaEvent;
import jtorch.CudaGraph;
import jtorch.CudaStream;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.GraphPool;
import jtorch.spi.GraphCapture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Work that is recorded once and replayed.
class DeviceGraphTest extends DeviceTest {
  private static Tensor there(float... values) {
    return Torch.tensor(values).to(GPU);
  }

  @Test
  void recordedWorkIsDoneAtReplay() {
    Tensor x = there(1, 2, 3);
    Tensor y;
    try (var graph = new CudaGraph()) {
      assertThat(Cuda.isCurrentStreamCapturing()).isFalse();
      try (var recording = Cuda.graph(graph)) {
        assertThat(Cuda.isCurrentStreamCapturing()).isTrue();
        y = x.mul(2).add(1).cumsum(0);
      }
      assertThat(Cuda.isCurrentStreamCapturing()).isFalse();
      assertThat(graph.nodes()).isPositive();
      for (float first : new float[] {1, 10}) {
        x.copy_(Torch.tensor(first, 2f, 3f));
        graph.replay();
        assertThat(y.toFloatArray()).containsExactly(2 * first + 1, 2 * first + 6, 2 * first + 13);
      }
    }
  }

  /// Numbers that are no tensors are those of the capture, and each replay changes tensors in place once more.
  @Test
  void changesInPlaceAreReplayed() {
    Tensor x = there(1, 2);
    var graph = new CudaGraph();
    double step = 3;
    try (var recording = Cuda.graph(graph)) {
      x.add_(step);
    }
    step = 100;
    assertThat(x.toFloatArray()).containsExactly(1, 2);
    graph.replay();
    graph.replay();
    assertThat(x.toFloatArray()).containsExactly(7, 8);
  }

  @Test
  void whatWaitsForTheDeviceCannotBeRecorded() {
    Tensor x = there(3, 1, 2);
    Tensor pinned = Torch.ones(3).pinMemory();
    var calls = new ThrowingCallable[] {() -> x.sum().item(), x::cpu, x::toString, () -> x.to(Device.cuda(1)),
      () -> x.copy_(Torch.ones(3)), () -> x.copy_(Torch.ones(3), true), () -> x.copy_(pinned), Cuda::synchronize,
      () -> Cuda.currentStream().synchronize(), () -> Cuda.currentStream().query(), () -> x.nonzero(),
      () -> jtorch.Linalg.svdvals(x.reshape(1, 3))};
    String[] names = {"item()", "reading values of a tensor", "reading values of a tensor", "a copy between GPUs",
      "a copy from memory that is not pinned", "a copy from memory that is not pinned", "waiting for the stream",
      "waiting for the GPU", "waiting for the stream", "the question whether the stream is done", "item()",
      "aten::_linalg_svd, which has no kernel on cuda:0"};
    for (int i = 0; i < calls.length; i++) {
      if (names[i].contains("between") && Cuda.deviceCount() < 2) continue;
      ThrowingCallable call = calls[i];
      String name = names[i];
      var graph = new CudaGraph();
      Throwable thrown = catchThrowable(() -> {
        try (var recording = Cuda.graph(graph)) {
          x.add_(1);
          call.call();
        }
      });
      assertThat(thrown).as(names[i]).isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("operation not permitted when stream is capturing: " + names[i])
          .hasMessageContaining("cannot be recorded in a CUDA graph on cuda:0");
      assertThat(thrown.getSuppressed()).singleElement().satisfies(t -> assertThat(t)
          .hasMessageStartingWith("captureEnd: there is no graph").hasMessageContaining(name));
      // The stream, and the graph, are as new.
      assertThat(Cuda.isCurrentStreamCapturing()).isFalse();
      assertThat(x.toFloatArray()).containsExactly(3, 1, 2);
      assertThatThrownBy(graph::replay).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("without a preceding successful capture");
      Tensor y;
      try (var recording = Cuda.graph(graph)) {
        y = x.mul(2);
      }
      graph.replay();
      assertThat(y.toFloatArray()).containsExactly(6, 2, 4);
    }
  }

  @Test
  void capturesNeedAStreamOfTheirOwnAndEndWhereTheyBegan() {
    var graph = new CudaGraph();
    assertThatThrownBy(graph::captureBegin).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CUDA graphs must be captured on a non-default stream.");
    assertThatThrownBy(graph::captureEnd).hasMessageContaining("capture_end() called before capture_begin()");
    assertThatThrownBy(graph::pool).hasMessageContaining("without a preceding successful capture");
    Tensor x = there(1);
    try (var stream = new CudaStream()) {
      try (var in = Cuda.stream(stream)) {
        graph.captureBegin();
        assertThatThrownBy(() -> new CudaGraph().captureBegin()).hasMessageContaining("being captured already");
        assertThatThrownBy(graph::captureBegin).hasMessageContaining("being captured already");
        x.add_(1);
      }
      assertThatThrownBy(graph::captureEnd).hasMessageContaining("Capture must end on the same stream it began on.");
      try (var in = Cuda.stream(stream)) {
        graph.captureEnd();
      }
    }
    assertThatThrownBy(graph::captureBegin).hasMessageContaining("already owns a captured graph");
    graph.replay();
    assertThat(x.item()).isEqualTo(2.0);
    graph.reset();
    assertThatThrownBy(graph::replay).isInstanceOf(IllegalStateException.class);
  }

  /// Streams that wait for the capture take part in it, until it has waited for them.
  @Test
  void otherStreamsTakePart() {
    Tensor x = there(1, 2);
    Tensor y;
    Tensor z;
    var graph = new CudaGraph();
    try (var side = new CudaStream()) {
      try (var recording = Cuda.graph(graph)) {
        CudaStream main = Cuda.currentStream();
        y = x.mul(2);
        side.waitStream(main);
        try (var in = Cuda.stream(side)) {
          assertThat(Cuda.isCurrentStreamCapturing()).isTrue();
          z = y.add(1);
        }
        main.waitStream(side);
        z.mul_(10);
      }
      x.add_(1);
      graph.replay();
      assertThat(z.toFloatArray()).containsExactly(50, 70);
      var unjoined = new CudaGraph();
      assertThatThrownBy(() -> {
        try (var recording = Cuda.graph(unjoined)) {
          side.waitStream(Cuda.currentStream());
          try (var in = Cuda.stream(side)) {
            x.add_(1);
          }
        }
      }).hasMessageContaining("STREAM_CAPTURE_UNJOINED");
      assertThat(x.toFloatArray()).containsExactly(2, 3);
    }
  }

  /// What the driver itself refuses ends the capture too.
  @Test
  void capturedEventsCannotBeAsked() {
    Tensor x = there(1, 2);
    var graph = new CudaGraph();
    try (var event = new CudaEvent()) {
      Throwable thrown = catchThrowable(() -> {
        try (var recording = Cuda.graph(graph)) {
          x.add_(1);
          event.record();
          event.query();
        }
      });
      assertThat(thrown).hasMessageContaining("CAPTURED_EVENT");
      assertThat(thrown.getSuppressed()).singleElement()
          .satisfies(t -> assertThat(t).hasMessageContaining("STREAM_CAPTURE_INVALIDATED"));
    }
    assertThat(Cuda.isCurrentStreamCapturing()).isFalse();
    assertThat(x.add(1).toFloatArray()).containsExactly(2, 3);
  }

  // ---- memory ----------------------------------------------------------------------------------------------------

  private static long[] addresses(int count) {
    long[] all = new long[count];
    for (int i = 0; i < count; i++) all[i] = Torch.empty(new long[] {1 << 19}, DType.FLOAT32, GPU).pointer();
    return all;
  }

  /// What the graph made for itself is given to nobody else while it lives, though no tensor has it any more.
  @Test
  void memoryOfAGraphStaysItsOwn() {
    Tensor x = Torch.ones(new long[] {1 << 19}, o -> o.device(GPU));
    Tensor y;
    long inside;
    var graph = new CudaGraph();
    try (var recording = Cuda.graph(graph)) {
      Tensor temporary;
      try (var scope = Torch.scope()) {
        temporary = x.mul(2);
        inside = temporary.pointer();
        y = scope.keep(temporary.add(1));
      }
      // Within the capture it is lent again.
      assertThat(x.mul(3).pointer()).isEqualTo(inside);
    }
    Cuda.emptyCache();
    for (CudaStream stream : new CudaStream[] {Cuda.defaultStream(0), new CudaStream()}) {
      try (var in = Cuda.stream(stream); var scope = Torch.scope()) {
        assertThat(addresses(24)).doesNotContain(inside);
      }
    }
    graph.replay();
    assertThat(y.sum().item()).isEqualTo(3.0 * (1 << 19));
    // Then it can go back.
    long before = Cuda.memoryReserved();
    assertThat(before).isPositive();
    Cuda.emptyCache();
    long reserved = Cuda.memoryReserved();
    graph.reset();
    assertThat(Cuda.memoryReserved()).isEqualTo(reserved);
    y.data(Torch.empty(new long[] {0}, DType.FLOAT32, GPU));
    System.gc();
    for (int i = 0; i < 200 && Cuda.memoryReserved() >= reserved; i++) {
      System.gc();
      Cuda.emptyCache();
    }
    assertThat(Cuda.memoryReserved()).isLessThan(reserved);
  }

  @Test
  void graphsMayShareAPool() {
    Tensor x = there(1, 2, 3);
    GraphPool pool = Cuda.graphPoolHandle();
    var first = new CudaGraph();
    var second = new CudaGraph();
    long inside;
    try (var recording = Cuda.graph(first, pool); var scope = Torch.scope()) {
      inside = x.mul(2).pointer();
    }
    assertThat(first.pool()).isSameAs(pool);
    Tensor y;
    try (var recording = Cuda.graph(second, first.pool())) {
      y = x.mul(5);
      assertThat(y.pointer()).isEqualTo(inside);
    }
    first.replay();
    second.replay();
    assertThat(y.toFloatArray()).containsExactly(5, 10, 15);
    first.reset();
    second.replay();
    assertThat(y.toFloatArray()).containsExactly(5, 10, 15);
  }

  /// Pinned memory of recorded copies belongs to the graph, and its values are read at each replay.
  @Test
  void pinnedCopiesAreRecorded() {
    Tensor in = Torch.ones(4).pinMemory();
    Tensor out = Torch.zeros(4).pinMemory();
    Tensor x = Torch.zeros(new long[] {4}, o -> o.device(GPU));
    var graph = new CudaGraph();
    try (var recording = Cuda.graph(graph)) {
      x.copy_(in, true);
      out.copy_(x.mul(2), true);
    }
    in.fill_(21);
    graph.replay();
    Cuda.synchronize();
    assertThat(out.toFloatArray()).containsOnly(42);
  }

  @Test
  void unreachableGraphsAreFreed() {
    StandInDriver driver = StandInDriver.current();
    assumeTrue(driver != null, "no stand-in");
    int before = driver.graphs().alive();
    for (int i = 0; i < 3; i++) {
      Tensor x = there(1);
      var graph = new CudaGraph();
      try (var recording = Cuda.graph(graph)) {
        x.add_(1);
      }
    }
    for (int i = 0; i < 200 && driver.graphs().alive() > before; i++) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(driver.graphs().alive()).isLessThanOrEqualTo(before);
  }

  // ---- the rest --------------------------------------------------------------------------------------------------

  /// An index that lies outside at a replay is told after it.
  @Test
  void indicesAreCheckedAfterReplays() {
    Tensor x = there(1, 2, 3);
    Tensor rows = Torch.tensor(0L, 1).to(GPU);
    Tensor taken;
    var graph = new CudaGraph();
    try (var recording = Cuda.graph(graph)) {
      taken = x.indexSelect(0, rows);
    }
    graph.replay();
    assertThat(taken.toFloatArray()).containsExactly(1, 2);
    rows.copy_(Torch.tensor(2L, 9));
    graph.replay();
    assertThatThrownBy(Cuda::synchronize).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index_select");
    rows.copy_(Torch.tensor(2L, 0));
    graph.replay();
    assertThat(taken.toFloatArray()).containsExactly(3, 1);
  }

  @Test
  void graphsAreKeptAndDrawnWhereThatIsAsked(@TempDir Path folder) throws Exception {
    Tensor x = there(1, 2);
    var kept = new CudaGraph(true);
    try (var stream = new CudaStream();
        var recording = Cuda.graph(kept, new GraphPool(), stream, GraphCapture.Mode.THREAD_LOCAL)) {
      x.add_(1);
    }
    Path file = folder.resolve("graph.dot");
    kept.debugDump(file);
    assertThat(Files.readString(file)).startsWith("digraph");
    kept.replay();
    kept.instantiate();
    kept.replay();
    assertThat(x.toFloatArray()).containsExactly(3, 4);
    var plain = new CudaGraph();
    try (var recording = Cuda.graph(plain)) {
      x.add_(1);
    }
    assertThatThrownBy(() -> plain.debugDump(file)).hasMessageContaining("enableDebugMode");
    assertThatThrownBy(plain::instantiate).hasMessageContaining("keepGraph=true");
  }
}
