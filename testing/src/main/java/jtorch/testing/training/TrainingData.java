package jtorch.testing.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.data.Digits;
import jtorch.data.MNIST;

/// The data that training programs read.
///
/// @param folder asked for by those that read files: has `mnist-10k` in it. The digits are built in.
public record TrainingData(Supplier<Path> folder) {
  /// Inputs and classes.
  public record Examples(Tensor x, Tensor y) {}

  /// 1797 x 64 pixels divided by 16, and the labels.
  public Examples digits() {
    Digits digits = Digits.all();
    return new Examples(digits.images().view(-1, 64).to(DType.FLOAT32).div(16), digits.labels());
  }

  /// The first n images, normalised with mean .1307 and deviation .3081, as `[n, 1, 28, 28]`, and the labels.
  public Examples mnist(boolean train, long n) {
    try {
      var mnist = new MNIST(folder.get().resolve("mnist-10k"), train);
      Tensor x = mnist.images().narrow(0, 0, n).view(n, 1, 28, 28).to(DType.FLOAT32);
      return new Examples(x.div(255).sub(0.1307).div(0.3081), mnist.labels().narrow(0, 0, n));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
