package jtorch.cli.train;

import jtorch.Tensor;
import jtorch.nn.BatchNorm2d;
import jtorch.nn.Conv2d;
import jtorch.nn.Dropout;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.functional.F;

/// Four convolutions of 3x3, each normalised, halved in size after the second and the fourth; then two linear layers.
///
/// **Shapes**: images `[n, 1, side, side]`, result `[n, classes]`, the logarithms of the classes' chances up to a constant.
final class Cnn extends Module {
  private static final int NARROW = 16;
  private static final int WIDE = 32;
  private static final int HIDDEN = 128;

  final Conv2d conv1 = convolution(1, NARROW);
  final BatchNorm2d norm1 = new BatchNorm2d(NARROW);
  final Conv2d conv2 = convolution(NARROW, NARROW);
  final BatchNorm2d norm2 = new BatchNorm2d(NARROW);
  final Conv2d conv3 = convolution(NARROW, WIDE);
  final BatchNorm2d norm3 = new BatchNorm2d(WIDE);
  final Conv2d conv4 = convolution(WIDE, WIDE);
  final BatchNorm2d norm4 = new BatchNorm2d(WIDE);
  final Linear fc1;
  final Linear fc2;
  final Dropout dropout = new Dropout(0.3);

  Cnn(int side, int classes) {
    int quarter = side / 4;
    fc1 = new Linear(WIDE * quarter * quarter, HIDDEN);
    fc2 = new Linear(HIDDEN, classes);
  }

  /// Without bias: the normalisation after it would take it away again.
  private static Conv2d convolution(int in, int out) {
    return new Conv2d(in, out, 3, o -> o.padding(1).bias(false));
  }

  @Override
  public Tensor forward(Tensor images) {
    Tensor x = norm1.call(conv1.call(images)).relu();
    x = norm2.call(conv2.call(x)).relu();
    x = F.maxPool2d(x, 2);
    x = norm3.call(conv3.call(x)).relu();
    x = norm4.call(conv4.call(x)).relu();
    x = F.maxPool2d(x, 2).flatten(1);
    x = fc1.call(dropout.call(x)).relu();
    return fc2.call(dropout.call(x));
  }
}
