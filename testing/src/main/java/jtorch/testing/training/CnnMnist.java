package jtorch.testing.training;

import java.util.Map;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.DataLoader;
import jtorch.data.TensorDataset;
import jtorch.nn.Conv2d;
import jtorch.nn.Dropout;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.functional.F;
import jtorch.optim.Adam;

/// The classic convolutional network on MNIST, with or without dropout, trained by Adam. **As** `cnn_mnist.py`.
final class CnnMnist implements TrainingProgram {
  private static final class Net extends Module {
    final Conv2d conv1 = new Conv2d(1, 32, 3);
    final Conv2d conv2 = new Conv2d(32, 64, 3);
    final Dropout dropout1;
    final Dropout dropout2;
    final Linear fc1 = new Linear(9216, 128);
    final Linear fc2 = new Linear(128, 10);

    Net(boolean dropout) {
      dropout1 = new Dropout(dropout ? 0.25 : 0);
      dropout2 = new Dropout(dropout ? 0.5 : 0);
    }

    @Override
    public Tensor forward(Tensor x) {
      x = F.relu(conv1.call(x));
      x = F.relu(conv2.call(x));
      x = F.maxPool2d(x, 2);
      x = dropout1.call(x);
      x = x.flatten(1, -1);
      x = F.relu(fc1.call(x));
      x = dropout2.call(x);
      return F.logSoftmax(fc2.call(x), 1);
    }
  }

  @Override
  public Map<String, Tensor> train(TrainingConfig cfg, TrainingData data, DType dtype, Log log) {
    var mnist = data.mnist(true, cfg.integer("images"));
    Module model = new Net(cfg.truth("dropout")).to(dtype);
    var opt = new Adam(model.parameters(), cfg.number("lr"));
    var loader = new DataLoader<>(new TensorDataset(mnist.x(), mnist.y()),
        o -> o.batchSize(cfg.integer("batch")).shuffle(true));
    model.train();
    long step = 0;
    for (Tensor[] batch : loader) {
      opt.zeroGrad();
      Tensor loss = F.nllLoss(model.call(batch[0].to(dtype)), batch[1]);
      loss.backward();
      opt.step();
      log.loss(loss.itemDouble());
      step++;
      if (step == cfg.integer("steps")) break;
    }
    model.eval();
    var test = data.mnist(false, 500);
    try (var off = Torch.noGrad()) {
      log.extra("test_loss", F.nllLoss(model.call(test.x().to(dtype)), test.y()).itemDouble());
    }
    return model.stateDict();
  }
}
