package jtorch.data;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Grey images of one size and their classes, held as bytes. An item is the image as float32 `[1, height, width]` from
/// 0 (background) to 1, and its class as int64.
public abstract sealed class LabelledImages implements Dataset<Example> permits Digits, MNIST {
  /// What the reader of a file found.
  ///
  /// @param images uint8 `[n, height, width]`
  /// @param labels int64 `[n]`
  record Content(Tensor images, Tensor labels) {}

  private final Tensor images;
  private final Tensor labels;
  private final int brightest;

  LabelledImages(Content content, int brightest) {
    images = content.images;
    labels = content.labels;
    this.brightest = brightest;
  }

  /// The pixels as stored, uint8 `[n, height, width]`.
  public Tensor images() {
    return images;
  }

  /// The classes, int64 `[n]`.
  public Tensor labels() {
    return labels;
  }

  /// How many classes there are: labels are below.
  public int classes() {
    return 10;
  }

  @Override
  public long size() {
    return images.size(0);
  }

  @Override
  public Example get(long index) {
    return new Example(input(images.select(0, index)).unsqueeze(0), labels.select(0, index));
  }

  @Override
  public Example batch(long[] indices) {
    Tensor rows = Torch.tensor(indices);
    return new Example(input(images.indexSelect(0, rows)).unsqueeze(1), labels.indexSelect(0, rows));
  }

  private Tensor input(Tensor pixels) {
    return pixels.to(DType.FLOAT32).div(brightest);
  }
}
