package jtorch.bench;

import jtorch.Tensor;
import jtorch.nn.Conv2d;
import jtorch.nn.Dropout;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.functional.F;

/// The convolutional network of PyTorch's MNIST example: `[N, 1, 28, 28]` -> log-probabilities `[N, 10]`.
///
/// **Source**: github.com/pytorch/examples, `mnist/main.py`.
final class MnistNet extends Module {
  final Conv2d conv1 = new Conv2d(1, 32, 3);
  final Conv2d conv2 = new Conv2d(32, 64, 3);
  final Dropout dropout1 = new Dropout(0.25);
  final Dropout dropout2 = new Dropout(0.5);
  final Linear fc1 = new Linear(9216, 128);
  final Linear fc2 = new Linear(128, 10);

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = conv1.call(input).relu();
    x = conv2.call(x).relu();
    x = dropout1.call(F.maxPool2d(x, 2));
    x = fc1.call(x.flatten(1)).relu();
    return F.logSoftmax(fc2.call(dropout2.call(x)), 1);
  }
}
