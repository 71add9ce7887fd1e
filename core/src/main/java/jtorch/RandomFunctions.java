package jtorch;

import java.util.function.UnaryOperator;
import jtorch.op.RandomNumbers;

/// New tensors of random numbers, as PyTorch's CPU generator draws them; part of [Torch].
public abstract class RandomFunctions extends LinearAlgebraFunctions {
  RandomFunctions() {}

  /// Uniform numbers from `[0, 1)`.
  public static Tensor rand(long... size) {
    return RandomNumbers.RAND.tensor(size, null, null, null, null);
  }

  public static Tensor rand(long[] size, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(RandomNumbers.RAND_GENERATOR.tensor(size, o.generator(), o.dtype(), null, o.device(), null));
  }

  /// Normal numbers with mean 0 and deviation 1.
  public static Tensor randn(long... size) {
    return RandomNumbers.RANDN.tensor(size, null, null, null, null);
  }

  public static Tensor randn(long[] size, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return o.finish(RandomNumbers.RANDN_GENERATOR.tensor(size, o.generator(), o.dtype(), null, o.device(), null));
  }

  /// Integers from `[low, high)`, int64.
  public static Tensor randint(long low, long high, long... size) {
    return RandomNumbers.RANDINT_LOW.tensor(low, high, size, null, null, null, null);
  }

  public static Tensor randint(long low, long high, long[] size, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return RandomNumbers.RANDINT_LOW_GENERATOR.tensor(low, high, size, o.generator(), o.dtype(), null, o.device(),
        null);
  }

  /// The integers below n in random order.
  public static Tensor randperm(long n) {
    return RandomNumbers.RANDPERM.tensor(n, null, null, null, null);
  }

  public static Tensor randperm(long n, UnaryOperator<TensorOptions> options) {
    TensorOptions o = options.apply(TensorOptions.DEFAULT);
    return RandomNumbers.RANDPERM_GENERATOR.tensor(n, o.generator(), o.dtype(), null, o.device(), null);
  }

  public static Tensor randLike(Tensor like) {
    return RandomNumbers.RAND_LIKE.tensor(like, null, null, null, null, null);
  }

  public static Tensor randnLike(Tensor like) {
    return RandomNumbers.RANDN_LIKE.tensor(like, null, null, null, null, null);
  }
}
