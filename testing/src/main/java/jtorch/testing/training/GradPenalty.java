package jtorch.testing.training;

import java.util.LinkedHashMap;
import java.util.Map;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.BatchNorm1d;
import jtorch.nn.LayerNorm;
import jtorch.nn.LeakyReLU;
import jtorch.nn.Linear;
import jtorch.nn.Sequential;
import jtorch.nn.SiLU;
import jtorch.nn.Sigmoid;
import jtorch.nn.Softplus;
import jtorch.optim.Adam;

/// Double backward: a critic with a gradient penalty against a small generator, on the 8x8 digits. **As**
/// `grad_penalty.py`.
final class GradPenalty implements TrainingProgram {
  @Override
  public Map<String, Tensor> train(TrainingConfig cfg, TrainingData data, DType dtype, Log log) {
    Tensor real = data.digits().x();
    long n = cfg.integer("batch");
    var gen =
        new Sequential(new Linear(8, 32), new BatchNorm1d(32), new LeakyReLU(0.2), new Linear(32, 64), new Sigmoid());
    gen.to(dtype);
    var critic = new Sequential(new Linear(64, 48), new SiLU(), new LayerNorm(48), new Linear(48, 16), new Softplus(),
        new Linear(16, 1));
    critic.to(dtype);
    var og = new Adam(gen.parameters(), cfg.number("lr"), o -> o.betas(0.5, 0.9));
    var oc = new Adam(critic.parameters(), cfg.number("lr"), o -> o.betas(0.5, 0.9));
    for (long step = 0; step < cfg.integer("steps"); step++) {
      Tensor x = real.indexSelect(0, Torch.randint(0, real.size(0), n)).to(dtype);
      Tensor fake = gen.call(Torch.randn(n, 8).to(dtype)).detach();
      Tensor mix = Torch.rand(n, 1).to(dtype);
      Tensor inter = mix.mul(x).add(mix.neg().add(1).mul(fake)).requiresGrad(true);
      Tensor g = Torch.grad(critic.call(inter).sum(), inter, true);
      Tensor pen = g.norm(2, new long[] {1}, false).sub(1).pow(2).mean();
      Tensor lc = critic.call(fake).mean().sub(critic.call(x).mean()).add(pen.mul(cfg.number("penalty")));
      oc.zeroGrad();
      lc.backward();
      oc.step();
      Tensor lg = critic.call(gen.call(Torch.randn(n, 8).to(dtype))).mean().neg();
      og.zeroGrad();
      lg.backward();
      og.step();
      log.loss(lc.itemDouble());
      log.extra("penalty", pen.itemDouble());
      log.extra("generator_loss", lg.itemDouble());
    }
    var state = new LinkedHashMap<String, Tensor>();
    gen.stateDict().forEach((name, value) -> state.put("gen." + name, value));
    critic.stateDict().forEach((name, value) -> state.put("critic." + name, value));
    return state;
  }
}
