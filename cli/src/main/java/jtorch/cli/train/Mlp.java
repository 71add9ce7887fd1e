package jtorch.cli.train;

import jtorch.Tensor;
import jtorch.nn.Dropout;
import jtorch.nn.Linear;
import jtorch.nn.Module;

/// Three linear layers over the pixels. **Shapes**: as [Cnn].
final class Mlp extends Module {
  final Linear fc1;
  final Linear fc2 = new Linear(256, 128);
  final Linear fc3;
  final Dropout dropout = new Dropout(0.3);

  Mlp(int side, int classes) {
    fc1 = new Linear(side * side, 256);
    fc3 = new Linear(128, classes);
  }

  @Override
  public Tensor forward(Tensor images) {
    Tensor x = fc1.call(images.flatten(1)).relu();
    x = fc2.call(dropout.call(x)).relu();
    return fc3.call(dropout.call(x));
  }
}
