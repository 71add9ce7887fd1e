package jtorch;

/// Mixed precision, for [Torch] to inherit: scopes in which operators choose their precision, and their settings, which count
/// for the calling thread.
public abstract class AutocastFunctions extends CopyFunctions {
  AutocastFunctions() {}

  private static AutocastState state() {
    return ThreadContext.current().autocast();
  }

  /// Lower precision on the CPU where it does no harm: `try (var a = Torch.autocast()) { ... }`, see [Autocast].
  public static Autocast autocast() {
    return autocast(Device.Type.CPU);
  }

  /// @param dtype bfloat16 or float16
  public static Autocast autocast(DType dtype) {
    return autocast(Device.Type.CPU, dtype);
  }

  public static Autocast autocast(Device.Type type) {
    return autocast(type, state().dtype(type));
  }

  public static Autocast autocast(Device.Type type, DType dtype) {
    return autocast(type, dtype, true, state().cacheEnabled);
  }

  /// @param enabled false for a part of an autocast scope in which nothing is cast
  /// @param cacheEnabled whether weights are cast once in the scope
  /// @throws IllegalArgumentException if the dtype is none of the halves
  public static Autocast autocast(Device.Type type, DType dtype, boolean enabled, boolean cacheEnabled) {
    return new Autocast(type, dtype, enabled, cacheEnabled);
  }

  /// Whether GPUs' autocast is on: PyTorch's meaning where no device is named.
  public static boolean isAutocastEnabled() {
    return isAutocastEnabled(Device.Type.CUDA);
  }

  public static boolean isAutocastEnabled(Device.Type type) {
    return state().isEnabled(type);
  }

  public static boolean isAutocastCpuEnabled() {
    return isAutocastEnabled(Device.Type.CPU);
  }

  /// Switches it on or off without a scope, for the calling thread.
  public static void setAutocastEnabled(Device.Type type, boolean enabled) {
    state().enable(ThreadContext.current(), type, enabled);
  }

  public static void setAutocastEnabled(boolean enabled) {
    setAutocastEnabled(Device.Type.CUDA, enabled);
  }

  public static void setAutocastCpuEnabled(boolean enabled) {
    setAutocastEnabled(Device.Type.CPU, enabled);
  }

  /// The lower precision: bfloat16 on the CPU and float16 on GPUs unless set.
  public static DType getAutocastDtype(Device.Type type) {
    return state().dtype(type);
  }

  public static DType getAutocastCpuDtype() {
    return getAutocastDtype(Device.Type.CPU);
  }

  public static DType getAutocastGpuDtype() {
    return getAutocastDtype(Device.Type.CUDA);
  }

  /// @throws IllegalArgumentException if the dtype is none of the halves
  public static void setAutocastDtype(Device.Type type, DType dtype) {
    if (!dtype.isHalf())
      throw new IllegalArgumentException("setAutocastDtype: expected bfloat16 or float16, got " + dtype);
    state().dtype(type, dtype);
  }

  public static void setAutocastCpuDtype(DType dtype) {
    setAutocastDtype(Device.Type.CPU, dtype);
  }

  public static void setAutocastGpuDtype(DType dtype) {
    setAutocastDtype(Device.Type.CUDA, dtype);
  }

  /// Whether weights are cast once a scope.
  public static boolean isAutocastCacheEnabled() {
    return state().cacheEnabled;
  }

  public static void setAutocastCacheEnabled(boolean enabled) {
    state().cacheEnabled = enabled;
  }

  /// Forgets the weights that were cast, as must be done where they changed inside a scope.
  public static void clearAutocastCache() {
    state().clearCache();
  }
}
