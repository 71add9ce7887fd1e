package jtorch.op;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import jtorch.Device;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.ThreadContext;
import jtorch.autograd.Recording;
import jtorch.memory.Frame;
import jtorch.spi.Backends;
import org.jspecify.annotations.Nullable;

/// Operators for which a device has no kernel, computed by the processor: arguments are copied to it, results back.
///
/// So everything runs on every device. Each such call is counted by the operator's name, for it is slow and none shall
/// hide; `-Djtorch.cuda.fallback=false` makes it an error instead.
public final class HostFallback {
  private static final boolean ALLOWED = !"false".equals(System.getProperty("jtorch.cuda.fallback"));
  private static final ConcurrentHashMap<String, LongAdder> CALLS = new ConcurrentHashMap<>();

  private HostFallback() {}

  /// How often each operator was computed by the processor instead of the device that its tensors are on.
  public static Map<String, Long> calls() {
    var counts = new TreeMap<String, Long>();
    CALLS.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }

  /// Counts a call, before it is made.
  ///
  /// @throws UnsupportedOperationException if such calls are not allowed
  /// @throws IllegalStateException if a graph is recorded, which such a call cannot be part of
  public static void count(String name, Device device) {
    Backends.accelerator(device).checkNotCapturing(device.index(),
        name + ", which has no kernel on " + device + " and runs on the CPU");
    if (!ALLOWED) throw new UnsupportedOperationException(
        name + " has no kernel on " + device + ", and -Djtorch.cuda.fallback=false keeps it from running on the CPU");
    CALLS.computeIfAbsent(name, _ -> new LongAdder()).increment();
  }

  /// Runs a call on the processor; the results, and the arguments that it changes, are on the device again.
  static Object run(Operator operator, @Nullable Object[] arguments) {
    ThreadContext context = ThreadContext.current();
    Device device = Placement.current();
    count(operator.schema().qualifiedName(), device);
    boolean before = context.gradEnabled;
    context.gradEnabled = false;
    context.device = Device.CPU;
    Frame frame = Frame.open();
    try {
      var there = new @Nullable Object[arguments.length];
      for (int i = 0; i < there.length; i++) there[i] = onHost(arguments[i]);
      Object result = operator.call(there);
      for (int i = 0; i < there.length; i++) {
        if (!operator.writes(i)) continue;
        if (arguments[i] instanceof Tensor t) update(operator, t, (Tensor) there[i]);
        else if (arguments[i] instanceof Tensor[] all) {
          for (int k = 0; k < all.length; k++) update(operator, all[k], ((Tensor[]) there[i])[k]);
        }
      }
      Object back = onDevice(result, device, arguments, there);
      Operator.handOut(frame, back);
      return back;
    } finally {
      frame.end();
      context.device = device;
      context.gradEnabled = before;
    }
  }

  /// For a device's kernel that has no way of its own for a call: the results are filled as if it had.
  public static void run(Call call) {
    Object result = run(call.operator(), call.arguments());
    if (call.outs() == 0) {
      call.give(result);
      return;
    }
    for (int i = 0; i < call.outs(); i++)
      Copying.write(result instanceof Tensor[] all ? all[i] : (Tensor) result, call.out(i));
  }

  private static @Nullable Object onHost(@Nullable Object value) {
    return switch (value) {
      case Tensor t -> host(t);
      case Tensor[] all -> {
        var copies = new Tensor[all.length];
        for (int i = 0; i < all.length; i++) {
          if (all[i] != null) copies[i] = host(all[i]);
        }
        yield copies;
      }
      case Device _ -> Device.CPU;
      case null, default -> value;
    };
  }

  private static Tensor host(Tensor t) {
    Tensor copy = t.detach().to(Device.CPU);
    return t.isWrappedNumber() ? copy.asWrappedNumber() : copy;
  }

  private static void update(Operator operator, @Nullable Tensor t, @Nullable Tensor from) {
    if (t == null || from == null || from.storage() == t.storage()) return;
    Recording.checkInPlace(operator, t, false);
    Copying.write(from, t);
    t.storage().bumpVersion();
  }

  private static Object onDevice(Object result, Device device, @Nullable Object[] given, @Nullable Object[] there) {
    if (result instanceof Tensor t) {
      for (int i = 0; i < there.length; i++) {
        if (there[i] == t) return java.util.Objects.requireNonNull(given[i]);
      }
      return t.to(device);
    }
    if (!(result instanceof Tensor[] all)) return result;
    var moved = new Tensor[all.length];
    for (int i = 0; i < all.length; i++) {
      if (all[i] != null) moved[i] = (Tensor) onDevice(all[i], device, given, there);
    }
    return moved;
  }
}
