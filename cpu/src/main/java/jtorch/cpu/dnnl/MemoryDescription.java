package jtorch.cpu.dnnl;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// oneDNN's description of a tensor: element type, sizes, and where the elements lie.
public record MemoryDescription(long handle) implements AutoCloseable {
  /// Element types, by oneDNN's numbers.
  public enum Type {
    FLOAT16(1),
    BFLOAT16(2),
    FLOAT32(3);

    private final int code;

    Type(int code) {
      this.code = code;
    }
  }

  /// Absent, as for a convolution without bias.
  public static final MemoryDescription NONE = new MemoryDescription(0);

  /// A tensor with given strides, in elements.
  public static MemoryDescription of(Type type, long[] sizes, long[] strides) {
    try (Arena arena = Arena.ofConfined()) {
      return new MemoryDescription(DnnlLibrary.create("dnnl_memory_desc_create_with_strides", sizes.length,
          array(arena, sizes), type.code, array(arena, strides)));
    }
  }

  /// A tensor whose layout the primitive may choose.
  public static MemoryDescription any(Type type, long[] sizes) {
    try (Arena arena = Arena.ofConfined()) {
      return new MemoryDescription(DnnlLibrary.create("dnnl_memory_desc_create_with_tag", sizes.length,
          array(arena, sizes), type.code, DnnlLibrary.FORMAT_ANY));
    }
  }

  public long bytes() {
    return DnnlLibrary.ask("dnnl_memory_desc_get_size", handle);
  }

  public boolean isSameAs(MemoryDescription other) {
    return (int) DnnlLibrary.ask("dnnl_memory_desc_equal", handle, other.handle) != 0; // a C int
  }

  @Override
  public void close() {
    if (handle != 0) {
      DnnlLibrary.call("dnnl_memory_desc_destroy", handle);
    }
  }

  static long array(Arena arena, long[] values) {
    return arena.allocateFrom(ValueLayout.JAVA_LONG, values).address();
  }
}
