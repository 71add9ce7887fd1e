package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Long short-term memory in layers: each step turns input x and states h and c into the next states.
///
/// `i, f, o = sigmoid(W_i x + b_i + W_h h + b_h)` of three parts, `g = tanh(...)` of the fourth, `c' = f c + i g`,
/// `h' = o tanh(c')`, with `projSize` multiplied by `W_hr`; the parts stand in the order i, f, g, o
///
/// **Shapes**: input `[T, N, in]`, `[N, T, in]` with `batchFirst`, `[T, in]` for one sequence, or a [PackedSequence]; output
/// `[T, N, directions * out]` likewise; states `[layers * directions, N, out]`, without a batch `[layers * directions, out]`.
/// **Starts** with all parameters uniform in `+-1 / sqrt(hidden)`. **As** `torch.nn.LSTM`. **Source**: Hochreiter and
/// Schmidhuber, 1997.
///
/// ```java
/// var lstm = new LSTM(10, 20, o -> o.numLayers(2).dropout(0.1));
/// LSTM.Result y = lstm.forward(x, null); // y.output(), y.state().h(), y.state().c()
/// ```
public final class LSTM extends RNNBase {
  /// Hidden and cell states: `[layers * directions, N, out]` and `[layers * directions, N, hidden]`.
  public record State(Tensor h, Tensor c) {
    private Tensor[] tensors() {
      return new Tensor[] {h, c};
    }
  }

  /// The outputs of the last layer for each step, and the last states of all layers and directions.
  public record Result(Tensor output, State state) {}

  /// [Result] of a packed sequence.
  public record PackedResult(PackedSequence output, State state) {}

  public LSTM(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, o -> o);
  }

  /// @throws IllegalArgumentException if a size is not positive, the dropout no probability, or an option is not for this module
  public LSTM(long inputSize, long hiddenSize, UnaryOperator<RecurrentOptions> options) {
    super(4, inputSize, hiddenSize, checked(options.apply(RecurrentOptions.DEFAULT)));
  }

  private static RecurrentOptions checked(RecurrentOptions options) {
    if (!options.nonlinearity().equals("tanh"))
      throw new IllegalArgumentException("nonlinearity is an option of RNN, not of LSTM");
    return options;
  }

  /// The outputs, from states of zeros.
  @Override
  public Tensor forward(Tensor input) {
    return forward(input, null).output();
  }

  /// @param hx the states to begin with; null for zeros
  public Result forward(Tensor input, @Nullable State hx) {
    Tensor[] made = dense(input, hx == null ? null : hx.tensors(), outSize(), hiddenSize);
    return new Result(made[0], new State(made[1], made[2]));
  }

  /// @param hx the states to begin with; null for zeros
  public PackedResult forward(PackedSequence input, @Nullable State hx) {
    Tensor[] made = packed(input, hx == null ? null : hx.tensors(), outSize(), hiddenSize);
    return new PackedResult(input.data(made[0]), new State(made[1], made[2]));
  }

  @Override
  Tensor[] run(Tensor input, @Nullable Tensor batchSizes, Tensor[] states, Tensor[] weights, double dropout) {
    if (batchSizes == null) return Torch.lstm(input, states, weights, options.bias(), options.numLayers(), dropout,
        isTraining(), options.bidirectional(), options.batchFirst());
    return Torch.lstm(input, batchSizes, states, weights, options.bias(), options.numLayers(), dropout, isTraining(),
        options.bidirectional());
  }
}
