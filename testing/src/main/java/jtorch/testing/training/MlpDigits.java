package jtorch.testing.training;

import java.util.Map;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.DataLoader;
import jtorch.data.TensorDataset;
import jtorch.nn.Linear;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.nn.Tanh;
import jtorch.nn.functional.F;
import jtorch.optim.SGD;

/// A three-layer perceptron on the 8x8 digits: SGD with momentum, shuffled by a DataLoader. **As** `mlp_digits.py`.
final class MlpDigits implements TrainingProgram {
  @Override
  public Map<String, Tensor> train(TrainingConfig cfg, TrainingData data, DType dtype, Log log) {
    var digits = data.digits();
    var model = new Sequential(new Linear(64, cfg.integer("hidden")), new ReLU(),
        new Linear(cfg.integer("hidden"), 32), new Tanh(), new Linear(32, 10));
    model.to(dtype);
    var opt = new SGD(model.parameters(), cfg.number("lr"), o -> o.momentum(cfg.number("momentum"))
        .nesterov(cfg.truth("nesterov")).weightDecay(cfg.number("weight_decay")));
    var loader = new DataLoader<>(new TensorDataset(digits.x(), digits.y()),
        o -> o.batchSize(cfg.integer("batch")).shuffle(true));
    long step = 0;
    while (step < cfg.integer("steps")) {
      for (Tensor[] batch : loader) {
        Tensor loss = F.crossEntropy(model.call(batch[0].to(dtype)), batch[1]);
        opt.zeroGrad();
        loss.backward();
        opt.step();
        log.loss(loss.itemDouble());
        step++;
        if (step == cfg.integer("steps")) break;
      }
    }
    try (var off = Torch.noGrad()) {
      Tensor right = model.call(digits.x().to(dtype)).argmax(1).eq(digits.y());
      log.extra("accuracy", right.to(DType.FLOAT64).mean().itemDouble());
    }
    return model.stateDict();
  }
}
