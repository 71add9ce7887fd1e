package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Elman's recurrent network in layers: each step turns input x and state h into the next state.
///
/// `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or relu instead of tanh
///
/// **Shapes**: input `[T, N, in]`, `[N, T, in]` with `batchFirst`, `[T, in]` for one sequence, or a [PackedSequence]; output
/// `[T, N, directions * hidden]` likewise; states `[layers * directions, N, hidden]`, without a batch `[layers * directions, hidden]`.
/// **Starts** with all parameters uniform in `+-1 / sqrt(hidden)`. **As** `torch.nn.RNN`.
///
/// ```java
/// var rnn = new RNN(10, 20, o -> o.nonlinearity("relu").bidirectional(true));
/// RNNBase.Output y = rnn.forward(x, null); // y.output(), y.hidden()
/// ```
public final class RNN extends RNNBase {
  public RNN(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, o -> o);
  }

  /// @throws IllegalArgumentException if a size is not positive, the dropout no probability, or an option is not for this module
  public RNN(long inputSize, long hiddenSize, UnaryOperator<RecurrentOptions> options) {
    super(1, inputSize, hiddenSize, checked(options.apply(RecurrentOptions.DEFAULT)));
  }

  private static RecurrentOptions checked(RecurrentOptions options) {
    if (options.projSize() != 0)
      throw new IllegalArgumentException("proj_size argument is only supported for LSTM, not RNN or GRU");
    if (!options.nonlinearity().equals("tanh") && !options.nonlinearity().equals("relu"))
      throw new IllegalArgumentException(
          "Unknown nonlinearity '" + options.nonlinearity() + "'. Select from 'tanh' or 'relu'.");
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
    boolean relu = options.nonlinearity().equals("relu");
    if (batchSizes == null && relu) return Torch.rnnRelu(input, states[0], weights, options.bias(), options.numLayers(),
        dropout, isTraining(), options.bidirectional(), options.batchFirst());
    if (batchSizes == null) return Torch.rnnTanh(input, states[0], weights, options.bias(), options.numLayers(),
        dropout, isTraining(), options.bidirectional(), options.batchFirst());
    if (relu) return Torch.rnnRelu(input, batchSizes, states[0], weights, options.bias(),
        options.numLayers(), dropout, isTraining(), options.bidirectional());
    return Torch.rnnTanh(input, batchSizes, states[0], weights, options.bias(),
        options.numLayers(), dropout, isTraining(), options.bidirectional());
  }
}
