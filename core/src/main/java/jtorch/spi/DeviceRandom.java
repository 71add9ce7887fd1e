package jtorch.spi;

import jtorch.Tensor;
import jtorch.random.Distribution;
import jtorch.random.Generator;

/// What an accelerator draws itself, from generators of its devices: number for number as PyTorch's kernels on such a
/// device, where their scheme is fixed.
///
/// Operators say what is drawn, and have checked it; here stands how. All results have elements, and all tensors lie on one
/// device.
public interface DeviceRandom {
  /// Fills a tensor, not complex, in the order of its memory.
  void fill(Tensor out, Distribution distribution, Generator generator);

  /// 1 with the probability that stands in the same place of `p`, else 0.
  ///
  /// @param p float64 where `out` is, else float32
  void bernoulli(Tensor out, Tensor p, Generator generator);

  /// Writes `input / keep` where a number lies below `keep`, else zero, and which they are into `mask`, which has the
  /// strides of `out`.
  void dropout(Tensor input, Tensor out, Tensor mask, double keep, Generator generator);

  /// For each element at or below zero a number between the bounds, else 1; both tensors contiguous.
  void leakySlopes(Tensor out, Tensor input, double lower, double upper, Generator generator);

  /// Puts those elements of `order` into random order whose neighbours in `keys` are equal; both have one contiguous
  /// dimension, keys are int32 or int64 and sorted, and the order int64.
  void shuffleEqual(Tensor keys, Tensor order, Generator generator);

  /// Samples of categories for each row: the first whose running sum is not below a number. All tensors are contiguous, the
  /// weights of a row sum to one, and `out` is int64.
  void choose(Tensor out, Tensor runningSums, Tensor weights, Generator generator);

  /// A Poisson number for each rate; both contiguous.
  void poisson(Tensor out, Tensor rate, Generator generator);

  /// A gamma number for each concentration; both contiguous.
  void gamma(Tensor out, Tensor alpha, Generator generator);

  /// A binomial number for each count and probability, all of one dtype and contiguous.
  void binomial(Tensor out, Tensor count, Tensor p, Generator generator);
}
