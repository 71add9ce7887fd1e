package jtorch;

/// The order in which a tensor's elements lie in memory; constants stand in the order of ATen's numbers.
public enum MemoryFormat {
  /// Dimensions in order, the last one innermost.
  CONTIGUOUS_FORMAT,
  /// The strides of the input, where it is dense; contiguous otherwise.
  PRESERVE_FORMAT,
  /// Four dimensions, channels innermost: NHWC in memory.
  CHANNELS_LAST,
  /// Five dimensions, channels innermost: NDHWC in memory.
  CHANNELS_LAST_3D;

  /// The format that PyTorch calls so: `contiguous_format`.
  public static MemoryFormat of(String name) {
    for (MemoryFormat f : values()) {
      if (f.toString().equals(name)) return f;
    }
    throw new IllegalArgumentException("no memory format is called '" + name + "'");
  }

  /// The format of ATen's number, as it stands in schemas and files.
  public static MemoryFormat ofCode(int code) {
    if (code < 0 || code >= values().length)
      throw new IllegalArgumentException("no memory format has ATen's number " + code);
    return values()[code];
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
