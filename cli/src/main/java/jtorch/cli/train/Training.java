package jtorch.cli.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.DataLoader;
import jtorch.data.Example;
import jtorch.data.LabelledImages;
import jtorch.data.RandomSampler;
import jtorch.data.Sampler;
import jtorch.io.CorruptFileException;
import jtorch.nn.Module;
import jtorch.nn.Parameter;
import jtorch.nn.functional.F;
import jtorch.optim.LRScheduler;
import jtorch.optim.OneCycleLR;
import jtorch.optim.Optimizer;
import jtorch.random.Generator;

/// A training run: epochs over the training images in random order, a test after each, the learning rate in one cycle
/// over all steps (Smith and Topin, *Super-Convergence*, 2017, arXiv:1708.07120).
///
/// All random numbers come from the default generators of the CPU and of the GPU. Between any two steps the state can be
/// saved, and a run that goes on from it has the same numbers as one that was never stopped.
final class Training {
  /// The weight of a step in the mean of times.
  private static final double RECENT = 0.1;

  private final Settings settings;
  private final Device device;
  private final LabelledImages train;
  private final LabelledImages test;
  private final Generator generator = Generator.defaultGenerator();
  private final Module model;
  private final Optimizer<?> optimizer;
  private final LRScheduler schedule;
  private final List<EpochResult> results = new ArrayList<>();
  private Evaluation evaluation;

  /// The epoch under way: which item comes when (empty between two epochs), and what is done of it.
  private long[] order = {};
  private int steps;
  private double lossSum;
  private long right;
  private double lr;

  /// How long a sample takes, the last steps counting most, and a test.
  private double sampleSeconds;
  private double testSeconds;

  /// A run from its beginning.
  Training(Settings settings, Device device) throws IOException {
    this.settings = settings;
    this.device = device;
    train = settings.data().read(settings.root(), true);
    test = settings.data().read(settings.root(), false);
    Torch.setNumThreads(settings.threads());
    Torch.manualSeed(settings.seed());
    model = settings.network().make(settings.data()).to(device);
    optimizer = settings.method().make(model.parameters(), settings.lr());
    schedule = new OneCycleLR(optimizer, settings.lr(), (long) settings.epochs() * stepsPerEpoch());
    evaluation = new Evaluation(0, new int[0], new int[0], new float[0]);
  }

  /// A run from where it was saved.
  ///
  /// @throws CorruptFileException if the state does not fit the run that it claims to be of
  static Training resume(Checkpoint checkpoint, RunFolder folder, Device device) throws IOException {
    var training = new Training(checkpoint.settings(), device);
    try {
      training.goOnFrom(checkpoint);
    } catch (IllegalArgumentException wrong) {
      throw new CorruptFileException(folder.checkpoint(), String.valueOf(wrong.getMessage()), wrong);
    }
    return training;
  }

  private void goOnFrom(Checkpoint checkpoint) {
    if (checkpoint.epoch() != checkpoint.results().size() || checkpoint.epoch() > settings.epochs())
      throw new IllegalArgumentException("'epoch' is " + checkpoint.epoch());
    checkpoint.restore(model, optimizer, generator);
    order = checkpoint.order(train.size());
    steps = checkpoint.steps();
    lossSum = checkpoint.lossSum();
    right = checkpoint.right();
    results.addAll(checkpoint.results());
    long all = (long) checkpoint.epoch() * stepsPerEpoch() + steps;
    if (all > 0) {
      schedule.lastEpoch(all - 1);
      schedule.step();
    }
    if (isDone()) evaluation = Evaluation.of(model, settings.data(), test, device);
  }

  Settings settings() {
    return settings;
  }

  Module model() {
    return model;
  }

  LabelledImages train() {
    return train;
  }

  LabelledImages test() {
    return test;
  }

  List<EpochResult> results() {
    return List.copyOf(results);
  }

  /// The last test.
  Evaluation evaluation() {
    return evaluation;
  }

  int epochsDone() {
    return results.size();
  }

  int stepsDone() {
    return steps;
  }

  boolean isDone() {
    return results.size() == settings.epochs();
  }

  int stepsPerEpoch() {
    return Math.toIntExact(Math.ceilDiv(train.size(), settings.batchSize()));
  }

  /// The state now.
  Checkpoint checkpoint() {
    return new Checkpoint(settings, results.size(), steps, lossSum, right, results(),
        Checkpoint.tensors(model, optimizer, generator, order));
  }

  /// Trains to the end, or until asked to stop, saving after each epoch and at the stop.
  ///
  /// @return whether it came to its end
  /// @throws IOException if the state cannot be saved; the file from before is unchanged then
  boolean run(RunFolder folder, Display display, BooleanSupplier stop) throws IOException {
    while (!isDone()) {
      boolean whole = !stop.getAsBoolean() && epoch(display, stop);
      checkpoint().save(folder.checkpoint());
      if (!whole) return false;
      folder.writeMetrics(results);
    }
    return true;
  }

  /// Trains to the end of the epoch and tests; false if asked to stop on the way, which is after one step at least.
  private boolean epoch(Display display, BooleanSupplier stop) {
    long start = System.nanoTime();
    Iterator<Example> batches = batches();
    Display.Status status;
    while (true) {
      long stepStart = System.nanoTime();
      try (var scope = Torch.scope()) {
        step(batches.next());
      }
      timed((System.nanoTime() - stepStart) / 1e9);
      status = status();
      display.step(status);
      if (!batches.hasNext()) break;
      if (stop.getAsBoolean()) return false;
    }
    long testStart = System.nanoTime();
    evaluation = Evaluation.of(model, settings.data(), test, device);
    testSeconds = (System.nanoTime() - testStart) / 1e9;
    results.add(new EpochResult(results.size() + 1, status.loss(), status.accuracy(), evaluation.loss(),
        evaluation.accuracy(), lr, (System.nanoTime() - start) / 1e9));
    display.epoch(status, results.getLast());
    order = new long[0];
    steps = 0;
    lossSum = 0;
    right = 0;
    return true;
  }

  /// The batches of the epoch that are left.
  private Iterator<Example> batches() {
    boolean begun = order.length > 0;
    byte[] state = generator.state();
    if (!begun) {
      order = new long[Math.toIntExact(train.size())];
      int next = 0;
      for (long item : new RandomSampler(train.size())) order[next++] = item;
    }
    long[] rest = Arrays.copyOfRange(order, steps * settings.batchSize(), order.length);
    var loader = new DataLoader<>(train, o -> o.batchSize(settings.batchSize()).sampler(Sampler.of(rest)));
    Iterator<Example> batches = loader.iterator();
    // The loader has drawn its base seed, as it did when the epoch began.
    if (begun) generator.setState(state);
    return batches;
  }

  private void step(Example batch) {
    Tensor target = batch.target().to(device);
    Tensor scores = model.call(settings.data().normalize(batch.input().to(device)));
    Tensor loss = F.crossEntropy(scores, target);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    lr = schedule.getLastLr()[0];
    schedule.step();

    long samples = target.numel();
    steps++;
    lossSum += loss.itemDouble() * samples;
    right += scores.argmax(1).eq(target).sum().itemLong();
    if (!Double.isFinite(lossSum)) throw new CommandFailure("the loss is no number any more after step " + steps
        + " of epoch " + (results.size() + 1) + ": try a --lr below " + settings.lr());
  }

  private void timed(double stepSeconds) {
    double now = stepSeconds / settings.batchSize();
    sampleSeconds = sampleSeconds == 0 ? now : sampleSeconds + RECENT * (now - sampleSeconds);
  }

  private Display.Status status() {
    long samples = train.size();
    long done = Math.min(samples, (long) steps * settings.batchSize());
    int epochsLeft = settings.epochs() - results.size();
    double left = ((double) epochsLeft * samples - done) * sampleSeconds + epochsLeft * testSeconds;
    return new Display.Status(results.size() + 1, settings.epochs(), done, samples, lossSum / done,
        (double) right / done, 1 / sampleSeconds, left);
  }

  /// The number of trained weights.
  long weights() {
    return model.parameters().stream().mapToLong(Parameter::numel).sum();
  }
}
