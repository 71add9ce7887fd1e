package jtorch.nn;

import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// What the cells share: parameters and the checks of their arguments.
public abstract class RNNCellBase extends Module {
  public final Parameter weightIh;
  public final Parameter weightHh;
  public final @Nullable Parameter biasIh;
  public final @Nullable Parameter biasHh;

  RNNCellBase(int gates, long inputSize, long hiddenSize, Linear.Options o) {
    weightIh = new Parameter(Torch.empty(new long[] {gates * hiddenSize, inputSize}, o.dtype()));
    weightHh = new Parameter(Torch.empty(new long[] {gates * hiddenSize, hiddenSize}, o.dtype()));
    biasIh = o.bias() ? new Parameter(Torch.empty(new long[] {gates * hiddenSize}, o.dtype())) : null;
    biasHh = o.bias() ? new Parameter(Torch.empty(new long[] {gates * hiddenSize}, o.dtype())) : null;
    double bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
    for (Parameter p : parameters()) Init.uniform_(p, -bound, bound);
  }

  static Linear.Options defaults() {
    return new Linear.Options(true, Torch.defaultDType());
  }

  /// A state as `[N, H]`; zeros where there is none.
  final Tensor state(Tensor input, @Nullable Tensor given) {
    String cell = getClass().getSimpleName();
    if (input.dim() != 1 && input.dim() != 2) throw new ShapeException(
        cell + ": Expected input to be 1D or 2D, got " + input.dim() + "D instead | input " + input.describe());
    if (given == null) {
      long batch = input.dim() == 2 ? input.size(0) : 1;
      return Torch.zeros(new long[] {batch, weightHh.size(1)}, input.dtype());
    }
    if (given.dim() != 1 && given.dim() != 2) throw new ShapeException(
        cell + ": Expected hidden to be 1D or 2D, got " + given.dim() + "D instead | hidden " + given.describe());
    return given.dim() == 1 ? given.unsqueeze(0) : given;
  }

  static Tensor batch(Tensor input) {
    return input.dim() == 1 ? input.unsqueeze(0) : input;
  }

  static Tensor like(Tensor input, Tensor state) {
    return input.dim() == 1 ? state.squeeze(0) : state;
  }

  @Override
  protected String extraRepresentation() {
    return weightIh.size(1) + ", " + weightHh.size(1) + (biasIh == null ? ", bias=False" : "");
  }
}
