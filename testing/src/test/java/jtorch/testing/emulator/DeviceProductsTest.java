package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import jtorch.DType;
import jtorch.SettingFunctions;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Matrix products of whole numbers, whose sums are exact in whatever order they are made.
class DeviceProductsTest extends DeviceTest {
  private static Tensor whole(DType dtype, int seed, long... sizes) {
    long count = 1;
    for (long size : sizes) count *= size;
    Tensor x = Torch.arange(count).add(seed).mul(7).remainder(9).sub(4).reshape(sizes);
    return dtype.isComplex() ? Torch.complex(x.to(dtype.toReal()), x.add(1).remainder(4).to(dtype.toReal()))
        : x.to(dtype);
  }

  private static DType wide(DType dtype) {
    return dtype.isComplex() ? DType.COMPLEX128 : dtype.isFloatingPoint() ? DType.FLOAT64 : DType.INT64;
  }

  private static void same(Tensor there, Tensor expected) {
    assertThat(there.device()).isEqualTo(GPU);
    assertThat(there.sizes()).isEqualTo(expected.sizes());
    assertThat(there.cpu().equal(expected.to(there.dtype()))).isTrue();
  }

  static Stream<DType> dtypes() {
    return Stream.of(DType.UINT8, DType.INT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT16, DType.BFLOAT16,
        DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.COMPLEX128);
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void everyDTypeIsMultiplied(DType dtype) {
    Tensor a = whole(dtype, 0, 2, 11, 17);
    Tensor b = whole(dtype, 3, 2, 17, 13);
    same(a.to(GPU).bmm(b.to(GPU)), a.to(wide(dtype)).bmm(b.to(wide(dtype))));
  }

  /// Each way to cut a product, and edges that fill no tile.
  @ParameterizedTest
  @CsvSource({"1,1,1", "2,300,9", "300,2,9", "70,65,40", "256,257,12", "3,5,2100", "20,20,3000", "257,520,40", "4,5,0"})
  void everyTileIsComplete(int m, int n, int k) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
      Tensor a = whole(dtype, 1, m, k);
      Tensor b = whole(dtype, 2, k, n);
      same(a.to(GPU).mm(b.to(GPU)), a.to(DType.FLOAT64).mm(b.to(DType.FLOAT64)));
    }
  }

  /// Rounding to 10 bits of mantissa is seen, and is all that is seen.
  @ParameterizedTest
  @CsvSource({"20,9,40", "130,140,35"})
  void floatsAreCutToTf32OnlyWhereThatIsAllowed(int m, int n, int k) {
    Tensor a = whole(DType.FLOAT32, 0, m, k);
    Tensor b = whole(DType.FLOAT32, 3, k, n);
    Tensor fine = a.add(1.0 / 4096);
    Tensor expected = a.to(DType.FLOAT64).mm(b.to(DType.FLOAT64));
    SettingFunctions.setFloat32MatmulPrecision("high");
    try {
      same(a.to(GPU).mm(b.to(GPU)), expected);
      same(a.mul(4096).add(1).to(GPU).mm(b.to(GPU)), a.mul(4096).to(DType.FLOAT64).add(a.eq(0).to(DType.FLOAT64))
          .mm(b.to(DType.FLOAT64)));
    } finally {
      SettingFunctions.setFloat32MatmulPrecision("highest");
    }
    same(fine.to(GPU).mm(b.to(GPU)), fine.to(DType.FLOAT64).mm(b.to(DType.FLOAT64)));
  }

  @Test
  void halvesAreReadWhereTheyLie() {
    Tensor a = whole(DType.BFLOAT16, 0, 70, 90);
    Tensor b = whole(DType.BFLOAT16, 5, 90, 70);
    Tensor x = a.to(GPU);
    Tensor y = b.to(GPU);
    Tensor wide = a.to(DType.FLOAT64);
    Tensor right = b.to(DType.FLOAT64);
    same(x.t().mm(y.t()), wide.t().mm(right.t()));
    same(x.narrow(0, 3, 39).mm(y.narrow(1, 2, 20)), wide.narrow(0, 3, 39).mm(right.narrow(1, 2, 20)));
    same(x.expand(3, 70, 90).bmm(y.expand(3, 90, 70)), wide.expand(3, 70, 90).bmm(right.expand(3, 90, 70)));
  }

  @Test
  void operandsAreReadWhereTheyLie() {
    Tensor a = whole(DType.FLOAT32, 0, 40, 30);
    Tensor b = whole(DType.FLOAT32, 5, 30, 40);
    Tensor x = a.to(GPU);
    Tensor y = b.to(GPU);
    same(x.t().mm(y.t()), a.t().mm(b.t()));
    same(x.narrow(0, 3, 9).mm(y.narrow(1, 2, 20)), a.narrow(0, 3, 9).mm(b.narrow(1, 2, 20)));
    same(x.select(1, 4).unsqueeze(1).expand(40, 30).mm(y), a.select(1, 4).unsqueeze(1).expand(40, 30).mm(b));
    same(x.expand(3, 40, 30).bmm(y.expand(3, 30, 40)), a.expand(3, 40, 30).bmm(b.expand(3, 30, 40)));
  }

  @Test
  void sumsAreScaledAndAdded() {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.INT32, DType.COMPLEX64}) {
      Tensor a = whole(dtype, 0, 9, 12);
      Tensor b = whole(dtype, 5, 12, 10);
      Tensor bias = whole(dtype, 2, 10);
      DType wide = wide(dtype);
      same(bias.to(GPU).addmm(a.to(GPU), b.to(GPU), 3, 2),
          bias.to(wide).addmm(a.to(wide), b.to(wide), 3, 2));
    }
    Tensor unread = Torch.full(new long[] {2}, Double.NaN).to(GPU);
    same(unread.addmm(whole(DType.FLOAT32, 0, 2, 2).to(GPU), whole(DType.FLOAT32, 1, 2, 2).to(GPU), 0, 1),
        whole(DType.FLOAT32, 0, 2, 2).mm(whole(DType.FLOAT32, 1, 2, 2)));
  }

  @Test
  void longSumsOfOneElementAreShared() {
    Tensor a = whole(DType.FLOAT32, 0, 5000);
    same(a.to(GPU).dot(a.to(GPU)), a.to(DType.FLOAT64).dot(a.to(DType.FLOAT64)));
  }
}
