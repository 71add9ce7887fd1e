package jtorch.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jtorch.DType;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// What the recurrent layers share: parameters, options, states, and the way through packed sequences.
///
/// Parameters are named as PyTorch's: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, with projections
/// `weight_hr_l0`; then those of the other direction with `_reverse`; then `l1`, ... They start uniform in
/// `+-1 / sqrt(hidden)`.
public abstract class RNNBase extends Module {
  /// The outputs of the last layer for each step, and the last states of all layers and directions.
  ///
  /// @param hidden `[layers * directions, N, H]`
  public record Output(Tensor output, Tensor hidden) {}

  /// [Output] of a packed sequence.
  public record PackedOutput(PackedSequence output, Tensor hidden) {}

  final long inputSize;
  final long hiddenSize;
  final RecurrentOptions options;
  private final List<Parameter> weights = new ArrayList<>();

  RNNBase(int gates, long inputSize, long hiddenSize, RecurrentOptions options) {
    check(inputSize, hiddenSize, options);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.options = options;
    long out = outSize();
    for (int layer = 0; layer < options.numLayers(); layer++) {
      long in = layer == 0 ? inputSize : out * directions();
      for (int d = 0; d < directions(); d++) {
        String suffix = "_l" + layer + (d == 1 ? "_reverse" : "");
        add("weight_ih" + suffix, gates * hiddenSize, in);
        add("weight_hh" + suffix, gates * hiddenSize, out);
        if (options.bias()) {
          add("bias_ih" + suffix, gates * hiddenSize);
          add("bias_hh" + suffix, gates * hiddenSize);
        }
        if (options.projSize() > 0) add("weight_hr" + suffix, options.projSize(), hiddenSize);
      }
    }
    double bound = 1 / Math.sqrt(hiddenSize);
    for (Parameter weight : weights) Init.uniform_(weight, -bound, bound);
  }

  private static void check(long inputSize, long hiddenSize, RecurrentOptions o) {
    String problem = !(o.dropout() >= 0 && o.dropout() <= 1)
        ? "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        : inputSize <= 0 ? "input_size must be greater than zero"
        : hiddenSize <= 0 ? "hidden_size must be greater than zero"
        : o.numLayers() <= 0 ? "num_layers must be greater than zero"
        : o.projSize() < 0 ? "proj_size should be a positive integer or zero to disable projections"
        : o.projSize() >= hiddenSize ? "proj_size has to be smaller than hidden_size" : null;
    if (problem != null) throw new IllegalArgumentException(problem);
  }

  private void add(String name, long... sizes) {
    DType dtype = options.dtype();
    weights.add(register(name, new Parameter(Torch.empty(sizes, dtype == null ? Torch.defaultDType() : dtype))));
  }

  private int directions() {
    return options.bidirectional() ? 2 : 1;
  }

  /// The size of outputs and hidden states.
  final long outSize() {
    return options.projSize() > 0 ? options.projSize() : hiddenSize;
  }

  /// The layers over a batch or, with batch sizes, over packed rows: outputs, then last states.
  abstract Tensor[] run(Tensor input, @Nullable Tensor batchSizes, Tensor[] states, Tensor[] weights, double dropout);

  /// All of it for a dense input; without states they are zeros.
  final Tensor[] dense(Tensor input, Tensor @Nullable [] states, long... stateSizes) {
    if (input.dim() != 2 && input.dim() != 3) throw new ShapeException(
        base() + ": Expected input to be 2D or 3D, got " + input.dim() + "D instead | input " + input.describe());
    boolean single = input.dim() == 2;
    int batchDim = options.batchFirst() ? 0 : 1;
    Tensor batch = single ? input.unsqueeze(batchDim) : input;
    check(batch);
    Tensor[] given = zeros(batch, batch.size(batchDim), stateSizes);
    if (states != null) {
      for (int i = 0; i < given.length; i++) {
        if (states[i].dim() != input.dim()) throw new ShapeException(base() + ": For " + (single ? "unbatched 2-D"
            : "batched 3-D") + " input, " + (given.length == 1 ? "hx" : "hx and cx") + " should also be "
            + (single ? "2" : "3") + "-D but got " + states[i].dim() + "-D tensor");
        given[i] = fitting(single ? states[i].unsqueeze(1) : states[i], given[i].sizes(), i);
      }
    }
    Tensor[] made = run(batch, null, given, parameters(weights), options.dropout());
    if (!single) return made;
    made[0] = made[0].squeeze(batchDim);
    for (int i = 1; i < made.length; i++) made[i] = made[i].squeeze(1);
    return made;
  }

  /// All of it for a packed input; states are in the order of the sequences before they were sorted.
  final Tensor[] packed(PackedSequence input, Tensor @Nullable [] states, long... stateSizes) {
    check(input.data());
    Tensor[] given = zeros(input.data(), input.batchSizes().select(0, 0).itemLong(), stateSizes);
    if (states != null) {
      for (int i = 0; i < given.length; i++)
        given[i] = permuted(fitting(states[i], given[i].sizes(), i), input.sortedIndices());
    }
    Tensor[] made = run(input.data(), input.batchSizes(), given, parameters(weights), options.dropout());
    for (int i = 1; i < made.length; i++) made[i] = permuted(made[i], input.unsortedIndices());
    return made;
  }

  private void check(Tensor input) {
    if (input.dtype() != weights.getFirst().dtype() && !Torch.isAutocastCpuEnabled())
      throw new IllegalArgumentException(base() + ": input dtype (" + input.dtype() + ") does not match weight dtype ("
          + weights.getFirst().dtype() + "). Convert input: input.to(...), or convert model: model.to(...)");
    if (input.size(-1) != inputSize) throw new ShapeException(base()
        + ": input.size(-1) must be equal to input_size. Expected " + inputSize + ", got " + input.size(-1)
        + " | input " + input.describe());
  }

  private Tensor[] zeros(Tensor like, long batch, long[] sizes) {
    Tensor[] all = new Tensor[sizes.length];
    for (int i = 0; i < all.length; i++)
      all[i] = Torch.zeros(new long[] {options.numLayers() * directions(), batch, sizes[i]}, like.dtype());
    return all;
  }

  private Tensor fitting(Tensor state, long[] sizes, int i) {
    if (!Arrays.equals(state.sizes(), sizes)) throw new ShapeException(base() + ": Expected "
        + (this instanceof LSTM ? "hidden[" + i + "]" : "hidden") + " size " + LayerNorm.shape(sizes) + ", got "
        + Arrays.toString(state.sizes()));
    return state;
  }

  private static Tensor permuted(Tensor state, @Nullable Tensor order) {
    return order == null ? state : state.indexSelect(1, order);
  }

  private static Tensor[] parameters(List<Parameter> weights) {
    return weights.toArray(Tensor[]::new);
  }

  private String base() {
    return getClass().getSimpleName();
  }

  @Override
  protected String extraRepresentation() {
    return inputSize + ", " + hiddenSize + (options.projSize() != 0 ? ", proj_size=" + options.projSize() : "")
        + (options.numLayers() != 1 ? ", num_layers=" + options.numLayers() : "")
        + (options.bias() ? "" : ", bias=False") + (options.batchFirst() ? ", batch_first=True" : "")
        + (options.dropout() != 0 ? ", dropout=" + Numbers.python(options.dropout()) : "")
        + (options.bidirectional() ? ", bidirectional=True" : "");
  }
}
