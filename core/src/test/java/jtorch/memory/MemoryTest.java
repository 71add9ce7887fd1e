package jtorch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {
  /// Of one piece, of several with a rest, and of so many bytes that they go past the caches; ranges apart and overlapping.
  @ParameterizedTest
  @CsvSource({"1000, 0, 40000000", "3145733, 7, 30000001", "3145733, 5, 1048576", "3145733, 1048577, 3",
    "30000001, 1, 30000003"})
  void copiesAsArraysAreCopied(int count, int from, int to) {
    byte[] bytes = new byte[Math.max(from, to) + count];
    new Random(count).nextBytes(bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);

      Memory.copy(memory.address() + from, memory.address() + to, count);

      System.arraycopy(bytes, from, bytes, to, count);
      assertThat(Arrays.equals(memory.toArray(ValueLayout.JAVA_BYTE), bytes)).isTrue();
    }
  }
}
