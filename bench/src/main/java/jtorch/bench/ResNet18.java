package jtorch.bench;

import jtorch.Tensor;
import jtorch.nn.AdaptiveAvgPool2d;
import jtorch.nn.BatchNorm2d;
import jtorch.nn.Conv2d;
import jtorch.nn.Identity;
import jtorch.nn.Linear;
import jtorch.nn.MaxPool2d;
import jtorch.nn.Module;
import jtorch.nn.Sequential;

/// A residual network of 18 layers: `[N, 3, H, W]` -> logits `[N, classes]`.
///
/// **Source**: He et al., *Deep Residual Learning for Image Recognition*, 2015, arXiv:1512.03385.
final class ResNet18 extends Module {
  final Conv2d conv1 = new Conv2d(3, 64, 7, o -> o.stride(2).padding(3).bias(false));
  final BatchNorm2d bn1 = new BatchNorm2d(64);
  final MaxPool2d maxpool = new MaxPool2d(3, o -> o.stride(2).padding(1));
  final Sequential layer1 = new Sequential(new Block(64, 64, 1), new Block(64, 64, 1));
  final Sequential layer2 = new Sequential(new Block(64, 128, 2), new Block(128, 128, 1));
  final Sequential layer3 = new Sequential(new Block(128, 256, 2), new Block(256, 256, 1));
  final Sequential layer4 = new Sequential(new Block(256, 512, 2), new Block(512, 512, 1));
  final AdaptiveAvgPool2d avgpool = new AdaptiveAvgPool2d(1);
  final Linear fc;

  ResNet18(long classes) {
    fc = new Linear(512, classes);
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = maxpool.call(bn1.call(conv1.call(input)).relu_());
    x = layer4.call(layer3.call(layer2.call(layer1.call(x))));
    return fc.call(avgpool.call(x).flatten(1));
  }

  /// Two convolutions beside a shortcut.
  static final class Block extends Module {
    final Conv2d conv1;
    final BatchNorm2d bn1;
    final Conv2d conv2;
    final BatchNorm2d bn2;
    final Module downsample;

    Block(long in, long out, long stride) {
      conv1 = new Conv2d(in, out, 3, o -> o.stride(stride).padding(1).bias(false));
      bn1 = new BatchNorm2d(out);
      conv2 = new Conv2d(out, out, 3, o -> o.padding(1).bias(false));
      bn2 = new BatchNorm2d(out);
      downsample = stride == 1 ? new Identity()
          : new Sequential(new Conv2d(in, out, 1, o -> o.stride(stride).bias(false)), new BatchNorm2d(out));
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = bn1.call(conv1.call(x)).relu_();
      return bn2.call(conv2.call(y)).add_(downsample.call(x)).relu_();
    }
  }
}
