package jtorch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class Float8Test {
  private static final float[] VALUES = {0, -0f, 1, -1.3f, 0.1f, 464, 465, 480, -500, 57344, 61439, 61440, 1e9f,
    Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 2e-3f, 1e-3f, 9e-4f, 240, 248, 249, 1e-5f, 7.6e-6f,
    -1e-7f};

  /// PyTorch's bits of these values.
  private static List<Integer> wanted(Float8 format) {
    return switch (format) {
      case E4M3FN -> List.of(0, 128, 56, 186, 29, 126, 126, 126, 254, 126, 126, 126, 126, 126, 254, 127, 1, 1, 0, 119,
          120, 120, 0, 0, 128);
      case E5M2 -> List.of(0, 128, 60, 189, 46, 95, 95, 96, 224, 123, 123, 124, 124, 124, 252, 127, 24, 20, 19, 92, 92,
          92, 1, 0, 128);
      case E4M3FNUZ -> List.of(0, 0, 64, 194, 37, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 2, 1, 1, 127,
          128, 128, 0, 0, 0);
      case E5M2FNUZ -> List.of(0, 0, 64, 193, 50, 99, 99, 100, 228, 127, 127, 128, 128, 128, 128, 128, 28, 24, 23, 96,
          96, 96, 1, 1, 0);
      case E8M0FNU -> List.of(0, 0, 127, 127, 124, 136, 136, 136, 136, 143, 143, 143, 157, 255, 255, 255, 118, 117, 117,
          135, 135, 135, 110, 110, 104);
    };
  }

  @ParameterizedTest
  @EnumSource
  void bitsArePyTorchs(Float8 format) {
    for (int i = 0; i < VALUES.length; i++) {
      assertThat(format.fromFloat(VALUES[i]) & 0xff).as("%s", VALUES[i]).isEqualTo(wanted(format).get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberComesBack(Float8 format) {
    for (int bits = 0; bits < 256; bits++) {
      float value = format.toFloat((byte) bits);
      byte back = format.fromFloat(value);
      assertThat(Float.compare(format.toFloat(back), value)).as("%s", bits).isZero();
      if (Float.isFinite(value)) assertThat(back & 0xff).isEqualTo(bits);
    }
  }
}
