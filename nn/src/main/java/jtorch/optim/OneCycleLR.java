package jtorch.optim;

import java.util.function.UnaryOperator;

/// One rise of the learning rate to its maximum and one long fall far below its start, momentum the other way.
///
/// **As** `torch.optim.lr_scheduler.OneCycleLR`. **Source**: Smith and Topin, *Super-Convergence*, 2017, arXiv:1708.07120.
public final class OneCycleLR extends LRScheduler {
  /// The keyword arguments.
  ///
  /// @param pctStart the share of the steps in which the learning rate rises
  /// @param cosine whether the way is a cosine's rather than a line
  /// @param divFactor the maximum over the first learning rate
  /// @param finalDivFactor the first over the last
  /// @param threePhase whether it falls in the mirror of the rise first
  public record Options(double pctStart, boolean cosine, boolean cycleMomentum, double baseMomentum, double maxMomentum,
      double divFactor, double finalDivFactor, boolean threePhase) {
    public static final Options DEFAULT = new Options(0.3, true, true, 0.85, 0.95, 25, 1e4, false);

    public Options pctStart(double v) {
      return new Options(v, cosine, cycleMomentum, baseMomentum, maxMomentum, divFactor, finalDivFactor, threePhase);
    }

    /// `cos` or `linear`.
    public Options annealStrategy(String v) {
      if (!v.equals("cos") && !v.equals("linear"))
        throw new IllegalArgumentException("anneal_strategy must be one of 'cos' or 'linear', instead got " + v);
      return new Options(pctStart, v.equals("cos"), cycleMomentum, baseMomentum, maxMomentum, divFactor, finalDivFactor,
          threePhase);
    }

    public Options cycleMomentum(boolean v) {
      return new Options(pctStart, cosine, v, baseMomentum, maxMomentum, divFactor, finalDivFactor, threePhase);
    }

    public Options baseMomentum(double v) {
      return new Options(pctStart, cosine, cycleMomentum, v, maxMomentum, divFactor, finalDivFactor, threePhase);
    }

    public Options maxMomentum(double v) {
      return new Options(pctStart, cosine, cycleMomentum, baseMomentum, v, divFactor, finalDivFactor, threePhase);
    }

    public Options divFactor(double v) {
      return new Options(pctStart, cosine, cycleMomentum, baseMomentum, maxMomentum, v, finalDivFactor, threePhase);
    }

    public Options finalDivFactor(double v) {
      return new Options(pctStart, cosine, cycleMomentum, baseMomentum, maxMomentum, divFactor, v, threePhase);
    }

    public Options threePhase(boolean v) {
      return new Options(pctStart, cosine, cycleMomentum, baseMomentum, maxMomentum, divFactor, finalDivFactor, v);
    }
  }

  private record Phase(double end, double lrFrom, double lrTo, double momentumFrom, double momentumTo) {}

  private final long totalSteps;
  private final Options options;
  private final Phase[][] phases;

  public OneCycleLR(Optimizer<?> optimizer, double maxLr, long totalSteps) {
    this(optimizer, maxLr, totalSteps, o -> o);
  }

  /// @throws IllegalArgumentException if there are no steps or the share of the rise is no share
  public OneCycleLR(Optimizer<?> optimizer, double maxLr, long totalSteps, UnaryOperator<Options> given) {
    super(optimizer);
    options = given.apply(Options.DEFAULT);
    if (totalSteps <= 0)
      throw new IllegalArgumentException("Expected positive integer total_steps, but got " + totalSteps);
    if (options.pctStart < 0 || options.pctStart > 1)
      throw new IllegalArgumentException("Expected float between 0 and 1 pct_start, but got " + options.pctStart);
    this.totalSteps = totalSteps;
    double first = maxLr / options.divFactor;
    double last = first / options.finalDivFactor;
    double rise = options.pctStart * totalSteps - 1;
    double low = options.baseMomentum;
    double high = options.maxMomentum;
    Phase[] all = options.threePhase
        ? new Phase[] {new Phase(rise, first, maxLr, high, low),
          new Phase(2 * options.pctStart * totalSteps - 2, maxLr, first, low, high),
          new Phase(totalSteps - 1, first, last, high, high)}
        : new Phase[] {new Phase(rise, first, maxLr, high, low), new Phase(totalSteps - 1, maxLr, last, low, high)};
    phases = new Phase[optimizer.paramGroups().size()][];
    for (int g = 0; g < phases.length; g++) {
      phases[g] = all;
      group(g).initialLr(first);
    }
    start();
  }

  private double anneal(double from, double to, double share) {
    return options.cosine ? to + (from - to) / 2.0 * (1 + Math.cos(Math.PI * share)) : (to - from) * share + from;
  }

  private double at(int group, boolean momentum) {
    long step = lastEpoch();
    if (step > totalSteps) throw new IllegalStateException(
        "Tried to step " + step + " times. The specified number of total steps is " + totalSteps);
    double start = 0;
    for (int i = 0; i < phases[group].length; i++) {
      Phase phase = phases[group][i];
      if (step <= phase.end || i == phases[group].length - 1) {
        double share = (step - start) / (phase.end - start);
        return momentum ? anneal(phase.momentumFrom, phase.momentumTo, share) : anneal(phase.lrFrom, phase.lrTo, share);
      }
      start = phase.end;
    }
    throw new IllegalStateException("no phase");
  }

  @Override
  protected double lr(int group, double current) {
    return at(group, false);
  }

  @Override
  protected void alsoChange(int group) {
    if (options.cycleMomentum) momentum(group(group), at(group, true));
  }
}
