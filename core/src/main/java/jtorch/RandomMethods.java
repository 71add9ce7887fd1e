package jtorch;

import jtorch.op.RandomNumbers;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Filling a tensor with random numbers, as PyTorch's generator of the tensor's device draws them.
public sealed interface RandomMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /// Uniform numbers from `[from, to)`.
  default Tensor uniform_(double from, double to) {
    return uniform_(from, to, null);
  }

  default Tensor uniform_(double from, double to, @Nullable Generator generator) {
    return RandomNumbers.UNIFORM_.tensor(self(), from, to, generator);
  }

  /// Normal numbers.
  default Tensor normal_(double mean, double std) {
    return normal_(mean, std, null);
  }

  default Tensor normal_(double mean, double std, @Nullable Generator generator) {
    return RandomNumbers.NORMAL_.tensor(self(), mean, std, generator);
  }

  /// 1 with probability p, else 0.
  default Tensor bernoulli_(double p) {
    return RandomNumbers.BERNOULLI_.tensor(self(), p, null);
  }

  /// 1 with the probability that this tensor holds, else 0.
  default Tensor bernoulli() {
    return RandomNumbers.BERNOULLI.tensor(self(), (Object) null);
  }

  default Tensor exponential_(double lambd) {
    return RandomNumbers.EXPONENTIAL_.tensor(self(), lambd, null);
  }

  /// Integers from `[from, to)`.
  default Tensor random_(long from, long to) {
    return RandomNumbers.RANDOM_FROM_.tensor(self(), from, to, null);
  }

  /// Indices drawn with the weights of each row.
  default Tensor multinomial(long numSamples, boolean replacement) {
    return RandomNumbers.MULTINOMIAL.tensor(self(), numSamples, replacement, null);
  }

  /// Cauchy numbers.
  default Tensor cauchy_() {
    return RandomNumbers.CAUCHY_.tensor(self(), 0.0, 1.0, null);
  }

  default Tensor cauchy_(double median, double sigma) {
    return RandomNumbers.CAUCHY_.tensor(self(), median, sigma, null);
  }

  default Tensor cauchy_(double median, double sigma, @Nullable Generator generator) {
    return RandomNumbers.CAUCHY_.tensor(self(), median, sigma, generator);
  }

  /// How many tries until the first success of probability p.
  default Tensor geometric_(double p) {
    return RandomNumbers.GEOMETRIC_.tensor(self(), p, null);
  }

  default Tensor geometric_(double p, @Nullable Generator generator) {
    return RandomNumbers.GEOMETRIC_.tensor(self(), p, generator);
  }

  /// Numbers whose logarithm is normal.
  default Tensor logNormal_() {
    return RandomNumbers.LOG_NORMAL_.tensor(self(), 1.0, 2.0, null);
  }

  default Tensor logNormal_(double mean, double std) {
    return RandomNumbers.LOG_NORMAL_.tensor(self(), mean, std, null);
  }

  default Tensor logNormal_(double mean, double std, @Nullable Generator generator) {
    return RandomNumbers.LOG_NORMAL_.tensor(self(), mean, std, generator);
  }
}
