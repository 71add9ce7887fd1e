package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// One step of long short-term memory: `c' = f c + i g`, `h' = o tanh(c')`, with the gates of [LSTM].
///
/// **Shapes**: input `[N, in]` or `[in]`, state `[N, hidden]` or `[hidden]`. **Starts** with all parameters uniform in
/// `+-1 / sqrt(hidden)`. **As** `torch.nn.LSTMCell`.
///
/// ```java
/// var cell = new LSTMCell(10, 20);
/// LSTMCell.State s = cell.forward(x, null);
/// s = cell.forward(x, s);
/// ```
public final class LSTMCell extends RNNCellBase {
  /// Hidden and cell state, `[N, hidden]` or `[hidden]` each.
  public record State(Tensor h, Tensor c) {}

  public LSTMCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, o -> o);
  }

  public LSTMCell(long inputSize, long hiddenSize, UnaryOperator<Linear.Options> options) {
    super(4, inputSize, hiddenSize, options.apply(defaults()));
  }

  /// The next hidden state, from states of zeros.
  @Override
  public Tensor forward(Tensor input) {
    return forward(input, null).h();
  }

  /// @param hx the states; null for zeros
  public State forward(Tensor input, @Nullable State hx) {
    Tensor h = state(input, hx == null ? null : hx.h());
    Tensor c = state(input, hx == null ? null : hx.c());
    Tensor[] made = Torch.lstmCell(batch(input), new Tensor[] {h, c}, weightIh, weightHh, biasIh, biasHh);
    return new State(like(input, made[0]), like(input, made[1]));
  }
}
