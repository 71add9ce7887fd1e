package jtorch.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jtorch.DType;
import jtorch.Tensor;

/// Handwritten digits of 28x28 pixels, 60,000 for training and 10,000 for testing, read from the files that MNIST is
/// distributed in: `root/MNIST/raw/train-images-idx3-ubyte` and so on, with `.gz` or without.
///
/// **As** `torchvision.datasets.MNIST`, without downloading. **Source**: Y. LeCun, C. Cortes, C. Burges, *The MNIST
/// database of handwritten digits*.
public sealed class MNIST extends LabelledImages permits FashionMNIST {
  /// @param root the folder with `MNIST/raw` in it
  /// @param train whether to read the training images or those for testing
  /// @throws IOException naming the file that is missing, damaged or cut off
  public MNIST(Path root, boolean train) throws IOException {
    this(root, "MNIST", train);
  }

  MNIST(Path root, String name, boolean train) throws IOException {
    super(read(root.resolve(name).resolve("raw"), train ? "train" : "t10k"), 255);
  }

  private static Content read(Path folder, String part) throws IOException {
    Path imageFile = find(folder, part + "-images-idx3-ubyte");
    Path labelFile = find(folder, part + "-labels-idx1-ubyte");
    Tensor images = Idx.read(imageFile, 3);
    Tensor labels = Idx.read(labelFile, 1);
    if (images.size(0) != labels.size(0)) throw Idx.wrong(labelFile, "it has " + labels.size(0) + " labels, but "
        + imageFile.getFileName() + " has " + images.size(0) + " images");
    byte[] classes = labels.toByteArray();
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0 || classes[i] > 9)
        throw Idx.wrong(labelFile, "label " + i + " is " + Byte.toUnsignedInt(classes[i]) + ", expected 0 to 9");
    }
    return new Content(images, labels.to(DType.INT64));
  }

  private static Path find(Path folder, String name) throws IOException {
    List<Path> places = Arrays.asList(folder.resolve(name), folder.resolve(name + ".gz"));
    for (Path place : places) {
      if (Files.isRegularFile(place)) return place;
    }
    throw new FileNotFoundException("no " + places.getLast() + ", nor without .gz");
  }
}
