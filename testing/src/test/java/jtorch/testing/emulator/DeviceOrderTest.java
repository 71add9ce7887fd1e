package jtorch.testing.emulator;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scans, sorting and selection beyond the sizes of the conformance samples: lines in pieces, digits, several tiles.
class DeviceOrderTest extends DeviceTest {
  private static Tensor integers(long... sizes) {
    Torch.manualSeed(7);
    return Torch.randint(-50, 50, sizes);
  }

  @Test
  void longLinesAreScannedInPieces() {
    for (Tensor x : new Tensor[] {integers(9001), integers(2, 9001), integers(700, 3), integers(2, 300, 5)}) {
      for (int dim = 0; dim < x.dim(); dim++) {
        sameBits(x.to(GPU).cumsum(dim), x.cumsum(dim));
        sameBits(x.to(GPU).cummax(dim).values(), x.cummax(dim).values());
        sameBits(x.to(GPU).cummax(dim).indices(), x.cummax(dim).indices());
        sameBits(x.to(GPU).cummin(dim).indices(), x.cummin(dim).indices());
      }
    }
  }

  @Test
  void coordinatesComeInOrderOverSeveralTiles() {
    Tensor x = integers(3, 41, 61).remainder(3);
    sameBits(x.to(GPU).nonzero(), x.nonzero());
    sameBits(x.to(GPU).eq(9).nonzero(), x.eq(9).nonzero());
    Tensor mask = x.eq(1);
    Tensor source = Torch.arange(x.numel());
    sameBits(x.to(GPU).maskedScatter(mask.to(GPU), source.to(GPU)), x.maskedScatter(mask, source));
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
    sameBits(there.values(), here.values());
    sameBits(there.indices(), here.indices());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 33, 1000})
  void whatIsChosenByOrder(long n) {
    Tensor x = Torch.randperm(n).to(DType.FLOAT32);
    long k = (n + 1) / 2;
    sameBits(x.to(GPU).topk(k).indices(), x.topk(k).indices());
    sameBits(x.to(GPU).kthvalue(k, 0, false).indices(), x.kthvalue(k, 0, false).indices());
    sameBits(x.to(GPU).median(0, true).indices(), x.median(0, true).indices());
    var there = x.to(GPU).floorDivide(3).uniqueWithCounts();
    var here = x.floorDivide(3).uniqueWithCounts();
    sameBits(there.values(), here.values());
    sameBits(there.inverse(), here.inverse());
    sameBits(there.counts(), here.counts());
  }
}
