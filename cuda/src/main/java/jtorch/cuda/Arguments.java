package jtorch.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The structure that a kernel takes by value, written field by field in the order of its declaration, aligned as C does.
final class Arguments {
  private static final int MOST = 4096;
  private static final ThreadLocal<Arguments> OF_THREAD = ThreadLocal.withInitial(Arguments::new);

  private final MemorySegment memory = Arena.ofAuto().allocate(MOST, 16);
  private int length;

  private Arguments() {}

  /// An empty structure; the thread's last one is gone.
  static Arguments begin() {
    Arguments arguments = OF_THREAD.get();
    arguments.length = 0;
    return arguments;
  }

  Arguments number(long value) {
    align(8);
    memory.set(ValueLayout.JAVA_LONG, length, value);
    length += 8;
    return this;
  }

  Arguments numbers(long[] values) {
    for (long value : values) number(value);
    return this;
  }

  Arguments number(double value) {
    return number(Double.doubleToRawLongBits(value));
  }

  Arguments small(int value) {
    align(4);
    memory.set(ValueLayout.JAVA_INT, length, value);
    length += 4;
    return this;
  }

  /// Room for fields that the kernel does not read.
  Arguments skip(int bytes) {
    length += bytes;
    return this;
  }

  private void align(int bytes) {
    length = (length + bytes - 1) & -bytes;
  }

  long address() {
    return memory.address();
  }

  /// The size of a structure whose largest fields have 8 bytes.
  long bytes() {
    align(8);
    return length;
  }
}
