package jtorch.profiler;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.spi.Accelerator;
import jtorch.spi.Backends;
import jtorch.spi.Watcher;
import jtorch.spi.Watchers;
import org.jspecify.annotations.Nullable;

/// Measures the operators that run while it is open, on all threads: when they began and ended on the processor, and how long
/// the GPU took for what they gave it.
///
/// ```java
/// try (var p = Profiler.start()) {
///   step(model, batch);
///   p.stop();
///   System.out.println(p.keyAverages().table("self_cuda_time_total", 10));
///   p.exportChromeTrace(Path.of("trace.json"));
/// }
/// ```
///
/// Times of GPUs are those between two events around an operator's launches, so they hold the waiting between launches where
/// the processor is slower than the GPU.
///
/// **As** `torch.profiler.profile`.
public final class Profiler implements AutoCloseable {
  /// What is measured.
  public enum Activity {
    /// Times on the processor.
    CPU,
    /// Times on GPUs.
    CUDA
  }

  /// An operator's call, or a named part of a program.
  ///
  /// @param thread the thread's name
  /// @param start nanoseconds since the profiler was started
  /// @param duration nanoseconds on the processor
  /// @param selfDuration without what ran inside
  /// @param device where it computed
  /// @param deviceStart nanoseconds since the profiler was started, by the device; -1 where nothing was measured there
  /// @param deviceDuration nanoseconds on the device, of what ran inside too
  /// @param selfDeviceDuration without what ran inside
  /// @param shapes the sizes of the tensors among the arguments
  public record Event(String name, String thread, long start, long duration, long selfDuration, Device device,
      long deviceStart, long deviceDuration, long selfDeviceDuration, List<List<Long>> shapes) {}

  /// What runs, or has run.
  private static final class Running {
    final String name;
    final String thread = Thread.currentThread().getName();
    final Device device;
    final @Nullable Running parent;
    final List<List<Long>> shapes;
    long start;
    long end;
    /// Nanoseconds of what ran inside.
    long inside;
    long deviceInside;
    /// Events on the device; 0 where there are none.
    long first;
    long last;

    Running(String name, Device device, @Nullable Running parent, List<List<Long>> shapes) {
      this.name = name;
      this.device = device;
      this.parent = parent;
      this.shapes = shapes;
    }
  }

  /// A device's clock: an event, and when it had passed.
  private record Clock(Accelerator accelerator, long event, long time) {}

  private final Set<Activity> activities;
  private final long began = System.nanoTime();
  private final ThreadLocal<@Nullable Running[]> current = ThreadLocal.withInitial(() -> new @Nullable Running[1]);
  private final List<Running> finished = new ArrayList<>();
  private final Map<Integer, Clock> clocks = new HashMap<>();
  private final Watcher watcher = new Watcher() {
    @Override
    public Object begin(String name, Device device, @Nullable Object[] arguments) {
      return Profiler.this.begin(name, device, arguments);
    }

    @Override
    public void end(Object begun) {
      Profiler.this.end((Running) begun);
    }
  };
  private @Nullable List<Event> events;

  private Profiler(Set<Activity> activities) {
    this.activities = activities;
  }

  /// Begins to measure.
  ///
  /// @param activities what is measured; none for everything that is there
  public static Profiler start(Activity... activities) {
    Set<Activity> wanted =
        activities.length == 0 ? EnumSet.allOf(Activity.class) : EnumSet.copyOf(Arrays.asList(activities));
    var profiler = new Profiler(wanted);
    Watchers.add(profiler.watcher);
    return profiler;
  }

  /// Gives a part of a program a name: `try (var r = Profiler.recordFunction("forward")) { ... }`, as
  /// `torch.profiler.record_function`. Does nothing where no profiler runs.
  public static RecordedFunction recordFunction(String name) {
    if (!Watchers.areThere()) return () -> {};
    var watched = Watchers.begin(name, Device.CPU, new Object[0]);
    return watched::close;
  }

  /// A named part of a program that ends when this is closed.
  @FunctionalInterface
  public interface RecordedFunction extends AutoCloseable {
    @Override
    void close();
  }

  // ---- while it runs ---------------------------------------------------------------------------------------------

  private Running begin(String name, Device device, @Nullable Object[] arguments) {
    @Nullable Running[] top = current.get();
    var running = new Running(name, device, top[0], shapes(arguments));
    top[0] = running;
    if (!device.isHost() && activities.contains(Activity.CUDA)) running.first = mark(device);
    running.start = System.nanoTime();
    return running;
  }

  private void end(Running running) {
    running.end = System.nanoTime();
    if (running.first != 0) running.last = mark(running.device);
    Running parent = running.parent;
    current.get()[0] = parent;
    if (parent != null) parent.inside += running.end - running.start;
    synchronized (finished) {
      finished.add(running);
    }
  }

  private static List<List<Long>> shapes(@Nullable Object[] arguments) {
    var all = new ArrayList<List<Long>>();
    for (Object argument : arguments) {
      if (argument instanceof Tensor t) all.add(Arrays.stream(t.sizes()).boxed().toList());
    }
    return all;
  }

  /// A new event behind the work of the thread's stream.
  private long mark(Device device) {
    Accelerator accelerator = clock(device).accelerator;
    long event = accelerator.newEvent(device.index(), true);
    accelerator.record(device.index(), event, accelerator.stream(device.index()));
    return event;
  }

  private Clock clock(Device device) {
    synchronized (clocks) {
      return clocks.computeIfAbsent(device.index(), index -> {
        Accelerator accelerator = Backends.accelerator(device);
        long event = accelerator.newEvent(index, true);
        accelerator.synchronize(index);
        accelerator.record(index, event, accelerator.stream(index));
        accelerator.synchronizeEvent(index, event);
        return new Clock(accelerator, event, System.nanoTime());
      });
    }
  }

  /// Ends the measurement, and waits for the GPUs that were measured.
  public void stop() {
    Watchers.remove(watcher);
    synchronized (finished) {
      if (events != null) return;
      synchronized (clocks) {
        clocks.forEach((index, clock) -> clock.accelerator.synchronize(index));
        events = finished.stream().map(this::event).toList();
        clocks.forEach((index, clock) -> clock.accelerator.freeEvent(index, clock.event));
      }
    }
  }

  /// Inner ones come first, as they have ended first.
  private Event event(Running r) {
    long deviceStart = -1;
    long onDevice = r.deviceInside;
    long self = 0;
    if (r.last != 0) {
      Clock clock = clock(r.device);
      int index = r.device.index();
      deviceStart = clock.time - began + nanoseconds(clock.accelerator.elapsed(index, clock.event, r.first));
      onDevice = nanoseconds(clock.accelerator.elapsed(index, r.first, r.last));
      self = Math.max(0, onDevice - r.deviceInside);
      clock.accelerator.freeEvent(index, r.first);
      clock.accelerator.freeEvent(index, r.last);
    }
    if (r.parent != null) r.parent.deviceInside += onDevice;
    return new Event(r.name, r.thread, r.start - began, r.end - r.start, r.end - r.start - r.inside, r.device,
        deviceStart, onDevice, self, r.shapes);
  }

  private static long nanoseconds(float milliseconds) {
    return Math.round(milliseconds * 1e6);
  }

  @Override
  public void close() {
    stop();
  }

  // ---- what was found --------------------------------------------------------------------------------------------

  /// All that was measured, in the order in which it ended.
  ///
  /// @throws IllegalStateException if the profiler still runs
  public List<Event> events() {
    List<Event> found = events;
    if (found == null) throw new IllegalStateException("the profiler still runs: stop() comes first");
    return found;
  }

  /// The events of each name together.
  public KeyAverages keyAverages() {
    return KeyAverages.of(events(), false);
  }

  /// @param groupByInputShape whether calls with tensors of other sizes are told apart
  public KeyAverages keyAverages(boolean groupByInputShape) {
    return KeyAverages.of(events(), groupByInputShape);
  }

  /// Writes a file that `chrome://tracing` and Perfetto show.
  public void exportChromeTrace(Path path) throws IOException {
    ChromeTrace.write(path, events());
  }
}
