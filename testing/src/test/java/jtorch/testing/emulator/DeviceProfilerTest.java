package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jtorch.Cuda;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.profiler.KeyAverages.Row;
import jtorch.profiler.Profiler;
import jtorch.profiler.Profiler.Activity;
import jtorch.profiler.Profiler.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Operators' times on the processor and on a device.
class DeviceProfilerTest extends DeviceTest {
  private static Row row(Profiler profiler, String key) {
    return profiler.keyAverages().rows().stream().filter(r -> r.key().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void timesOfOperatorsAreAddedUpByName() {
    Tensor here = Torch.ones(300, 300);
    Tensor there = here.to(GPU);
    try (var profiler = Profiler.start()) {
      try (var part = Profiler.recordFunction("both")) {
        here.mm(here).relu();
        there.mm(there).exp().exp();
      }
      assertThatThrownBy(profiler::events).isInstanceOf(IllegalStateException.class);
      profiler.stop();
      here.relu();
      Row exp = row(profiler, "aten::exp");
      assertThat(exp.count()).isEqualTo(2);
      assertThat(exp.deviceTimeTotal()).isPositive();
      assertThat(exp.cpuTimeTotal()).isPositive();
      assertThat(row(profiler, "aten::mm").count()).isEqualTo(2);
      assertThat(row(profiler, "aten::relu").deviceTimeTotal()).isZero();
      assertThat(row(profiler, "aten::relu").count()).isEqualTo(1);
      // A part has the time of all in it, and hardly any of its own.
      Row both = row(profiler, "both");
      double inside = profiler.keyAverages().rows().stream().filter(r -> r != both && !r.key().equals("both"))
          .mapToDouble(Row::selfCpuTimeTotal).sum();
      assertThat(both.cpuTimeTotal()).isGreaterThanOrEqualTo(inside);
      assertThat(both.deviceTimeTotal()).isGreaterThanOrEqualTo(exp.deviceTimeTotal());
      assertThat(both.selfDeviceTimeTotal()).isZero();
      for (Event e : profiler.events()) assertThat(e.selfDuration()).isBetween(0L, e.duration());
    }
  }

  @Test
  void theTableHasPyTorchsColumns() {
    Tensor x = Torch.ones(4, 4).to(GPU);
    try (var profiler = Profiler.start()) {
      x.exp();
      x.exp();
      x.mm(x);
      profiler.stop();
      String table = profiler.keyAverages().table("count", 1);
      assertThat(table.lines().toList().get(1).strip().split(" {2,}")).containsExactly("Name", "Self CPU %", "Self CPU",
          "CPU total %", "CPU total", "CPU time avg", "Self CUDA", "Self CUDA %", "CUDA total", "CUDA time avg",
          "# of Calls");
      assertThat(table).contains("aten::exp").doesNotContain("aten::mm").contains("Self CPU time total: ")
          .contains("Self CUDA time total: ");
      assertThat(profiler.keyAverages(true).rows()).anySatisfy(
          r -> assertThat(r.shapes()).isEqualTo(List.of(List.of(4L, 4L))));
      assertThatThrownBy(() -> profiler.keyAverages().table("speed", 1)).hasMessageContaining("self_cpu_time_total");
    }
    try (var profiler = Profiler.start(Activity.CPU)) {
      x.exp();
      profiler.stop();
      assertThat(profiler.keyAverages().table()).doesNotContain("CUDA");
    }
  }

  @Test
  void otherThreadsAreMeasuredToo() throws InterruptedException {
    try (var profiler = Profiler.start()) {
      var thread = new Thread(() -> Torch.ones(3).exp(), "other");
      thread.start();
      thread.join();
      profiler.stop();
      assertThat(profiler.events()).anySatisfy(e -> {
        assertThat(e.name()).isEqualTo("aten::exp");
        assertThat(e.thread()).isEqualTo("other");
        assertThat(e.device()).isEqualTo(Device.CPU);
      });
    }
  }

  @Test
  void theTraceIsJson(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("trace.json");
    try (var profiler = Profiler.start()) {
      try (var part = Profiler.recordFunction("a \"part\"\n")) {
        Torch.ones(2, 3).to(GPU).exp();
      }
      profiler.stop();
      profiler.exportChromeTrace(file);
    }
    Object read = jtorch.io.Json.parse(Files.readString(file));
    List<?> events = (List<?>) ((Map<?, ?>) read).get("traceEvents");
    assertThat(events).anySatisfy(e -> assertThat(((Map<?, ?>) e).get("name")).isEqualTo("a \"part\"\n"))
        .anySatisfy(e -> assertThat(((Map<?, ?>) e).get("cat")).isEqualTo("kernel"));
  }

  /// Without NVIDIA's library nothing is named, and nothing fails.
  @Test
  void rangesNeedNoLibrary() {
    try (var emitted = Cuda.nvtx().emit(); var range = Cuda.nvtx().range("part")) {
      Cuda.nvtx().mark("here");
      assertThat(Torch.ones(2).exp().numel()).isEqualTo(2);
    }
    if (!Cuda.nvtx().isAvailable()) assertThat(Cuda.nvtx().rangePush("part")).isEqualTo(-1);
  }
}
