package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Generated kernels against the processor's loops: every way to the elements, every conversion.
class DeviceElementwiseTest extends DeviceTest {
  static Stream<UnaryOperator<Tensor>> forms() {
    return Stream.of(t -> t, t -> t.narrow(0, 1, 5), t -> t.t(), t -> t.select(1, 2), t -> t.expand(3, 11, 7),
        t -> t.narrow(1, 1, 5).t(), t -> t.select(0, 3).select(0, 2), t -> t.reshape(-1).narrow(0, 1, 64),
        t -> t.narrow(1, 0, 1).expand(11, 7), t -> t.unsqueeze(1).expand(11, 5, 7));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyArrangementIsRead(UnaryOperator<Tensor> form) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT16, DType.COMPLEX64, DType.UINT8, DType.INT64}) {
      Tensor x = Torch.arange(77).reshape(11, 7).to(dtype);
      sameBits(form.apply(x.to(GPU)).add(form.apply(x.to(GPU))).contiguous(), form.apply(x).add(form.apply(x)));
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyArrangementIsWritten(UnaryOperator<Tensor> form) {
    Tensor here = Torch.arange(77).reshape(11, 7).to(DType.FLOAT32);
    if (form.apply(here).hasInternalOverlap()) return;
    Tensor there = here.to(GPU);
    form.apply(here).mul_(3);
    form.apply(there).mul_(3);
    sameBits(there, here);
    form.apply(here).copy_(form.apply(here.clone()).neg());
    form.apply(there).copy_(form.apply(there.clone()).neg());
    sameBits(there, here);
  }

  @Test
  void longAndOddSizesAreComplete() {
    for (int n : new int[] {1, 3, 7, 8, 9, 255, 1025, 70001}) {
      Tensor x = Torch.arange(n).to(DType.BFLOAT16);
      sameBits(x.to(GPU).add(1), x.add(1));
    }
  }

  static Stream<DType> narrow() {
    return Stream.of(DType.values()).filter(d -> d.isFloat8() || d.isHalf());
  }

  /// All bits there are, widened, and floats of every magnitude, narrowed.
  @ParameterizedTest
  @MethodSource("narrow")
  void narrowNumbersAreConvertedExactly(DType dtype) {
    int count = dtype.size() == 1 ? 1 << 8 : 1 << 16;
    Tensor bits = Torch.arange(count).to(dtype.size() == 1 ? DType.UINT8 : DType.INT16);
    Tensor all = bits.view(dtype);
    Tensor wide = all.to(GPU).to(DType.FLOAT32);
    assertThat(wide.toFloatArray()).isEqualTo(all.to(DType.FLOAT32).toFloatArray());
    Tensor floats = Torch.empty(100_000);
    var random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      float any = Float.intBitsToFloat(random.nextInt());
      float near = (float) Math.scalb(random.nextGaussian(), random.nextInt(60) - 40);
      Memory.putFloat(floats.address() + 4L * i, Float.isNaN(any) ? Float.NaN : i % 2 == 0 ? any : near);
    }
    Tensor halfway = all.to(DType.FLOAT32).add(all.roll(1).to(DType.FLOAT32)).div(2).nanToNum(0.0, 0.0, 0.0);
    for (Tensor x : new Tensor[] {floats, halfway}) {
      if (dtype == DType.FLOAT8_E8M0FNU) x = x.abs();
      sameBits(x.to(GPU).to(dtype), x.to(dtype));
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class,
      names = {"BOOL", "UINT8", "INT8", "INT16", "INT32", "INT64", "FLOAT64", "COMPLEX128"})
  void otherNumbersAreConvertedExactly(DType to) {
    for (DType from : new DType[] {DType.BOOL, DType.INT8, DType.INT64, DType.FLOAT32, DType.COMPLEX64}) {
      Tensor x = Torch.arange(300).sub(100).to(DType.FLOAT32).div(3).to(from);
      sameBits(x.to(GPU).to(to), x.to(to));
    }
  }

  @Test
  void integersWrapAndDivisionsByZeroDoNotStop() {
    Tensor x = Torch.tensor(Long.MIN_VALUE, -7, 7, 5).to(GPU);
    assertThat(x.floorDivide(Torch.tensor(-1L, 2, -2, 3).to(GPU)).toLongArray())
        .containsExactly(Long.MIN_VALUE, -4, -4, 1);
    assertThat(x.remainder(Torch.tensor(3L, 4, -4, 3).to(GPU)).toLongArray())
        .containsExactly(Math.floorMod(Long.MIN_VALUE, 3L), 1, -1, 2);
    assertThat(x.fmod(Torch.tensor(0L, 0, 0, 0).to(GPU)).numel()).isEqualTo(4);
  }
}
