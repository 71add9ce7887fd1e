package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Gated recurrent units in layers: each step turns input x and state h into the next state.
///
/// `r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)`, `z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)`,
/// `n = tanh(W_in x + b_in + r (W_hn h + b_hn))`, `h' = (1 - z) n + z h`
///
/// **Shapes**: input `[T, N, in]`, `[N, T, in]` with `batchFirst`, `[T, in]` for one sequence, or a [PackedSequence]; output
/// `[T, N, directions * hidden]` likewise; states `[layers * directions, N, hidden]`, without a batch `[layers * directions, hidden]`.
/// **Starts** with all parameters uniform in `+-1 / sqrt(hidden)`. **As** `torch.nn.GRU`. **Source**: Cho et al., 2014, arXiv:1406.1078.
///
/// ```java
/// var gru = new GRU(10, 20, o -> o.numLayers(2).batchFirst(true));
/// RNNBase.Output y = gru.forward(x, null); // y.output(), y.hidden()
/// ```
public final class GRU extends RNNBase {
  public GRU(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, o -> o);
  }

  /// @throws IllegalArgumentException if a size is not positive, the dropout no probability, or an option is not for this module
  public GRU(long inputSize, long hiddenSize, UnaryOperator<RecurrentOptions> options) {
    super(3, inputSize, hiddenSize, checked(options.apply(RecurrentOptions.DEFAULT)));
  }

  private static RecurrentOptions checked(RecurrentOptions options) {
    if (options.projSize() != 0)
      throw new IllegalArgumentException("proj_size argument is only supported for LSTM, not RNN or GRU");
    if (!options.nonlinearity().equals("tanh"))
      throw new IllegalArgumentException("nonlinearity is an option of RNN, not of GRU");
    return options;
  }

  /// The outputs, from states of zeros.
  @Override
  public Tensor forward(Tensor input) {
    return forward(input, null).output();
  }

  /// @param hx the states to begin with; null for zeros
  public Output forward(Tensor input, @Nullable Tensor hx) {
    Tensor[] made = dense(input, hx == null ? null : new Tensor[] {hx}, hiddenSize);
    return new Output(made[0], made[1]);
  }

  /// @param hx the states to begin with; null for zeros
  public PackedOutput forward(PackedSequence input, @Nullable Tensor hx) {
    Tensor[] made = packed(input, hx == null ? null : new Tensor[] {hx}, hiddenSize);
    return new PackedOutput(input.data(made[0]), made[1]);
  }

  @Override
  Tensor[] run(Tensor input, @Nullable Tensor batchSizes, Tensor[] states, Tensor[] weights, double dropout) {
    if (batchSizes == null) return Torch.gru(input, states[0], weights, options.bias(), options.numLayers(),
        dropout, isTraining(), options.bidirectional(), options.batchFirst());
    return Torch.gru(input, batchSizes, states[0], weights, options.bias(),
        options.numLayers(), dropout, isTraining(), options.bidirectional());
  }
}
