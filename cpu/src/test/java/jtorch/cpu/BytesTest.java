package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;

class BytesTest {
  /// Every length around those where one way to copy follows another, and nothing beside it.
  @Test
  void copiesJustTheseBytes() {
    try (Arena arena = Arena.ofConfined()) {
      long from = arena.allocate(4096, 64).address();
      long to = arena.allocate(4096, 64).address();
      for (int i = 0; i < 4096; i++) Memory.putByte(from + i, (byte) (i * 31 + 7));
      for (int n = 0; n < 2200; n++) {
        Memory.fill(to, 4096, (byte) 0x55);
        Bytes.copy(from + 5, to + 67, n);
        for (int i = 0; i < 2400; i++) {
          byte wanted = i >= 67 && i < 67 + n ? (byte) ((i - 62) * 31 + 7) : 0x55;
          if (Memory.getByte(to + i) != wanted) assertThat(i).as("a wrong byte of %s copied", n).isEqualTo(-1);
        }
      }
    }
  }
}
