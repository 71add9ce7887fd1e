package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scans, sorting and selection beyond the sizes of the conformance samples: lines in pieces, digits, several tiles.
class DeviceOrderTest {
  private static final Device GPU = Device.cuda(0);

  @BeforeAll
  static void needsADevice() {
    assumeTrue(Cuda.isAvailable(), String.valueOf(Cuda.absence()));
  }

  /// Equal bits, NaN included.
  private static void same(Tensor there, Tensor here) {
    assertThat(there.device()).isEqualTo(GPU);
    assertThat(there.sizes()).isEqualTo(here.sizes());
    assertThat(there.dtype()).isEqualTo(here.dtype());
    assertThat(bytes(there.cpu())).isEqualTo(bytes(here));
  }

  private static byte[] bytes(Tensor t) {
    return t.contiguous().reshape(-1).view(DType.UINT8).toByteArray();
  }

  private static Tensor integers(long... sizes) {
    Torch.manualSeed(7);
    return Torch.randint(-50, 50, sizes);
  }

  @Test
  void longLinesAreScannedInPieces() {
    for (Tensor x : new Tensor[] {integers(9001), integers(2, 9001), integers(700, 3), integers(2, 300, 5)}) {
      for (int dim = 0; dim < x.dim(); dim++) {
        same(x.to(GPU).cumsum(dim), x.cumsum(dim));
        same(x.to(GPU).cummax(dim).values(), x.cummax(dim).values());
        same(x.to(GPU).cummax(dim).indices(), x.cummax(dim).indices());
        same(x.to(GPU).cummin(dim).indices(), x.cummin(dim).indices());
      }
    }
  }

  @Test
  void coordinatesComeInOrderOverSeveralTiles() {
    Tensor x = integers(3, 41, 61).remainder(3);
    same(x.to(GPU).nonzero(), x.nonzero());
    same(x.to(GPU).eq(9).nonzero(), x.eq(9).nonzero());
    Tensor mask = x.eq(1);
    Tensor source = Torch.arange(x.numel());
    same(x.to(GPU).maskedScatter(mask.to(GPU), source.to(GPU)), x.maskedScatter(mask, source));
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"INT8", "FLOAT16", "FLOAT32"})
  void longLinesAreSortedByDigits(DType dtype) {
    digits(dtype);
  }

  @ParameterizedTest
  @Tag("slow")
  @EnumSource(value = DType.class, names = {"BOOL", "UINT8", "INT16", "INT32", "INT64", "BFLOAT16", "FLOAT64"})
  void longLinesOfAllDTypesAreSortedByDigits(DType dtype) {
    digits(dtype);
  }

  private static void digits(DType dtype) {
    Tensor x = integers(2, 2100).mul(dtype.isFloatingPoint() ? 0.25 : 1).to(dtype);
    if (dtype.isFloatingPoint()) {
      x.select(0, 0).narrow(0, 3, 4).fill_(Double.NaN);
      x.select(0, 1).narrow(0, 9, 4).fill_(Double.NEGATIVE_INFINITY);
      x.select(0, 1).narrow(0, 20, 4).fill_(-0.0);
    }
    boolean descending = dtype == DType.FLOAT16 || dtype == DType.INT64;
    var there = x.to(GPU).sort(true, 1, descending);
    var here = x.sort(true, 1, descending);
    same(there.values(), here.values());
    same(there.indices(), here.indices());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 33, 1000})
  void whatIsChosenByOrder(long n) {
    Tensor x = Torch.randperm(n).to(DType.FLOAT32);
    long k = (n + 1) / 2;
    same(x.to(GPU).topk(k).indices(), x.topk(k).indices());
    same(x.to(GPU).kthvalue(k, 0, false).indices(), x.kthvalue(k, 0, false).indices());
    same(x.to(GPU).median(0, true).indices(), x.median(0, true).indices());
    var there = x.to(GPU).floorDivide(3).uniqueWithCounts();
    var here = x.floorDivide(3).uniqueWithCounts();
    same(there.values(), here.values());
    same(there.inverse(), here.inverse());
    same(there.counts(), here.counts());
  }
}
