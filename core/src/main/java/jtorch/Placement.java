package jtorch;

/// Where a thread makes tensors if no device is given: where the operator that it runs computes, else on the default device.
///
/// So compositions and gradient rules need not say where: what they make lies beside their arguments.
public final class Placement {
  /// Whether tensors have been made anywhere but on the CPU, or are to be; the one cheap test where none have.
  private static boolean elsewhere;
  private static volatile Device chosen = Device.CPU;

  private Placement() {}

  /// Whether there is more than the CPU to think of.
  public static boolean matters() {
    return elsewhere;
  }

  /// For the framework: another device is about to be used.
  public static void leaveHost() {
    elsewhere = true;
  }

  /// The device of tensors that are made now.
  public static Device current() {
    if (!elsewhere) return Device.CPU;
    Device device = ThreadContext.current().device;
    return device == null ? chosen : device;
  }

  static Device chosen() {
    return chosen;
  }

  static void choose(Device device) {
    if (!device.isHost()) leaveHost();
    chosen = device;
  }
}
