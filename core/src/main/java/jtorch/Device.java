package jtorch;

/// Where a tensor lives: `cpu`, or `cuda:0`.
///
/// @param type the kind of device
/// @param index which one of its kind
public record Device(Type type, int index) {
  /// The kinds of devices.
  public enum Type {
    CPU,
    CUDA
  }

  private static final Device[] GPUS = new Device[16];

  static {
    for (int i = 0; i < GPUS.length; i++) GPUS[i] = new Device(Type.CUDA, i);
  }

  /// The processor.
  public static final Device CPU = new Device(Type.CPU, 0);

  /// @throws IllegalArgumentException if the index is negative
  public Device {
    if (index < 0) throw new IllegalArgumentException("a device's index is not negative, got " + index);
  }

  /// The device of that name: `cpu`, `cuda:1`, or `cuda` for the current GPU.
  ///
  /// @throws IllegalArgumentException if no device is called so
  public static Device of(String name) {
    if (name.equals("cpu") || name.equals("cpu:0")) return CPU;
    if (name.equals("cuda")) return cuda(Cuda.currentDevice());
    if (name.matches("cuda:\\d{1,3}")) return cuda(Integer.parseInt(name.substring(5)));
    throw new IllegalArgumentException("no device is called '" + name + "': expected cpu, cuda or cuda:N");
  }

  /// The GPU of that number; whether it is there is seen when it is used.
  public static Device cuda(int index) {
    // From here on calls look at where their tensors are, and at a device among their arguments.
    Placement.leaveHost();
    return index >= 0 && index < GPUS.length ? GPUS[index] : new Device(Type.CUDA, index);
  }

  /// Whether the processor can reach its memory.
  public boolean isHost() {
    return type == Type.CPU;
  }

  @Override
  public String toString() {
    return type == Type.CPU ? "cpu" : "cuda:" + index;
  }
}
