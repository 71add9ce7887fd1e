package jtorch.testing.training;

import java.util.Map;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.AdaptiveAvgPool2d;
import jtorch.nn.BatchNorm2d;
import jtorch.nn.ClassLossOptions;
import jtorch.nn.Conv2d;
import jtorch.nn.Init;
import jtorch.nn.Linear;
import jtorch.nn.Module;
import jtorch.nn.ReLU;
import jtorch.nn.Sequential;
import jtorch.nn.SiLU;
import jtorch.nn.functional.F;
import jtorch.optim.OneCycleLR;
import jtorch.optim.SGD;
import org.jspecify.annotations.Nullable;

/// A small residual network with batch normalisation: SGD under a one-cycle schedule; then the test loss with running
/// statistics. **As** `resnet_mnist.py`.
final class ResnetMnist implements TrainingProgram {
  private static final class Block extends Module {
    private final UnaryOperator<Tensor> act;
    final Conv2d conv1;
    final BatchNorm2d bn1;
    final Conv2d conv2;
    final BatchNorm2d bn2;
    final @Nullable Sequential down;

    Block(long in, long out, long stride, UnaryOperator<Tensor> act) {
      this.act = act;
      conv1 = new Conv2d(in, out, 3, o -> o.stride(stride).padding(1).bias(false));
      bn1 = new BatchNorm2d(out);
      conv2 = new Conv2d(out, out, 3, o -> o.padding(1).bias(false));
      bn2 = new BatchNorm2d(out);
      down = stride != 1 || in != out
          ? new Sequential(new Conv2d(in, out, 1, o -> o.stride(stride).bias(false)), new BatchNorm2d(out))
          : null;
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = bn2.call(conv2.call(act.apply(bn1.call(conv1.call(x)))));
      return act.apply(y.add(down == null ? x : down.call(x)));
    }
  }

  private static final class Net extends Module {
    final Sequential stem;
    final Sequential layers;
    final AdaptiveAvgPool2d pool;
    final Linear fc;

    Net(long w, boolean relu) {
      UnaryOperator<Tensor> act = relu ? F::relu_ : F::silu_;
      stem = new Sequential(new Conv2d(1, w, 3, o -> o.stride(2).padding(1).bias(false)), new BatchNorm2d(w),
          relu ? new ReLU(true) : new SiLU(true));
      layers = new Sequential(new Block(w, w, 1, act), new Block(w, 2 * w, 2, act), new Block(2 * w, 4 * w, 2, act));
      pool = new AdaptiveAvgPool2d(1);
      fc = new Linear(4 * w, 10);
      for (Module m : modules()) {
        if (m instanceof Conv2d conv) {
          Init.kaimingNormal_(conv.weight, 0, "fan_out", "relu");
        } else if (m instanceof BatchNorm2d norm && norm.weight != null && norm.bias != null) {
          Init.ones_(norm.weight);
          Init.zeros_(norm.bias);
        }
      }
    }

    @Override
    public Tensor forward(Tensor x) {
      return fc.call(pool.call(layers.call(stem.call(x))).flatten(1, -1));
    }
  }

  @Override
  public Map<String, Tensor> train(TrainingConfig cfg, TrainingData data, DType dtype, Log log) {
    long batch = cfg.integer("batch");
    long steps = cfg.integer("steps");
    var mnist = data.mnist(true, batch * steps);
    Module model = new Net(cfg.integer("width"), cfg.text("act").equals("relu")).to(dtype);
    var opt = new SGD(model.parameters(), 0.1,
        o -> o.momentum(0.9).weightDecay(cfg.number("weight_decay")).nesterov(true));
    var sched = new OneCycleLR(opt, cfg.number("max_lr"), steps);
    var smoothing = ClassLossOptions.DEFAULT.labelSmoothing(0.1);
    Tensor order = Torch.randperm(batch * steps);
    for (long step = 0; step < steps; step++) {
      Tensor i = order.narrow(0, step * batch, batch);
      Tensor loss =
          F.crossEntropy(model.call(mnist.x().indexSelect(0, i).to(dtype)), mnist.y().indexSelect(0, i), smoothing);
      opt.zeroGrad();
      loss.backward();
      opt.step();
      log.loss(loss.itemDouble());
      log.extra("lr", sched.getLastLr()[0]);
      log.extra("momentum", opt.paramGroups().getFirst().options().momentum());
      if (step + 1 < steps) sched.step();
    }
    model.eval();
    var test = data.mnist(false, 500);
    try (var off = Torch.noGrad()) {
      log.extra("test_loss", F.crossEntropy(model.call(test.x().to(dtype)), test.y()).itemDouble());
    }
    return model.stateDict();
  }
}
