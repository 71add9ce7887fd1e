package jtorch.amp;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Recording;
import jtorch.memory.Scope;
import jtorch.op.Foreach;
import jtorch.optim.Optimizer;
import jtorch.optim.ParamGroup;
import org.jspecify.annotations.Nullable;

/// Scales losses up so that small gradients do not vanish in float16, gradients back down before a step, and leaves the step
/// out where they have overflown. The scale grows while all goes well and backs off where it was too much.
///
/// ```java
/// var scaler = new GradScaler();
/// for (Batch b : loader) {
///   optimizer.zeroGrad();
///   Tensor loss;
///   try (var autocast = Torch.autocast(Device.Type.CUDA)) {
///     loss = F.crossEntropy(model.call(b.input()), b.target());
///   }
///   scaler.scale(loss).backward();
///   scaler.step(optimizer);
///   scaler.update();
/// }
/// ```
///
/// The scale, the number of good steps and what was found stand in the device's memory. Only [#step] waits for the device, to
/// know whether to make the step, and not where the optimizer's option `fused` is on: then the step itself looks.
///
/// **As** `torch.amp.GradScaler`. **Source**: Micikevicius et al., *Mixed Precision Training*, 2017, arXiv:1710.03740.
public final class GradScaler {
  /// The keyword arguments of `torch.amp.GradScaler`.
  ///
  /// @param initScale the first scale
  /// @param growthFactor what the scale is multiplied with after `growthInterval` steps in which all was finite
  /// @param backoffFactor what the scale is multiplied with after a step that was left out
  /// @param enabled false for a scaler that does nothing
  public record Options(double initScale, double growthFactor, double backoffFactor, int growthInterval,
      boolean enabled) {
    public static final Options DEFAULT = new Options(65536, 2, 0.5, 2000, true);

    public Options {
      if (enabled && !(growthFactor > 1)) throw new IllegalArgumentException("The growth factor must be > 1.0.");
      if (enabled && !(backoffFactor < 1)) throw new IllegalArgumentException("The backoff factor must be < 1.0.");
    }

    public Options initScale(double v) {
      return new Options(v, growthFactor, backoffFactor, growthInterval, enabled);
    }

    public Options growthFactor(double v) {
      return new Options(initScale, v, backoffFactor, growthInterval, enabled);
    }

    public Options backoffFactor(double v) {
      return new Options(initScale, growthFactor, v, growthInterval, enabled);
    }

    public Options growthInterval(int v) {
      return new Options(initScale, growthFactor, backoffFactor, v, enabled);
    }

    public Options enabled(boolean v) {
      return new Options(initScale, growthFactor, backoffFactor, growthInterval, v);
    }
  }

  private enum Stage {
    READY, UNSCALED, STEPPED
  }

  /// What has been done with an optimizer since the last update.
  private static final class Progress {
    Stage stage = Stage.READY;
    /// Whether the gradients have been looked at.
    boolean looked;
    /// On each device a number that is not 0 where one has overflown.
    final Map<Device, Tensor> found = new LinkedHashMap<>();
  }

  private final Map<Optimizer<?>, Progress> progress = new IdentityHashMap<>();
  private Options options;
  private int firstTracker;
  private @Nullable Tensor scale;
  private @Nullable Tensor tracker;

  /// For GPUs.
  public GradScaler() {
    this(Device.Type.CUDA, o -> o);
  }

  public GradScaler(Device.Type device) {
    this(device, o -> o);
  }

  /// Does nothing for GPUs where there is none, as in PyTorch.
  ///
  /// @throws IllegalArgumentException if the scale would not grow or not back off
  public GradScaler(Device.Type device, UnaryOperator<Options> options) {
    Options given = options.apply(Options.DEFAULT);
    boolean absent = given.enabled && device == Device.Type.CUDA && !Cuda.isAvailable();
    if (absent) System.getLogger(GradScaler.class.getName()).log(System.Logger.Level.WARNING,
        "GradScaler is enabled, but CUDA is not available: disabling it ({0})", Cuda.absence());
    this.options = absent ? given.enabled(false) : given;
  }

  // ---- a step ----------------------------------------------------------------------------------------------------

  /// The loss, or whatever is to be differentiated, times the scale.
  public Tensor scale(Tensor outputs) {
    if (!options.enabled) return outputs;
    return outputs.mul(scaleOn(outputs.device()).to(outputs.device()));
  }

  public List<Tensor> scale(List<? extends Tensor> outputs) {
    var scaled = new ArrayList<Tensor>();
    for (Tensor t : outputs) scaled.add(scale(t));
    return scaled;
  }

  private Tensor scaleOn(Device device) {
    if (scale == null) {
      scale = Scope.persistent(() -> Torch.full(new long[0], options.initScale, DType.FLOAT32, device));
      tracker = Scope.persistent(() -> Torch.full(new long[0], firstTracker, DType.INT32, device));
    }
    return scale;
  }

  private Tensor scaled(String function) {
    if (scale == null) throw new IllegalStateException("Attempted " + function + " but _scale is None.  This may "
        + "indicate your script did not use scaler.scale(loss or outputs) earlier in the iteration.");
    return scale;
  }

  /// Divides an optimizer's gradients by the scale, and finds out whether one has overflown; for programs that clip
  /// gradients before the step. Nobody waits for the device.
  ///
  /// @throws IllegalStateException if that was done since the last update
  public void unscale_(Optimizer<?> optimizer) {
    if (!options.enabled) return;
    Tensor now = scaled("unscale_");
    Progress of = progress.computeIfAbsent(optimizer, _ -> new Progress());
    if (of.stage == Stage.UNSCALED) throw new IllegalStateException(
        "unscale_() has already been called on this optimizer since the last update().");
    if (of.stage == Stage.STEPPED) throw new IllegalStateException("unscale_() is being called after step().");
    // The reciprocal in float64, as PyTorch takes it.
    unscale(optimizer, of, now.to(DType.FLOAT64).reciprocal().to(DType.FLOAT32), false);
    of.stage = Stage.UNSCALED;
  }

  private void unscale(Optimizer<?> optimizer, Progress of, Tensor inverse, boolean halvesToo) {
    try (var off = Torch.noGrad()) {
      var byDevice = new LinkedHashMap<Device, List<Tensor>>();
      for (ParamGroup<?> group : optimizer.paramGroups()) {
        for (Tensor p : group.parameters()) {
          Tensor grad = Recording.gradInternal(p);
          if (grad == null) continue;
          if (!halvesToo && grad.dtype() == DType.FLOAT16)
            throw new IllegalArgumentException("Attempting to unscale FP16 gradients.");
          byDevice.computeIfAbsent(p.device(), _ -> new ArrayList<>()).add(grad.isSparse() ? grad._values() : grad);
        }
      }
      for (Tensor before : of.found.values()) before.zero_();
      byDevice.forEach((device, grads) -> {
        Tensor found = of.found.computeIfAbsent(device,
            d -> Scope.persistent(() -> Torch.full(new long[0], 0.0, DType.FLOAT32, d)));
        Foreach.UNSCALE.call(grads.toArray(Tensor[]::new), found, inverse.to(device));
      });
      of.looked = !of.found.isEmpty();
    }
  }

  /// Makes the optimizer's step by the gradients divided by the scale, unless one of them has overflown.
  ///
  /// @throws IllegalStateException if a step was made since the last update
  public void step(Optimizer<?> optimizer) {
    if (!options.enabled) {
      optimizer.step();
      return;
    }
    Tensor now = scaled("step");
    Progress of = progress.computeIfAbsent(optimizer, _ -> new Progress());
    if (of.stage == Stage.STEPPED)
      throw new IllegalStateException("step() has already been called since the last update().");
    if (optimizer.stepSupportsAmpScaling()) {
      boolean ready = of.stage == Stage.READY;
      if (ready) unscale(optimizer, of, Torch.full(new long[0], 1.0, DType.FLOAT32, now.device()), true);
      optimizer.step(ready ? now : null, !of.looked ? null : together(of.found.values(), now.device()));
    } else {
      if (of.stage == Stage.READY) unscale_(optimizer);
      if (!of.looked) throw new IllegalStateException("No inf checks were recorded for this optimizer.");
      boolean overflown = false;
      for (Tensor found : of.found.values()) overflown |= found.itemDouble() != 0;
      if (!overflown) optimizer.step();
    }
    of.stage = Stage.STEPPED;
  }

  private static Tensor together(Iterable<Tensor> found, Device device) {
    Tensor sum = null;
    for (Tensor t : found) sum = sum == null ? t.to(device) : sum.add(t.to(device));
    return java.util.Objects.requireNonNull(sum);
  }

  /// Changes the scale after the steps of all optimizers, by what was found; the device is not waited for.
  ///
  /// @throws IllegalStateException if no step was made
  public void update() {
    if (!options.enabled) return;
    Tensor now = scaled("update");
    var all = new ArrayList<Tensor>();
    for (Progress of : progress.values()) {
      if (of.looked) all.addAll(of.found.values());
    }
    if (all.isEmpty()) throw new IllegalStateException("No inf checks were recorded prior to update.");
    try (var off = Torch.noGrad()) {
      Foreach.UPDATE_SCALE.call(now, tracker, together(all, now.device()), options.growthFactor, options.backoffFactor,
          (long) options.growthInterval);
    }
    begin();
  }

  /// Another iteration.
  private void begin() {
    for (Progress of : progress.values()) {
      of.stage = Stage.READY;
      of.looked = false;
    }
  }

  /// Sets the scale.
  public void update(double newScale) {
    if (!options.enabled) return;
    scaled("update").fill_(newScale);
    begin();
  }

  // ---- what it knows ---------------------------------------------------------------------------------------------

  /// The scale, for which the device is waited for; 1 where the scaler does nothing.
  public double getScale() {
    return !options.enabled ? 1 : scale == null ? options.initScale : scale.itemDouble();
  }

  public double getGrowthFactor() {
    return options.growthFactor;
  }

  public void setGrowthFactor(double factor) {
    options = options.growthFactor(factor);
  }

  public double getBackoffFactor() {
    return options.backoffFactor;
  }

  public void setBackoffFactor(double factor) {
    options = options.backoffFactor(factor);
  }

  public int getGrowthInterval() {
    return options.growthInterval;
  }

  public void setGrowthInterval(int interval) {
    options = options.growthInterval(interval);
  }

  public boolean isEnabled() {
    return options.enabled;
  }

  private long good() {
    return tracker == null ? firstTracker : (long) tracker.itemDouble();
  }

  /// The state by PyTorch's names; empty where the scaler does nothing.
  public Map<String, Object> stateDict() {
    var state = new LinkedHashMap<String, Object>();
    if (!options.enabled) return state;
    state.put("scale", getScale());
    state.put("growth_factor", options.growthFactor);
    state.put("backoff_factor", options.backoffFactor);
    state.put("growth_interval", (long) options.growthInterval);
    state.put("_growth_tracker", good());
    return state;
  }

  /// Takes over a state, PyTorch's or one of [#stateDict].
  ///
  /// @throws IllegalArgumentException if it is empty, or lacks a number; nothing is changed then
  public void loadStateDict(Map<String, ? extends @Nullable Object> state) {
    if (!options.enabled) return;
    if (state.isEmpty()) throw new IllegalArgumentException("The source state dict is empty, possibly because it was "
        + "saved from a disabled instance of GradScaler.");
    Options loaded = new Options(number(state, "scale"), number(state, "growth_factor"),
        number(state, "backoff_factor"), (int) number(state, "growth_interval"), true);
    firstTracker = (int) number(state, "_growth_tracker");
    options = loaded;
    if (scale != null) scale.fill_(loaded.initScale);
    if (tracker != null) tracker.fill_(firstTracker);
  }

  private static double number(Map<String, ? extends @Nullable Object> state, String name) {
    if (!(state.get(name) instanceof Number number))
      throw new IllegalArgumentException("the state of a scaler has a number '" + name + "', not " + state.get(name));
    return number.doubleValue();
  }
}
