package jtorch.data;

import java.io.IOException;
import java.nio.file.Path;

/// Photographs of ten kinds of clothes, in the form of [MNIST]: `root/FashionMNIST/raw/...`.
///
/// **As** `torchvision.datasets.FashionMNIST`, without downloading. **Source**: Xiao, Rasul, Vollgraf, *Fashion-MNIST: a
/// Novel Image Dataset for Benchmarking Machine Learning Algorithms*, 2017, arXiv:1708.07747.
public final class FashionMNIST extends MNIST {
  /// @throws IOException naming the file that is missing, damaged or cut off
  public FashionMNIST(Path root, boolean train) throws IOException {
    super(root, "FashionMNIST", train);
  }
}
