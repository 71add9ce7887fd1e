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

  /// The processor.
  public static final Device CPU = new Device(Type.CPU, 0);

  /// The device of that name: `cpu`, `cuda`, `cuda:1`.
  ///
  /// @throws IllegalArgumentException if no device is called so
  public static Device of(String name) {
    if (name.equals("cpu") || name.equals("cpu:0")) return CPU;
    if (name.equals("cuda")) return new Device(Type.CUDA, 0);
    if (name.matches("cuda:\\d{1,3}")) return new Device(Type.CUDA, Integer.parseInt(name.substring(5)));
    throw new IllegalArgumentException("no device is called '" + name + "': expected cpu, cuda or cuda:N");
  }

  public static Device cuda(int index) {
    return new Device(Type.CUDA, index);
  }

  @Override
  public String toString() {
    return type == Type.CPU ? "cpu" : "cuda:" + index;
  }
}
