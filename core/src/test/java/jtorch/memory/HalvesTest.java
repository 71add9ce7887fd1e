package jtorch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalvesTest {
  @Test
  void everyBfloat16ComesBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Halves.bfloat16ToFloat((short) bits);
      short back = Halves.floatToBfloat16(value);
      if (Float.isNaN(value)) assertThat(back).isEqualTo((short) 0x7FC0);
      else assertThat(back).isEqualTo((short) bits);
    }
  }

  @Test
  void everyFloat16ComesBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Float.float16ToFloat((short) bits);
      if (Float.isNaN(value)) assertThat(Halves.roundToFloat16(value)).isNaN();
      else assertThat(Float.floatToFloat16(value)).isEqualTo((short) bits);
    }
  }

  @Test
  void bfloat16RoundsToNearestEven() {
    assertThat(Halves.roundToBfloat16(1f + 0x1p-8f)).isEqualTo(1f);
    assertThat(Halves.roundToBfloat16(1f + 0x1p-8f + 0x1p-23f)).isEqualTo(1f + 0x1p-7f);
    assertThat(Halves.roundToBfloat16(1f + 3 * 0x1p-8f)).isEqualTo(1f + 0x1p-6f);
    assertThat(Halves.roundToBfloat16(-1f - 0x1p-8f)).isEqualTo(-1f);
    assertThat(Halves.roundToBfloat16(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Halves.roundToBfloat16(Float.MIN_VALUE)).isEqualTo(0f);
    assertThat(Halves.roundToBfloat16(Float.intBitsToFloat(0x7F800001))).isNaN();
    assertThat(Halves.roundToFloat16(65520f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Halves.roundToFloat16(65519.996f)).isEqualTo(65504f);
  }

  /// The result is one of the two neighbours, and no neighbour is nearer.
  @Test
  void bfloat16IsTheNearest() {
    var random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value) || Math.abs(value) > 3e38f) continue;
      int down = Float.floatToRawIntBits(value) & 0xFFFF0000;
      double below = Float.intBitsToFloat(down);
      double above = Float.intBitsToFloat(down + 0x10000);
      double rounded = Halves.roundToBfloat16(value);
      assertThat(rounded == below || rounded == above).isTrue();
      assertThat(Math.abs(rounded - value)).isEqualTo(Math.min(Math.abs(below - value), Math.abs(above - value)));
    }
  }
}
